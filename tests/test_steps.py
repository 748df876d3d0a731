"""A whole night over a dozen preprints, and the nights after it: only what changed is done again, and nothing is lost."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import steps
from pipeline.answer.engines import Completion, Engine
from pipeline.answer.prompt import Prompt
from pipeline.embed.encoder import Vectors
from pipeline.errors import DeferredError, PipelineError, SettingsError
from pipeline.records import HarvestReport, StepReport
from pipeline.settings import read_settings
from pipeline.store.answers import load_passages
from tests.archive import all_preprints, as_lines
from tests.fakes import FakeEncoder, FakeEngine, QuotingEngine
from tests.nights import (
    NOW,
    QUESTIONS,
    box_records,
    make_archive,
    night,
    read_answers,
    read_ids,
    read_site,
    run_night,
    write_records,
)
from tests.retrieve.rerankers import ReversingReranker
from tests.scripted import batch, scripted

Records = list[dict[str, Any]]
ASKED = {"quantum-diffusion", "quantum-medical-images"}
"""The questions that a preprint bears on."""
IDS = "2401.07049"
"""A preprint that some questions retrieve."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive after its first night; no test may change it."""
    config = make_archive(tmp_path_factory.mktemp("first") / "archive")
    run_night(config)
    return config


@pytest.fixture
def config(whole: Path, tmp_path: Path) -> Path:
    """A copy of an archive after its first night."""
    shutil.copytree(whole.parent, tmp_path / "archive", copy_function=shutil.copy2)
    return tmp_path / "archive" / whole.name


def change(config: Path, mend: Callable[[Records], object]) -> None:
    """Rewrite the source as `mend` leaves its records."""
    records = box_records()
    mend(records)
    write_records(config.parent / "preprints.jsonl", records)


def change_one(config: Path, source_id: str, **fields: Any) -> None:
    change(config, lambda records: next(one for one in records if one["id"] == source_id).update(fields))


def question_file(config: Path, slug: str) -> Path:
    return config.parent / "questions" / f"{slug}.md"


def site_of(config: Path) -> dict[str, bytes]:
    """The pages, without the dumps."""
    return {path: content for path, content in read_site(read_settings(config)).items() if not path.startswith("data/")}


def data_of(config: Path) -> dict[str, bytes]:
    """The dumps and their page."""
    return {path: content for path, content in read_site(read_settings(config)).items() if path.startswith("data/")}


def counts(reports: dict[str, StepReport]) -> dict[str, tuple[int, int, int]]:
    return {name: (one.done, one.skipped, one.failed) for name, one in reports.items()}


def warnings_of(reports: dict[str, StepReport]) -> list[str]:
    return [warning for one in reports.values() for warning in one.warnings]


def prompted(engine: FakeEngine) -> set[str]:
    """The questions that the engine was asked."""
    return set(in_turn(engine))


def in_turn(engine: FakeEngine) -> list[str]:
    """The same, in the order in which it was asked."""
    asked = {line.partition("question: ")[2]: slug for slug, text in QUESTIONS.items() for line in text.splitlines()}
    lines = [line for prompt in engine.prompts for line in prompt.text.splitlines() if line.startswith("Question: ")]
    return [asked[line.removeprefix("Question: ")] for line in lines]


def users_of(config: Path, source_id: str) -> set[str]:
    """The questions whose answers retrieved a preprint."""
    answers = read_answers(config)
    return {slug for slug, one in answers.items() if source_id in {source["source_id"] for source in one["sources"]}}


def content_of(answer: dict[str, Any]) -> dict[str, Any]:
    """What an answer tells, whenever and whatever it was made from."""
    return {key: value for key, value in answer.items() if key not in ("provenance", "revision", "answered_on")}


# --- one night ---------------------------------------------------------------------------------------------------


