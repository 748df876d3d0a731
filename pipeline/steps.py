"""The night, step by step: what each step is given, and what it tells. The work itself stands in the folder of its stage.

Each step asks the store what is pending, works in batches, keeps each batch in one transaction, and returns what it did. Running
it again does only what changed; a kill at any moment loses nothing.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from pipeline.answer.ask import Drafting
from pipeline.answer.engines import Engine
from pipeline.answer.pending import draft_pending
from pipeline.embed.encoder import Encoder
from pipeline.embed.pending import embed_pending
from pipeline.export.dumps import dumps_aside, keep_cursors, refuse_forgetting, write_dumps
from pipeline.hashes import content_hash
from pipeline.ingest.intake import Archive, take_in, take_in_again
from pipeline.ingest.overrides import read_overrides
from pipeline.ingest.source import keeping_answers
from pipeline.meaning.keep import find_all
from pipeline.meaning.targets import list_targets
from pipeline.order import order_of_work
from pipeline.progress import Progress
from pipeline.questions import format_problem, read_active, read_questions, read_topics
from pipeline.records import Question, StepReport
from pipeline.render.data_page import data_closing
from pipeline.render.gather import gather_archive
from pipeline.render.pages import drop_drafts, render_site, view_site
from pipeline.render.site import publish
from pipeline.render.templates import Templates
from pipeline.retrieve.pending import retrieve_pending
from pipeline.retrieve.reranker import Reranker
from pipeline.settings import Settings
from pipeline.store.answers import load_all_passages, load_latest_answers, load_overtaken
from pipeline.store.database import Connection, transaction
from pipeline.store.harvest import load_strange_overrides, save_overrides
from pipeline.verify.judge import Judge
from pipeline.verify.pending import verify_pending

EMBED_SHARE = 0.5
"""Share of a night's time that vectors may take: what came in is of no use while no question is answered."""


@dataclass(frozen=True, slots=True)
class Night:
    """What every step works with."""

    settings: Settings
    connection: Connection
    encoder: Encoder
    engine: Engine
    now: Callable[[], datetime]
    """The time, UTC."""
    sleep: Callable[[float], None]
    progress: Progress
    reranker: Reranker | None = None
    judge: Judge | None = None
    forgetful: bool = False
    """Whether its site may hold fewer answers than before, as a preview's may."""
    started: datetime | None = None
    """When the time of `run.budget_minutes` began; None: it never ends."""

    def is_over(self, share: float = 1.0) -> bool:
        """Whether that share of the night's time is spent."""
        minutes = self.settings.run.budget_minutes
        return bool(minutes and self.started and self.now() - self.started >= timedelta(minutes=minutes * share))

    @property
    def today(self) -> date:
        return self.now().date()

    @property
    def index_folder(self) -> Path:
        return self.settings.archive.database.parent / "lexical"

    @property
    def drafting(self) -> Drafting:
        return Drafting(self.encoder, self.engine, self.settings.verify, self.judge)

    def questions(self, slugs: Sequence[str] = ()) -> tuple[Question, ...]:
        """The active questions, or those of them that are named. Raises QuestionError for an unknown name."""
        return read_active(self.settings.questions.folder, slugs)

    def by_urgency(self, slugs: Sequence[str] = ()) -> tuple[Question, ...]:
        """The same, the most urgent first."""
        return order_of_work(
            self.questions(slugs),
            load_overtaken(self.connection),
            load_latest_answers(self.connection),
            load_all_passages(self.connection),
        )

    def telling(self, label: str) -> Callable[[int, int], None]:
        """The progress of one step: how many are done, and of how many."""
        return lambda done, total: self.progress(label, done, total)


def ingest(night: Night, again: Sequence[str] = ()) -> StepReport:
    """Read every source to its end; a source that fails or is put off is reported, and the others go on.

    With `again`, read the kept answers of the sources of these names instead, without the network.
    """
    settings = night.settings.archive
    archive = Archive(
        night.connection,
        settings.ledger,
        night.settings.site.id_prefix,
        settings.raw,
        settings.raw_days,
        night.now,
        night.sleep,
        night.progress,
    )
    with _timed() as seconds:
        overrides = read_overrides(settings.overrides)
        reports = (
            tuple(take_in_again(source, archive) for source in keeping_answers(night.settings.sources, again))
            if again
            else tuple(take_in(source, archive) for source in night.settings.sources)
        )
        with transaction(night.connection):
            save_overrides(night.connection, overrides)
        strangers = load_strange_overrides(night.connection, overrides)
    lost = sum(report.failed for report in reports)
    return StepReport(
        "ingest",
        done=sum(report.new + report.revised for report in reports),
        skipped=sum(report.unchanged for report in reports),
        failed=sum(report.rejected for report in reports) + lost,
        seconds=seconds(),
        lost_sources=lost,
        sources=reports,
        warnings=(
            *(warning for report in reports for warning in report.warnings),
            *(
                f"{settings.overrides}: {source} {one}: no such preprint here; see its source and id"
                for source, one in strangers
            ),
        ),
    )


