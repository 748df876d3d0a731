"""How much hostile text the check of questions refuses, and how much honest text with it.

    python benchmarks/question_rules.py ../shared/data/hostile/injections.jsonl ../shared/data/arxiv/arxiv_full.jsonl.gz

The first file holds instructions as attackers write them (`text`, `category`), the second abstracts, which nobody wrote as orders.
"""

import gzip
import json
import sys
from collections import Counter
from pathlib import Path

from pipeline.questions.text_rules import check_text

ORDERS = {"text-prompt", "text-order", "text-code"}


def main(injections: Path, abstracts: Path) -> None:
    rows = [json.loads(line) for line in injections.read_text(encoding="utf-8").splitlines()]
    codes = [{problem.code for problem in check_text(row["text"], 1)} for row in rows]
    print(
        f"{sum(map(bool, codes))} of {len(rows)} injections refused: {dict(Counter(code for one in codes for code in one))}"
    )
    for row, found in zip(rows, codes, strict=True):
        if not found:
            print(f"  passes: {row['category']}: {row['text'].splitlines()[0][:90]}")
    refused: Counter[str] = Counter()
    with gzip.open(abstracts, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):  # noqa: B007  # the last number is how many there are
            found = {problem.code for problem in check_text(json.loads(line).get("abstract") or "", 1)}
            refused.update(found & ORDERS)
    print(f"of {number:,} abstracts refused as orders: {dict(refused)}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
