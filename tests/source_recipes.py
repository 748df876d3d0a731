"""For each kind of source a small world in which it can be harvested: what every source must pass is in
`tests/ingest/test_source_contract.py`. A new kind needs an entry in `RECIPES`.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pipeline.ingest.source import Batch, SourceSettings
from pipeline.ingest.sources import KINDS
from pipeline.ingest.statement import Statement, to_line
from tests import oai_faults
from tests.details_server import DetailsServer, posting
from tests.harvests import World, june
from tests.harvests import preprints as arxiv_preprints
from tests.loopback import LoopbackServer, running
from tests.oai_server import OaiServer, serving
from tests.oai_xml import ServedRecord
from tests.osf_server import OsfServer
from tests.osf_server import preprint as osf_preprint


@dataclass(frozen=True, slots=True)
class Recipe:
    """A settings entry, and the world that it reads from. Opened, it holds the ids and takes several batches to read."""

    entry: SourceSettings
    world: World
    ids: frozenset[str]
    grow: Callable[[], str]
    """One preprint more; its id."""
    take_down: Callable[[], None]
    bring_up: Callable[[], None]
    rereads: bool = False
    """A harvest after the last one reads the newest days again."""

    def batches(self, cursor: str | None) -> Iterator[Batch]:
        return self.entry.open(self.world.reach()).batches(cursor)


def world_of(folder: Path) -> World:
    return World(folder, datetime(2026, 6, 10, 12, tzinfo=UTC))


def move(old: Path, new: Path) -> None:
    old.rename(new)


@contextmanager
def of_server(
    folder: Path, server: LoopbackServer, ids: set[str], grow: Callable[[], str], **keys: object
) -> Iterator[Recipe]:
    with running(server):
        yield Recipe(
            entry=KINDS[str(keys["kind"])].model_validate({"name": "one", **keys}),
            world=world_of(folder),
            ids=frozenset(ids),
            grow=grow,
            take_down=lambda: setattr(server, "down", True),
            bring_up=lambda: setattr(server, "down", False),
            rereads=True,
        )


def details(kind: str, server_name: str) -> Callable[[Path], AbstractContextManager[Recipe]]:
    def recipe(folder: Path) -> AbstractContextManager[Recipe]:
        rows = [posting(number, f"2026-06-{number % 10 + 1:02d}", server=server_name) for number in range(1, 30)]
        rows += [posting(1, "2026-06-09", version=2, server=server_name)]
        server = DetailsServer(rows, page_size=8)

        def grow() -> str:
            server.rows.append(posting(77, "2026-06-10", server=server_name))
            return str(server.rows[-1]["doi"])

        keys = {"kind": kind, "base_url": server.address, "start": "2026-06-01"}
        return of_server(folder, server, {row["doi"] for row in rows}, grow, **keys)

    return recipe


def osf(folder: Path) -> AbstractContextManager[Recipe]:
    rows = [osf_preprint(f"{number:05d}", f"2026-06-{number + 1:02d}T08:00:00.000001") for number in range(8)]
    rows += [osf_preprint("00000", "2026-06-09T08:00:00", version=2)]
    server = OsfServer(rows, largest_page=3)

    def grow() -> str:
        server.rows.append(osf_preprint("grown", "2026-06-10T11:00:00"))
        return "grown"

    keys = {"kind": "osf", "base_url": f"{server.address}/v2", "start": "2026-06-01"}
    return of_server(folder, server, {row["guid"] for row in rows}, grow, **keys)


@contextmanager
def arxiv_oai(folder: Path) -> Iterator[Recipe]:
    records = arxiv_preprints([1, 2, 2, 3, 4, 5, 9])
    world = world_of(folder)
    with serving(records, page_size=3) as server:
        server.clock = world.now

        def grow() -> str:
            server.records.append(ServedRecord("2606.00077", june(10)))
            return "2606.00077"

        yield Recipe(
            entry=KINDS["arxiv-oai"].model_validate(
                {"name": "one", "kind": "arxiv-oai", "base_url": server.url, "start": "2026-06-01"}
            ),
            world=world,
            ids=frozenset(record.id for record in records),
            grow=grow,
            take_down=lambda: server.faults.extend([oai_faults.hang_up] * 200),
            bring_up=server.faults.clear,
            rereads=True,
        )


@contextmanager
def oai_folder(folder: Path) -> Iterator[Recipe]:
    saved, hidden = folder / "saved", folder / "hidden"
    saved.mkdir()

    def save(number: int) -> str:
        with OaiServer([ServedRecord(f"2606.{number:05d}", june(1))]) as server:
            answer = server.answer([("verb", "ListRecords"), ("metadataPrefix", "arXivRaw")])
        (saved / f"{number:03d}.xml").write_text(answer, encoding="utf-8")
        return f"2606.{number:05d}"

    yield Recipe(
        entry=KINDS["oai-folder"].model_validate({"name": "one", "kind": "oai-folder", "path": saved}),
        world=world_of(folder),
        ids=frozenset(save(number) for number in range(1, 5)),
        grow=lambda: save(77),
        take_down=partial(move, saved, hidden),
        bring_up=partial(move, hidden, saved),
    )


def json_lines(kind: str) -> Callable[[Path], AbstractContextManager[Recipe]]:
    @contextmanager
    def recipe(folder: Path) -> Iterator[Recipe]:
        file, hidden = folder / "some.jsonl", folder / "hidden.jsonl"

        def write(number: int) -> str:
            statement = Statement(f"2606.{number:05d}", title=f"Title {number}", abstract="An abstract.")
            with file.open("ab") as opened:
                opened.write(to_line(statement) + b"\n")
            return statement.id

        yield Recipe(
            entry=KINDS[kind].model_validate({"name": "one", "kind": kind, "path": file}),
            world=world_of(folder),
            ids=frozenset(write(number) for number in range(1, 6)),
            grow=lambda: write(77),
            take_down=partial(move, file, hidden),
            bring_up=partial(move, hidden, file),
            rereads=True,
        )

    return recipe


RECIPES: dict[str, Callable[[Path], AbstractContextManager[Recipe]]] = {
    "arxiv-oai": arxiv_oai,
    "arxiv-snapshot": json_lines("arxiv-snapshot"),
    "biorxiv": details("biorxiv", "bioRxiv"),
    "jsonl": json_lines("jsonl"),
    "medrxiv": details("medrxiv", "medRxiv"),
    "oai-folder": oai_folder,
    "osf": osf,
}
