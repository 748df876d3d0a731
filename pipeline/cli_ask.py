"""`antigravity search` and `antigravity ask`: what the archive holds on something, without storing anything."""

from pathlib import Path

import click

from pipeline.cli_parts import CONFIG, JSON, mendable, opened_night, print_json


@click.command()
@click.argument("text")
@click.option("--k", default=10, show_default=True, type=click.IntRange(1, 100), help="How many preprints.")
@CONFIG
@JSON
def search(text: str, k: int, config: Path, as_json: bool) -> None:
    """Show the preprints that retrieval finds for TEXT, with the scores of each leg.

    \b
    Example:
      antigravity search "surface code decoders" --k 5
    """
    with mendable(keeps=False):
        from pipeline.records import Question
        from pipeline.render.tex import to_text
        from pipeline.retrieve.search import open_corpus
        from pipeline.retrieve.search import search as find
        from pipeline.store.preprints import load_preprints

        _require_text(text)
        with opened_night(config, begun=True) as night:
            corpus, settings = open_corpus(night.connection, night.encoder, night.index_folder), night.settings.retrieve
            asked = [Question("", text, ())]
            hits = next(find(corpus, night.encoder.encode, asked, settings, k, night.reranker)) if corpus else []
            preprints = load_preprints(night.connection, [hit.archive_id for hit in hits])
        rows = [
            {
                "archive_id": hit.archive_id,
                "source": preprints[hit.archive_id].source,
                "source_id": preprints[hit.archive_id].source_id,
                "title": preprints[hit.archive_id].title,
                "similarity": round(hit.similarity * 100),
                "lexical": round(hit.lexical, 4),
                "dense": round(hit.similarity, 4),
                "fused": round(hit.fused, 6),
                **({} if hit.reranked is None else {"reranked": round(hit.reranked, 4)}),
            }
            for hit in hits
        ]
        if as_json:
            print_json(rows)
            return
        if not rows:
            click.echo(
                "The archive holds no embedded preprints yet: run antigravity ingest and antigravity embed first.",
                err=True,
            )
        for row in rows:
            reranked = f"  reranked {row['reranked']:>6.2f}" if "reranked" in row else ""
            click.echo(
                f"{row['similarity']:>3}%  bm25 {row['lexical']:>6.2f}  fused {row['fused']:.3f}{reranked}"
                f"  {row['archive_id']}  {to_text(str(row['title']))}"
            )


@click.command()
@click.argument("text")
@CONFIG
@JSON
def ask(text: str, config: Path, as_json: bool) -> None:
    """Answer TEXT once from the archive, and store nothing.

    \b
    Example:
      antigravity ask "Do quantum layers help to classify medical images?"
    """
    with mendable(keeps=False):
        from pipeline.asking import ask_once
        from pipeline.records import Question
        from pipeline.render.data import answer_document, render_answer_markdown
        from pipeline.retrieve.search import open_corpus

        _require_text(text)
        with opened_night(config, begun=True) as night:
            disclaimer = night.settings.site.disclaimer
            corpus = open_corpus(night.connection, night.encoder, night.index_folder)
            [reply] = ask_once(night, corpus, [Question("", text, ())])
        if reply.problem:
            click.echo(f"warning: the model gave no draft, so quotes carry the answer: {reply.problem}", err=True)
        if as_json:
            print_json(answer_document(reply.answer, ()))
        else:
            click.echo(render_answer_markdown(reply.answer, (), disclaimer).decode(), nl=False)


def _require_text(text: str) -> None:
    if not text.strip():
        raise click.BadParameter("it is empty", param_hint="TEXT")
