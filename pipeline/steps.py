"""The night, step by step. Each step asks the store what is pending, works in batches, keeps each batch in one transaction,
and returns what it did. Running it again does only what changed; a kill at any moment loses nothing.

A little past 300 lines, since the whole night is to be read in one place.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from itertools import repeat
from pathlib import Path

from pipeline.answer.ask import Drafting, answer_key, draft_key, prepare, write_answer
from pipeline.answer.engines import Engine
from pipeline.embed.encoder import Encoder
from pipeline.errors import PipelineError
from pipeline.export.dumps import dumps_aside, write_dumps
from pipeline.hashes import content_hash, key_of
from pipeline.ingest.intake import Archive, take_in, take_in_again
from pipeline.ingest.overrides import read_overrides
from pipeline.ingest.source import NetworkSettings
from pipeline.order import order_of_work
from pipeline.progress import Progress
from pipeline.questions import format_problem, read_questions, read_topics
from pipeline.records import Answer, Passage, Preprint, Question, StepReport
from pipeline.render.gather import gather_archive
from pipeline.render.pages import drop_drafts, render_site
from pipeline.render.site import publish
from pipeline.render.templates import Templates
from pipeline.retrieve.reranker import Reranker
from pipeline.retrieve.search import SEARCH, open_corpus, search
from pipeline.settings import Settings
from pipeline.store.answers import (
    load_all_passages,
    load_draft,
    load_latest_answer,
    load_latest_answers,
    load_outcome,
    load_overtaken,
    load_passages,
    load_retrieval_keys,
    save_answer,
    save_draft,
    save_outcome,
    save_passages,
)
from pipeline.store.database import Connection, transaction
from pipeline.store.harvest import load_strange_overrides, save_overrides
from pipeline.store.preprints import (
    count_pending_embeddings,
    load_counts,
    load_fingerprint,
    load_preprints,
    pending_embeddings,
    pending_texts,
    save_embeddings,
)
from pipeline.verify.compose import same_meaning
from pipeline.verify.judge import Judge

EMBED_BATCH = 512
"""Texts whose vectors share a transaction."""
EMBED_SHARE = 0.5
"""Share of a night's time that vectors may take: what came in is of no use while no question is answered."""
EMBED_READ = 8_192
"""Pending texts that are held at a time: an archive of millions need not fit into memory."""


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
            tuple(take_in_again(source, archive) for source in _kept_sources(night.settings, again))
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
    encoder, connection = night.encoder, night.connection
    with _timed() as seconds:
        questions = {content_hash(one.question): one.question for one in active_questions(night.settings)}
        missing = sorted(pending_texts(connection, encoder=encoder.name, text_hashes=questions))
        total = count_pending_embeddings(connection, encoder=encoder.name) + len(missing)
        done = 0
        pending = [(mark, questions[mark]) for mark in missing]
        while not night.is_over(EMBED_SHARE) and (
            pending := pending or pending_embeddings(connection, encoder=encoder.name, limit=EMBED_READ)
        ):
            batch, pending = pending[:EMBED_BATCH], pending[EMBED_BATCH:]
            marks, texts = zip(*batch, strict=True)
            vectors = encoder.encode(texts)
            with transaction(connection):
                save_embeddings(connection, encoder=encoder.name, text_hashes=marks, vectors=vectors)
            done += len(batch)
            night.progress("embed", done, total)
    return StepReport(
        "embed",
        done=done,
        seconds=seconds(),
        embedded=done,
        waiting=total - done,
        warnings=_waits("texts", total - done),
    )