def test_a_first_night_takes_in_embeds_answers_checks_and_publishes(tmp_path: Path) -> None:
    encoder, engine = FakeEncoder(), QuotingEngine()
    config = make_archive(tmp_path / "archive")
    reports = run_night(config, engine, encoder)
    files = len(site_of(config)) + len(data_of(config))
    assert counts(reports) == {
        "ingest": (12, 0, 0),
        "embed": (15, 0, 0),
        "retrieve": (3, 0, 0),
        "answer": (3, 0, 0),
        "verify": (3, 0, 0),
        "render": (files, 0, 0),
    }
    assert (reports["answer"].model_calls, reports["embed"].embedded) == (2, 15)
    assert reports["render"].files_written == files > reports["render"].pages_written > 0
    assert warnings_of(reports) == []
    assert prompted(engine) == ASKED  # nothing bears on the third, so the model is not asked
    answers = read_answers(config)
    assert {slug: one["status"] for slug, one in answers.items()} == {
        "coral-reefs": "not_answered",
        "quantum-diffusion": "answered",
        "quantum-medical-images": "answered",
    }
    for slug, one in answers.items():
        assert [cut["text"] for cut in one["cut"]] == (["It cures everything."] if slug in ASKED else [])
        assert len(one["sources"]) == 8
        assert (one["revision"], one["answered_by"]) == (1, "fake-model")
        assert json.loads(site_of(config)[f"q/{slug}/index.json"])["status"] == one["status"]


def test_every_published_sentence_stands_in_an_abstract_that_it_cites(whole: Path) -> None:
    abstracts = {one["id"]: " ".join(one["abstract"].split()) for one in box_records()}
    with night(whole) as opened:
        ids = {archive_id: source_id for source_id, archive_id in read_ids(opened.connection).items()}
    sentences = [s for one in read_answers(whole).values() for finding in one["findings"] for s in finding["sentences"]]
    assert {"supported", "quoted"} == {sentence["verdict"] for sentence in sentences}
    for sentence in sentences:
        assert {one["archive_id"] for one in sentence["evidence"]} == set(sentence["citations"])
        for one in sentence["evidence"]:
            assert abstracts[ids[one["archive_id"]]][one["start"] : one["end"]] == one["text"]
            assert sentence["verdict"] != "quoted" or one["text"] == sentence["text"]


