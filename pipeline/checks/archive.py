"""Is the archive whole: the database by its own rules, and against the ledger and the site. [edge]"""

import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.checks.finding import Finding, found, settle
from pipeline.checks.site import BUILD, check_site
from pipeline.errors import PipelineError
from pipeline.ids import RESTORE, empty_mark, read_entries
from pipeline.progress import Progress
from pipeline.questions import read_questions
from pipeline.settings import Settings
from pipeline.spelling import counted
from pipeline.store.answers import load_latest_answers, load_retrieved_ids
from pipeline.store.database import Connection, open_database
from pipeline.store.invariants import load_problems, rules
from pipeline.store.ledger import sync_ledger

BRING_BACK = "bring the archive back from a backup or from published dumps: antigravity restore"


def check_archive(settings: Settings, progress: Progress) -> list[Finding]:
    """Every finding, in a fixed order: database, ledger, site."""
    database, output = settings.archive.database, settings.render.output
    if not database.is_file():
        detail = f"{database} is not there"
        findings = [Finding("database", False, detail, f"run antigravity nightly; or {BRING_BACK}")]
    else:
        findings = list(_check_database(settings, progress))
    return findings + check_site(output, progress)


def _check_database(settings: Settings, progress: Progress) -> Iterator[Finding]:
    try:
        with open_database(settings.archive.database) as connection:
            yield Finding("database", True, f"{settings.archive.database} can be read")
            yield settle("ledger", lambda: _check_ledger(connection, settings))
            names = rules()
            for number, rule in enumerate(names, 1):
                progress("check the database", number, len(names))
                yield found(rule, load_problems(connection, rule=rule), "holds", BRING_BACK)
            yield settle("site-tells-the-archive", lambda: _check_told(connection, settings))
    except PipelineError as error:
        yield Finding("database", False, error.what, error.mend)


def _check_ledger(connection: Connection, settings: Settings) -> Finding:
    """Every line is one of a ledger, no id is given twice, and the database has used this ledger and no other."""
    ledger = settings.archive.ledger
    entries, _ = read_entries(ledger, empty_mark(), settings.site.id_prefix)
    sync_ledger(connection, ledger, settings.site.id_prefix)
    ids = entries.column("archive_id").to_pylist()
    twice = sorted({one for one, before in zip(sorted(ids)[1:], sorted(ids), strict=False) if one == before})
    return found("ledger", [f"{one} is given twice" for one in twice], f"{len(ids):,} ids, each given once", RESTORE)


def _check_told(connection: Connection, settings: Settings) -> Finding:
    """Every answer and every preprint that was ever retrieved has its page, and the page shows the newest revision."""
    output = settings.render.output
    active = {one.slug for one in read_questions(settings.questions.folder)[0] if one.status == "active"}
    answers = {slug: one for slug, one in load_latest_answers(connection).items() if slug in active}
    problems = [
        f"{output}/q/{slug}/ shows revision {told or 'none'}, and the archive holds {answer.revision}"
        for slug, answer in sorted(answers.items())
        if (told := _revision_of(output / "q" / slug / "index.json")) != answer.revision
    ]
    ids = load_retrieved_ids(connection)
    problems += [f"{output}/p/{one}/ is missing" for one in ids if not (output / "p" / one / "index.html").is_file()]
    well = f"{counted(len(answers), 'answer')} and {counted(len(ids), 'preprint')} found on the site"
    return found("site-tells-the-archive", problems, well, BUILD)


def _revision_of(file: Path) -> int | None:
    """The revision that a page's document tells; None where it can't be read."""
    try:
        revision = json.loads(file.read_bytes())["revision"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return revision if isinstance(revision, int) else None
