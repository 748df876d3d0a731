"""The operator's file of overrides."""

from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.ingest.overrides import read_overrides
from pipeline.records import Override

ENTRY = '[[preprints]]\nsource = "arxiv"\nid = "2401.00010"\nstate = "standing"\nwhy = "It speaks of another paper."\n'
MEND = "\n  → an entry has source, id, state (withdrawn or standing) and why"


def write(folder: Path, text: str) -> Path:
    path = folder / "overrides.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_entries_are_read_in_their_order(tmp_path: Path) -> None:
    other = '[[preprints]]\nsource = "biorxiv"\nid = "10.1101/1"\nstate = "withdrawn"\nwhy = "Größe"\n'
    assert read_overrides(write(tmp_path, other + ENTRY)) == (
        Override("biorxiv", "10.1101/1", "withdrawn", "Größe"),
        Override("arxiv", "2401.00010", "standing", "It speaks of another paper."),
    )


@pytest.mark.parametrize("text", [None, "", "# nothing yet\n"], ids=["absent", "empty", "a comment"])
def test_without_entries_there_are_none(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "overrides.toml" if text is None else write(tmp_path, text)
    assert read_overrides(path) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            ENTRY + ENTRY.replace("standing", "gone"),
            "FILE: preprints.2.state: Input should be 'withdrawn' or 'standing'" + MEND,
            id="a state that is none",
        ),
        pytest.param(
            ENTRY.replace("why", "because"), "FILE: preprints.1.why: Field required" + MEND, id="a key missing"
        ),
        pytest.param(
            ENTRY + 'x = "y"\n', "FILE: preprints.1.x: Extra inputs are not permitted" + MEND, id="unknown key"
        ),
        pytest.param(
            ENTRY.replace("It speaks of another paper.", ""),
            "FILE: preprints.1.why: String should have at least 1 character" + MEND,
            id="no reason",
        ),
        pytest.param(
            ENTRY.replace('"2401.00010"', "2401.00010"),
            "FILE: preprints.1.id: Input should be a valid string" + MEND,
            id="an id without quotes, which would lose its zeros",
        ),
        pytest.param(
            ENTRY.replace("preprints", "papers"), "FILE: papers: Extra inputs are not permitted" + MEND, id="table"
        ),
        pytest.param(ENTRY * 2, "FILE: arxiv 2401.00010 is named twice\n  → keep one of the two entries", id="twice"),
    ],
)
def test_a_wrong_entry_is_named_with_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        read_overrides(path)
    assert str(refused.value).replace(str(path), "FILE") == message


def test_a_line_that_is_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"can't read the overrides: .*line 2.*\n  → mend that line"):
        read_overrides(write(tmp_path, "\n[[preprints]\n"))


def test_a_file_that_is_not_utf8_or_a_folder_is_refused_and_is_no_bug(tmp_path: Path) -> None:
    (tmp_path / "overrides.toml").write_bytes(b"# \xe9\n")
    for path in (tmp_path / "overrides.toml", tmp_path):
        with pytest.raises(SettingsError, match="can't read the overrides"):
            read_overrides(path)