def test_a_second_run_does_nothing(config: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        """Inode and time of every file but the database, which is opened."""
        files = [path for path in config.parent.rglob("*") if path.is_file() and path.suffix != ".duckdb"]
        return {path.as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}

    run_night(config)  # what is known of a site is known of its place on the disk, and this one was copied
    before, answers = state(), read_answers(config)
    encoder, engine = FakeEncoder(), FakeEngine()
    reports = run_night(config, engine, encoder)
    files = reports["render"].skipped
    assert counts(reports) == {
        "ingest": (0, 0, 0),
        "embed": (0, 0, 0),
        "retrieve": (0, 3, 0),
        "answer": (0, 3, 0),
        "verify": (0, 3, 0),
        "render": (0, files, 0),
    }
    assert [one.model_calls + one.embedded + one.pages_written + one.files_written for one in reports.values()] == [
        0
    ] * 6
    assert (encoder.encoded, engine.prompts, warnings_of(reports)) == ([], [], [])
    assert state() == before
    assert read_answers(config) == answers


def test_the_same_archive_renders_to_the_same_bytes_three_times(config: Path) -> None:
    settings = read_settings(config)
    first = read_site(settings)
    for _ in range(2):
        shutil.rmtree(settings.render.output)
        with night(config) as opened:
            steps.render(opened)
        assert read_site(settings) == first


def test_a_theme_goes_before_the_templates_and_its_strange_files_are_warned_of(config: Path) -> None:
    theme = config.parent / "theme"
    theme.mkdir()
    (theme / "topics.html.jinja").write_text("<h1>Ours</h1>")
    (theme / "hom.html.jinja").write_text("x")
    text = config.read_text(encoding="utf-8").replace("[render]\n", '[render]\noverrides = "theme"\n')
    config.write_text(text, encoding="utf-8")
    with night(config) as opened:
        report = steps.render(opened)
        assert steps.render(opened).files_written == 0
    assert (report.pages_written, report.files_written) == (
        2,
        4,
    )  # and the zip, its checksum, and the page that tells both
    assert [one for one in report.warnings if "did you mean home.html.jinja?" in one]
    site = read_site(read_settings(config))
    assert site["topics/index.html"] == b"<h1>Ours</h1>"
    (theme / "topics.html.jinja").write_text("\n{{ nothing }}")
    with night(config) as opened, pytest.raises(PipelineError, match=r"theme/topics\.html\.jinja:2 can't make"):
        steps.render(opened)
    assert read_site(read_settings(config)) == site


def test_an_empty_source_makes_a_site_that_says_so(tmp_path: Path) -> None:
    config = make_archive(tmp_path / "archive", [])
    encoder = FakeEncoder()
    reports = run_night(config, FakeEngine(), encoder)
    assert [one.failed for one in reports.values()] == [0] * 6
    assert {one["reason"] for one in read_answers(config).values()} == {"nothing_to_weigh"}
    assert b"The archive does not answer this question." in site_of(config)["q/coral-reefs/index.html"]


# --- what changed ------------------------------------------------------------------------------------------------


def test_a_changed_title_embeds_one_text_and_answers_only_what_rests_on_it(config: Path) -> None:
    users = users_of(config, IDS)
    assert set() < users < set(QUESTIONS)
    change_one(config, IDS, title="Quantum Denoising Diffusion Models, Revised")
    encoder, engine = FakeEncoder(), QuotingEngine()
    reports = run_night(config, engine, encoder)
    assert counts(reports)["ingest"] == (1, 11, 0)
    assert reports["embed"].embedded == 1
    assert prompted(engine) == users == users_of(config, IDS)
    assert reports["answer"].model_calls == len(users)
    assert {slug: one["revision"] for slug, one in read_answers(config).items()} == {
        slug: 2 if slug in users else 1 for slug in QUESTIONS
    }
    assert b"Quantum Denoising Diffusion Models, Revised" in site_of(config)["p/AG-2024.01-0001/index.html"]


def test_a_changed_doi_only_renders_that_preprint_anew(config: Path) -> None:
    before, dumped = site_of(config), data_of(config)
    change_one(config, IDS, doi="10.1000/changed")
    encoder, engine = FakeEncoder(), FakeEngine()
    reports = run_night(config, engine, encoder)
    assert counts(reports)["ingest"] == (1, 11, 0)
    assert (encoder.encoded, engine.prompts, reports["retrieve"].done, reports["verify"].done) == ([], [], 0, 0)
    after = site_of(config)
    assert {path for path in after if after[path] != before.get(path)} == {
        "p/AG-2024.01-0001/index.html",
        "p/AG-2024.01-0001/cite.bib",
        "p/AG-2024.01-0001/cite.ris",
        "p/AG-2024.01-0001/cite.json",
    }
    dumps = {path for path, content in data_of(config).items() if dumped.get(path) != content}
    assert {"data/preprints.parquet", "data/SHA256SUMS"} <= dumps and "data/answers.parquet" not in dumps
    assert reports["render"].files_written == 4 + len(dumps)


CORAL: dict[str, Any] = {
    "id": "2601.99999",
    "title": "Coral reefs recover from bleaching in a decade",
    "abstract": "We followed coral reefs for twenty years. Coral reefs recovered from bleaching within 9 years at 61% of "
    "the sites that were seen. Fast recovery after bleaching was found where fish were protected.",
    "authors": "Ana Reef",
    "categories": "q-bio.PE",
    "versions": [{"version": "v1", "created": "Sat, 3 Jan 2026 05:10:16 GMT"}],
}


def test_a_new_preprint_is_retrieved_and_only_what_it_changes_gets_a_revision(config: Path) -> None:
    before = read_answers(config)
    change(config, lambda records: records.append(CORAL))
    reports = run_night(config)
    after = read_answers(config)
    assert (reports["ingest"].done, reports["embed"].embedded, reports["retrieve"].done) == (1, 1, 3)
    assert (after["coral-reefs"]["status"], after["coral-reefs"]["revision"]) == ("answered", 2)
    cited = {
        one for finding in after["coral-reefs"]["findings"] for s in finding["sentences"] for one in s["citations"]
    }
    with night(config) as opened:
        assert read_ids(opened.connection)[CORAL["id"]] in cited
    for slug in set(QUESTIONS) - {"coral-reefs"}:
        same = content_of(after[slug]) == content_of(before[slug])
        assert after[slug]["revision"] == (1 if same else 2)
        assert not same or after[slug] == before[slug]


def test_another_reranker_makes_every_question_be_searched_for_again_once(config: Path) -> None:
    reranker = ReversingReranker()
    with night(config) as opened:
        before = load_passages(opened.connection, slug="quantum-diffusion")
        changed = replace(opened, reranker=reranker)
        assert (steps.retrieve(opened).done, steps.retrieve(changed).done, steps.retrieve(changed).done) == (0, 3, 0)
        after = load_passages(opened.connection, slug="quantum-diffusion")
        assert (len(reranker.asked), steps.retrieve(opened).done) == (3, 3)
    assert [passage.rank for passage in after] == list(range(1, len(after) + 1))
    assert [passage.archive_id for passage in after] != [passage.archive_id for passage in before]


def test_another_model_that_says_the_same_makes_no_revision_and_is_asked_once(config: Path) -> None:
    before = read_answers(config)
    other = QuotingEngine(sha256="1" * 64)
    reports = run_night(config, other)
    assert (reports["answer"].model_calls, reports["verify"].done) == (2, 3)
    assert read_answers(config) == before
    again = run_night(config, FakeEngine(sha256="1" * 64))
    assert (again["answer"].done, again["verify"].done, again["render"].files_written) == (0, 0, 0)


def test_a_model_that_says_less_makes_a_revision(config: Path) -> None:
    class Silent(QuotingEngine):
        def reply(self, prompt: Prompt) -> Completion:
            return Completion('{"addressed": "no", "findings": []}', 1, 1)

    run_night(config, Silent(sha256="2" * 64))
    answers = read_answers(config)
    assert {slug: (one["revision"], len(one["cut"])) for slug, one in answers.items()} == {
        "coral-reefs": (1, 0),  # nothing was said there, and nothing is
        "quantum-diffusion": (2, 0),
        "quantum-medical-images": (2, 0),
    }
    run_night(config)
    assert [one["revision"] for one in read_answers(config).values()] == [1, 3, 3]
    assert {slug: len(one["cut"]) for slug, one in read_answers(config).items()} == {
        slug: int(slug in ASKED) for slug in QUESTIONS
    }


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(
            {
                "comments": "This paper has been withdrawn by the authors due to an error.",
                "versions": [
                    {"version": "v1", "created": "Sat, 13 Jan 2024 11:38:08 GMT"},
                    {"version": "v2", "created": "Sat, 3 Jan 2026 05:10:16 GMT"},
                ],
            },
            id="with a version of its own",
        ),
        pytest.param({"comments": "This paper has been withdrawn by the authors due to an error."}, id="in comments"),
    ],
)
def test_a_withdrawn_preprint_is_marked_wherever_it_is_shown(config: Path, fields: dict[str, Any]) -> None:
    users = users_of(config, IDS)
    change_one(config, IDS, **fields)
    reports = run_night(config)
    assert (reports["ingest"].done, reports["embed"].embedded) == (1, 0)
    site = site_of(config)
    assert b"<b>Withdrawn.</b>" in site["p/AG-2024.01-0001/index.html"]
    for slug in users:
        sources = json.loads(site[f"q/{slug}/index.json"])["sources"]
        assert [one["source_id"] for one in sources if one["withdrawn"]] == [IDS]
        assert b"<b>Withdrawn</b> by its authors or its source." in site[f"q/{slug}/index.html"]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        pytest.param({"categories": "cs.ET quant-ph"}, b'<span class="code">cs.ET</span>', id="category"),
        pytest.param({"authors": "Ann Other"}, b"Ann Other, 2024", id="authors"),
    ],
)
def test_what_a_card_shows_is_kept_up_to_date_without_the_model(
    config: Path, fields: dict[str, str], shown: bytes
) -> None:
    users = users_of(config, IDS)
    change_one(config, IDS, **fields)
    assert run_night(config, FakeEngine())["answer"].done == 0
    assert all(shown in site_of(config)[f"q/{slug}/index.html"] for slug in users)


