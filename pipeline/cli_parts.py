"""What the commands share: the options that most of them take, one way to fail, one way to print JSON or a report."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import PipelineError, refusal

if TYPE_CHECKING:
    from pipeline.steps import Night

CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("antigravity.toml"),
    show_default=True,
    help="The settings file.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout and nothing else.")

HARVEST = ("pages", "records", "new", "revised", "unchanged", "withdrawn", "rejected")


class Commands(click.Group):
    """Commands, some of which run with nothing but the light setup; the others say that they need the whole one."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            if (error.name or "pipeline").partition(".")[0] == "pipeline":
                raise
            click.echo(f"antigravity: the library {error.name} is not installed here\n  → run make setup", err=True)
            raise SystemExit(1) from None


@contextmanager
def mendable(*, keeps: bool = True) -> Iterator[None]:
    """Print what an operator can mend without a traceback; on Ctrl-C say that nothing is lost, where the command keeps anything."""
    try:
        yield
    except PipelineError as error:
        click.echo(f"antigravity: {error}", err=True)
        raise SystemExit(1) from None
    except OSError as error:
        if (refused := refusal(error)) is None:
            raise
        click.echo(f"antigravity: {refused}", err=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        kept = "; what was finished is kept, and the next run goes on from there" if keeps else ""
        click.echo(f"antigravity: stopped{kept}", err=True)
        raise SystemExit(130) from None


@contextmanager
def opened_night(config: Path, *, begun: bool = False) -> Iterator["Night"]:
    """Everything that a step works with, and progress on stderr. With `begun` an archive has to be there; none is made."""
    from pipeline.night import open_night
    from pipeline.progress import shown
    from pipeline.settings import read_settings

    settings = read_settings(config)
    if begun and not settings.archive.database.exists():
        raise PipelineError(
            f"{settings.archive.database}: there is no archive yet",
            "run antigravity nightly first, or name the right file in archive.database",
        )
    with shown() as progress, open_night(settings, progress) as night:
        yield night


def print_json(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def print_report(document: dict[str, Any], as_json: bool) -> None:
    """What a run did: the steps and the sources as tables, the warnings on stderr."""
    if as_json:
        print_json(document)
        return
    _print_table(document["steps"], "name", "step", ("done", "skipped", "failed", "seconds"))
    for step in document["steps"]:
        if step.get("sources"):
            click.echo()
            _print_table(step["sources"], "source", "source", HARVEST)
            click.echo()
    click.echo(
        f"{document['model_calls']} model calls, {document['embedded']:,} texts embedded, "
        f"{document['pages_written']:,} pages and {document['files_written']:,} files written"
    )
    for warning in document["warnings"]:
        click.echo(f"warning: {warning}", err=True)


def exit_on_lost_source(document: dict[str, Any]) -> None:
    """Exit 1 where a source could not be read to its end and did not ask for a later time, or went stale."""
    if document["lost_sources"] or document.get("stale_sources"):
        raise SystemExit(1)


def _print_table(rows: Sequence[Mapping[str, Any]], key: str, title: str, columns: Sequence[str]) -> None:
    width = max(len(text) for text in (title, *(str(row[key]) for row in rows))) + 2
    click.echo(f"{title:<{width}}" + "".join(f"{column:>11}" for column in columns))
    for row in rows:
        cells = "".join(f"{row[name]:>11,.1f}" if name == "seconds" else f"{row[name]:>11,}" for name in columns)
        state = "  put off" if row.get("deferred") else "  broken off" if row.get("failed") is True else ""
        click.echo(f"{row[key]:<{width}}{cells}{state}")
