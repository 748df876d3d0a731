"""How often a check accepts what it should, and reading the pairs."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.embed.encoder import SentenceEncoder
from pipeline.eval.support import BATCH, LABELS, Label, Pair, PairsError, Share, Wrong, evaluate_support, read_pairs
from pipeline.settings import EmbedSettings
from pipeline.verify.support import Support, check_support

SCIFACT = Path(__file__).parents[3] / "shared" / "data" / "support" / "scifact_train.jsonl"
GOOD = {"claim": "Reefs bleach.", "source": "Reefs bleach in warm water.", "label": "supported"}


def write(tmp_path: Path, *lines: Any) -> Path:
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), encoding="utf-8")
    return file


def test_pairs_are_read_with_their_lines(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD | {"claim_id": "7"}, "", GOOD | {"label": "contradicted"})
    assert read_pairs(file) == [
        Pair("Reefs bleach.", "Reefs bleach in warm water.", "supported", 1),
        Pair("Reefs bleach.", "Reefs bleach in warm water.", "contradicted", 3),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("{", "line 2: no JSON", id="no JSON"),
        pytest.param([1], "line 2: not an object", id="a list"),
        pytest.param({"source": "x", "label": "supported"}, "line 2: 'claim' is missing", id="no claim"),
        pytest.param(GOOD | {"source": " "}, "line 2: 'source' is missing, empty", id="an empty source"),
        pytest.param(GOOD | {"claim": 3}, "line 2: 'claim' is missing, empty, or no text", id="a number"),
        pytest.param(GOOD | {"label": "SUPPORT"}, "line 2: 'label' is 'SUPPORT'", id="another label"),
        pytest.param(GOOD | {"label": ["supported"]}, "line 2: 'label' is ['supported']", id="a list for a label"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: Any, message: str) -> None:
    with pytest.raises(PairsError) as error:
        read_pairs(write(tmp_path, GOOD, line))
    assert message in error.value.what
    assert error.value.mend


def test_a_file_that_is_missing_or_empty_or_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    for file in (tmp_path / "none.jsonl", tmp_path / "bytes.jsonl", write(tmp_path, "", "  ")):
        with pytest.raises(PairsError) as error:
            read_pairs(file)
        assert str(file) in error.value.what


class Scripted:
    """A check that accepts claims that start with `Yes`, as surely as they are long."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[Support]:
        self.sizes.append(len(pairs))
        return [
            Support(claim.startswith("Yes"), len(claim) * (1 if claim.startswith("Yes") else -1), (), source)
            for claim, source in pairs
        ]


def pair(claim: str, label: Label, line: int) -> Pair:
    return Pair(claim, "source", label, line)


def test_accepted_shares_and_wrong_pairs_the_surest_false_acceptance_first() -> None:
    pairs = [
        pair("Yes.", "supported", 1),
        pair("No.", "supported", 2),
        pair("Yes!", "contradicted", 3),
        pair("Yes, surely.", "unsupported", 4),
        pair("No!", "unsupported", 5),
    ]
    report = evaluate_support(pairs, Scripted())
    assert report.shares == {"supported": Share(1, 2), "contradicted": Share(1, 1), "unsupported": Share(1, 2)}
    assert [one.pair.line for one in report.wrong] == [4, 3, 2]
    assert report.wrong[2] == Wrong(pairs[1], Support(False, -3, (), "source"))


def test_pairs_with_one_source_are_asked_together_and_told_in_the_order_of_the_file() -> None:
    asked = list[str]()

    def check(pairs: Sequence[tuple[str, str]]) -> list[Support]:
        asked.extend(source for _, source in pairs)
        return Scripted()(pairs)

    sources = ("b", "a", "b", "a", "c")
    pairs = [Pair(f"Yes{'!' * place}", source, "supported", place) for place, source in enumerate(sources)]
    report = evaluate_support(pairs, check)
    assert asked == sorted(sources)
    told = [(label, support.margin) for label, support in report.judged]
    assert told == [("supported", len("Yes") + place) for place in range(len(sources))]


def test_a_label_that_the_file_lacks_is_none_of_none() -> None:
    assert evaluate_support([], Scripted()).shares == {label: Share(0, 0) for label in LABELS}


def test_pairs_are_checked_in_batches_and_progress_is_told() -> None:
    check, done = Scripted(), list[int]()
    evaluate_support([pair("Yes.", "supported", line) for line in range(BATCH + 3)], check, done.append)
    assert (check.sizes, done) == ([BATCH, 3], [BATCH, BATCH + 3])


@pytest.mark.models
def test_the_check_keeps_its_promise_on_scifact() -> None:
    if not SCIFACT.exists():
        pytest.skip(f"{SCIFACT} is not at hand")
    encoder = SentenceEncoder(EmbedSettings())
    report = evaluate_support(read_pairs(SCIFACT), lambda pairs: check_support(pairs, encoder.encode))
    shares = {label: share.accepted / share.of for label, share in report.shares.items()}
    assert shares["supported"] >= 0.5
    assert shares["unsupported"] <= 0.05
    assert shares["contradicted"] <= 0.2