def test_answers_that_rest_on_a_withdrawn_preprint_are_redone_first(config: Path) -> None:
    users = users_of(config, IDS)

    def withdraw_and_add(records: Records) -> None:
        withdrawn = next(one for one in records if one["id"] == IDS)
        withdrawn.update(title="Withdrawn work", comments="This paper has been withdrawn by the authors.")
        records.extend({**CORAL, "id": f"2601.9999{n}", "title": f"{CORAL['title']}, {n}"} for n in range(8))

    change(config, withdraw_and_add)
    engine = QuotingEngine()
    run_night(config, engine)
    order = in_turn(engine)
    assert set(order) > users
    assert set(order[: len(users)]) == users


def test_a_new_preprint_makes_a_revision_that_knows_how_far_the_harvest_came(config: Path) -> None:
    change(config, lambda records: records.append(CORAL))
    run_night(config)
    provenance = read_answers(config)["coral-reefs"]["provenance"]
    assert (provenance["preprints"], provenance["harvested_up_to"]) == (13, date(2026, 1, 26))
    assert provenance["question_key"]


def test_a_preprint_that_left_its_source_stays_in_the_archive(config: Path) -> None:
    before = site_of(config)
    change(config, lambda records: records.pop())
    assert counts(run_night(config, FakeEngine()))["ingest"] == (0, 11, 0)
    assert site_of(config) == before


