"""The contributor's commands: check question files, write a new one, preview its page."""

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import click

from pipeline.cli_parts import CONFIG, JSON, mendable, print_json


@click.group()
def questions() -> None:
    """The contributor's tools: check, new, preview.

    \b
    Example:
      antigravity questions check --base origin/main
    """


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
    with mendable(keeps=False), ExitStack() as stack:
        from pipeline.questions import check_questions, format_github, format_problem
        from pipeline.questions.base import folder_at
        from pipeline.settings_file import read_place_of_questions
        from pipeline.spelling import counted

        folder = read_place_of_questions(config)
        if base == "":
            click.echo("warning: --base is empty, so what may not change is not checked", err=True)
        before = stack.enter_context(folder_at(folder, base)) if base else None
        problems = check_questions(folder, files or None, before, confirmed)
        errors = sum(problem.severity == "error" for problem in problems)
        if as_json:
            print_json([asdict(problem) for problem in problems])
        else:
            for problem in problems:
                click.echo(format_github(problem) if style == "github" else format_problem(problem))
            click.echo(f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}", err=bool(errors))
        if errors:
            raise SystemExit(1)


@questions.command()
@click.argument("text")
@click.option("--topic", "topics", metavar="SLUG", multiple=True, help="A topic of topics.toml; may be repeated.")
@CONFIG
def new(text: str, topics: tuple[str, ...], config: Path) -> None:
    """Write the file of a new question, with the nearest existing ones as a comment. Never overwrites.

    \b
    Example:
      antigravity questions new "How long do kelp forests take to recover?" --topic ecology
    """
    with mendable():
        from pipeline.questions.folder import name_of
        from pipeline.questions.new import propose
        from pipeline.settings_file import read_place_of_questions

        if not text.strip():
            raise click.BadParameter("it is empty", param_hint="TEXT")
        path, content, near = propose(read_place_of_questions(config), text, topics)
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
        click.echo(f"{name_of(path)}: written")
        for problem in near:
            click.echo(f"  near: {problem.message}")
        click.echo(
            f"Say why it matters and what would count as an answer, then: antigravity questions check {name_of(path)}"
        )


@questions.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the pages as they would be; an empty one.")
@CONFIG
def preview(files: tuple[Path, ...], out: Path | None, config: Path) -> None:
    """Show what the questions of FILES would find, and their draft pages. Stores nothing.

    Markdown on stdout, fit for a comment; with --out the real pages too. Needs the models and an archive.

    \b
    Example:
      antigravity questions preview questions/cost-of-magic-states.md --out preview
    """
    with mendable():
        from pipeline.night import open_night
        from pipeline.preview import preview as tell
        from pipeline.preview import scratch
        from pipeline.progress import shown
        from pipeline.questions import read_questions
        from pipeline.settings import read_settings

        settings = read_settings(config)
        others, _ = read_questions(settings.questions.folder)
        with scratch(settings, files, out) as aside, shown() as progress, open_night(aside, progress) as night:
            click.echo(tell(night, others, as_pages=out is not None), nl=False)
