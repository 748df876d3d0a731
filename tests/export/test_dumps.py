"""The folder of dumps: whole, told by its dictionary, the same bytes from the same archive, and read by one line of DuckDB."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest

from pipeline import steps
from pipeline.errors import LedgerError, PipelineError, SiteError
from pipeline.export.checksums import SUMS, check_checksums
from pipeline.export.dictionary import QUERY, read_dictionary
from pipeline.export.dumps import CURSORS, SCHEMA, dumps_aside, export, keep_cursors, write_dumps
from pipeline.render.pack import NAME
from pipeline.settings import read_settings
from pipeline.store.harvest import save_cursor
from tests.nights import QUESTIONS, make_archive, night, read_site, run_night

DRAFT = "---\nquestion: Is this a draft that nobody may read yet?\ntopics: [medicine]\nstatus: draft\n---\n"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive after a night; no test changes it."""
    config = make_archive(tmp_path_factory.mktemp("dumps") / "archive")
    (config.parent / "questions" / "a-draft.md").write_text(DRAFT, encoding="utf-8")
    run_night(config)
    return config


@pytest.fixture(scope="module")
def data(config: Path) -> Path:
    """The dumps as the site publishes them."""
    return read_settings(config).render.output / "data"


def lines_of(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_the_site_publishes_every_file_of_the_dictionary_whole(data: Path) -> None:
    found = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    assert found == {file.name for file in read_dictionary()} | {"index.html", NAME, f"{NAME}.sha256"}
    assert check_checksums(data) == []


def test_columns_and_types_are_those_of_the_dictionary(data: Path) -> None:
    for file in read_dictionary():
        if file.name.endswith(".parquet"):
            held = duckdb.read_parquet(str(data / file.name))
            columns = [(column.name, column.type) for column in file.columns]
            assert list(zip(held.columns, map(str, held.types), strict=True)) == columns, file.name
    assert (data / "ids.csv").read_text().splitlines()[0] == "archive_id,source,source_id,assigned"
    assert set(lines_of(data / "questions.jsonl")[0]) == {"file", "text"}


def test_export_writes_the_same_bytes_as_the_site_and_again_the_same(config: Path, data: Path, tmp_path: Path) -> None:
    for _ in range(2):
        with night(config) as opened:
            written = export(opened.connection, opened.settings, tmp_path / "dumps")
        assert {file.name: (tmp_path / "dumps" / file.name).read_bytes() for file in written.files} == {
            file.name: (data / file.name).read_bytes() for file in read_dictionary()
        }
    assert [path.name for path in tmp_path.iterdir()] == ["dumps"]


def test_a_second_night_writes_no_dump_anew(config: Path) -> None:
    before = read_site(read_settings(config))
    assert run_night(config)["render"].files_written == 0
    assert read_site(read_settings(config)) == before


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ("SELECT 1", True),
        ("DELETE FROM outcomes", False),
    ],
    ids=["nothing else changed", "something else did"],
)
def test_cursors_that_moved_are_dumped_anew_only_with_other_news(
    config: Path, tmp_path: Path, change: str, kept: bool
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    with night(config) as opened:
        opened.connection.execute("BEGIN")
        for folder in (old, new):
            folder.mkdir()
            save_cursor(opened.connection, source="mail", cursor=f"as of {folder.name}")
            write_dumps(opened.connection, opened.settings, folder)
            opened.connection.execute(change)
        opened.connection.execute("ROLLBACK")
    keep_cursors(new, old)
    assert ((new / CURSORS).read_bytes() == (old / CURSORS).read_bytes()) == kept
    assert check_checksums(new) == []


def test_published_cursors_that_are_damaged_are_dumped_anew(config: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    with night(config) as opened:
        for folder in (old, new):
            folder.mkdir()
            write_dumps(opened.connection, opened.settings, folder)
    (old / CURSORS).write_bytes(b"damaged")
    keep_cursors(new, old)
    assert check_checksums(new) == []


def test_what_is_not_shown_is_not_dumped(data: Path) -> None:
    assert [one["file"] for one in lines_of(data / "questions.jsonl")] == [
        "topics.toml",
        *sorted(f"{slug}.md" for slug in QUESTIONS),
    ]


def test_the_line_of_the_docs_names_the_most_cited_preprints(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(data)
    with duckdb.connect() as connection:
        found = connection.execute(QUERY).fetchall()
    cited = [
        citation
        for answer in lines_of(data / "answers.jsonl")
        for citation in {
            one for finding in answer["findings"] for said in finding["sentences"] for one in said["citations"]
        }
    ]
    assert {archive_id: answers for archive_id, _, answers in found} == {one: cited.count(one) for one in set(cited)}


def test_every_citation_is_told_with_the_place_of_its_evidence_in_the_abstract(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    with duckdb.connect() as connection:
        wrong = connection.execute(
            "SELECT count(*) FILTER (abstract[evidence_start + 1 : evidence_end] IS DISTINCT FROM evidence), count(*) "
            "FROM 'citations.parquet' JOIN 'preprints.parquet' USING (archive_id)"
        ).fetchall()
    [(differing, citations)] = wrong
    assert differing == 0 < citations


def test_every_document_of_the_site_fits_the_published_schema(data: Path) -> None:
    schema = json.loads((data / SCHEMA).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    documents = [json.loads(file.read_text(encoding="utf-8")) for file in data.parent.glob("q/*/index.json")]
    assert len(documents) == len(QUESTIONS)
    for document in documents:
        check.validate(document)
        assert set(document) <= set(schema["properties"]), "a new key needs its line in answer.schema.json"


@pytest.mark.parametrize(
    ("key", "value"), [("status", "maybe"), ("revision", 0), ("answered_on", "yesterday"), ("sources", [{}])]
)
def test_the_schema_refuses_what_is_wrong(data: Path, key: str, value: object) -> None:
    schema = json.loads((data / SCHEMA).read_text(encoding="utf-8"))
    document = json.loads(next(data.parent.glob("q/*/index.json")).read_text(encoding="utf-8"))
    check = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert not check.is_valid(document | {key: value})


def test_provenance_names_software_sources_models_and_what_the_texts_may_be_used_for(data: Path) -> None:
    told = json.loads((data / "provenance.json").read_text(encoding="utf-8"))
    assert told["site"]["id_prefix"] == "AG"
    assert told["sources"] == [
        {"source": "arxiv", "preprints": 12, "newest": "2026-01-26", "retold": 12, "withdrawn": 0}
    ]
    assert [one["encoder"] for one in told["answers_made_by"]] == ["fake-64"]
    assert told["rows"]["preprints.parquet"] == 12
    assert "licence" in told["texts"]


def test_an_archive_without_anything_has_dumps_too(tmp_path: Path) -> None:
    config = make_archive(tmp_path / "archive", [])
    with night(config) as opened:
        written = export(opened.connection, opened.settings, tmp_path / "dumps")
    assert check_checksums(written.folder) == []
    assert (written.folder / "answers.jsonl").read_bytes() == (written.folder / "ids.csv").read_bytes() == b""


@pytest.mark.parametrize("kind", ["a file", "a folder of other things"])
def test_what_is_no_folder_of_dumps_is_never_written_over(config: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "mine"
    kept = target if kind == "a file" else target / "letter.txt"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("dear")
    with night(config) as opened, pytest.raises(PipelineError, match=r"mine .*\n.*--to"):
        export(opened.connection, opened.settings, target)
    assert kept.read_text() == "dear"


def test_dumps_that_were_broken_off_leave_the_old_ones_and_no_litter(config: Path, tmp_path: Path) -> None:
    target = tmp_path / "dumps"
    with night(config) as opened:
        export(opened.connection, opened.settings, target)
        before = (target / SUMS).read_bytes()
        with pytest.raises(KeyboardInterrupt), dumps_aside(target) as aside:
            write_dumps(opened.connection, opened.settings, aside)
            raise KeyboardInterrupt
    assert (target / SUMS).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["dumps"]


def test_an_operator_can_leave_the_dumps_out(config: Path, tmp_path: Path) -> None:
    other = make_archive(tmp_path / "archive")
    other.write_text(other.read_text().replace("search = false", "search = false\ndumps = false\nzip = false"))
    run_night(other)
    assert not (read_settings(other).render.output / "data").exists()


def test_a_site_never_forgets_what_it_said(config: Path, tmp_path: Path) -> None:
    mine = tmp_path / "archive"
    shutil.copytree(config.parent, mine)
    file = mine / config.name
    before = {path.name: path.read_bytes() for path in (mine / "output/data").iterdir() if path.is_file()}
    settings = read_settings(file)
    settings.archive.database.unlink()
    with night(file) as opened, pytest.raises(SiteError, match="0 revisions of answers, and the published site 3"):
        steps.ingest(opened)
        steps.render(opened)
    assert before == {path.name: path.read_bytes() for path in (mine / "output/data").iterdir() if path.is_file()}


def test_a_ledger_that_is_gone_never_reaches_its_published_copy(config: Path, tmp_path: Path) -> None:
    mine = tmp_path / "archive"
    shutil.copytree(config.parent, mine)
    file = mine / config.name
    published = (mine / "output/data/ids.csv").read_bytes()
    read_settings(file).archive.ledger.unlink()
    with night(file) as opened, pytest.raises(LedgerError, match="the ledger is gone"):
        steps.render(opened)
    assert (mine / "output/data/ids.csv").read_bytes() == published != b""


def test_a_question_file_whose_name_is_no_utf8_is_left_out(config: Path, tmp_path: Path) -> None:
    mine = tmp_path / "archive"
    shutil.copytree(config.parent, mine)
    file = mine / config.name
    (read_settings(file).questions.folder / os.fsdecode(b"caf\xe9.md")).write_text("no question")
    with night(file) as opened:
        assert [one for one in steps.render(opened).warnings if "can't be an address" in one]
    assert b"caf" not in (mine / "output/data/questions.jsonl").read_bytes()
