"""`antigravity eval`: measure against labelled sets."""

import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli_eval_answers import answers, regression
from pipeline.cli_eval_retrieval import evaluate_retrieval
from pipeline.cli_parts import CONFIG, JSON, mendable, print_json

if TYPE_CHECKING:
    from pipeline.eval.support import Wrong
    from pipeline.verify.support import Support


@click.group("eval")
def evaluate() -> None:
    """Measure what the pipeline does against labelled sets.

    \b
    Example:
      antigravity eval regression
    """


evaluate.add_command(answers)
evaluate.add_command(regression)
evaluate.add_command(evaluate_retrieval)


@evaluate.command("support")
@click.option(
    "--pairs",
    "file",
    required=True,
    type=click.Path(path_type=Path),
    help="JSON lines of claim, source and label (supported, contradicted, unsupported).",
)
@click.option("--wrong", default=10, show_default=True, type=click.IntRange(0), help="List so many wrong pairs.")
@CONFIG
@JSON
def evaluate_support(file: Path, wrong: int, config: Path, as_json: bool) -> None:
    """How often the check accepts claims that their source supports, contradicts, or says nothing of.

    The judge that the settings name (`verify.judge`) is asked too.
    Wrong pairs are listed with what the checks said: first what was accepted and should not have been, the surest foremost.
    --json adds the log odds of every pair above the bar, and what each check says of it, to see what another threshold would accept.

    \b
    Examples:
      antigravity eval support --pairs claims.jsonl --wrong 20
      antigravity eval support --pairs claims.jsonl --json > support.json

    \b
    A line of claims.jsonl:
      {"claim": "Walking eases pain.", "source": "Walking eased back pain.", "label": "supported"}
    """
    with mendable(keeps=False):
        from pipeline.embed.encoder import SentenceEncoder
        from pipeline.eval.support import evaluate_support as measure
        from pipeline.eval.support import read_pairs
        from pipeline.night import open_engine, open_judge
        from pipeline.progress import shown
        from pipeline.settings import read_settings
        from pipeline.verify.support import SUPPORT, check_support

        pairs, settings = read_pairs(file), read_settings(config)
        encoder, judge = (
            SentenceEncoder(settings.embed),
            open_judge(settings.verify, open_engine(settings.answer), settings.answer.models),
        )
        with shown() as progress:
            report = measure(
                pairs,
                lambda batch: check_support(batch, encoder.encode, judge),
                lambda done: progress("eval support", done, len(pairs)),
            )
        if as_json:
            shares = {label: asdict(share) for label, share in report.shares.items()}
            print_json(
                {
                    **shares,
                    "check": SUPPORT,
                    "judge": judge.name if judge else None,
                    "wrong": list(map(_row, report.wrong[:wrong])),
                    "margins": [{"label": label, **_margin(support)} for label, support in report.judged],
                }
            )
            return
        for label, share in report.shares.items():
            rate = f"{share.accepted / share.of:>8.1%}" if share.of else f"{'–':>8}"
            click.echo(f"{label:<13}{share.accepted:>7,} of {share.of:>7,} accepted{rate}")
        for row in map(_row, report.wrong[:wrong]):
            click.echo(f"\nline {row['line']}: {row['label']}, {'accepted' if row['accepted'] else 'refused'}")
            click.echo(f"  claim:    {row['claim']}\n  evidence: {row['evidence']}")
            for reason in row["reasons"]:
                click.echo(f"  {reason}")


def _margin(support: "Support") -> dict[str, Any]:
    """Log odds of the whole above 0, and of each check that gives any; null where one refused whatever the others say."""
    checks = {one.check: round(one.log_odds, 4) for one in support.opinions if one.log_odds is not None}
    return {"log_odds": round(support.margin, 4) if math.isfinite(support.margin) else None, "checks": checks}


def _row(one: "Wrong") -> dict[str, Any]:
    return {
        "line": one.pair.line,
        "label": one.pair.label,
        "accepted": one.support.accepted,
        "claim": one.pair.claim,
        "evidence": one.support.evidence,
        "reasons": [f"{opinion.check}: {reason}" for opinion in one.support.opinions for reason in opinion.reasons],
    }
