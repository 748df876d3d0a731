"""`antigravity eval answers` and `eval regression`: ask labelled questions, and tell what became of them."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipeline.cli_parts import CONFIG, JSON, mendable, print_json
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.eval.answers import Asked, Citations, Figures
    from pipeline.eval.sets import Judged, SetRun, StoppedError


PAGES = click.option(
    "--pages",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write each answer as Markdown beside the abstracts that it cites, into this folder.",
)


@click.command("answers")
@click.option(
    "--questions",
    "file",
    required=True,
    type=click.Path(path_type=Path),
    help="JSON lines of question, answerable (true, false) and sources (ids); facets, aliases, categories, since may be beside.",
)
@click.option("--limit", type=click.IntRange(1), help="Ask only the first so many.")
@PAGES
@CONFIG
@JSON
def answers(file: Path, limit: int | None, pages: Path | None, config: Path, as_json: bool) -> None:
    """Ask questions of which is known whether the archive answers them; store nothing.

    Tells how many of each kind were answered and refused, and what the citations are worth: recall and precision as in ALCE,
    with our check of support as the judge. Ctrl-C tells what was measured so far.

    \b
    Examples:
      antigravity eval answers --questions evaluation/box.jsonl
      antigravity eval answers --questions evaluation/archive.jsonl --limit 20 --pages /tmp/pages --json
    """
    with mendable():
        from pipeline.eval.labelled import read_labelled
        from pipeline.eval.reading import write_reading_pages
        from pipeline.eval.sets import StoppedError, few, measure, unknown_sources
        from pipeline.night import open_night
        from pipeline.progress import shown
        from pipeline.settings import read_settings

        questions = read_labelled(file)[:limit]
        with shown() as progress, open_night(read_settings(config), progress) as night:
            if unknown := unknown_sources(night, questions):
                click.echo(f"warning: the archive lacks {len(unknown)} of the sources: {few(unknown)}", err=True)
            model, stopped = night.engine.name, None
            try:
                judged = measure(night, questions)
            except StoppedError as error:
                judged, stopped = error.judged, error
        if judged:
            print_judged(judged, model, as_json)
        if pages:
            write_reading_pages(pages, [asked for asked, _ in judged])
        if stopped:
            _exit_stopped(stopped)


@click.command("regression")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("evaluation"),
    show_default=True,
    help="Folder of box.jsonl, archive.jsonl and figures.json.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("evaluation/box.toml"),
    show_default=True,
    help="The settings file for box.jsonl, over the preprints in the box.",
)
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    help="The settings file for archive.jsonl, over the 43,857 preprints; without it that set is skipped.",
)
@click.option("--keep", is_flag=True, help="Hold later runs against the figures of this one, whatever they are.")
@PAGES
@JSON
def regression(folder: Path, config: Path, archive: Path | None, keep: bool, pages: Path | None, as_json: bool) -> None:
    """Ask the questions of this repository, and fail where they are answered worse than the figures kept.

    Worse: one more unanswerable question is answered, or one more question fails; more than 5 % of the answerable ones (and
    more than one) are answered no longer; citation recall or precision falls by more than 0.02.

    \b
    Examples:
      antigravity eval regression --archive /data/archive/antigravity.toml
      antigravity eval regression --pages /tmp/pages    # then read /tmp/pages/box
    """
    with mendable():
        from pipeline.eval.reading import write_reading_pages
        from pipeline.eval.sets import StoppedError, refuse_drops, run_set
        from pipeline.night import open_night
        from pipeline.progress import shown
        from pipeline.settings import read_settings

        runs = []
        read = {name: read_settings(file) for name, file in (("box", config), ("archive", archive)) if file}
        if not archive:
            click.echo("archive: skipped, since no archive is named for it (--archive FILE)", err=True)
        for name, settings in read.items():
            with shown() as progress, open_night(settings, progress) as night:
                try:
                    run = run_set(night, folder, name, keep=keep)
                except StoppedError as error:
                    _exit_stopped(error)
            runs.append(run)
            if not as_json:
                print_run(run)
        if as_json:
            print_json([run.document() for run in runs])
        if pages:
            for run in runs:
                write_reading_pages(pages / run.name, [asked for asked, _ in run.judged])
        if not keep:
            refuse_drops(runs, folder)


def print_run(run: "SetRun") -> None:
    """What was measured of a set, and what it is held against."""
    since = f"held against {run.kept.measured_on}" if run.kept else "the first figures of these questions"
    click.echo(f"{run.name}, {run.model}: {since}")
    print_judged(run.judged, run.model, as_json=False)


def print_judged(judged: "Judged", model: str, as_json: bool) -> None:
    """The figures and what went wrong on stdout; as JSON with a row for every question."""
    from pipeline.eval.answers import sum_up
    from pipeline.verify.support import SUPPORT

    figures = sum_up(judged)
    if as_json:
        rows = [_row(*one) for one in judged]
        print_json({**asdict(figures), "model": model, "check": SUPPORT, **_wrong(judged), "rows": rows})
    else:
        _print_figures(figures)
        for title, texts in _wrong(judged).items():
            for text in texts:
                click.echo(f"{title.replace('_', ' ').removesuffix('s')}: {text}")
    for asked, _ in judged:
        if asked.problem:
            click.echo(f"warning: line {asked.labelled.line}: {asked.problem}", err=True)


def _exit_stopped(stopped: "StoppedError") -> NoReturn:
    click.echo(f"antigravity: {stopped}", err=True)
    if isinstance(stopped.__cause__, PipelineError):
        raise stopped.__cause__
    raise SystemExit(130)


def _wrong(judged: "Judged") -> dict[str, list[str]]:
    """The questions that were answered and should not have been, and the other way round."""
    found = [(one.labelled, one.answer.status != "not_answered") for one, _ in judged if one.answer]
    return {
        "false_answers": [label.question.question for label, answered in found if answered and not label.answerable],
        "false_refusals": [label.question.question for label, answered in found if not answered and label.answerable],
    }


def _row(asked: "Asked", citations: "Citations") -> dict[str, Any]:
    answer, label = asked.answer, asked.labelled
    row = {
        "line": label.line,
        "question": label.question.question,
        "answerable": label.answerable,
        "status": answer.status if answer else "failed",
        "reason": answer.reason if answer else "",
        "problem": asked.problem,
        "sources": list(label.sources),
        "seconds": round(asked.seconds, 2),
    }
    if answer is None:
        return row
    return row | {
        "retrieved": [one.source_id for one in answer.sources],
        "cited": [one.source_id for one in answer.sources if one.cited],
        "sentences": [
            {"text": one.text, "citations": list(one.citations), "verdict": one.verdict} for one in answer.sentences
        ],
        "cut": [{"text": one.text, "reason": one.reason} for one in answer.cut],
        "citations_judged": asdict(citations),
    }


def _print_figures(figures: "Figures") -> None:
    click.echo(f"{'':<14}{'answered':>10}{'of these partly':>18}{'refused':>10}")
    for kind in ("answerable", "unanswerable"):
        counts = [getattr(figures, f"{state}_{kind}") for state in ("answered", "partly", "refused")]
        click.echo(f"{kind:<14}{counts[0]:>10}{counts[1]:>18}{counts[2]:>10}")
    for name in ("citation_recall", "citation_precision", "sources_retrieved", "sources_cited"):
        share = getattr(figures, name)
        click.echo(f"{name.replace('_', ' '):<20}{'–' if share is None else f'{share:.1%}':>8}")
    click.echo(
        f"{figures.sentences} sentences ({figures.quoted} quoted), {figures.cut} cut, {figures.failed} questions failed, "
        f"{figures.seconds:,} seconds, {figures.tokens:,} tokens"
    )