# --- what goes wrong ---------------------------------------------------------------------------------------------


def test_a_source_that_fails_is_told_and_the_others_go_on(config: Path) -> None:
    absent = '[[sources]]\nname = "absent"\nkind = "jsonl"\npath = "absent.jsonl"\n'
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[[sources]]", f"{absent}[[sources]]"), encoding="utf-8")
    change(config, lambda records: records.append(CORAL))
    reports = run_night(config)
    assert counts(reports)["ingest"] == (1, 12, 1)
    [warning] = reports["ingest"].warnings
    assert warning.startswith("source absent failed: ") and "absent.jsonl" in warning and "→" in warning
    assert reports["render"].files_written > 0


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"---\nquestion: No mark\ntopics: [medicine]\n---\n", id="no question mark"),
        pytest.param(b"\xff\xfe\x00", id="no UTF-8"),
    ],
)
def test_a_bad_question_file_does_not_stop_the_night_and_its_old_page_stays(config: Path, raw: bytes) -> None:
    before = site_of(config)
    question_file(config, "coral-reefs").write_bytes(raw)
    reports = run_night(config, FakeEngine())
    assert reports["render"].failed > 0
    assert any("coral-reefs.md" in warning for warning in reports["render"].warnings)
    assert any(warning.startswith("q/coral-reefs/ is no longer made") for warning in reports["render"].warnings)
    after = site_of(config)
    for name in ("index.html", "index.json", "index.md"):
        assert after[f"q/coral-reefs/{name}"] == before[f"q/coral-reefs/{name}"]
    assert b"q/coral-reefs/" not in after["questions/index.html"]


@pytest.mark.parametrize("published", [True, False], ids=["that was published", "that never was"])
def test_a_question_merged_into_one_whose_file_is_broken_does_not_stop_the_night(config: Path, published: bool) -> None:
    target = "coral-reefs" if published else "not-yet"
    question_file(config, target).write_bytes(b"---\nquestion: No mark\n---\n")
    question_file(config, "quantum-diffusion").write_text(
        "---\nquestion: Which image quality do quantum diffusion models reach?\ntopics: [medicine]\n"
        f"status: retired\nmerged_into: {target}\n---\n",
        encoding="utf-8",
    )
    reports = run_night(config)
    assert any(f"{target}.md" in warning for warning in reports["render"].warnings)
    assert b"This question is retired" in site_of(config)["q/quantum-diffusion/index.html"]


