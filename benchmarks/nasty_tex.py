"""The nastiest TeX of a snapshot on one page, made by the project's own code, and what all of it comes to.

    python benchmarks/nasty_tex.py ../shared/data/arxiv/arxiv_full.jsonl.gz /tmp/nasty

writes FOLDER/index.html with the 200 titles and abstracts that have the most and the oddest TeX, shown as the site shows them
with the source folded below each, beside the site's style sheet. It prints, over every record of the file: how many have TeX,
formulas made and left as source, backslashes that slipped through (there should be none), broken HTML (none), the slowest
record and records a second, both in processor time.
"""

import argparse
import gc
import gzip
import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from markupsafe import Markup

from pipeline.render.dollars import find_formulas
from pipeline.render.tex import to_html, to_text

ROOT = Path(__file__).parents[1]
SHOWN = 200
SOURCE = re.compile(r'<code class="tex">.*?</code>', re.DOTALL)
ODD = re.compile(r"\\(?:[A-Za-z]{1,20}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Record:
    identifier: str
    title: str
    abstract: str
    authors: str


@dataclass(frozen=True, slots=True)
class Converted:
    record: Record
    commands: Counter[str]
    formulas: int
    as_source: int
    stray: int
    """Backslashes outside of shown sources, in HTML and text."""
    broken: bool
    """The HTML is not well formed."""
    seconds: float
    """Of processor time."""

    @property
    def has_tex(self) -> bool:
        return bool(self.formulas or self.commands)


def read_records(path: Path) -> Iterator[Record]:
    """Records of a snapshot, plain or gzipped, white space folded as ingest folds it."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            fields = (" ".join(str(record.get(key) or "").split()) for key in ("title", "abstract", "authors"))
            yield Record(str(record.get("id", "")), *fields)


def convert(record: Record) -> Converted:
    started = time.process_time()
    made = [(to_html(raw), to_text(raw)) for raw in (record.title, record.abstract, record.authors)]
    seconds = time.process_time() - started
    page = "".join(markup for markup, _ in made)
    raw = f"{record.title} {record.abstract} {record.authors}"
    return Converted(
        record,
        Counter(ODD.findall(raw)),
        len(find_formulas(record.title)) + len(find_formulas(record.abstract)),
        len(SOURCE.findall(page)),
        SOURCE.sub("", page).count("\\") + sum(text.count("\\") for _, text in made),
        not well_formed(page),
        seconds,
    )


def well_formed(page: str) -> bool:
    try:
        ElementTree.fromstring(f"<p>{page}</p>")
    except ElementTree.ParseError:
        return False
    return True


def nastiest(converted: list[Converted]) -> list[Converted]:
    """Most TeX for the length first; a command that few use weighs more, and a formula left as source most."""
    common = Counter[str]()
    for one in converted:
        common.update(set(one.commands))

    def nastiness(one: Converted) -> float:
        odd = sum(number * (1 + 20 / common[command]) for command, number in one.commands.items())
        length = len(one.record.title) + len(one.record.abstract) + 200
        return (odd + one.formulas + 2 * one.as_source) / length

    return sorted(converted, key=nastiness, reverse=True)[:SHOWN]


def page_of(shown: list[Converted]) -> str:
    entries = Markup("").join(
        Markup(
            '<li class="listed" id="{id}"><h2>{title}</h2><p class="meta"><span class="id">{id}</span><span>{authors}</span>'
            "<span>{formulas} formulas, {source} as source</span></p><p>{abstract}</p>"
            "<details><summary>Source</summary><pre>{raw}</pre></details></li>"
        ).format(
            id=one.record.identifier,
            title=to_html(one.record.title),
            authors=to_text(one.record.authors)[:120],
            formulas=one.formulas,
            source=one.as_source,
            abstract=to_html(one.record.abstract),
            raw=f"{one.record.title}\n\n{one.record.abstract}",
        )
        for one in shown
    )
    return (
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self' file:\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Nasty TeX</title>'
        '<link rel="stylesheet" href="style.css"></head><body><main class="frame"><header class="head">'
        f'<h1>The nastiest TeX</h1></header><ol class="list">{entries}</ol></main></body></html>'
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snapshot", type=Path, help="JSON lines in the shape of arXiv's bulk snapshot, plain or .gz")
    parser.add_argument("folder", type=Path, help="where the page goes")
    asked = parser.parse_args()
    gc.disable()  # its pauses grow with the list of results and would be told as the time of a record
    started = time.perf_counter()
    converted = [convert(record) for record in read_records(asked.snapshot)]
    seconds = time.perf_counter() - started
    asked.folder.mkdir(parents=True, exist_ok=True)
    (asked.folder / "index.html").write_text(page_of(nastiest(converted)), encoding="utf-8")
    shutil.copy(ROOT / "site_templates" / "assets" / "style.css", asked.folder / "style.css")
    slowest = max(converted, key=lambda one: one.seconds)
    for name, value in (
        ("records", f"{len(converted):,}"),
        ("with TeX", f"{sum(one.has_tex for one in converted):,}"),
        ("formulas made", f"{sum(one.formulas - one.as_source for one in converted):,}"),
        ("formulas left as source", f"{sum(one.as_source for one in converted):,}"),
        ("stray backslashes", sum(one.stray for one in converted)),
        ("broken HTML", sum(one.broken for one in converted)),
        ("slowest record", f"{slowest.record.identifier}, {slowest.seconds * 1000:.0f} ms"),
        ("records/s", f"{len(converted) / sum(one.seconds for one in converted):,.0f}"),
        ("seconds in all", f"{seconds:.0f}"),
        ("page", asked.folder / "index.html"),
    ):
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
