"""The pictures that other sites show beside a link."""

from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from pipeline.records import State
from pipeline.render.pictures import (
    FOLDER,
    HEIGHT,
    MARGIN,
    ROOM,
    SIZES,
    WIDTH,
    Picture,
    _font,
    can_draw,
    draw,
    fit,
    picture_of,
)
from pipeline.render.site import publish
from tests.render.samples import ACCURACY, ANSWERED, REEFS, UNANSWERED, archive, render, render_groups

PICTURE = Picture("Antigravity Q&A", "How accurate are quantum networks?", "answered", "11 sentences checked")
BLANK = Picture("", "")
LONG = "Which error-mitigation techniques have been shown to reduce the bias of variational eigensolver energies? " * 3


def image_of(picture: Picture) -> Image.Image:
    return Image.open(BytesIO(draw(picture))).convert("L")


def inked(picture: Picture, top: int = 0, bottom: int = HEIGHT) -> tuple[int, int, int, int] | None:
    """The box of everything that is not there when nothing is written, between two heights."""
    marks = Image.eval(image_of(picture), lambda value: 255 if value < 200 else 0)
    return marks.crop((30, top, WIDTH, bottom)).getbbox()


def test_a_picture_has_the_size_that_is_told_and_few_bytes() -> None:
    made = draw(PICTURE)
    image = Image.open(BytesIO(made))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(made) < 20_000


def test_the_same_words_give_the_same_bytes_and_the_same_address() -> None:
    again = replace(PICTURE)
    assert (draw(again), again.path) == (draw(PICTURE), PICTURE.path)


@pytest.mark.parametrize("change", [{"site": "x"}, {"heading": "x"}, {"status": "x"}, {"note": "x"}], ids=str)
def test_other_words_have_another_address_and_other_bytes(change: dict[str, str]) -> None:
    other = replace(PICTURE, **change)
    assert other.path != PICTURE.path
    assert draw(other) != draw(PICTURE)


def test_what_stands_for_the_picture_says_all_that_it_shows() -> None:
    assert PICTURE.alt == "Antigravity Q&A: How accurate are quantum networks? (answered, 11 sentences checked)"
    assert Picture("Ours", "", "", "Questions answered.").alt == "Ours: Questions answered."


def test_a_short_question_is_large_and_a_long_one_shrinks_until_it_has_room() -> None:
    sizes = [fit("quantum networks " * count)[0] for count in (2, 10, 20, 40)]
    assert sizes[0] == max(SIZES) and sizes[-1] == min(SIZES)
    assert all(large >= small for large, small in pairwise(sizes))


def test_no_word_is_lost_while_there_is_room() -> None:
    _, lines = fit(LONG[:250])
    assert " ".join(lines) == LONG[:250].strip()


def test_what_has_no_room_at_the_smallest_size_ends_in_an_ellipsis() -> None:
    size, lines = fit(LONG * 3)
    assert size == min(SIZES)
    assert lines[-1].endswith("…") and not any(line.endswith("…") for line in lines[:-1])


@pytest.mark.parametrize(
    "text", [LONG, "x" * 400, "W" * 200 + " short", "a " * 300], ids=["words", "x", "wide", "short"]
)
def test_no_line_leaves_the_picture(text: str) -> None:
    size, lines = fit(text)
    assert all(0 < _font(size, 600).getlength(line) <= ROOM for line in lines)
    box = inked(Picture("Site", text, "answered", "1 sentence checked"))
    assert box is not None and box[2] + 30 <= WIDTH - MARGIN + 8


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        pytest.param("How accurate is it?", True, id="English"),
        pytest.param("Wie groß ist Schrödingers Übermut?", True, id="German"),
        pytest.param("Насколько точны квантовые сети?", True, id="Russian"),
        pytest.param("Πόσο ακριβή είναι;", True, id="Greek"),
        pytest.param("μ ≥ 3 → ∞ “quoted” — H₂O", True, id="signs"),
        pytest.param("The ﬁnal ℏ", True, id="letters that stand for others"),
        pytest.param("u\u0308ber", True, id="an accent by itself"),
        pytest.param("no\u200bbreak\u202e", True, id="letters that are not seen"),
        pytest.param("量子计算机有多精确？", False, id="Chinese"),
        pytest.param("ما مدى دقة الشبكات؟", False, id="Arabic"),
        pytest.param("כמה מדויק?", False, id="Hebrew"),
        pytest.param("Is it 🚀?", False, id="a picture sign"),
    ],
)
def test_what_the_font_lacks_is_known(text: str, drawn: bool) -> None:
    assert can_draw(text) is drawn


def test_a_question_that_cannot_be_drawn_gives_way_to_the_name_of_the_site() -> None:
    foreign = replace(PICTURE, heading="量子计算机有多精确？")
    assert draw(foreign) == draw(replace(PICTURE, heading=""))
    assert "量子" in foreign.alt


def test_a_site_that_cannot_be_drawn_is_left_out_and_never_becomes_boxes() -> None:
    assert draw(replace(PICTURE, site="量子")) == draw(replace(PICTURE, site=""))
    assert inked(replace(PICTURE, site="量子"), 0, 150) is None
    assert draw(Picture("量子", "量子", "answered", "x")) == draw(Picture("", "", "answered", "x"))


def test_every_part_has_its_place() -> None:
    assert inked(BLANK, 0, 510) is None and inked(BLANK, 524) is None  # but for the line
    assert inked(Picture("Site", "Question?"), 0, 150) is not None
    assert inked(Picture("", "Question?"), 150, 500) is not None
    assert inked(Picture("", "", "answered", ""), 524) is not None
    assert inked(Picture("", "", "", "note"), 524) is not None


# --- what is drawn, and when ---------------------------------------------------------------------------------------


def test_a_picture_is_drawn_once_for_all_pages_that_show_it(tmp_path: Path) -> None:
    publish(render_groups(), tmp_path / "out", with_search=False)
    before = {path: path.stat().st_ino for path in (tmp_path / "out" / FOLDER).iterdir()}
    written = publish(render_groups(archive(preprint_count=7)), tmp_path / "out", with_search=False)
    assert {path: path.stat().st_ino for path in (tmp_path / "out" / FOLDER).iterdir()} == before
    assert len(before) == 3 and written.pages == 2


def test_a_picture_says_what_overtook_the_answer() -> None:
    assert picture_of(ANSWERED, "answered", "", "Ours") == Picture(
        "Ours", ANSWERED.question, "answered", "3 sentences checked"
    )
    assert (
        picture_of(ANSWERED, "answered", "a source was withdrawn", "Ours").note
        == "3 sentences checked; a source was withdrawn"
    )
    assert picture_of(UNANSWERED, "not answered", "", "Ours").note == "searched in 98 preprints"


def test_pictures_of_answers_that_changed_go_with_the_old_site(tmp_path: Path) -> None:
    publish(render(), tmp_path / "out", with_search=False)
    changed = archive(states={ACCURACY.slug: State("source_withdrawn"), REEFS.slug: State()})
    publish(render(changed), tmp_path / "out", with_search=False)
    assert len(list((tmp_path / "out" / FOLDER).iterdir())) == 3
