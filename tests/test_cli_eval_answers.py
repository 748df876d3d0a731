"""`antigravity eval answers` and `eval regression`."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.cli_eval_answers import print_judged, print_run
from pipeline.eval.labelled import Labelled, read_labelled
from pipeline.eval.regression import read_records, write_records
from pipeline.eval.sets import measure, run_set
from pipeline.steps import Night
from tests.nights import embedded, make_archive
from tests.render.test_data import assert_fits

ROOT = Path(__file__).parents[1]
LINES: list[dict[str, Any]] = [
    {
        "question": "How accurately do hybrid quantum models classify medical images?",
        "answerable": True,
        "sources": ["2405.00548"],
        "facets": ["quantum", "images"],
    },
    {"question": "How fast do coral reefs recover?", "answerable": False, "sources": [], "facets": ["coral"]},
    {"question": "Which diffusion models generate images?", "answerable": True, "sources": ["2401.07049"]},
]
SHARE = (float, type(None))
FIGURES: dict[str, Any] = {
    "questions": int,
    "failed": int,
    "answered_answerable": int,
    "answered_unanswerable": int,
    "refused_answerable": int,
    "refused_unanswerable": int,
    "partly_answerable": int,
    "partly_unanswerable": int,
    "citation_recall": float,
    "citation_precision": float,
    "sources_retrieved": float,
    "sources_cited": float,
    "sentences": int,
    "cut": int,
    "quoted": int,
    "seconds": float,
    "tokens": int,
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return make_archive(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "box.jsonl"
    path.write_text("\n".join(map(json.dumps, LINES)), encoding="utf-8")
    return path


@pytest.fixture
def opened(config: Path) -> Iterator[Night]:
    with embedded(config) as found:
        yield found


@pytest.fixture
def questions(file: Path) -> list[Labelled]:
    return read_labelled(file)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["eval", *map(str, arguments)])


def test_a_wrong_file_of_questions_is_a_message_and_exit_code_1(tmp_path: Path, config: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "Why?"}\n', encoding="utf-8")
    result = run("answers", "--questions", file, "--config", config)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "questions.jsonl, line 1: 'answerable' is None" in result.stderr


def test_an_empty_archive_is_a_message_and_exit_code_1(file: Path, config: Path) -> None:
    result = run("answers", "--questions", file, "--config", config, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the archive lacks 2 of the sources: 2401.07049, 2405.00548" in result.stderr
    assert "run antigravity ingest and antigravity embed first" in result.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["--questions", "x", "--limit", "0"], ["--questions", "x", "--pages", __file__]]
)
def test_wrong_usage_exits_2(arguments: list[str], config: Path) -> None:
    assert run("answers", *arguments, "--config", config).exit_code == 2


def test_the_document_holds_the_contracts_keys_and_a_row_for_every_question(
    opened: Night, questions: list[Labelled], capsys: pytest.CaptureFixture[str]
) -> None:
    print_judged(measure(opened, questions), "fake-model", as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert_fits({name: document[name] for name in FIGURES}, FIGURES)
    assert (document["questions"], document["failed"], document["model"]) == (3, 0, "fake-model")
    assert document["answered_answerable"] + document["refused_answerable"] == 2
    assert document["refused_unanswerable"] == 1
    assert [row["line"] for row in document["rows"]] == [1, 2, 3]
    assert [row["status"] for row in document["rows"]][1] == "not_answered"
    answered = {row["question"] for row in document["rows"] if row["answerable"] and row["status"] != "not_answered"}
    assert answered and answered.isdisjoint(document["false_refusals"])
    assert document["false_answers"] == []


def test_figures_and_what_went_wrong_are_told_in_words(
    opened: Night, questions: list[Labelled], capsys: pytest.CaptureFixture[str]
) -> None:
    refused = replace(questions[1], answerable=True)
    judged = measure(opened, [questions[0], refused])
    print_judged([*judged, (replace(judged[0][0], answer=None, problem="RuntimeError: x"), judged[0][1])], "m", False)
    out, err = capsys.readouterr()
    assert "answerable             1" in out
    assert "false refusal: How fast do coral reefs recover?" in out
    assert "1 questions failed" in out
    assert "warning: line 1: RuntimeError: x" in err


def test_a_run_is_told_with_what_it_is_held_against(
    opened: Night, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        print_run(run_set(opened, file.parent, "box"))
    out = capsys.readouterr().out
    assert "box, fake-model: the first figures of these questions" in out
    assert f"box, fake-model: held against {opened.today}" in out


# --- regression ---------------------------------------------------------------------------------------------------


def test_regression_without_its_settings_is_a_message(tmp_path: Path) -> None:
    result = run("regression", "--folder", tmp_path, "--config", tmp_path / "none.toml")
    assert result.exit_code == 1
    assert "none.toml: can't read the settings" in result.stderr


def write_box(folder: Path) -> Path:
    """Three questions over the box, and settings with the models in the box."""
    lines = (ROOT / "evaluation" / "box.jsonl").read_text(encoding="utf-8").splitlines()
    (folder / "box.jsonl").write_text("\n".join(lines[:3]), encoding="utf-8")
    settings = folder / "box.toml"
    settings.write_text(
        f'[questions]\nfolder = "{ROOT.as_posix()}/questions"\n[answer]\nmax_tokens = 96\n'
        f'[[sources]]\nname = "arxiv"\nkind = "jsonl"\npath = "{ROOT.as_posix()}/pipeline/sample/preprints.jsonl"\n',
        encoding="utf-8",
    )
    return settings


@pytest.mark.models
def test_questions_over_the_box_are_asked_with_the_models_in_the_box(tmp_path: Path) -> None:
    settings = write_box(tmp_path)
    result = run("regression", "--folder", tmp_path, "--config", settings, "--json")
    assert result.exit_code == 0, result.output
    assert "archive: skipped" in result.stderr
    [row] = json.loads(result.stdout)
    assert_fits(row["figures"], FIGURES | {"citation_recall": SHARE, "citation_precision": SHARE})
    assert row["figures"]["answered_unanswerable"] == 0
    assert row["figures"]["answered_answerable"] >= 1
    kept = tmp_path / "figures.json"
    [record] = read_records(kept)
    better = replace(record.kept.figures, answered_answerable=9)
    write_records(kept, [replace(record, kept=replace(record.kept, figures=better))])
    arguments = ("answers", "--questions", tmp_path / "box.jsonl", "--limit", 2, "--config", settings)
    text = run(*arguments, "--pages", tmp_path / "pages").stdout
    assert "unanswerable" in text and "citation recall" in text
    assert len(list((tmp_path / "pages").glob("0*.md"))) == 2
    worse = run("regression", "--folder", tmp_path, "--config", settings, "--pages", tmp_path / "again")
    assert worse.exit_code == 1
    assert "box: " in worse.stderr and "9 before" in worse.stderr
    pages = sorted((tmp_path / "again" / "box").glob("0*.md"))
    assert len(pages) == 3
    assert [page.read_text(encoding="utf-8") for page in pages[:2]] == [
        page.read_text(encoding="utf-8") for page in sorted((tmp_path / "pages").glob("0*.md"))
    ]
