"""`antigravity eval retrieval`: how well retrieval ranks what people judged relevant."""

from pathlib import Path

import click

from pipeline.cli_parts import CONFIG, JSON, mendable, print_json


@click.command("retrieval")
@click.option(
    "--set",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder in BEIR's layout: corpus.jsonl, queries.jsonl, qrels/*.tsv.",
)
@click.option(
    "--split", default="", metavar="NAME", help="Take the judgements of qrels/NAME.tsv; else test.tsv, else all."
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    help="Ask only so many of the queries, spread evenly over the set: a language model as reranker reads 20 documents for each.",
)
@CONFIG
@JSON
def evaluate_retrieval(folder: Path, split: str, limit: int | None, config: Path, as_json: bool) -> None:
    """How well each leg, both together, and the reranker rank what people judged relevant.

    nDCG@10 and recall@20, averaged over the queries that have a relevant document. Nothing is stored.

    \b
    Examples:
      antigravity eval retrieval --set data/scifact --json
      ANTIGRAVITY_RETRIEVE__RERANKER=language-model antigravity eval retrieval --set data/scifact --limit 40
    """
    with mendable(keeps=False):
        from pipeline.embed.encoder import SentenceEncoder
        from pipeline.eval.labelled_set import read_set, sample_queries
        from pipeline.eval.retrieval import evaluate_retrieval as measure
        from pipeline.night import open_engine
        from pipeline.progress import shown
        from pipeline.retrieve.reranker import open_reranker
        from pipeline.settings import read_settings

        settings = read_settings(config)
        labelled = read_set(folder, split)
        if limit:
            labelled = sample_queries(labelled, limit)
        reranker = open_reranker(settings.retrieve, settings.answer.models, lambda: open_engine(settings.answer))
        with shown() as progress:
            report = measure(labelled, SentenceEncoder(settings.embed).encode, settings.retrieve, reranker, progress)
        if as_json:
            ranked = {
                way: {"ndcg@10": round(found.ndcg_at_10, 4), "recall@20": round(found.recall_at_20, 4)}
                for way, found in report.ranked.items()
            }
            print_json(
                {
                    **ranked,
                    "queries": report.queries,
                    "documents": report.documents,
                    "splits": list(labelled.splits),
                    "reranker": reranker.name if reranker else "",
                }
            )
            return
        click.echo(f"{report.queries:,} queries over {report.documents:,} documents ({', '.join(labelled.splits)})")
        click.echo(f"{'':<10}{'nDCG@10':>10}{'recall@20':>11}")
        for way, found in report.ranked.items():
            click.echo(f"{way:<10}{found.ndcg_at_10:>10.4f}{found.recall_at_20:>11.4f}")
