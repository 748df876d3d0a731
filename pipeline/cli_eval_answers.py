"""`antigravity eval answers` and `eval regression`: ask labelled questions, and tell what became of them."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli_parts import CONFIG, JSON, mendable, print_json
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.eval.answers import Asked, Citations, Figures
    from pipeline.eval.labelled import Labelled
    from pipeline.steps import Night

Judged = list[tuple["Asked", "Citations"]]


@click.command("answers")
@click.option(
    "--questions",
    "file",
    required=True,
    type=click.Path(path_type=Path),
    help="JSON lines of question, answerable (true, false) and sources (ids); facets, aliases, categories, since may be beside.",
)
@click.option("--limit", type=click.IntRange(1), help="Ask only the first so many.")
@click.option(
    "--pages",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write each answer as Markdown beside the abstracts that it cites, into this folder.",
)
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
        from pipeline.night import open_night
        from pipeline.progress import shown
        from pipeline.settings import read_settings

        questions = read_labelled(file)[:limit]
        with shown() as progress, open_night(read_settings(config), progress) as night:
            if unknown := unknown_sources(night, questions):
                click.echo(f"warning: the archive lacks {len(unknown)} of the sources: {_few(unknown)}", err=True)
            judged, stopped = measure(night, questions)
            model = night.engine.name
        if pages:
            write_reading_pages(pages, [asked for asked, _ in judged])
        if judged:
            print_judged(judged, model, as_json)
        _exit_if_stopped(stopped, len(judged), len(questions))


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
@JSON
def regression(folder: Path, config: Path, archive: Path | None, keep: bool, as_json: bool) -> None:
    """Ask the questions of this repository, and fail where they are answered worse than the figures kept.

    Worse: one more unanswerable question is answered, or one more question fails; more than 5 % of the answerable ones (and
    more than one) are answered no longer; citation recall or precision falls by more than 0.02.

    \b
    Example:
      antigravity eval regression --archive /data/archive/antigravity.toml
    """
    with mendable():
        from pipeline.night import open_night
        from pipeline.progress import shown
        from pipeline.settings import read_settings
        from pipeline.steps import embed, ingest

        rows = []
        for name, settings in (("box", config), ("archive", archive)):
            if settings is None:
                click.echo(f"{name}: skipped, since no archive is named for it (--archive FILE)", err=True)
                continue
            with shown() as progress, open_night(read_settings(settings), progress) as night:
                if name == "box":
                    ingest(night)
                    embed(night)
                rows.append(run_set(night, folder, name, keep, as_json))
        if as_json:
            print_json(rows)
        worse = [f"{row['set']}: {drop}" for row in rows for drop in row["dropped"]]
        if worse and not keep:
            raise PipelineError(
                "the questions are answered worse than before:\n  " + "\n  ".join(worse),
                f"mend what did it; where it is meant, run again with --keep and commit {folder / 'figures.json'}",
            )


def run_set(night: "Night", folder: Path, name: str, keep: bool, as_json: bool) -> dict[str, Any]:
    """Ask one set, and write its figures beside those kept; what was found, and what dropped."""
    from pipeline.eval.answers import sum_up
    from pipeline.eval.labelled import read_labelled
    from pipeline.eval.regression import Measured, enter, find_drops, read_records, write_records
    from pipeline.hashes import content_hash

    file, kept = folder / f"{name}.jsonl", folder / "figures.json"
    questions, records = read_labelled(file), read_records(kept)
    if unknown := unknown_sources(night, questions):
        raise PipelineError(
            f"{name}: the archive lacks {len(unknown)} of the preprints that the questions rest on: {_few(unknown)}",
            "name the settings file of an archive that has taken them in",
        )
    judged, stopped = measure(night, questions)
    _exit_if_stopped(stopped, len(judged), len(questions))
    found, model = Measured(night.today, sum_up(judged)), night.engine.name
    records, before = enter(records, name, model, content_hash(file.read_text(encoding="utf-8")), found, keep)
    write_records(kept, records)
    if not as_json:
        since = f"held against {before.measured_on}" if before else "the first figures of these questions"
        click.echo(f"{name}, {model}: {since}")
        print_judged(judged, model, as_json=False)
    return {
        "set": name,
        "model": model,
        "figures": asdict(found.figures),
        "kept": asdict(before.figures) if before else None,
        "dropped": find_drops(before.figures, found.figures) if before else [],
    }


def measure(night: "Night", questions: Sequence["Labelled"]) -> tuple[Judged, BaseException | None]:
    """What was measured, and what stopped it before its end: Ctrl-C, or what the operator must mend."""
    from pipeline.eval.answers import ask_all, judge_citations
    from pipeline.verify.support import check_support

    judged: Judged = []
    try:
        for asked in ask_all(night, questions, lambda done: night.progress("eval answers", done, len(questions))):
            judged.append((asked, judge_citations(asked, lambda pairs: check_support(pairs, night.encoder.encode))))
    except (KeyboardInterrupt, PipelineError) as error:
        return judged, error
    return judged, None


def unknown_sources(night: "Night", questions: Sequence["Labelled"]) -> list[str]:
    """The preprints that the questions name as sources, and the archive does not hold."""
    from pipeline.store.preprints import load_known_source_ids

    named = {source_id for one in questions for source_id in one.sources}
    return sorted(named - load_known_source_ids(night.connection, named))


def print_judged(judged: Judged, model: str, as_json: bool) -> None:
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


def _exit_if_stopped(stopped: BaseException | None, done: int, total: int) -> None:
    if stopped:
        click.echo(f"antigravity: stopped after {done} of {total} questions; nothing is stored", err=True)
    if isinstance(stopped, KeyboardInterrupt):
        raise SystemExit(130)
    if stopped:
        raise stopped


def _few(texts: Sequence[str]) -> str:
    return ", ".join(texts[:5]) + (", …" if len(texts) > 5 else "")


def _wrong(judged: Judged) -> dict[str, list[str]]:
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
