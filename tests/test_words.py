"""Words, stems and sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.words import is_text, salient_stems, sentence_spans, stem, subject_stems, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Chest X-ray", ["chest", "x", "ray"], id="a hyphen parts"),
        pytest.param("0.70 vs. 99.67%", ["0.70", "vs", "99.67"], id="a decimal stays whole"),
        pytest.param("1,500 images, 3 sets", ["1,500", "images", "3", "sets"], id="thousands stay whole"),
        pytest.param("Schrödinger’s cat isn't", ["schrödinger’s", "cat", "isn't"], id="apostrophes"),
        pytest.param("snake_case α-decay", ["snake", "case", "α", "decay"], id="underscore and Greek"),
        pytest.param("  …!? ", [], id="nothing"),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "forms", [("classify", "classified", "classifies"), ("network", "networks"), ("noise", "noises")]
)
def test_forms_of_a_word_share_their_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


def test_salient_stems_keep_order_and_repeats_and_drop_stop_words() -> None:
    assert salient_stems("The noise of a network is not the noise of networks") == [
        "nois",
        "network",
        "nois",
        "network",
    ]


def test_units_of_one_letter_are_no_stop_words() -> None:
    assert salient_stems("5 s, 2 t") == ["5", "s", "2", "t"]


def test_subject_stems_leave_out_what_every_question_asks() -> None:
    asked = "Do quantum models improve the performance of chest X-ray classifiers?"
    assert subject_stems(asked) == {"quantum", "chest", "x", "ray", "classifi"}


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("One is here. Two is there.", ["One is here.", "Two is there."], id="two"),
        pytest.param("It reaches 99.67% here. Good.", ["It reaches 99.67% here.", "Good."], id="a decimal"),
        pytest.param(
            "We follow Smith et al. in this. It works, e.g. on MNIST.",
            ["We follow Smith et al. in this.", "It works, e.g. on MNIST."],
            id="abbreviations",
        ),
        pytest.param(
            "It solves both tasks. Nevertheless it fails on code. It saw Iris and Breast Cancer. A fix is due.",
            [
                "It solves both tasks.",
                "Nevertheless it fails on code.",
                "It saw Iris and Breast Cancer.",
                "A fix is due.",
            ],
            id="words that nupunkt takes for abbreviations",
        ),
        pytest.param(
            "A Hilbert (resp. Banach) space, approx. Gaussian.",
            ["A Hilbert (resp. Banach) space, approx. Gaussian."],
            id="abbreviations that are some",
        ),
        pytest.param(
            "It was seen with the H.E.S.S. telescope array. The data are i.i.d. samples.",
            ["It was seen with the H.E.S.S. telescope array.", "The data are i.i.d. samples."],
            id="dotted abbreviations",
        ),
        pytest.param("  Space around.  ", ["Space around."], id="space around"),
        pytest.param("", [], id="empty"),
        pytest.param("   ", [], id="blank"),
    ],
)
def test_sentences_are_found_where_they_stand(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


@given(st.text(alphabet="ab .?!\n5é", max_size=80))
def test_spans_follow_one_another_and_leave_out_only_white_space(text: str) -> None:
    spans = sentence_spans(text)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


def test_half_of_a_pair_of_surrogates_is_no_text() -> None:
    assert is_text("Kölle 𝒜")
    assert not is_text("a\ud800b") and not is_text("\udcff")