def retrieve(night: Night, slugs: Sequence[str] = ()) -> StepReport:
    """Find the passages of every question whose wording, filters or archive changed."""
    connection, settings = night.connection, night.settings
    with _timed() as seconds:
        preprints, fingerprint = load_fingerprint(connection, encoder=night.encoder.name)
        known = load_retrieval_keys(connection)
        questions = active_questions(settings, slugs)
        keys = {one.slug: _retrieval_key(one, fingerprint, night) for one in questions}
        pending = [one for one in questions if known.get(one.slug, ("", 0))[0] != keys[one.slug]]
        corpus = open_corpus(connection, night.encoder, night.index_folder) if pending else None
        found = (
            search(
                corpus,
                night.encoder.encode,
                pending,
                settings.retrieve,
                settings.retrieve.passages,
                night.reranker,
            )
            if corpus
            else repeat([], len(pending))
        )
        for number, (question, hits) in enumerate(zip(pending, found, strict=True), 1):
            passages = [passage for passage, _ in prepare(connection, hits)]
            with transaction(connection):
                save_passages(
                    connection,
                    slug=question.slug,
                    retrieval_key=keys[question.slug],
                    preprints=preprints,
                    passages=passages,
                )
            night.progress("retrieve", number, len(pending))
    return StepReport("retrieve", done=len(pending), skipped=len(questions) - len(pending), seconds=seconds())


def answer(night: Night, slugs: Sequence[str] = ()) -> StepReport:
    """Let the model draft an answer to every question whose passages, prompt or model changed."""
    connection, drafting = night.connection, drafting_of(night)
    calls, done, warnings = 0, 0, []
    with _timed() as seconds:
        work = [(one, load_passages(connection, slug=one.slug)) for one in _by_urgency(night, slugs)]
        keyed = [(one, passages, draft_key(one, passages, night.engine)) for one, passages in work]
        stored = {key: load_draft(connection, draft_key=key) for _, _, key in keyed}
        pending = [item for item in keyed if (kept := stored[item[2]]) is None or kept.problem]
        for start in range(0, len(pending), night.settings.answer.batch):
            if night.is_over():
                break
            batch = pending[start : start + night.settings.answer.batch]

            def tell(done: int, start: int = start) -> None:
                night.progress("answer", start + done, len(pending))

            drafts = drafting.draft(
                [(question.question, _read(connection, passages)) for question, passages, _ in batch], tell
            )
            with transaction(connection):
                for (question, _, key), draft in zip(batch, drafts, strict=True):
                    save_draft(connection, draft_key=key, slug=question.slug, draft=draft)
                    warnings += (
                        [f"{question.slug}: the model gave no draft and is asked again the next night: {draft.problem}"]
                        if draft.problem
                        else []
                    )
            calls += sum(draft.prompt_tokens > 0 for draft in drafts)
            done += len(batch)
    waiting = len(pending) - done
    return StepReport(
        "answer",
        done,
        len(work) - len(pending),
        len(warnings),
        seconds(),
        model_calls=calls,
        waiting=waiting,
        warnings=(*warnings, *_waits("questions", waiting)),
    )


def verify(night: Night, slugs: Sequence[str] = ()) -> StepReport:
    """Check every draft that has no outcome yet, and store a revision where the answer tells something new."""
    connection, drafting = night.connection, drafting_of(night)
    done = skipped = failed = 0
    warnings = []
    with _timed() as seconds:
        sizes = load_retrieval_keys(connection)
        _, harvested_up_to = load_counts(connection)
        questions = _by_urgency(night, slugs)
        for number, question in enumerate(questions, 1):
            passages = load_passages(connection, slug=question.slug)
            read = _read(connection, passages)
            draft = load_draft(connection, draft_key=draft_key(question, passages, night.engine))
            key = answer_key(question, read, drafting)
            latest = load_latest_answer(connection, slug=question.slug)
            if draft is None or (
                latest and (draft.problem or load_outcome(connection, answer_key=key) == latest.revision)
            ):
                skipped += 1
                continue
            try:
                found = write_answer(
                    drafting,
                    question,
                    read,
                    draft,
                    key,
                    sizes[question.slug][1],
                    night.today,
                    harvested_up_to,
                )
            except Exception as error:  # noqa: BLE001  # one bad answer never stops the night; it is named below
                failed += 1
                warnings.append(
                    f"{question.slug}: could not be verified, so its last answer stays: {type(error).__name__}: {error}"
                )
                continue
            numbered = found if latest is None else replace(found, revision=latest.revision + 1)
            _store_revision(connection, None if draft.problem else key, numbered, latest)
            done += 1
            night.progress("verify", number, len(questions))
    return StepReport("verify", done, skipped, failed, seconds(), warnings=tuple(warnings))


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
            drafting_of(night),
            settings.render.figures,
        )
        with dumps_aside(settings.render.output) as aside:
            dumps = write_dumps(night.connection, settings, aside).files if settings.render.dumps else ()
            pages = render_site(archive, settings.site, settings.render.theme, templates, dumps)
            written = publish(pages, settings.render.output, with_search=settings.render.search, data=aside)
    warnings = [*map(format_problem, problems), *templates.strange_files()]
    warnings += [
        f"{path} is no longer made from a question or an answer; its last page stays" for path in written.carried_over
    ]
    if not settings.site.base_url:
        warnings.append("site.base_url is not set, so feed.xml and sitemap.xml name the preview address")
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


