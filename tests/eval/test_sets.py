"""A set of labelled questions over an archive: measured to its end or not, and held against what was kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.answer.engines import Completion
from pipeline.answer.prompt import Prompt
from pipeline.errors import ModelError, PipelineError
from pipeline.eval.labelled import Labelled, read_labelled
from pipeline.eval.regression import read_records, write_records
from pipeline.eval.sets import BOX, StoppedError, few, measure, refuse_drops, run_set, unknown_sources
from pipeline.steps import Night
from pipeline.store.preprints import load_counts
from tests.fakes import QuotingEngine
from tests.nights import embedded, make_archive, night

LINES = [
    {
        "question": "How accurately do hybrid quantum models classify medical images?",
        "answerable": True,
        "sources": ["2405.00548"],
        "facets": ["quantum", "images"],
    },
    {"question": "How fast do coral reefs recover?", "answerable": False, "sources": [], "facets": ["coral"]},
    {"question": "Which diffusion models generate images?", "answerable": True, "sources": ["2401.07049"]},
]


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
def file(tmp_path: Path) -> Path:
    path = tmp_path / "box.jsonl"
    path.write_text("\n".join(map(json.dumps, LINES)), encoding="utf-8")
    return path


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Night]:
    with embedded(make_archive(tmp_path)) as found:
        yield found


@pytest.fixture
def questions(file: Path) -> list[Labelled]:
    return read_labelled(file)


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), ModelError("the model is gone")], ids=lambda one: type(one).__name__
)
def test_what_was_measured_before_it_was_stopped_is_there(
    opened: Night, questions: list[Labelled], error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.eval.answers.TOGETHER", 1)
    with pytest.raises(StoppedError, match="of 3 questions; nothing is stored") as stopped:
        measure(replace(opened, engine=Stopping(error)), questions)
    assert stopped.value.__cause__ is error
    assert 0 < len(stopped.value.judged) < len(questions)


def test_sources_that_the_archive_lacks_are_named(opened: Night, questions: list[Labelled]) -> None:
    assert unknown_sources(opened, questions) == []
    assert unknown_sources(opened, [replace(questions[0], sources=("2401.07049", "9901.00001"))]) == ["9901.00001"]


def test_the_first_figures_are_kept_and_later_ones_stand_beside_them(opened: Night, file: Path) -> None:
    first = run_set(opened, file.parent, "box")
    second = run_set(opened, file.parent, "box")
    assert (first.kept, first.drops) == (None, [])
    assert (second.kept, second.drops) == (first.found, [])
    assert second.document()["kept"] == first.document()["figures"]
    [record] = read_records(file.parent / "figures.json")
    assert (record.name, record.model, record.latest.measured_on) == ("box", "fake-model", opened.today)


def test_a_drop_is_named_until_it_is_mended_or_kept_on_purpose(opened: Night, file: Path) -> None:
    kept = file.parent / "figures.json"
    run_set(opened, file.parent, "box")
    [record] = read_records(kept)
    better = replace(record.kept.figures, answered_answerable=9)
    write_records(kept, [replace(record, kept=replace(record.kept, figures=better))])
    for keep in (False, False, True):
        found = run_set(opened, file.parent, "box", keep=keep)
        assert [drop.endswith("answerable questions were answered, 9 before") for drop in found.drops] == [True]
        with pytest.raises(PipelineError, match=r"box: .* 9 before\n.*commit .*figures\.json"):
            refuse_drops([found], file.parent)
    assert run_set(opened, file.parent, "box").drops == []


def test_an_archive_without_the_sources_is_refused(opened: Night, file: Path) -> None:
    file.write_text(json.dumps(LINES[0] | {"sources": ["9901.00001"]}), encoding="utf-8")
    with pytest.raises(PipelineError, match="the archive lacks 1 of the preprints that the questions rest on"):
        run_set(opened, file.parent, "box")
    assert not (file.parent / "figures.json").exists()


def test_the_box_is_taken_in_before_it_is_asked(tmp_path: Path, file: Path) -> None:
    with night(make_archive(tmp_path / "fresh")) as found:
        run = run_set(found, file.parent, BOX)
    assert (run.name, len(run.judged)) == ("box", 3)
    refuse_drops([run], file.parent)
    assert run.drops == []


def test_a_set_that_is_not_there_is_told_before_anything_is_taken_in(tmp_path: Path) -> None:
    with night(make_archive(tmp_path / "fresh")) as found:
        with pytest.raises(PipelineError, match=r"box\.jsonl can't be read: No such file or directory\n"):
            run_set(found, tmp_path, BOX)
        assert load_counts(found.connection)[0] == 0


def test_of_many_texts_the_first_five_are_told() -> None:
    assert (few(list("abcde")), few(list("abcdef"))) == ("a, b, c, d, e", "a, b, c, d, e, …")
