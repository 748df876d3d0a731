"""The contributor's commands: check questions."""

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import click

from pipeline.cli_parts import CONFIG, JSON, mendable, print_json


@click.group()
def questions() -> None:
    """The contributor's tools: check, new, preview."""


@questions.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format", "style", type=click.Choice(["text", "github"]), default="text", help="`github` prints annotations."
)
@click.option(
    "--base",
    metavar="REF",
    help="A git commit or branch: judge what changed since then, and tell what may not change.",
)
@click.option(
    "--confirm",
    "confirmed",
    metavar="SLUG",
    multiple=True,
    help="This question still asks what it asked at --base; may be repeated.",
)
@CONFIG
@JSON
def check(
    files: tuple[Path, ...], style: str, base: str | None, confirmed: tuple[str, ...], config: Path, as_json: bool
) -> None:
    """Check question FILES (all where none is named): schema, slugs, duplicates. Exit 1 where one has an error.

    \b
    Examples:
      antigravity questions check questions/cost-of-magic-states.md
      antigravity questions check --base origin/main
    """
    with mendable(), ExitStack() as stack:
        from pipeline.questions import check_questions, format_github, format_problem
        from pipeline.questions.base import folder_at
        from pipeline.settings_file import read_place_of_questions

        folder = read_place_of_questions(config)
        before = stack.enter_context(folder_at(folder, base)) if base else None
        problems = check_questions(folder, files or None, before, confirmed)
        errors = sum(problem.severity == "error" for problem in problems)
        if as_json:
            print_json([asdict(problem) for problem in problems])
        else:
            for problem in problems:
                click.echo(format_github(problem) if style == "github" else format_problem(problem))
            click.echo(f"{errors} errors, {len(problems) - errors} warnings", err=bool(errors))
        if errors:
            raise SystemExit(1)
