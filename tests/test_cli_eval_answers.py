"""`antigravity eval answers` and `eval regression`."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.answer.engines import Completion
from pipeline.answer.prompt import Prompt
from pipeline.cli import main
from pipeline.cli_eval_answers import measure, print_judged, run_set, unknown_sources
from pipeline.errors import ModelError, PipelineError
from pipeline.eval.labelled import Labelled, read_labelled
from pipeline.eval.regression import read_records, write_records
from pipeline.steps import Night, embed, ingest
from tests.fakes import QuotingEngine
from tests.nights import make_archive, night
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


class Stopping(QuotingEngine):
    """A model that is stopped in its second reply."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def reply(self, prompt: Prompt) -> str | Completion:
        if len(self.prompts) > 1:
            raise self._error
        return super().reply(prompt)


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
    with night(config) as found:
        ingest(found)
        embed(found)
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
    judged, stopped = measure(opened, questions)
    print_judged(judged, "fake-model", as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert stopped is None
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
    judged, _ = measure(opened, [questions[0], refused])
    print_judged([*judged, (replace(judged[0][0], answer=None, problem="RuntimeError: x"), judged[0][1])], "m", False)
    out, err = capsys.readouterr()
    assert "answerable             1" in out
    assert "false refusal: How fast do coral reefs recover?" in out
    assert "1 questions failed" in out
    assert "warning: line 1: RuntimeError: x" in err


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), ModelError("the model is gone")], ids=lambda one: type(one).__name__
)
def test_what_was_measured_before_it_was_stopped_is_there(
    opened: Night, questions: list[Labelled], error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.eval.answers.TOGETHER", 1)
    judged, stopped = measure(replace(opened, engine=Stopping(error)), questions)
    assert stopped is error
    assert 0 < len(judged) < len(questions)


def test_sources_that_the_archive_lacks_are_named(opened: Night, questions: list[Labelled]) -> None:
    assert unknown_sources(opened, questions) == []
    assert unknown_sources(opened, [replace(questions[0], sources=("2401.07049", "9901.00001"))]) == ["9901.00001"]


# --- regression ---------------------------------------------------------------------------------------------------


def test_the_first_figures_are_kept_and_later_ones_stand_beside_them(opened: Night, file: Path) -> None:
    first = run_set(opened, file.parent, "box", keep=False, as_json=True)
    second = run_set(opened, file.parent, "box", keep=False, as_json=True)
    assert (first["kept"], first["dropped"]) == (None, [])
    assert second["dropped"] == []
    assert second["kept"] == first["figures"]
    [record] = read_records(file.parent / "figures.json")
    assert (record.name, record.model, record.latest.measured_on) == ("box", "fake-model", opened.today)


def test_a_drop_is_named_until_it_is_mended_or_kept_on_purpose(
    opened: Night, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = file.parent / "figures.json"
    run_set(opened, file.parent, "box", keep=False, as_json=True)
    [record] = read_records(kept)
    better = replace(record.kept.figures, answered_answerable=9)
    write_records(kept, [replace(record, kept=replace(record.kept, figures=better))])
    for keep in (False, False, True):
        row = run_set(opened, file.parent, "box", keep=keep, as_json=False)
        assert [drop.endswith("answerable questions were answered, 9 before") for drop in row["dropped"]] == [True]
    assert run_set(opened, file.parent, "box", keep=False, as_json=False)["dropped"] == []
    assert f"box, fake-model: held against {opened.today}" in capsys.readouterr().out


def test_an_archive_without_the_sources_is_refused(opened: Night, file: Path) -> None:
    file.write_text(json.dumps(LINES[0] | {"sources": ["9901.00001"]}), encoding="utf-8")
    with pytest.raises(PipelineError, match="the archive lacks 1 of the preprints that the questions rest on"):
        run_set(opened, file.parent, "box", keep=False, as_json=True)
    assert not (file.parent / "figures.json").exists()


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
    worse = run("regression", "--folder", tmp_path, "--config", settings)
    assert worse.exit_code == 1
    assert "box: " in worse.stderr and "9 before" in worse.stderr
