"""What a night works with, and the report of its steps."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.answer.engines.llama_cpp import LlamaCppEngine
from pipeline.answer.engines.openai import OpenAIEngine
from pipeline.errors import ModelError
from pipeline.models.catalogue import read_catalogue
from pipeline.night import open_engine, open_judge, open_night, render_report, report_document
from pipeline.progress import silent
from pipeline.records import HarvestReport, StepReport
from pipeline.settings import AnswerSettings, VerifySettings, read_settings
from pipeline.store.preprints import load_counts
from pipeline.verify.judge import Judge, LanguageJudge
from pipeline.verify.nli import NliJudge
from pipeline.verify.readout import ReadoutJudge, read_readouts
from tests.fakes import FakeEngine, LayerEngine
from tests.nights import make_archive

HARVEST = HarvestReport(
    "arxiv", pages=2, records=7, new=1, unchanged=3, rejected=3, failed=True, reasons=(("no id", 3),)
)


def test_a_night_opens_the_archive_and_names_both_models_without_loading_them(tmp_path: Path) -> None:
    settings = read_settings(make_archive(tmp_path / "archive"))
    before = datetime.now(UTC).date()
    with open_night(settings, silent) as night:
        assert load_counts(night.connection) == (0, None)
        assert night.encoder.name.startswith("mini@") and night.encoder.name.endswith("/256")
        assert (night.engine.name, len(night.engine.sha256)) == ("tiny", 64)
        assert before <= night.today <= datetime.now(UTC).date()
        assert night.index_folder == tmp_path / "archive" / "archive" / "lexical"
    assert settings.archive.database.is_file()


@pytest.mark.parametrize("paraphrases", [False, True])
def test_a_night_has_a_judge_only_where_sentences_in_other_words_are_wanted(tmp_path: Path, paraphrases: bool) -> None:
    verify = VerifySettings(judge="language-model", paraphrases=paraphrases)
    settings = read_settings(make_archive(tmp_path / "archive")).model_copy(update={"verify": verify})
    with open_night(settings, silent) as night:
        assert isinstance(night.judge, LanguageJudge) == paraphrases


@pytest.mark.parametrize(("model", "named"), [("tiny.gguf", "answer.model"), ("mini/modules.json", "embed.model")])
def test_a_model_that_is_missing_stops_the_night_before_anything_is_opened(
    tmp_path: Path, model: str, named: str
) -> None:
    config = make_archive(tmp_path / "archive")
    (config.parent / model).unlink()
    settings = read_settings(config)
    with pytest.raises(ModelError, match=named), open_night(settings, silent):
        pass
    assert not settings.archive.database.exists()


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({}, LlamaCppEngine),
        ({"engine": "openai", "model": "some-4b", "base_url": "http://127.0.0.1:1/v1"}, OpenAIEngine),
    ],
)
def test_the_engine_is_the_one_that_the_settings_name(settings: dict[str, Any], kind: type) -> None:
    assert isinstance(open_engine(AnswerSettings(**settings)), kind)


MEASURED = next(one for one in read_catalogue() if one.judge_threshold)
"""A model that the catalogue knows for a good judge."""


@pytest.mark.parametrize(
    ("settings", "sha256", "threshold"),
    [
        pytest.param({}, "0" * 64, None, id="a model that was not measured"),
        pytest.param({}, MEASURED.files[0].sha256, MEASURED.judge_threshold, id="a model that was"),
        pytest.param({"judge": "none"}, MEASURED.files[0].sha256, None, id="none wanted"),
        pytest.param({"judge": "language-model"}, "0" * 64, 0.8, id="wanted, never measured"),
        pytest.param({"judge": "language-model", "judge_threshold": 0.9}, "0" * 64, 0.9, id="with a threshold"),
    ],
)
def test_the_language_model_judges_where_it_is_good_enough_or_where_it_is_told_to(
    settings: dict[str, Any], sha256: str, threshold: float | None
) -> None:
    engine = FakeEngine(sha256=sha256)
    expected: Judge | None = LanguageJudge(engine, threshold) if threshold else None
    assert open_judge(VerifySettings(**settings), engine, Path("models")) == expected


def test_a_model_that_was_learnt_to_be_read_is_read_unless_it_is_a_servers() -> None:
    [readout] = read_readouts()
    assert readout.sha256 == MEASURED.files[0].sha256
    engine = LayerEngine(sha256=readout.sha256)
    assert open_judge(VerifySettings(), engine, Path("models")) == ReadoutJudge(
        engine, readout, MEASURED.judge_threshold or 0
    )
    assert open_judge(VerifySettings(judge_threshold=0.7), engine, Path("models")) == ReadoutJudge(engine, readout, 0.7)
    assert open_judge(VerifySettings(judge="none"), engine, Path("models")) is None
    assert isinstance(open_judge(VerifySettings(judge="language-model"), LayerEngine(), Path("models")), LanguageJudge)


def test_any_other_judge_is_the_folder_of_a_cross_encoder(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    judge = open_judge(VerifySettings(judge=str(tmp_path)), FakeEngine(), Path("models"))
    assert isinstance(judge, NliJudge)
    assert judge.name.endswith("threshold=0.8")


def test_a_judge_of_the_catalogue_is_looked_for_where_it_was_pulled_to(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"verify\.judge.*holds no weights"):
        open_judge(VerifySettings(judge="nli-deberta-v3-small"), FakeEngine(), tmp_path)
    with pytest.raises(ModelError, match="is no judge"):
        open_judge(VerifySettings(judge="box:all-MiniLM-L6-v2"), FakeEngine(), tmp_path)


def test_the_report_has_the_keys_of_the_contract_and_their_sums() -> None:
    reports = [
        StepReport("ingest", 1, 2, 3, 0.5, lost_sources=1, sources=(HARVEST,), warnings=("a", "b")),
        StepReport("embed", 4, seconds=1.25, embedded=4),
        StepReport("answer", 5, model_calls=5, warnings=("c",)),
        StepReport("render", 6, pages_written=7, files_written=8),
    ]
    assert report_document(reports) == {
        "steps": [
            {
                "name": "ingest",
                "done": 1,
                "skipped": 2,
                "failed": 3,
                "seconds": 0.5,
                "sources": (asdict(HARVEST),),
                "warnings": ("a", "b"),
            },
            {"name": "embed", "done": 4, "skipped": 0, "failed": 0, "seconds": 1.25},
            {"name": "answer", "done": 5, "skipped": 0, "failed": 0, "seconds": 0.0, "warnings": ("c",)},
            {"name": "render", "done": 6, "skipped": 0, "failed": 0, "seconds": 0.0},
        ],
        "model_calls": 5,
        "embedded": 4,
        "pages_written": 7,
        "files_written": 8,
        "lost_sources": 1,
        "warnings": ["a", "b", "c"],
    }
    assert report_document([])["steps"] == []


def test_the_report_for_people_has_a_row_a_step_and_says_what_broke_off() -> None:
    document = report_document([StepReport("embed", 4_000, seconds=1.25, waiting=7, warnings=("7 wait",))])
    assert document["steps"][0]["waiting"] == 7
    told = render_report(document)
    assert "| embed | 4,000 | 0 | 0 | 1.2 |" in told and told.endswith("- 7 wait\n") and "broke off" not in told
    assert render_report(document | {"problem": "KeyError: 'x'"}).startswith("**It broke off: KeyError: 'x'**")