def embed(night: Night) -> StepReport:
    """Give a vector to every text, preprint or question, that has none for this encoder."""
    with _timed() as seconds:
        questions = {content_hash(one.question): one.question for one in night.questions()}
        done, waiting = embed_pending(
            night.connection, night.encoder, questions, lambda: night.is_over(EMBED_SHARE), night.telling("embed")
        )
    return StepReport(
        "embed", done, seconds=seconds(), embedded=done, waiting=waiting, warnings=_waits("texts", waiting)
    )


def retrieve(night: Night, slugs: Sequence[str] = ()) -> StepReport:
    """Find the passages of every question whose wording, filters or archive changed."""
    with _timed() as seconds:
        questions = night.questions(slugs)
        done = retrieve_pending(
            night.connection,
            night.encoder,
            night.reranker,
            night.settings.retrieve,
            night.index_folder,
            questions,
            night.telling("retrieve"),
        )
    return StepReport("retrieve", done, len(questions) - done, seconds=seconds())


def answer(night: Night, slugs: Sequence[str] = ()) -> StepReport:
    """Let the model draft an answer to every question whose passages, prompt or model changed."""
    with _timed() as seconds:
        drafted = draft_pending(
            night.connection, night.drafting, night.by_urgency(slugs), night.is_over, night.telling("answer")
        )
    return StepReport(
        "answer",
        drafted.done,
        drafted.skipped,
        len(drafted.problems),
        seconds(),
        model_calls=drafted.model_calls,
        waiting=drafted.waiting,
        warnings=(*drafted.problems, *_waits("questions", drafted.waiting)),
    )


def verify(night: Night, slugs: Sequence[str] = ()) -> StepReport:
    """Check every draft that has no outcome yet, and store a revision where the answer tells something new."""
    with _timed() as seconds:
        verified = verify_pending(
            night.connection, night.drafting, night.by_urgency(slugs), night.today, night.telling("verify")
        )
    problems = verified.problems
    return StepReport("verify", verified.done, verified.skipped, len(problems), seconds(), warnings=problems)


def render(night: Night) -> StepReport:
    """Build the site aside, check it, and swap it in."""
    settings = night.settings
    with _timed() as seconds:
        questions, problems = read_questions(settings.questions.folder)
        templates = Templates(settings.render.templates, settings.render.overrides)
        archive = gather_archive(
            night.connection,
            drop_drafts(questions),
            read_topics(settings.questions.folder),
            night.drafting,
            settings.render.figures,
        )
        findable = find_all(
            night.connection,
            night.encoder,
            list_targets(archive.questions, archive.answers, archive.preprints),
            with_table=settings.render.meaning,
            on_progress=lambda done, total: night.progress("vectors for readers", done, total),
        )
        with dumps_aside(settings.render.output) as aside:
            dumps = write_dumps(night.connection, settings, aside).files if settings.render.dumps else ()
            if dumps and not night.forgetful:
                refuse_forgetting(aside, settings.render.output / "data")
            keep_cursors(aside, settings.render.output / "data")
            output, packed = settings.render.output, settings.render.zip
            has_data = bool(dumps) or packed
            site = view_site(settings.site, settings.render.theme, templates, has_data)
            pages = render_site(archive, site, templates, findable)
            closing = data_closing(site, templates, dumps, output, packed=packed)
            written = publish(pages, output, with_search=settings.render.search, data=aside, closing=closing)
    warnings = [*map(format_problem, problems), *templates.strange_files()]
    warnings += [
        f"{path} is no longer made from a question or an answer; its last page stays" for path in written.carried_over
    ]
    if settings.render.figures.is_file() and not archive.figures:
        warnings.append(f"{settings.render.figures}: nothing in it can be read, so the site shows no figures")
    if not settings.site.base_url:
        warnings.append(
            "site.base_url is not set, so feed.xml and sitemap.xml name the preview address, and links have no pictures"
        )
    return StepReport(
        "render",
        done=written.files,
        skipped=written.unchanged,
        failed=sum(problem.severity == "error" for problem in problems),
        seconds=seconds(),
        pages_written=written.pages,
        files_written=written.files,
        warnings=tuple(warnings),
    )


STEPS: tuple[Callable[[Night], StepReport], ...] = (ingest, embed, retrieve, answer, verify, render)


def _waits(what: str, count: int) -> tuple[str, ...]:
    """The warning that something did not fit into the night."""
    return (f"{count:,} {what} wait for the next night: the time of run.budget_minutes is over",) if count else ()


@contextmanager
def _timed() -> Iterator[Callable[[], float]]:
    start = time.monotonic()
    yield lambda: round(time.monotonic() - start, 2)
