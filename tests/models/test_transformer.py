"""Models of the sentence-transformers library: known by their weights, loaded by path. Real ones: test_encoder, test_reranker, test_nli."""

from pathlib import Path

import pytest

from pipeline.errors import ModelError
from pipeline.models.transformer import hash_weights, load_model


def lay(folder: Path, **files: bytes) -> Path:
    for name, content in files.items():
        file = folder / name.replace("__", "/").replace("_bin", ".bin").replace("_safetensors", ".safetensors")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def test_the_identity_is_that_of_all_weights_wherever_the_folder_lies(tmp_path: Path) -> None:
    one = hash_weights(
        lay(tmp_path / "one", model_safetensors=b"1", part__more_safetensors=b"2"), setting="embed.model"
    )
    copy = lay(tmp_path / "copy", model_safetensors=b"1", part__more_safetensors=b"2", config=b"{}")
    other = lay(tmp_path / "other", model_safetensors=b"1", part__more_safetensors=b"3")
    assert len(one) == 12
    assert hash_weights(copy, setting="embed.model") == one != hash_weights(other, setting="embed.model")


def test_weights_in_the_older_form_count_too(tmp_path: Path) -> None:
    assert hash_weights(lay(tmp_path, pytorch_model_bin=b"1"), setting="embed.model")


def test_a_folder_without_weights_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"verify\.judge: .* holds no weights") as told:
        hash_weights(lay(tmp_path, config=b"{}"), setting="verify.judge")
    assert str(tmp_path) in told.value.what and "model.safetensors" in (told.value.mend or "")


@pytest.mark.models
@pytest.mark.parametrize("kind", ["SentenceTransformer", "CrossEncoder"])
def test_a_folder_that_holds_no_whole_model_is_an_error_that_names_the_setting(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ModelError, match=r"embed\.model: .* can't be loaded"):
        load_model(kind, lay(tmp_path, model_safetensors=b"nothing"), setting="embed.model")  # type: ignore[arg-type]
