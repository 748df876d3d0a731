"""The command line: parse, call one step, print, exit code. Heavy imports sit inside the commands.

It is past 300 lines, since help texts are most of it, and a command is found where all commands are.

Exit codes: 0 success, 1 the operator must act (stderr says what, where, what to do), 2 wrong usage.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import __version__
from pipeline.cli_archive import backup, export, restore
from pipeline.cli_doctor import check, doctor
from pipeline.cli_eval import evaluate
from pipeline.cli_model import model
from pipeline.cli_parts import CONFIG, JSON, Commands, exit_on_lost_source, mendable, print_json, print_report
from pipeline.cli_questions import questions

if TYPE_CHECKING:
    from pipeline.records import StepReport
    from pipeline.steps import Night


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="antigravity")
def main() -> None:
    """Answers to curated research questions from preprints, every sentence checked, as a static site.

    \b
    Examples:
      antigravity nightly            the whole run, from new preprints to the site
      antigravity search "quantum error correction decoders"
      antigravity serve              look at the site
    """


for command in (doctor, check, export, backup, restore):
    main.add_command(command)
main.add_command(evaluate)
main.add_command(model)
main.add_command(questions)


@contextmanager
def _night(config: Path) -> Iterator["Night"]:
    from pipeline.night import open_night
    from pipeline.progress import shown
    from pipeline.settings import read_settings

    with shown() as progress, open_night(read_settings(config), progress) as night:
        yield night


def _run(config: Path, as_json: bool, *steps: Callable[["Night"], "StepReport"]) -> None:
    from pipeline.night import report_document

    with mendable():
        with _night(config) as night:
            reports = [step(night) for step in steps]
        document = report_document(reports)
        print_report(document, as_json)
        exit_on_lost_source(document)


@main.command()
@CONFIG
@JSON
def nightly(config: Path, as_json: bool) -> None:
    """Run the whole night through Prefect: ingest, embed, retrieve, answer, verify, render.

    Without PREFECT_API_URL a temporary Prefect server runs for as long as the flow does.

    \b
    Example:
      antigravity nightly --config antigravity.toml
    """
    with mendable():
        from pipeline.prefect_home import prepare_prefect
        from pipeline.settings import read_settings

        settings = read_settings(config)
        prepare_prefect(settings.archive.database.parent)
        from pipeline.flow import nightly as flow

        document = flow(str(config.resolve()))
        print_report(document, as_json)
        if not as_json:
            click.echo(f"The site is in {settings.render.output}. Look at it: antigravity serve")
        exit_on_lost_source(document)


@main.command()
@CONFIG
@JSON
@click.option(
    "--again",
    metavar="SOURCE",
    multiple=True,
    help="Read the kept answers of this source instead, without the network; may be repeated.",
)
def ingest(config: Path, as_json: bool, again: tuple[str, ...]) -> None:
    """Read the sources: new and changed preprints, each with its archive id.

    \b
    Examples:
      antigravity ingest --json
      antigravity ingest --again arxiv     after an update that reads a field better
    """
    from pipeline import steps

    _run(config, as_json, lambda night: steps.ingest(night, again))


@main.command()
@CONFIG
@JSON
def embed(config: Path, as_json: bool) -> None:
    """Give a vector to every preprint and question that has none.

    \b
    Example:
      antigravity embed
    """
    from pipeline import steps

    _run(config, as_json, steps.embed)


@main.command()
@click.argument("slugs", nargs=-1)
@CONFIG
@JSON
def answer(slugs: tuple[str, ...], config: Path, as_json: bool) -> None:
    """Retrieve, draft and verify: all questions, or those named by their SLUGS.

    \b
    Example:
      antigravity answer cost-of-magic-states
    """
    from pipeline import steps

    _run(
        config,
        as_json,
        lambda night: steps.retrieve(night, slugs),
        lambda night: steps.answer(night, slugs),
        lambda night: steps.verify(night, slugs),
    )


@main.command()
@CONFIG
@JSON
def render(config: Path, as_json: bool) -> None:
    """Build the site aside, check its links, and swap it in.

    \b
    Example:
      antigravity render
    """
    from pipeline import steps

    _run(config, as_json, steps.render)


@main.command()
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
    with mendable():
        from pipeline.records import Question
        from pipeline.render.tex import to_text
        from pipeline.retrieve.search import open_corpus
        from pipeline.retrieve.search import search as find
        from pipeline.store.preprints import load_preprints

        _require_text(text)
        with _night(config) as night:
            corpus = open_corpus(night.connection, night.encoder, night.index_folder)
            [hits] = (
                find(corpus, night.encoder.encode, [Question("", text, ())], night.settings.retrieve, k, night.reranker)
                if corpus
                else [[]]
            )
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


@main.command()
@click.argument("text")
@CONFIG
@JSON
def ask(text: str, config: Path, as_json: bool) -> None:
    """Answer TEXT once from the archive, and store nothing.

    \b
    Example:
      antigravity ask "Do quantum layers help to classify medical images?"
    """
    with mendable():
        from pipeline.answer.ask import answer_key, write_answer
        from pipeline.records import Question
        from pipeline.render.data import answer_document, render_answer_markdown
        from pipeline.retrieve.passages import prepare
        from pipeline.retrieve.search import open_corpus
        from pipeline.retrieve.search import search as find

        _require_text(text)
        question = Question("", text, ())
        with _night(config) as night:
            settings = night.settings
            corpus = open_corpus(night.connection, night.encoder, night.index_folder)
            [hits] = (
                find(
                    corpus,
                    night.encoder.encode,
                    [question],
                    settings.retrieve,
                    settings.retrieve.passages,
                    night.reranker,
                )
                if corpus
                else [[]]
            )
            read = prepare(night.connection, hits)
            drafting = night.drafting
            [stored] = drafting.draft([(text, read)])
            key = answer_key(question, read, drafting)
            found = write_answer(drafting, question, read, stored, key, len(corpus.ids) if corpus else 0, night.today)
        if stored.problem:
            click.echo(f"warning: the model gave no draft, so quotes carry the answer: {stored.problem}", err=True)
        if as_json:
            print_json(answer_document(found, ()))
        else:
            click.echo(render_answer_markdown(found, (), settings.site.disclaimer).decode(), nl=False)


def _require_text(text: str) -> None:
    if not text.strip():
        raise click.BadParameter("it is empty", param_hint="TEXT")


@main.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@CONFIG
def serve(port: int, config: Path) -> None:
    """Preview the built site on loopback. Ctrl-C ends it.

    \b
    Example:
      antigravity serve --port 8080
    """
    with mendable():
        from pipeline.serve import open_server
        from pipeline.settings import read_settings

        with open_server(read_settings(config).render.output, port) as server:
            click.echo(f"http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)")
            sys.stdout.flush()
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                click.echo("")


if __name__ == "__main__":
    main()
