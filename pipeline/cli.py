"""The command line: parse, call one step, print, exit code. Heavy imports sit inside the commands.

Exit codes: 0 success, 1 the operator must act (stderr says what, where, what to do), 2 wrong usage.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import __version__
from pipeline.cli_archive import backup, export, restore
from pipeline.cli_ask import ask, search
from pipeline.cli_doctor import check, doctor
from pipeline.cli_eval import evaluate
from pipeline.cli_model import model
from pipeline.cli_parts import CONFIG, JSON, Commands, exit_on_lost_source, mendable, opened_night, print_report
from pipeline.cli_questions import questions
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.records import StepReport
    from pipeline.settings import Settings
    from pipeline.steps import Night


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="antigravity")
def main() -> None:
    """Answers to curated research questions from preprints, every sentence checked, as a static site.

    \b
    Examples:
      antigravity nightly            # the whole run, from new preprints to the site
      antigravity search "quantum error correction decoders"
      antigravity serve              # look at the site
    """


for command in (search, ask, doctor, check, export, backup, restore, evaluate, model, questions):
    main.add_command(command)


def _run(config: Path, as_json: bool, *steps: Callable[["Night"], "StepReport"]) -> None:
    from pipeline.night import report_document

    with mendable():
        with opened_night(config) as night:
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
        from pipeline.settings import read_settings

        settings = read_settings(config)
        document = _run_flow(settings, config)
        print_report(document, as_json)
        if not as_json:
            click.echo(f"The site is in {settings.render.output}. Look at it: antigravity serve")
        exit_on_lost_source(document)


def _run_flow(settings: "Settings", config: Path) -> dict[str, Any]:
    """Run the flow. Who should look is told by the flow itself; where it can't begin, from here."""
    from datetime import UTC, datetime

    from pipeline.prefect_home import prepare_prefect, start_problem

    started = datetime.now(UTC)
    try:
        prepare_prefect(settings.archive.database.parent)
        from pipeline.flow import nightly as flow
    except (PipelineError, OSError) as error:
        _tell_not_begun(settings, started, str(error))
        raise
    try:
        return flow(str(config.resolve()))
    except RuntimeError as error:
        if (problem := start_problem(error)) is None:
            raise
        _tell_not_begun(settings, started, str(problem))
        raise problem from error


def _tell_not_begun(settings: "Settings", started: "datetime", problem: str) -> None:
    from pipeline.journal import Journal
    from pipeline.night import night_document
    from pipeline.watch import conclude

    document = night_document((), started, problem=f"the night did not begin: {problem}")
    for trouble in conclude(settings.run, document, Journal(settings.run.log, started)):
        click.echo(f"warning: {trouble}", err=True)


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
      antigravity ingest --again arxiv     # after an update that reads a field better
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