def test_a_retired_question_keeps_its_page_and_leaves_the_lists_and_feeds(config: Path) -> None:
    why = "status: retired\nretired_because: Nobody asks it any more.\ntopics:"
    text = QUESTIONS["quantum-diffusion"].replace("topics:", why)
    question_file(config, "quantum-diffusion").write_text(text, encoding="utf-8")
    reports = run_night(config, FakeEngine())
    assert warnings_of(reports) == []
    site = site_of(config)
    assert b"This question is retired" in site["q/quantum-diffusion/index.html"]
    assert "q/quantum-diffusion/index.json" in site
    for path in ("index.html", "questions/index.html", "topics/art/index.html", "feed.xml", "feeds/topics/art.xml"):
        assert b"q/quantum-diffusion/" not in site[path], path


def test_an_engine_that_gives_no_draft_leads_to_quotes(tmp_path: Path) -> None:
    config = make_archive(tmp_path / "archive")
    problems = [Completion("", 0, 0, "the prompt is longer than the context")] * 3
    reports = run_night(config, FakeEngine(problems))
    assert counts(reports)["answer"] == (3, 0, 2)
    assert reports["answer"].model_calls == 0
    assert sorted(warning.partition(": ")[0] for warning in reports["answer"].warnings) == sorted(ASKED)
    assert all("the prompt is longer than the context" in warning for warning in reports["answer"].warnings)
    answers = read_answers(config)
    for slug in ("quantum-diffusion", "quantum-medical-images"):
        verdicts = {s["verdict"] for finding in answers[slug]["findings"] for s in finding["sentences"]}
        assert (verdicts, answers[slug]["cut"]) == ({"quoted"}, ())


def test_a_question_without_a_draft_is_asked_again_the_next_night(tmp_path: Path) -> None:
    config = make_archive(tmp_path / "archive")
    run_night(config, FakeEngine([Completion("", 0, 0, "it broke down")] * 3))
    quoted = read_answers(config)
    reports = run_night(config, QuotingEngine())
    assert counts(reports)["answer"] == (2, 1, 0)
    answers = read_answers(config)
    asked = ("quantum-diffusion", "quantum-medical-images")
    assert [quoted[slug]["revision"] for slug in asked] == [1, 1]
    assert [answers[slug]["revision"] for slug in asked] == [2, 2]
    assert all(answers[slug]["findings"] != quoted[slug]["findings"] for slug in asked)
    assert counts(run_night(config, FakeEngine()))["answer"] == (0, 3, 0)


def test_an_engine_that_fails_over_new_passages_leaves_the_last_answer(config: Path) -> None:
    before = read_answers(config)
    change_one(config, IDS, abstract="Quantum diffusion models of medical images reach an accuracy of 12.5%.")
    asked = len(users_of(config, IDS))
    reports = run_night(config, FakeEngine([Completion("", 0, 0, "it broke down")] * len(QUESTIONS)))
    assert reports["answer"].failed >= asked > 0
    assert read_answers(config) == before


def test_an_answer_that_cannot_be_verified_is_told_and_the_others_are_stored(tmp_path: Path) -> None:
    class Brittle(FakeEncoder):
        def encode(self, texts: Sequence[str], on_progress: Callable[[int], None] = lambda _: None) -> Vectors:
            if self.encoded and len(texts) == 2 and "diffusion" in texts[0]:
                raise np.linalg.LinAlgError("no such vector")
            return super().encode(texts, on_progress)

    config = make_archive(tmp_path / "archive")
    with night(config, encoder=Brittle()) as opened:
        for step in (steps.ingest, steps.embed, steps.retrieve, steps.answer):
            step(opened)
        report = steps.verify(opened)
        assert (report.done, report.failed) == (2, 1)
        assert report.warnings == (
            "quantum-diffusion: could not be verified, so its last answer stays: LinAlgError: no such vector",
        )
        assert steps.render(opened).failed == 0
    assert b"has not answered it yet" in site_of(config)["q/quantum-diffusion/index.html"]
    assert counts(run_night(config))["verify"] == (1, 2, 0)


