"""A labelled retrieval set in BEIR's layout: a folder of documents, queries, and judgements. [edge: reads its files]

`corpus.jsonl` holds `{"_id", "title", "text"}` a line, `queries.jsonl` `{"_id", "text"}`, each plain or as `.gz`; `qrels/*.tsv`
(or one `qrels.tsv`) holds query id, document id and score between tabs, below a line of headings. Layout: github.com/beir-cellar/beir.
"""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.eval.json_lines import parse_object

FORM = 'a line is {"_id": "…", "text": "…"}'
SPLIT = "test"
"""The judgements that are taken where a set has several files of them, and none is named."""


class SetError(PipelineError):
    """A labelled set is wrong."""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Documents and queries by their ids, in the order of their files, and what people judged."""

    documents: Mapping[str, str]
    """Title and text, as the archive would read them."""
    queries: Mapping[str, str]
    """Those that have a document judged relevant."""
    judgements: Mapping[str, Mapping[str, int]]
    """By query, then document; above 0 is relevant."""
    splits: tuple[str, ...]
    """Names of the files of judgements that were read, without `.tsv`."""


def read_set(folder: Path, split: str = "") -> LabelledSet:
    """Read a set. Raises SetError that names file and line."""
    if not folder.is_dir():
        raise SetError(f"{folder}: no such folder", "name the folder that holds corpus.jsonl, queries.jsonl and qrels/")
    documents = dict(_records(folder, "corpus", _document))
    queries = dict(_records(folder, "queries", _query))
    files = _judgement_files(folder, split)
    judgements: dict[str, dict[str, int]] = {}
    for file in files:
        for where, query, document, score in _judgements(file):
            for what, known, name in (("query", queries, query), ("document", documents, document)):
                if name not in known:
                    raise SetError(
                        f"{where}: no {what} has the id {name!r}",
                        "take the line out, or add what it speaks of to the set",
                    )
            judgements.setdefault(query, {})[document] = score
    relevant = {query: judged for query, judged in judgements.items() if any(score > 0 for score in judged.values())}
    if not relevant:
        raise SetError(f"{', '.join(map(str, files))}: judges no document relevant", "a score above 0 does")
    asked = {name: text for name, text in queries.items() if name in relevant}
    return LabelledSet(documents, asked, relevant, tuple(file.stem for file in files))


def sample_queries(labelled: LabelledSet, count: int) -> LabelledSet:
    """The same documents and so many of the queries, spread evenly over their file; all of them where there are fewer."""
    names = list(labelled.queries)
    taken = [names[number * len(names) // count] for number in range(count)] if count < len(names) else names
    return replace(
        labelled,
        queries={name: labelled.queries[name] for name in taken},
        judgements={name: labelled.judgements[name] for name in taken},
    )


def _records(folder: Path, stem: str, read: Any) -> Iterator[tuple[str, str]]:
    """Id and text of every line of `stem.jsonl`."""
    file = next((found for end in (".jsonl", ".jsonl.gz") if (found := folder / f"{stem}{end}").is_file()), None)
    if file is None:
        raise SetError(
            f"{folder}: {stem}.jsonl is missing", "the layout is BEIR's: corpus.jsonl, queries.jsonl, qrels/"
        )
    seen: set[str] = set()
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        where = f"{file}, line {number}"
        record = parse_object(where, line, SetError, FORM)
        name = record.get("_id")
        if isinstance(name, bool) or not isinstance(name, str | int) or name == "":
            raise SetError(f"{where}: no object with an '_id'", FORM)
        if str(name) in seen:
            raise SetError(
                f"{where}: the id {str(name)!r} stood in an earlier line", "give each record an id of its own"
            )
        seen.add(str(name))
        yield str(name), read(where, record)
    if not seen:
        raise SetError(f"{file} holds no record", FORM)


def _document(where: str, record: dict[str, Any]) -> str:
    """Title and text. Both may be empty: old collections have such documents, and judge them."""
    title, text = _text(where, record, "title"), _text(where, record, "text")
    return f"{title}. {text}" if title else text


def _query(where: str, record: dict[str, Any]) -> str:
    text = _text(where, record, "text")
    if not text:
        raise SetError(f"{where}: the query has no text", FORM)
    return text


def _text(where: str, record: dict[str, Any], key: str) -> str:
    value = record.get(key) or ""
    if not isinstance(value, str):
        raise SetError(f"{where}: {key!r} is no text", f'write "{key}": "…"')
    return value.strip()


def _judgement_files(folder: Path, split: str) -> list[Path]:
    found = sorted((folder / "qrels").glob("*.tsv")) or [file for file in [folder / "qrels.tsv"] if file.is_file()]
    if not found:
        raise SetError(f"{folder}: holds no judgements", "they stand in qrels/test.tsv: query id, document id, score")
    names = [file.stem for file in found]
    if split and split not in names:
        raise SetError(f"{folder}: no judgements named {split!r}", f"name one of: {', '.join(names)}")
    wanted = split or (SPLIT if SPLIT in names else "")
    return [file for file in found if not wanted or file.stem == wanted]


def _judgements(file: Path) -> Iterator[tuple[str, str, str, int]]:
    """Where it stands, query, document and score of every line below the headings."""
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        cells, where = [cell.strip() for cell in line.split("\t")], f"{file}, line {number}"
        try:
            query, document, score = cells[0], cells[1], int(cells[2])
        except (IndexError, ValueError) as error:
            if number == 1 and len(cells) == 3:
                continue  # the headings
            raise SetError(
                f"{where}: not a query id, a document id and a whole number between tabs", "mend it"
            ) from error
        yield where, query, document, score


def _lines(file: Path) -> Iterator[str]:
    try:
        with (
            gzip.open(file, "rt", encoding="utf-8-sig")
            if file.suffix == ".gz"
            else file.open(encoding="utf-8-sig") as lines
        ):
            yield from lines
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise SetError(f"{file} can't be read: {error}", "it is UTF-8 text, plain or gzip") from error
