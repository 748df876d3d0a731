"""Write the dumps of the whole archive into a folder: the same archive gives the same bytes. [edge]"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.errors import PipelineError, SiteError
from pipeline.export.checksums import SUMS, write_checksums
from pipeline.export.dictionary import DumpFile, read_dictionary, render_dictionary
from pipeline.hashes import hash_file
from pipeline.meaning.keep import dump_points
from pipeline.questions import read_questions
from pipeline.settings import Settings
from pipeline.spelling import counted
from pipeline.store.database import Connection
from pipeline.store.dumps import DUMPS, load_makers, load_origins, schema_version, write_dump
from pipeline.store.ledger import check_ledger
from pipeline.swap import swap_folders
from pipeline.words import is_text

SCHEMA = "answer.schema.json"
CURSORS = "restore/cursors.parquet"
POINTS = "restore/map.json"
TEXTS = (
    "Titles and abstracts are as their sources gave them, or retold in other words where `retold` is true. The licence of "
    "each preprint, as its source names it, is in the column `licence`; where that is empty the source named none. "
    "Answers are made by a program and are no peer review."
)


@dataclass(frozen=True, slots=True)
class Dumps:
    """A folder of dumps that is whole."""

    folder: Path
    files: tuple[DumpFile, ...]


def export(connection: Connection, settings: Settings, target: Path) -> Dumps:
    """Write the dumps beside `target`, and swap them in. Raises PipelineError where `target` holds anything but dumps."""
    if target.exists() and not target.is_dir():
        raise PipelineError(f"{target} is a file", "name a folder with --to")
    if target.is_dir() and any(target.iterdir()) and not (target / SUMS).is_file():
        raise PipelineError(f"{target} holds files that are no dumps of an archive", "name an empty folder with --to")
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with dumps_aside(target) as aside:
        written = write_dumps(connection, settings, aside)
        swap_folders(aside, target)
    return replace(written, folder=target)


@contextmanager
def dumps_aside(target: Path) -> Iterator[Path]:
    """An empty folder beside `target`, on the same disk; gone again afterwards, and after a kill with the next call."""
    target = target.resolve()
    aside = target.parent / f".{target.name}.dumps"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write_dumps(connection: Connection, settings: Settings, folder: Path) -> Dumps:
    """Write every file of the data dictionary into a folder that is there and empty.

    Raises LedgerError where the ledger is not the database's: its published copy is what a lost one is brought back from.
    """
    check_ledger(connection, settings.archive.ledger, settings.site.id_prefix)
    (folder / "restore").mkdir()
    rows = {name: write_dump(connection, name, folder / name) for name in DUMPS}
    (folder / POINTS).write_text(dump_points(connection), encoding="utf-8")
    if settings.archive.ledger.is_file():
        shutil.copyfile(settings.archive.ledger, folder / "ids.csv")
    else:
        (folder / "ids.csv").write_bytes(b"")
    _write_questions(settings.questions.folder, folder / "questions.jsonl")
    (folder / "provenance.json").write_text(_format(_provenance(connection, settings, rows)), encoding="utf-8")
    (folder / SCHEMA).write_bytes((resources.files("pipeline.export") / SCHEMA).read_bytes())
    (folder / "README.md").write_text(render_dictionary(), encoding="utf-8")
    write_checksums(folder)
    return Dumps(folder, tuple(replace(one, size=(folder / one.name).stat().st_size) for one in read_dictionary()))


def refuse_forgetting(folder: Path, published: Path) -> None:
    """Raise SiteError where the new dumps hold fewer answers than the published ones: a site never forgets what it said."""
    new, old = (_count_answers(place / "provenance.json") for place in (folder, published))
    if new < old:
        raise SiteError(
            f"the archive holds {counted(new, 'revision')} of answers, and the published site {old:,}, so the site stays",
            f"see that archive.database names the right file; a lost one comes back from a backup, or by antigravity restore"
            f" {published}. For a new site name another folder in render.output",
        )


def _count_answers(provenance: Path) -> int:
    """0 where there is no such file, or it holds no such count."""
    try:
        return int(json.loads(provenance.read_text(encoding="utf-8"))["rows"]["answers.jsonl"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def keep_cursors(folder: Path, published: Path) -> None:
    """Where nothing but the cursors differs from the published dumps, take the published ones, so that a night without news
    writes nothing. An archive that is restored from them asks for those nights again, and finds that nothing is new."""
    if not (published / CURSORS).is_file() or not (published / SUMS).is_file() or not (folder / SUMS).is_file():
        return
    old, new = (set((place / SUMS).read_text(encoding="utf-8").splitlines()) for place in (published, folder))
    whole = f"{hash_file(published / CURSORS)}  {CURSORS}"
    if whole in old and all(line.endswith(f"  {CURSORS}") for line in old ^ new):
        for name in (CURSORS, SUMS):
            shutil.copyfile(published / name, folder / name)


def _write_questions(questions: Path, file: Path) -> None:
    """The files that the site shows, as they are written: drafts are their author's own business still."""
    drafts = {f"{one.slug}.md" for one in read_questions(questions)[0] if one.status == "draft"}
    files = [one.name for one in questions.iterdir() if one.suffix == ".md" and one.name != "README.md"]
    names = sorted(name for name in files if is_text(name))  # another name is no slug, and `questions check` says so
    kept = [name for name in ("topics.toml", *names) if name not in drafts and (questions / name).is_file()]
    lines = [
        json.dumps({"file": name, "text": (questions / name).read_text("utf-8", "replace")}, ensure_ascii=False)
        for name in kept
    ]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _provenance(connection: Connection, settings: Settings, rows: dict[str, int]) -> dict[str, Any]:
    site = settings.site
    return {
        "software": f"antigravity-qa {__version__}",
        "schema": schema_version(),
        "site": {"title": site.title, "base_url": site.base_url, "id_prefix": site.id_prefix},
        "texts": TEXTS,
        "sources": [asdict(one) for one in load_origins(connection)],
        "answers_made_by": load_makers(connection),
        "rows": rows,
    }


def _format(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"
