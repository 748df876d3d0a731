"""The folder: which files are read, what clashes between them, and the topics."""

from pathlib import Path

import pytest

from pipeline.errors import QuestionError
from pipeline.questions import check_questions, read_active, read_questions, read_topics
from pipeline.records import Problem, Topic
from tests.questions.samples import ASKED, GOOD, front

QUESTIONS = Path(__file__).parents[2] / "questions"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`questions` below the working directory, with one topic and one question."""
    monkeypatch.chdir(tmp_path)
    made = Path("questions")
    made.mkdir()
    made.joinpath("topics.toml").write_text('[topics.ecology]\ntitle = "Ecology"\n', encoding="utf-8")
    made.joinpath("README.md").write_text("# Questions\n", encoding="utf-8")
    made.joinpath("first.md").write_text(front("order: 1"), encoding="utf-8")
    return made


def write(folder: Path, name: str, *lines: str, question: str = "Is a second question asked here?") -> Path:
    path = folder / name
    path.write_text(front(*lines).replace(ASKED, f"question: {question}"), encoding="utf-8")
    return path


def codes(problems: list[Problem]) -> list[tuple[str, int, str]]:
    return [(problem.file, problem.line, problem.code) for problem in problems]


def test_our_own_questions_have_no_problem() -> None:
    questions, problems = read_questions(QUESTIONS)
    assert problems == ()
    assert check_questions(QUESTIONS) == []
    assert {question.slug for question in questions} == {path.stem for path in QUESTIONS.glob("*.md")} - {"README"}
    assert [question.order for question in questions] == sorted(question.order for question in questions)


def test_one_bad_file_does_not_stop_the_others(folder: Path) -> None:
    write(folder, "zebra.md", "order: 0")
    write(folder, "bad.md", question="What")
    write(folder, "alpha.md", "aliases: [Without a mark]", question="Is a third question asked here?")
    questions, problems = read_questions(folder)
    assert [question.slug for question in questions] == ["zebra", "first", "alpha"]
    assert codes(list(problems)) == [
        ("questions/alpha.md", 4, "aliases-mark"),
        ("questions/bad.md", 2, "question-mark"),
        ("questions/bad.md", 2, "question-short"),
    ]


def test_active_questions_are_those_named_or_all(folder: Path) -> None:
    write(folder, "zebra.md", "order: 0")
    write(folder, "draft.md", "status: draft", question="Is a draft asked here too?")
    assert [question.slug for question in read_active(folder)] == ["zebra", "first"]
    assert [question.slug for question in read_active(folder, ["first"])] == ["first"]
    with pytest.raises(QuestionError, match="no active question named draft, nothing") as told:
        read_active(folder, ["nothing", "first", "draft"])
    assert "antigravity questions check" in told.value.mend


@pytest.mark.parametrize(
    ("name", "content", "code", "line"),
    [
        ("latin.md", "---\nquestion: Caf\xe9?\n".encode("latin-1"), "file-encoding", 2),
        ("large.md", GOOD.encode() + b"x" * 20_000, "file-large", 1),
        ("void.md", b"", "file-empty", 1),
        ("notes.txt", b"x", "file-not-markdown", 1),
        ("Upper.md", GOOD.replace("noise", "heat").encode(), "slug-form", 1),
        ("zero\x01width.md", GOOD.replace("noise", "heat").encode(), "slug-form", 1),
    ],
    ids=["not UTF-8", "too large", "empty", "not Markdown", "upper case", "control character in its name"],
)
def test_file_that_cannot_be_read(folder: Path, name: str, content: bytes, code: str, line: int) -> None:
    (folder / name).write_bytes(content)
    (problem,) = check_questions(folder)
    assert (problem.line, problem.code) == (line, code)
    assert problem.file.isprintable()
    assert check_questions(folder, [folder / name]) == [problem]


def test_byte_order_mark_is_no_problem(folder: Path) -> None:
    path = write(folder, "second.md")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert check_questions(folder) == []


def test_subfolder_is_a_problem_and_dot_file_is_not(folder: Path) -> None:
    (folder / "sub.md").mkdir()
    (folder / ".hidden").write_bytes(b"\xff")
    assert codes(check_questions(folder)) == [("questions/sub.md", 1, "file-not-markdown")]


def test_named_files_that_are_no_questions(folder: Path, tmp_path: Path) -> None:
    (folder / "sub").mkdir()
    outside = write(tmp_path, "outside.md")
    below = write(folder / "sub", "below.md")
    link = folder / "link.md"
    link.symlink_to(outside)
    loop = folder / "loop.md"
    loop.symlink_to("loop.md")
    named = [folder / "absent.md", outside, below, link, loop, folder / "README.md", folder / "topics.toml"]
    assert codes(check_questions(folder, named)) == [
        ("outside.md", 1, "file-outside"),
        ("questions/absent.md", 1, "file-missing"),
        ("questions/link.md", 1, "file-outside"),
        ("questions/loop.md", 1, "file-unreadable"),
        ("questions/sub/below.md", 1, "file-outside"),
    ]
    assert [problem.code for problem in check_questions(folder, [Path("a\0b.md")])] == ["file-unreadable"]


def test_named_file_shows_its_own_problems_only(folder: Path) -> None:
    bad = write(folder, "bad.md", question="What")
    good = write(folder, "good.md")
    assert check_questions(folder, [good]) == []
    assert check_questions(folder, [bad.resolve()]) == check_questions(folder, [bad]) != []
    assert check_questions(folder, []) == check_questions(folder)


def test_missing_folder_is_told(folder: Path) -> None:
    assert codes(check_questions(folder / "no")) == [("questions/no", 1, "folder-missing")]
    with pytest.raises(QuestionError, match=r"questions/no: there is no such folder"):
        read_questions(folder / "no")


@pytest.mark.parametrize(
    ("question", "lines", "line"),
    [
        ("Does noise help a quantum model?", (), 2),
        ('"DOES noise, help – a  quantum model ?"', (), 2),
        ("Is a second question asked here?", ("aliases:", "  - does noise help a quantum-model?"), 5),
    ],
    ids=["exact", "punctuation, case and white space", "an alias"],
)
def test_same_question_twice(folder: Path, question: str, lines: tuple[str, ...], line: int) -> None:
    second = write(folder, "second.md", *lines, question=question)
    expected = [("questions/second.md", line, "question-duplicate")]
    assert codes(check_questions(folder)) == expected
    assert codes(check_questions(folder, [second])) == expected
    assert codes(check_questions(folder, [folder / "first.md"])) == [("questions/first.md", 2, "question-duplicate")]
    assert [question.slug for question in read_questions(folder)[0]] == ["first"]


def test_alias_that_repeats_its_own_question(folder: Path) -> None:
    write(folder, "second.md", "aliases: ['is a second question asked here?']")
    assert codes(check_questions(folder)) == [("questions/second.md", 4, "question-duplicate")]


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_only_active_questions_are_compared(folder: Path, status: str) -> None:
    write(folder, "second.md", f"status: {status}", question="Does noise help a quantum model?")
    assert check_questions(folder) == []


def test_names_that_differ_only_in_case(folder: Path) -> None:
    write(folder, "First.md")
    if len(list(folder.glob("[fF]irst.md"))) < 2:
        pytest.skip("this file system does not tell upper from lower case")
    assert codes(check_questions(folder)) == [
        ("questions/First.md", 1, "slug-case"),
        ("questions/First.md", 1, "slug-form"),
    ]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("first", []),
        ("frist", [("questions/second.md", 5, "merged-into-absent")]),
        ("second", [("questions/second.md", 5, "merged-into-itself")]),
        ("planned", [("questions/second.md", 5, "merged-into-draft")]),
        ("former", [("questions/second.md", 5, "merged-into-retired")]),
    ],
    ids=["active", "absent", "itself", "draft", "retired"],
)
def test_question_that_takes_over(folder: Path, target: str, expected: list[tuple[str, int, str]]) -> None:
    write(folder, "planned.md", "status: draft", question="Is this one being written?")
    write(folder, "former.md", "status: retired", question="Was this one asked before?")
    write(folder, "second.md", "status: retired", f"merged_into: {target}")
    assert codes(check_questions(folder)) == expected


# --- topics ------------------------------------------------------------------------------------------------------


def test_topics_are_read_in_order(folder: Path) -> None:
    text = '[topics.zoology]\ntitle = "Zoology"\ndescription = "Animals."\n[topics.ecology]\ntitle = "Ecology"\n'
    (folder / "topics.toml").write_text(text, encoding="utf-8")
    assert list(read_topics(folder).items()) == [
        ("zoology", Topic("zoology", "Zoology", "Animals.")),
        ("ecology", Topic("ecology", "Ecology")),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[topics.ecology]\ntitle = Ecology\n", 2),
        ("", 1),
        ("topics = 5\n", 1),
        ("[topics]\n[topic.ecology]\ntitle = 'Ecology'\n", 1),
        ("\n[topics.ecology]\n", 2),
        ("\n[topics.ecology]\ntitle = ' '\n", 2),
        ("\n[topics.ecology]\ntitle = 5\n", 2),
        ("\n[topics.ecology]\ntitle = 'x'\ncolour = 'red'\n", 2),
        ("\n[topics.Ecology]\ntitle = 'x'\n", 2),
        ("\n[topics.ecology]\ntitle = '<b>'\n", 2),
        ("x = " + "[" * 5000, 1),
        ("x = " + "1" * 5000, 1),
    ],
    ids=[
        "not TOML",
        "empty",
        "no tables",
        "another table",
        "no title",
        "title blank",
        "title a number",
        "unknown key",
        "slug in capitals",
        "HTML",
        "deep",
        "a long number",
    ],
)
def test_bad_topics(folder: Path, text: str, line: int) -> None:
    (folder / "topics.toml").write_text(text, encoding="utf-8")
    first, *_ = check_questions(folder)
    assert (first.file, first.line, first.code) == ("questions/topics.toml", line, "topics-file")
    with pytest.raises(QuestionError, match=rf"^questions/topics\.toml:{line}: .*\n  → write \[topics\.my-topic\]"):
        read_topics(folder)


def test_broken_topics_do_not_make_the_questions_wrong(folder: Path) -> None:
    (folder / "topics.toml").unlink()
    questions, problems = read_questions(folder)
    assert [question.slug for question in questions] == ["first"]
    assert codes(list(problems)) == [("questions/topics.toml", 1, "topics-file")]
