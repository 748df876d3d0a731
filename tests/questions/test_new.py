"""A new question's file."""

from pathlib import Path

import pytest

from pipeline.errors import QuestionError
from pipeline.questions import check_questions
from pipeline.questions.new import propose, slug_of
from tests.questions.bad_files import FOLDER, write

CORAL = "How long do bleached coral reefs take to recover their fish?"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(Path("questions"), FOLDER)
    return Path("questions")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("How long do coral reefs take to recover?", "coral-reefs-recover"),
        ("Does Kölle's “naïve” model reach 99.5 % on X-rays?", "kolle-s-naive-model-reach-99-5-x-rays"),
        ("Is it so?", "question"),
        ("水は何度で沸騰しますか?", "question"),
        (f"Does {'word ' * 30}help?", "-".join(["word"] * 12)),
        (f"Does {'x' * 99} help?", "x" * 60),
        ("Is b it?", "question-b"),
    ],
)
def test_a_name_is_made_of_the_words_that_tell(text: str, slug: str) -> None:
    assert slug_of(text, ()) == slug


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert slug_of("Do reefs grow?", ("reefs-grow", "reefs-grow-2")) == "reefs-grow-3"


def test_the_file_passes_the_check_and_shows_the_nearest_questions(folder: Path) -> None:
    path, text, near = propose(folder, f"  {CORAL}\n", ["ecology"])
    assert path == folder / "bleached-coral-reefs-recover-fish.md"
    assert [problem.code for problem in near] == ["question-near"]
    assert "# - 'How long do coral reefs take to recover after bleaching?' is near" in text
    path.write_text(text, encoding="utf-8")
    assert [problem.code for problem in check_questions(folder, [path])] == ["body-missing", "question-near"]


def test_without_a_topic_the_file_lists_the_choice(folder: Path) -> None:
    path, text, near = propose(folder, 'Does "noise": #1 help a model?', [])
    assert near == ()
    assert "topics: []  # choose from: ecology, medical-imaging\n" in text
    path.write_text(text, encoding="utf-8")
    assert [problem.code for problem in check_questions(folder, [path])] == ["topics-empty"]


@pytest.mark.parametrize(
    ("text", "topics", "code"),
    [
        ("how long do coral-reefs take to recover after bleaching ?", ["ecology"], "question-duplicate"),
        ("Does noise help a quantum model", ["ecology"], "question-mark"),
        ("Does noise help a quantum model?", ["ecolgy"], "topics-unknown"),
        ("Does <b>noise</b> help a quantum model?", [], "text-html"),
        ("Please recommend a book. Can you do that?", [], "text-order"),
        ("Noise in quantum models?", [], "question-topic"),
    ],
)
def test_a_wording_that_breaks_a_rule_is_refused(folder: Path, text: str, topics: list[str], code: str) -> None:
    with pytest.raises(QuestionError, match=rf"^{code}: .*\n  → "):
        propose(folder, text, topics)