def test_a_night_without_any_model_left_still_publishes(config: Path) -> None:
    """What was answered stays answered when the model is another one that always fails."""
    failing: Engine = FakeEngine([Completion("", 0, 0, "out of memory")] * 3, sha256="3" * 64)
    reports = run_night(config, failing)
    assert reports["answer"].failed == len(ASKED)
    assert {one["status"] for one in read_answers(config).values()} == {"answered", "not_answered"}


def test_a_wrong_file_of_overrides_stops_the_night_before_any_source_is_read(config: Path) -> None:
    (config.parent / "overrides.toml").write_text("[[preprints]]\nid = 7\n", encoding="utf-8")
    change_one(config, IDS, title="Changed")
    with night(config) as opened:
        with pytest.raises(SettingsError, match=r"overrides\.toml: preprints\.1\.source: Field required"):
            steps.ingest(opened)
        assert "Changed" not in {one.title for one in all_preprints(opened.connection).values()}


# --- the operator's word -----------------------------------------------------------------------------------------


def test_an_override_that_names_no_preprint_is_told_of(config: Path) -> None:
    overrides = config.parent / "overrides.toml"
    entry = '[[preprints]]\nsource = "{}"\nid = "{}"\nstate = "standing"\nwhy = "It stands."\n'
    overrides.write_text(entry.format("arxiv", "2401.99999") + entry.format("arxiv", IDS) + entry.format("arXiv", IDS))
    with night(config) as opened:
        assert steps.ingest(opened).warnings == tuple(
            f"{overrides}: {name}: no such preprint here; see its source and id"
            for name in (f"arXiv {IDS}", "arxiv 2401.99999")
        )


def test_an_override_marks_a_preprint_and_taken_back_clears_it(config: Path) -> None:
    overrides, page = config.parent / "overrides.toml", "p/AG-2024.01-0001/index.html"
    overrides.write_text(
        f'[[preprints]]\nsource = "arxiv"\nid = "{IDS}"\nstate = "withdrawn"\nwhy = "The authors told us so."\n',
        encoding="utf-8",
    )
    run_night(config, QuotingEngine())
    assert b"<b>Withdrawn.</b>" in site_of(config)[page] and b"The authors told us so." in site_of(config)[page]
    overrides.write_text("", encoding="utf-8")
    run_night(config, QuotingEngine())
    assert b"<b>Withdrawn.</b>" not in site_of(config)[page]


# --- sources that are fetched ------------------------------------------------------------------------------------


def fetching(opened: steps.Night, *script: Any) -> steps.Night:
    """The same night with one source that hands on these batches and errors."""
    source = scripted(*script, name="nightly", origin="arxiv")
    return replace(opened, settings=opened.settings.model_copy(update={"sources": (source,)}))


def test_a_source_that_asks_to_be_left_alone_is_told_and_is_not_lost(config: Path) -> None:
    with night(config) as opened:
        report = steps.ingest(fetching(opened, batch(CORAL), DeferredError("come back at six"), batch()))
    assert (report.done, report.failed, report.lost_sources) == (1, 0, 0)
    assert report.warnings == ("source nightly put off: come back at six",)
    assert report.sources == (
        HarvestReport("nightly", pages=1, records=1, new=1, deferred=True, warnings=report.warnings),
    )


