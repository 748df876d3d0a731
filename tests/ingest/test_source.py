"""What every source has: its id pattern, its origin, its paths."""

from pathlib import Path
from typing import ClassVar, Literal

import pytest

from pipeline.errors import SettingsError
from pipeline.ingest.source import ARXIV_ID, NetworkSettings, SourceSettings, keeping_answers
from pipeline.store.database import Connection


class Folder(SourceSettings):
    """`folder`: for this test."""

    default_origin: ClassVar[str] = "letters"
    id_pattern: ClassVar[str] = ARXIV_ID

    kind: Literal["folder"] = "folder"
    path: Path
    spare: Path | None = None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("0704.0001", True),
        ("2606.12345", True),
        ("hep-th/9901001", True),
        ("math.GT/0309136", True),
        ("2400.00001", False),
        ("2413.00001", False),
        ("hep-th/9913001", False),
        ("2401.123", False),
        ("2401.123456", False),
        ("2401.15804v2", False),
        ("arXiv:2401.15804", False),
        ("math.gt/0309136", False),
        ("../9901001", False),
        ("", False),
    ],
)
def test_ids_of_arxiv_are_told_from_others_by_the_databases_own_matcher(
    connection: Connection, text: str, is_one: bool
) -> None:
    found = connection.execute(
        "SELECT regexp_full_match($text, $pattern)", {"text": text, "pattern": ARXIV_ID}
    ).fetchone()
    assert found == (is_one,)


def test_the_origin_is_what_is_set_else_the_kinds_own_else_the_name() -> None:
    assert Folder(name="mine", path=Path("x")).origin_name == "letters"
    assert Folder(name="mine", path=Path("x"), origin="theirs").origin_name == "theirs"
    assert NetworkSettings(name="mine", kind="x").origin_name == "mine"


def test_relative_paths_count_from_a_folder_and_others_stay() -> None:
    one = Folder(name="mine", path=Path("letters"), spare=Path("/srv/letters"))
    assert one.rebased(Path("/home/a")) == one.model_copy(update={"path": Path("/home/a/letters")})
    bare = Folder(name="mine", path=Path("letters"))
    assert bare.rebased(Path("/home/a")) == bare.model_copy(update={"path": Path("/home/a/letters")})


@pytest.mark.parametrize("name", ["", "Arxiv", "a b", "a/b", "..", "1a", "a" * 32])
def test_a_name_is_fit_for_a_folder(name: str) -> None:
    with pytest.raises(ValueError, match="should match pattern"):
        Folder(name=name, path=Path("x"))


def test_sources_whose_answers_are_kept_are_found_by_name_and_others_refused() -> None:
    fetched, file = NetworkSettings(name="fetched", kind="x"), Folder(name="file", path=Path("letters"))
    assert keeping_answers([file, fetched], ["fetched"]) == [fetched]
    with pytest.raises(SettingsError, match=r"no source named file, other whose answers are kept") as told:
        keeping_answers([file, fetched], ["file", "fetched", "other"])
    assert told.value.mend == "name one of these: fetched"
    with pytest.raises(SettingsError, match="files are read again where they lie"):
        keeping_answers([file], ["file"])
