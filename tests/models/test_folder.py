"""Where models lie, and whether they are what the catalogue says."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.errors import ModelError
from pipeline.hashes import hash_file
from pipeline.models.catalogue import Entry, ModelFile, require_entry
from pipeline.models.folder import check_files, folder_of, is_begun, is_here, locate, machine_memory, part_of

WEIGHTS, CONFIG = b"weights", b"{}"
ENTRY = Entry(
    "tiny",
    "judge",
    "MIT",
    "",
    "https://example.org/rev",
    "",
    512,
    1000,
    "For tests.",
    (
        ModelFile("model.bin", sha256(WEIGHTS).hexdigest(), len(WEIGHTS)),
        ModelFile("sub/config.json", sha256(CONFIG).hexdigest(), 0),
    ),
)
BOX = require_entry("box:SmolLM2-135M-Instruct")
GONE = replace(BOX, package="no_such_package_here")


def lay(models: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (models / "tiny" / name).parent.mkdir(parents=True, exist_ok=True)
        (models / "tiny" / name).write_bytes(content)
    return models


def test_a_model_lies_in_a_folder_of_its_name(tmp_path: Path) -> None:
    assert locate(ENTRY, tmp_path) == tmp_path / "tiny"


def test_a_model_of_the_box_lies_in_its_package_whatever_the_folder(tmp_path: Path) -> None:
    assert (locate(BOX, tmp_path) / BOX.files[0].path).stat().st_size == BOX.size
    assert is_here(BOX, tmp_path) and is_begun(BOX, tmp_path)


def test_a_package_that_is_missing_is_an_error_that_can_be_mended(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="run make setup"):
        locate(GONE, tmp_path)
    assert not is_here(GONE, tmp_path) and not is_begun(GONE, tmp_path)


def test_a_setting_names_an_entry_of_the_catalogue_or_a_folder(tmp_path: Path) -> None:
    def find(name: str) -> Path:
        return folder_of(name, kind="language", setting="answer.model", models=tmp_path)

    assert find(BOX.name) == locate(BOX, tmp_path)
    assert find("qwen2.5-coder-1.5b-instruct") == tmp_path / "qwen2.5-coder-1.5b-instruct"
    assert find("some/folder") == Path("some/folder")


def test_an_entry_of_another_kind_is_refused_and_the_setting_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"verify\.judge = 'box:.*' is no judge") as refused:
        folder_of(BOX.name, kind="judge", setting="verify.judge", models=tmp_path)
    assert "model list" in (refused.value.mend or "")


@pytest.mark.parametrize(
    ("files", "here", "begun"),
    [
        ({}, False, False),
        ({"model.bin.part": b"we"}, False, True),
        ({"model.bin": WEIGHTS}, False, True),
        ({"model.bin": WEIGHTS, "sub/config.json": CONFIG}, True, True),
    ],
    ids=["nothing", "a part", "one of two", "all"],
)
def test_a_model_is_here_when_all_its_files_are(
    tmp_path: Path, files: dict[str, bytes], here: bool, begun: bool
) -> None:
    models = lay(tmp_path, files)
    assert (is_here(ENTRY, models), is_begun(ENTRY, models)) == (here, begun)


def test_a_check_reads_every_file_and_says_what_to_do(tmp_path: Path) -> None:
    read: list[int] = []
    missing, other = check_files(ENTRY, lay(tmp_path, {"sub/config.json": b"{ }"}), read.append)
    assert (missing.ok, missing.file) == (False, "model.bin") and "is missing" in missing.detail
    assert (other.ok, other.file) == (False, "sub/config.json") and sha256(b"{ }").hexdigest() in other.detail
    assert {missing.mend, other.mend} == {"run antigravity model pull tiny"}
    assert read == [3]
    whole = check_files(ENTRY, lay(tmp_path, {"model.bin": WEIGHTS, "sub/config.json": CONFIG}))
    assert [(check.model, check.ok, check.mend) for check in whole] == [("tiny", True, "")] * 2


def test_a_hash_is_read_anew_at_every_call(tmp_path: Path) -> None:
    file = tmp_path / "a"
    for content in (b"a", b"b", b""):
        file.write_bytes(content)
        assert hash_file(file) == sha256(content).hexdigest()


def test_a_part_lies_beside_its_file() -> None:
    assert part_of(Path("a/model.gguf")) == Path("a/model.gguf.part")


def test_the_memory_of_this_machine_is_known_on_linux() -> None:
    assert machine_memory() > 1 << 28
