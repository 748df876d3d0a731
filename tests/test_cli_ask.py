"""Search and ask: what is found and answered, as text and as JSON, with nothing stored."""

import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings import read_settings
from pipeline.store.database import open_database
from tests.command_line import box_archive, json_of, run
from tests.nights import QUESTIONS, box_records, make_archive, night
from tests.render.test_data import CONTRACT, assert_fits

HIT: dict[str, Any] = {
    "archive_id": str,
    "source": str,
    "source_id": str,
    "title": str,
    "similarity": int,
    "lexical": float,
    "dense": float,
    "fused": float,
}


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """An archive before its first night."""
    return make_archive(tmp_path / "archive")


@pytest.fixture
def empty(fresh: Path) -> Path:
    """An archive that was made and holds nothing."""
    with night(fresh):
        return fresh


@pytest.mark.parametrize("command", ["search", "ask"])
def test_where_no_archive_is_none_is_made(fresh: Path, command: str) -> None:
    result = run(command, "quantum", config=fresh)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is no archive yet" in result.stderr and "archive.database" in result.stderr
    assert not (fresh.parent / "archive").exists()


def test_a_search_of_an_empty_archive_finds_nothing_and_says_why(empty: Path) -> None:
    assert json_of("search", "quantum", config=empty) == []
    result = run("search", "quantum", config=empty)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "run antigravity ingest and antigravity embed first" in result.stderr


def test_a_question_to_an_empty_archive_is_not_answered(empty: Path) -> None:
    document = json_of("ask", "Do reefs grow?", config=empty)
    assert_fits(document, CONTRACT)
    assert (document["status"], document["reason"], document["sources"]) == ("not_answered", "nothing_to_weigh", [])
    result = run("ask", "Do reefs grow?", config=empty)
    assert result.exit_code == 0
    assert result.stdout.startswith("# Do reefs grow?\n\nAnswered by tiny · ")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that the encoder in the box has read."""
    config = box_archive(tmp_path_factory.mktemp("real") / "archive", box_records())
    assert json_of("ingest", config=config)["steps"][0]["done"] == 12
    assert json_of("embed", config=config)["embedded"] == 12 + len(QUESTIONS)
    assert json_of("embed", config=config)["embedded"] == 0
    return config


SEARCH_LINE = r" *\d+%  bm25 +[\d.]+  fused [\d.]+  AG-\d{4}\.\d\d-\d{4}  \S"


@pytest.mark.models
def test_search_finds_the_preprint_that_a_question_is_about(real: Path) -> None:
    hits = json_of("search", "quantum denoising diffusion models for image generation", "--k", "3", config=real)
    assert_fits(hits, [HIT])
    assert [set(hit) for hit in hits] == [set(HIT)] * 3
    assert {"2402.16147", "2401.07049"} <= {hit["source_id"] for hit in hits}
    assert [hit["fused"] for hit in hits] == sorted((hit["fused"] for hit in hits), reverse=True)
    assert all(hit["similarity"] == round(hit["dense"] * 100) for hit in hits)
    lines = run("search", "quantum diffusion", "--k", "3", config=real).stdout.splitlines()
    assert len(lines) == 3 and all(re.match(SEARCH_LINE, line) for line in lines)


@pytest.mark.models
def test_search_shows_titles_as_text_and_tells_json_their_source(tmp_path: Path) -> None:
    title = r"Schr\"odinger cats for $k$-SAT and \emph{more}"
    record = box_records(1)[0] | {"title": title}
    config = box_archive(tmp_path / "archive", [record])
    assert json_of("ingest", config=config)["steps"][0]["done"] == 1
    json_of("embed", config=config)
    [line] = run("search", "cats", config=config).stdout.splitlines()
    assert line.endswith("  Schrödinger cats for k-SAT and more")
    assert [hit["title"] for hit in json_of("search", "cats", config=config)] == [title]


@pytest.mark.models
def test_ask_answers_once_and_stores_nothing(real: Path) -> None:
    def rows() -> list[Any]:
        with open_database(read_settings(real).archive.database) as connection:
            names = ("answers", "drafts", "passages", "embeddings")
            return [connection.table(name).count("*").fetchall() for name in names]

    before = rows()
    document = json_of("ask", "Which image quality do quantum diffusion models reach?", config=real)
    assert_fits(document, CONTRACT)
    assert document["status"] in ("answered", "partly")
    assert document["answered_by"].startswith("SmolLM2")
    assert len(document["sources"]) == 8 and any(one["cited"] for one in document["sources"])
    abstracts = {one["id"]: " ".join(one["abstract"].split()) for one in box_records()}
    ids = {one["archive_id"]: one["source_id"] for one in document["sources"]}
    for sentence in document["sentences"]:
        for one in sentence["evidence"]:
            assert abstracts[ids[one["archive_id"]]][one["start"] : one["end"]] == one["text"]
    assert rows() == before
