"""What is computed once and kept."""

from pipeline.store.database import Connection
from pipeline.store.kept import Kept, load_kept, save_kept


def test_what_is_kept_is_read_back_by_its_name(connection: Connection) -> None:
    assert load_kept(connection, name="map") is None
    save_kept(connection, name="map", key="one", content=b"\x00\xff'")
    save_kept(connection, name="other", key="two", content=b"")
    assert load_kept(connection, name="map") == Kept("one", b"\x00\xff'")


def test_the_newer_takes_the_place_of_the_older(connection: Connection) -> None:
    save_kept(connection, name="map", key="one", content=b"1")
    save_kept(connection, name="map", key="two", content=b"2")
    assert load_kept(connection, name="map") == Kept("two", b"2")
