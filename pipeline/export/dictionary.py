"""The data dictionary: what each file of the dumps holds, column by column. Pure but for reading `dictionary.toml`.

`python -m pipeline.export.dictionary` prints docs/data.md.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

QUERY = (
    "SELECT archive_id, title, count(DISTINCT slug) AS answers FROM 'citations.parquet' JOIN 'preprints.parquet' "
    "USING (archive_id) GROUP BY ALL ORDER BY answers DESC LIMIT 5"
)
"""Most cited preprints: the one line that the documentation shows, and a test runs."""

HEAD = f"""# The archive as data

The folder `/data/` of the site holds everything that the archive knows, for reading and for [bringing the archive
back](#bringing-the-archive-back). The same files come from `antigravity export`. The same archive gives the same bytes, so a
file whose checksum did not change need not be fetched again.

One line of [DuckDB](https://duckdb.org) in that folder, for the preprints that most answers cite:

```sh
duckdb -c "{QUERY}"
```

Titles and abstracts are as their sources gave them, or retold where `retold` is true. Each preprint's licence stands in the
column `licence`; where it is empty the source named none, and the text may be quoted but hardly republished. Answers are
made by a program: verify the preprint before you cite it.

## Bringing the archive back

`antigravity restore DATA`, with the path of a copy of this folder, makes the archive anew: ids, preprints with their
versions, questions, and every revision of every answer. Vectors are not in the dumps; the next night computes them. The
operator's log of past runs is not either: a backup holds it.

## Files
"""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    """DuckDB's name of it."""
    about: str


@dataclass(frozen=True, slots=True)
class DumpFile:
    """One file of the dumps."""

    name: str
    about: str
    order: str
    """Columns that its rows are sorted by; empty where it has no rows."""
    columns: tuple[Column, ...] = ()
    size: int = 0
    """Bytes, once it is written."""


@cache
def read_dictionary() -> tuple[DumpFile, ...]:
    """All files of the dumps, in the order of `dictionary.toml`."""
    text = (resources.files("pipeline.export") / "dictionary.toml").read_text(encoding="utf-8")
    return tuple(
        DumpFile(one["name"], one["about"], one["order"], tuple(Column(**column) for column in one.get("columns", ())))
        for one in tomllib.loads(text)["file"]
    )


def render_dictionary() -> str:
    """The dictionary as Markdown: `README.md` of the dumps, and docs/data.md."""
    return f"{HEAD}\n" + "\n".join(map(_render_file, read_dictionary()))


def _render_file(file: DumpFile) -> str:
    ordered = f" Sorted by {file.order}." if file.order else ""
    rows = "".join(f"| `{one.name}` | `{one.type}` | {one.about} |\n" for one in file.columns)
    table = f"\n| column | type | meaning |\n| --- | --- | --- |\n{rows}" if rows else ""
    return f"### `{file.name}`\n\n{file.about}{ordered}\n{table}"


if __name__ == "__main__":
    print(render_dictionary(), end="")
