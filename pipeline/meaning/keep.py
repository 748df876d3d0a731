"""What finding by meaning rests on, made once and then read back from the store: static vectors, and places on the map."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.embed.encoder import Encoder
from pipeline.hashes import key_of
from pipeline.meaning.layout import METHOD as LAYOUT
from pipeline.meaning.layout import Points, as_rows, place
from pipeline.meaning.table import METHOD, Floats, StaticTable, distil, read_table, write_table
from pipeline.meaning.targets import Target, choose_for_map
from pipeline.store.database import Connection, transaction
from pipeline.store.kept import load_kept, save_kept
from pipeline.store.preprints import load_text_vectors

TABLE, MAP = "static vectors", "map"
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Findable:
    """Everything that the search by meaning and the map are made of."""

    targets: tuple[Target, ...] = ()
    vectors: Mapping[str, Floats] = field(default_factory=dict)
    """The encoder's, by hash of the text; a text that waits for its vector has none."""
    table: StaticTable | None = None
    """None: there is no search by meaning."""
    points: Points = field(default_factory=dict)
    """Places on the map by path, from -1 to 1."""


def find_all(
    connection: Connection, encoder: Encoder, targets: tuple[Target, ...], *, with_table: bool, on_progress: Told
) -> Findable:
    """What the store holds for these targets; what changed since the last time is made and kept."""
    vectors = load_text_vectors(connection, encoder=encoder.name, text_hashes=[one.text_hash for one in targets])
    table = find_table(connection, encoder, on_progress) if with_table else None
    points = find_points(connection, encoder.name, choose_for_map(targets), vectors)
    return Findable(targets, vectors, table, points)


def find_table(connection: Connection, encoder: Encoder, on_progress: Told = lambda _, __: None) -> StaticTable | None:
    """None where the encoder has no vocabulary of the kind that a browser can follow, or too large a one."""
    key = key_of([encoder.name, METHOD])
    kept = load_kept(connection, name=TABLE)
    if kept and kept.key == key:
        return read_table(kept.content) if kept.content else None
    pieces = encoder.read_pieces(on_progress)
    table = distil(pieces.wordpiece, pieces.vectors) if pieces else None
    with transaction(connection):
        save_kept(connection, name=TABLE, key=key, content=write_table(table) if table else b"")
    return table


def find_points(
    connection: Connection, encoder: str, targets: Sequence[Target], vectors: Mapping[str, Floats]
) -> Points:
    """Where the targets that have a vector stand. Another encoder starts from where they stood with the one before."""
    key = key_of([encoder, LAYOUT])
    kept = load_kept(connection, name=MAP)
    told = json.loads(kept.content) if kept else {"settled": {}, "guests": {}}
    if kept and kept.key != key:
        told = {"settled": {}, "guests": told["settled"] | told["guests"]}
    shown = [one for one in targets if one.text_hash in vectors]
    if not shown:
        return {}
    rows = as_rows([vectors[one.text_hash] for one in shown])
    settled, guests = place([one.path for one in shown], rows, _points(told["settled"]), _points(told["guests"]))
    content = json.dumps({"settled": settled, "guests": guests}, sort_keys=True).encode()
    if kept is None or (kept.key, kept.content) != (key, content):
        with transaction(connection):
            save_kept(connection, name=MAP, key=key, content=content)
    return {**settled, **guests}


def dump_points(connection: Connection) -> str:
    """JSON of where the points lie, and of what laid them out: a map that was seen looks the same on an archive brought back."""
    kept = load_kept(connection, name=MAP)
    return json.dumps({"key": kept.key, **json.loads(kept.content)} if kept else {}, sort_keys=True) + "\n"


def restore_points(connection: Connection, text: str) -> None:
    """Keep what `dump_points` wrote. Raises ValueError where it did not."""
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError("not an object")
    if told:
        try:
            places = {kind: _points(told[kind]) for kind in ("settled", "guests")}
            key = str(told["key"])
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from error
        save_kept(connection, name=MAP, key=key, content=json.dumps(places, sort_keys=True).encode())


def _points(told: Mapping[str, Sequence[float]]) -> Points:
    return {name: (float(x), float(y)) for name, (x, y) in told.items()}
