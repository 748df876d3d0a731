"""Reading a set in BEIR's layout: what is taken, and what a wrong set is told."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.eval.labelled_set import LabelledSet, SetError, read_set, sample_queries

DOCUMENTS: list[dict[str, Any]] = [
    {"_id": "d1", "title": "Coral reefs", "text": "Reefs recover slowly.", "metadata": {"year": 2020}},
    {"_id": "d2", "title": "", "text": "Quantum kernels classify images."},
    {"_id": "d3", "text": ""},
]
QUERIES: list[dict[str, Any]] = [
    {"_id": "q1", "text": "How fast do reefs recover?"},
    {"_id": "q2", "text": "nobody judged this"},
]
HEADINGS = "query-id\tcorpus-id\tscore"


def write_set(folder: Path, **files: str) -> Path:
    """A set of three documents; `files` replace its files by name: `corpus`, `queries`, or one of judgements."""
    lines = {"corpus": DOCUMENTS, "queries": QUERIES}
    texts = {name: "".join(f"{json.dumps(one)}\n" for one in records) for name, records in lines.items()}
    for name, text in {**texts, "test": f"{HEADINGS}\nq1\td1\t2\nq1\td2\t0\n", **files}.items():
        file = folder / (f"{name}.jsonl" if name in lines else f"qrels/{name}.tsv")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


READ = LabelledSet(
    {"d1": "Coral reefs. Reefs recover slowly.", "d2": "Quantum kernels classify images.", "d3": ""},
    {"q1": "How fast do reefs recover?"},
    {"q1": {"d1": 2, "d2": 0}},
    ("test",),
)


def test_a_set_is_read_with_the_queries_that_have_a_relevant_document(tmp_path: Path) -> None:
    assert read_set(write_set(tmp_path)) == READ


def as_gzip(folder: Path) -> None:
    for name in ("corpus", "queries"):
        plain = folder / f"{name}.jsonl"
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()


def without_headings(folder: Path) -> None:
    (folder / "qrels/test.tsv").write_text("q1\td1\t2\r\nq1\td2\t0\r\n\r\n", encoding="utf-8")


def with_blank_lines(folder: Path) -> None:
    file = folder / "corpus.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace("\n", "\n\n"), encoding="utf-8")


def with_byte_order_marks(folder: Path) -> None:
    for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
        file = folder / name
        file.write_text(f"\ufeff{file.read_text(encoding='utf-8')}", encoding="utf-8")


def with_train_beside_test(folder: Path) -> None:
    (folder / "qrels/train.tsv").write_text(f"{HEADINGS}\nq2\td1\t1\n", encoding="utf-8")


@pytest.mark.parametrize(
    "change", [as_gzip, without_headings, with_blank_lines, with_byte_order_marks, with_train_beside_test]
)
def test_the_same_set_may_lie_there_in_another_way(tmp_path: Path, change: Callable[[Path], None]) -> None:
    change(write_set(tmp_path))
    assert read_set(tmp_path) == READ


def test_judgements_may_lie_in_one_file_beside_the_rest(tmp_path: Path) -> None:
    write_set(tmp_path)
    (tmp_path / "qrels/test.tsv").rename(tmp_path / "qrels.tsv")
    assert read_set(tmp_path).judgements == READ.judgements


@pytest.mark.parametrize(
    ("split", "queries", "splits"),
    [
        pytest.param("", {"q1", "q2"}, ("dev", "train"), id="all, where none is called test"),
        pytest.param("dev", {"q2"}, ("dev",), id="the one that is named"),
    ],
)
def test_a_split_can_be_named(tmp_path: Path, split: str, queries: set[str], splits: tuple[str, ...]) -> None:
    write_set(tmp_path, train=f"{HEADINGS}\nq1\td1\t1\n", dev=f"{HEADINGS}\nq2\td2\t1\n")
    (tmp_path / "qrels/test.tsv").unlink()
    found = read_set(tmp_path, split)
    assert (set(found.queries), set(found.judgements), found.splits) == (queries, queries, splits)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        pytest.param("corpus", '{"_id": "d1"}\n{', "corpus.jsonl, line 2: no JSON", id="no JSON"),
        pytest.param("corpus", "[1]\n", "corpus.jsonl, line 1: not an object", id="a list"),
        pytest.param("corpus", '{"text": "x"}\n', "corpus.jsonl, line 1: no object with an '_id'", id="no id"),
        pytest.param("corpus", '{"_id": "d", "text": 7}\n', "corpus.jsonl, line 1: 'text' is no text", id="a number"),
        pytest.param("corpus", '{"_id": "d"}\n' * 2, "corpus.jsonl, line 2: the id 'd' stood", id="an id twice"),
        pytest.param("corpus", "[" * 100_000, "corpus.jsonl, line 1: no JSON", id="nested without end"),
        pytest.param("corpus", "\n", "corpus.jsonl holds no record", id="an empty corpus"),
        pytest.param("queries", '\n{"_id": "q1", "text": " "}\n', "line 2: the query has no text", id="empty query"),
        pytest.param("test", f"{HEADINGS}\nq1 d1 1\n", "test.tsv, line 2: not a query id", id="spaces, no tabs"),
        pytest.param("test", f"{HEADINGS}\nq1\td1\thigh\n", "test.tsv, line 2: not a query id", id="a score in words"),
        pytest.param("test", "q1\td1\n", "test.tsv, line 1: not a query id", id="no score"),
        pytest.param("test", f"{HEADINGS}\nq9\td1\t1\n", "test.tsv, line 2: no query has the id 'q9'", id="query"),
        pytest.param(
            "test", f"{HEADINGS}\nq1\td9\t1\n", "test.tsv, line 2: no document has the id 'd9'", id="document"
        ),
        pytest.param("test", f"{HEADINGS}\nq1\td1\t0\n", "test.tsv: judges no document relevant", id="only zeros"),
        pytest.param("test", HEADINGS, "test.tsv: judges no document relevant", id="only headings"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, file: str, text: str, message: str) -> None:
    with pytest.raises(SetError) as error:
        read_set(write_set(tmp_path, **{file: text}))
    assert message in error.value.what
    assert error.value.mend


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    (write_set(tmp_path) / missing).unlink()
    with pytest.raises(SetError, match=r"corpus.jsonl is missing|queries.jsonl is missing|holds no judgements"):
        read_set(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"), [("corpus.jsonl", b"\xff\xfe"), ("corpus.jsonl.gz", b"no gzip"), ("queries.jsonl.gz", b"")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: Any) -> None:
    write_set(tmp_path)
    (tmp_path / name.removesuffix(".gz")).unlink()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SetError, match=name.split(".", maxsplit=1)[0]):
        read_set(tmp_path)


def test_a_folder_or_split_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetError, match="no such folder"):
        read_set(tmp_path / "nowhere")
    with pytest.raises(SetError, match="no judgements named 'dev'") as error:
        read_set(write_set(tmp_path), "dev")
    assert "test" in error.value.mend


@pytest.mark.parametrize(
    ("count", "taken"),
    [
        pytest.param(1, ["q0"], id="one"),
        pytest.param(3, ["q0", "q2", "q4"], id="spread evenly"),
        pytest.param(6, ["q0", "q1", "q2", "q3", "q4", "q5"], id="all but the last"),
        pytest.param(7, [f"q{number}" for number in range(7)], id="as many as there are"),
        pytest.param(99, [f"q{number}" for number in range(7)], id="more than there are"),
    ],
)
def test_a_sample_is_spread_over_the_queries(count: int, taken: list[str]) -> None:
    names = [f"q{number}" for number in range(7)]
    labelled = LabelledSet(
        READ.documents, {name: f"{name}?" for name in names}, {name: {"d1": 1} for name in names}, ()
    )
    sample = sample_queries(labelled, count)
    assert sample == LabelledSet(
        READ.documents, {name: f"{name}?" for name in taken}, {name: {"d1": 1} for name in taken}, ()
    )
    assert list(sample.queries) == taken