def test_kept_answers_are_read_again_by_name_and_files_have_none(config: Path) -> None:
    with night(config) as opened:
        fetched = fetching(opened, batch(raw=as_lines(CORAL), raw_name="coral.jsonl"))
        assert steps.ingest(fetched).done == 0
        assert steps.ingest(fetched, again=["nightly"]).done == 1
        with pytest.raises(
            PipelineError, match="no source named arxiv whose answers are kept\n  → name one of these: nightly"
        ):
            steps.ingest(fetched, again=["nightly", "arxiv"])
        with pytest.raises(PipelineError, match="files are read again where they lie"):
            steps.ingest(opened, again=["arxiv"])


# --- ids ---------------------------------------------------------------------------------------------------------


def test_a_database_rebuilt_from_nothing_gets_the_same_ids_and_answers(config: Path) -> None:
    settings = read_settings(config)
    with night(config) as opened:
        ids = read_ids(opened.connection)
    answers, ledger = read_answers(config), settings.archive.ledger.read_bytes()
    settings.archive.database.unlink()
    change(config, lambda records: records.reverse())
    run_night(config)
    with night(config) as opened:
        assert read_ids(opened.connection) == ids
    assert settings.archive.ledger.read_bytes() == ledger
    assert {slug: content_of(one) for slug, one in read_answers(config).items()} == {
        slug: content_of(one) for slug, one in answers.items()
    }


# --- named questions ---------------------------------------------------------------------------------------------


def test_only_the_named_questions_are_answered(tmp_path: Path) -> None:
    config, engine = make_archive(tmp_path / "archive"), QuotingEngine()
    with night(config, engine) as opened:
        steps.ingest(opened)
        steps.embed(opened)
        for step in (steps.retrieve, steps.answer, steps.verify):
            assert step(opened, ["quantum-diffusion"]).done == 1
    assert prompted(engine) == set(read_answers(config)) == {"quantum-diffusion"}


def test_an_unknown_name_is_refused_with_what_to_do(whole: Path) -> None:
    with night(whole) as opened:
        for step in (steps.retrieve, steps.answer, steps.verify):
            with pytest.raises(PipelineError, match="no active question named nonsense") as caught:
                step(opened, ["nonsense", "coral-reefs"])
            assert "antigravity questions check" in caught.value.mend


# --- a night whose time is over ----------------------------------------------------------------------------------


def minutes(count: int) -> Callable[[], datetime]:
    """A clock that shows a minute more at every look, and stands still after so many."""
    shown = [*(NOW + timedelta(minutes=minute) for minute in range(count)), NOW + timedelta(minutes=count)]
    return lambda: shown.pop(0) if len(shown) > 1 else shown[0]


def short(config: Path, budget: int) -> Path:
    config.write_text(f"{config.read_text()}[run]\nbudget_minutes = {budget}\n")
    return config


def test_what_does_not_fit_into_the_night_waits_and_the_next_night_does_it(tmp_path: Path) -> None:
    config = short(make_archive(tmp_path / "archive"), budget=2)
    with night(config) as opened:
        for step in (steps.ingest, steps.embed, steps.retrieve):
            step(opened)
        report = steps.answer(replace(opened, started=NOW, now=minutes(9)))
        steps.verify(opened)
    assert (report.done, report.waiting) == (2, 1)
    assert report.warnings == ("1 questions wait for the next night: the time of run.budget_minutes is over",)
    assert len(read_answers(config)) == 2
    assert run_night(config)["answer"].done == 1
    assert len(read_answers(config)) == 3


def test_vectors_take_half_of_the_time_at_most(tmp_path: Path) -> None:
    config = short(make_archive(tmp_path / "archive"), budget=10)
    with night(config) as opened:
        steps.ingest(opened)
        report = steps.embed(replace(opened, started=NOW, now=lambda: NOW + timedelta(minutes=5)))
        assert (report.done, report.waiting, len(report.warnings)) == (0, 15, 1)
        assert steps.embed(replace(opened, started=NOW, now=lambda: NOW + timedelta(minutes=4))).waiting == 0


def test_a_night_without_a_budget_never_ends_early(config: Path) -> None:
    with night(config) as opened:
        assert not replace(opened, started=NOW, now=lambda: NOW + timedelta(days=9)).is_over()