def active_questions(settings: Settings, slugs: Sequence[str] = ()) -> tuple[Question, ...]:
    """The active questions that have no error, or those of them that are named. Raises PipelineError for an unknown name."""
    questions = tuple(one for one in read_questions(settings.questions.folder)[0] if one.status == "active")
    if unknown := set(slugs) - {one.slug for one in questions}:
        raise PipelineError(
            f"no active question named {', '.join(sorted(unknown))} in {settings.questions.folder}",
            "name a file of that folder without .md; antigravity questions check tells what is wrong with a file",
        )
    return tuple(one for one in questions if not slugs or one.slug in slugs)


def _by_urgency(night: Night, slugs: Sequence[str]) -> tuple[Question, ...]:
    """The active questions, the most urgent first."""
    connection = night.connection
    return order_of_work(
        active_questions(night.settings, slugs),
        load_overtaken(connection),
        load_latest_answers(connection),
        load_all_passages(connection),
    )


def _waits(what: str, count: int) -> tuple[str, ...]:
    """The warning that something did not fit into the night."""
    return (f"{count:,} {what} wait for the next night: the time of run.budget_minutes is over",) if count else ()


def drafting_of(night: Night) -> Drafting:
    return Drafting(night.encoder, night.engine, night.settings.verify, night.judge)


def _kept_sources(settings: Settings, names: Sequence[str]) -> list[NetworkSettings]:
    """The sources of these names. Raises PipelineError for a name without kept answers."""
    fetched = {source.name: source for source in settings.sources if isinstance(source, NetworkSettings)}
    if unknown := [name for name in names if name not in fetched]:
        raise PipelineError(
            f"no source named {', '.join(unknown)} whose answers are kept",
            f"name one of these: {', '.join(fetched)}" if fetched else "files are read again where they lie",
        )
    return [fetched[name] for name in names]


def _retrieval_key(question: Question, fingerprint: str, night: Night) -> str:
    asked = {
        name: value
        for name, value in asdict(question).items()
        if name in ("question", "aliases", "facets", "categories", "since")
    }
    how = night.settings.retrieve.model_dump(exclude={"reranker"})
    return key_of([asked, fingerprint, night.encoder.name, how, night.reranker.name if night.reranker else "", SEARCH])


def _read(connection: Connection, passages: Sequence[Passage]) -> list[tuple[Passage, Preprint]]:
    preprints = load_preprints(connection, [passage.archive_id for passage in passages])
    return [(passage, preprints[passage.archive_id]) for passage in passages]


def _store_revision(connection: Connection, key: str | None, found: Answer, latest: Answer | None) -> None:
    """Keep the answer where it tells something new, and that its key is settled; without a key it stays open."""
    known = latest is not None and same_meaning(found, latest)
    with transaction(connection):
        if not known:
            save_answer(connection, found)
        if key is not None:
            revision = latest.revision if latest and known else found.revision
            save_outcome(connection, answer_key=key, slug=found.slug, revision=revision)


@contextmanager
def _timed() -> Iterator[Callable[[], float]]:
    start = time.monotonic()
    yield lambda: round(time.monotonic() - start, 2)
