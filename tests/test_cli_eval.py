"""`antigravity eval`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "antigravity.toml"
    file.write_text('[[sources]]\nname = "arxiv"\nkind = "jsonl"\npath = "x.jsonl"\n', encoding="utf-8")
    return file


def run(file: Path, config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["eval", "support", "--pairs", str(file), "--config", str(config), *arguments])


def test_a_wrong_file_of_pairs_is_a_message_and_exit_code_1(tmp_path: Path, config: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"claim": "x", "source": "y", "label": "perhaps"}\n', encoding="utf-8")
    result = run(file, config)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "pairs.jsonl, line 1: 'label' is 'perhaps'" in result.stderr
    assert "supported, contradicted, unsupported" in result.stderr


def test_the_pairs_must_be_named(config: Path) -> None:
    assert CliRunner().invoke(main, ["eval", "support", "--config", str(config)]).exit_code == 2


PAIRS = [
    ("Pruning lowers the accuracy of image classifiers.", "supported"),
    ("Coral reefs recover slowly after storms.", "unsupported"),
    ("Pruning raises the accuracy of image classifiers.", "contradicted"),
    ("Pruning lowers the accuracy of image classifiers.", "unsupported"),
]
SOURCE = "Pruning of image classifiers. We find that pruning lowers the accuracy of image classifiers on all sets."


@pytest.mark.models
def test_shares_and_wrong_pairs_are_told(tmp_path: Path, config: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    lines = [json.dumps({"claim": claim, "source": SOURCE, "label": label}) for claim, label in PAIRS]
    file.write_text("\n".join(lines), encoding="utf-8")
    document = json.loads(run(file, config, "--json", "--wrong", "1").stdout)
    assert document["supported"] == {"accepted": 1, "of": 1}
    assert document["contradicted"] == {"accepted": 0, "of": 1}
    assert document["unsupported"] == {"accepted": 1, "of": 2}
    [wrong] = document["wrong"]
    assert (wrong["line"], wrong["label"], wrong["accepted"], wrong["claim"]) == (4, "unsupported", True, PAIRS[3][0])
    assert [one["label"] for one in document["margins"]] == [label for _, label in PAIRS]
    assert [one["log_odds"] > 0 for one in document["margins"]] == [True, False, False, True]
    assert all(set(one["checks"]) == {"bearing", "agreement"} for one in document["margins"])
    text = run(file, config).stdout
    assert "supported          1 of       1 accepted  100.0%" in text
    assert "line 4: unsupported, accepted" in text
