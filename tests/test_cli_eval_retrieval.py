"""`antigravity eval retrieval`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from tests.eval.test_labelled_set import write_set


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "antigravity.toml"
    file.write_text('[[sources]]\nname = "arxiv"\nkind = "jsonl"\npath = "x.jsonl"\n', encoding="utf-8")
    return file


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["eval", "retrieval", "--config", str(config), *arguments])


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({"corpus": "{\n"}, "corpus.jsonl, line 1: no JSON", id="a line that is no JSON"),
        pytest.param({"test": "q1\td9\t1\n"}, "test.tsv, line 1: no document has the id 'd9'", id="an unknown id"),
    ],
)
def test_a_wrong_set_is_a_message_and_exit_code_1(
    tmp_path: Path, config: Path, files: dict[str, str], message: str
) -> None:
    result = run(config, "--set", str(write_set(tmp_path / "set", **files)), "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr


def test_a_reranker_that_is_not_there_is_told_before_anything_is_encoded(tmp_path: Path, config: Path) -> None:
    config.write_text(f'[retrieve]\nreranker = "nowhere"\n{config.read_text(encoding="utf-8")}', encoding="utf-8")
    result = run(config, "--set", str(write_set(tmp_path / "set")))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"retrieve.reranker = '{tmp_path / 'nowhere'}': no cross-encoder there" in result.stderr


def test_the_set_must_be_named(config: Path) -> None:
    assert run(config).exit_code == 2


@pytest.mark.models
def test_legs_and_fusion_are_told(tmp_path: Path, config: Path) -> None:
    folder = write_set(tmp_path / "set")
    document = json.loads(run(config, "--set", str(folder), "--json").stdout)
    best = {"ndcg@10": 1.0, "recall@20": 1.0}
    assert document == {
        "lexical": best,
        "dense": best,
        "fused": best,
        "queries": 1,
        "documents": 3,
        "splits": ["test"],
        "reranker": "",
    }
    assert run(config, "--set", str(folder)).stdout.splitlines() == [
        "1 queries over 3 documents (test)",
        "             nDCG@10  recall@20",
        *(f"{way:<10}    1.0000     1.0000" for way in ("lexical", "dense", "fused")),
    ]


@pytest.mark.models
def test_a_limit_asks_fewer_queries(tmp_path: Path, config: Path) -> None:
    folder = write_set(tmp_path / "set", test="q1\td1\t1\nq2\td2\t1\n")
    asked = [json.loads(run(config, "--set", str(folder), "--json", *limit).stdout) for limit in ([], ["--limit", "1"])]
    assert [(one["queries"], one["documents"]) for one in asked] == [(2, 3), (1, 3)]
    assert asked[1]["lexical"]["ndcg@10"] == 1.0


def test_a_limit_of_nothing_is_refused(tmp_path: Path, config: Path) -> None:
    assert run(config, "--set", str(write_set(tmp_path / "set")), "--limit", "0").exit_code == 2
