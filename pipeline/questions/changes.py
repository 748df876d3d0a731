"""What a change may not do to questions that were published: their address stands for their meaning, and stays. Pure."""

from collections.abc import Collection, Iterator, Sequence

from pipeline.questions.likeness import asks_the_same
from pipeline.questions.problems import make_problem
from pipeline.questions.question_file import Page
from pipeline.questions.text_rules import fold
from pipeline.records import Problem


def check_changes(
    before: Sequence[Page], after: Sequence[Page], folder: str, confirmed: Collection[str] = ()
) -> Iterator[Problem]:
    """Compare the pages of two states of a folder: what was removed, taken back, or asks for something else now."""
    now = {page.slug: page for page in after}
    known = {page.slug for page in before}
    for old in before:
        new = now.get(old.slug)
        if not _published(old):
            continue
        if new is None:
            yield make_problem(
                1, "file-removed", f"{old.slug}.md", _moved(old, after, known), file=f"{folder}/{old.slug}.md"
            )
        elif new.question and new.question.status == "draft":
            yield make_problem(1, "status-unpublished", file=new.file)
        elif old.question and new.question and old.slug not in confirmed and not _means_the_same(old, new):
            yield make_problem(new.wordings[0][0], "question-changed", old.question.question, file=new.file)


def _published(page: Page) -> bool:
    """Whether its page may have been cited: a file with an error may once have been a good one."""
    return page.question is None or page.question.status != "draft"


def _means_the_same(old: Page, new: Page) -> bool:
    (_, before), (_, after), *aliases = (old.wordings[0], *new.wordings)
    return asks_the_same(before, after) or fold(before) in [fold(alias) for _, alias in aliases]


def _moved(old: Page, after: Sequence[Page], known: Collection[str]) -> str:
    """Where a file went that was only renamed."""
    asked = old.question.question if old.question else None
    found = [
        page.file for page in after if page.question and page.question.question == asked and page.slug not in known
    ]
    return f" and merged_into; {found[0]} asks it now" if found else ""
