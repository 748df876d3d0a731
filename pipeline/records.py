"""The records that travel between the stages: frozen, typed, no behaviour beyond derived values.

A little past 300 lines, since one screenful of data after the other is how the stages are understood.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Status = Literal["answered", "partly", "not_answered"]
Support = Literal["supported", "partly", "quoted"]
QuestionStatus = Literal["draft", "active", "retired"]
Severity = Literal["error", "warning"]
ChangeKind = Literal[
    "question_edited",
    "source_withdrawn",
    "source_reinstated",
    "source_revised",
    "source_came",
    "source_left",
    "source_relabelled",
    "model_changed",
    "prompt_changed",
    "encoder_changed",
    "checks_changed",
    "written_anew",
]
StateName = Literal[
    "fresh", "source_withdrawn", "source_revised", "evidence_changed", "question_edited", "model_superseded"
]

_ET_AL = re.compile(r"(?:and )?et\.? al\.?", re.IGNORECASE)
_FOR = re.compile(r"^(?:for|on behalf of) (?:the )?(?=\S)", re.IGNORECASE)


# --- what comes in -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a preprint, as its source announced it."""

    number: int
    created: date | None
    """Day of submission, UTC; None where the source gives none."""


@dataclass(frozen=True, slots=True)
class Preprint:
    """A preprint in its latest version."""

    source: str
    source_id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    """Primary category first; empty where the source gives none."""
    versions: tuple[Version, ...]
    """Oldest first, never empty."""
    month: str
    """Month of first submission, `YYYY.MM`: the middle of the archive id."""
    updated: date | None = None
    doi: str | None = None
    journal_ref: str | None = None
    comments: str | None = None
    licence: str | None = None
    retold: bool = False
    """The abstract is retold in other words, not the authors' own text."""
    withdrawn: str | None = None
    """The text that says so, where the preprint was withdrawn."""
    archive_id: str = ""
    """`AG-YYYY.MM-NNNN`; empty until the ledger has given it."""

    @property
    def text(self) -> str:
        """Title and abstract as one text, the title ended as a sentence."""
        return f"{self.title.rstrip('.')}. {self.abstract}"

    @property
    def primary_category(self) -> str:
        return self.categories[0] if self.categories else "unclassified"

    @property
    def latest(self) -> Version:
        return self.versions[-1]

    @property
    def submitted(self) -> date | None:
        return self.versions[0].created

    @property
    def named_authors(self) -> tuple[str, ...]:
        """The authors, without an `et al` among them; `for the IceCube Collaboration` as the collaboration."""
        return tuple(_FOR.sub("", name) for name in self.authors if not _ET_AL.fullmatch(name))

    @property
    def has_unnamed_authors(self) -> bool:
        """Whether the source says `et al` instead of naming all."""
        return len(self.named_authors) < len(self.authors)

    @property
    def short_authors(self) -> str:
        """`Michael Kölle et al.`: names in full, since which part of a name is the family's can't be told from outside."""
        named = self.named_authors
        if named and (len(named) > 2 or self.has_unnamed_authors):
            return f"{named[0]} et al."
        return " and ".join(named) or "Unnamed authors"


@dataclass(frozen=True, slots=True)
class EarlierText:
    """Title and abstract of a version before the latest."""

    title: str
    abstract: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read: where it stood, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Override:
    """The operator's word on whether a preprint is withdrawn, against what its signals say."""

    source: str
    source_id: str
    state: Literal["withdrawn", "standing"]
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """A curated question, as its Markdown file states it."""

    slug: str
    question: str
    topics: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    """The parts of the question that an answer would have to bring together."""
    categories: tuple[str, ...] = ()
    since: date | None = None
    status: QuestionStatus = "active"
    merged_into: str | None = None
    retired_because: str = ""
    body: str = ""
    """Markdown: why it matters, what would count as an answer."""
    order: int = 1000
    """Place in lists: the reference question first."""


@dataclass(frozen=True, slots=True)
class Topic:
    slug: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of `questions check`."""

    file: str
    line: int
    code: str
    severity: Severity
    message: str
    mend: str


# --- retrieval and drafting --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """A preprint retrieved for a question."""

    archive_id: str
    version: int
    text_hash: str
    """Of the title and abstract that were read."""
    rank: int
    """From 1, by falling fused score."""
    similarity: float
    """Cosine between question and preprint, -1 to 1."""
    lexical: float
    """BM25 score, 0 where no term matched."""
    fused: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of an abstract that bears on the question; `abstract[start:end] == text`."""

    archive_id: str
    text: str
    start: int
    end: int
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence as the model wrote it, its cites already mapped to archive ids."""

    text: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftFinding:
    heading: str
    sentences: tuple[DraftSentence, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A model's reply, parsed. A reply that can't be used is a draft with a problem and no findings."""

    addressed: Literal["yes", "partly", "no"]
    findings: tuple[DraftFinding, ...]
    problem: str | None = None


# --- what is published -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one check said."""

    check: str
    """Name of the check: `numbers`, `order`, `judge`."""
    holds: bool
    reasons: tuple[str, ...] = ()
    """In plain words, where it does not hold."""
    log_odds: float | None = None
    """How sure the check is that it holds, where it can tell: log(p / (1 - p))."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks said of one sentence against the preprints that it cites."""

    accepted: bool
    failed: tuple[str, ...]
    """One plain-word reason per failed check; empty when accepted."""
    evidence: tuple[Evidence, ...]
    """The sentences it was compared with."""
    checks: str
    """Version of the set of checks."""
    opinions: tuple[Opinion, ...] = ()
    """What each check said, in the order in which they were asked; once for every preprint that is cited."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as published."""

    text: str
    citations: tuple[str, ...]
    verdict: Support
    evidence: tuple[Evidence, ...]
    hedged: bool = False
    """It carries a hedge of its source: may, could, suggests."""
    lead: str = ""
    """For a quote: who is quoted, e.g. `Michael Kölle et al.`."""


@dataclass(frozen=True, slots=True)
class Finding:
    heading: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence that the model wrote and the check did not let through."""

    text: str
    citations: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """A card: a preprint that was retrieved, cited or not."""

    archive_id: str
    source: str
    source_id: str
    version: int
    similarity: int
    """Cosine × 100, rounded: the per cent on the card."""
    category: str
    title: str
    cited: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question to read next; `slug` is None for a proposal that the archive does not hold yet."""

    question: str
    slug: str | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an answer rests on, enough to tell why two revisions differ."""

    model: str
    model_sha256: str
    prompt: str
    sampling: str
    encoder: str
    checks: str
    answer_key: str
    preprints: int
    """Preprints in the archive when the passages were chosen."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    harvested_up_to: date | None = None
    """Day of the newest of them."""
    question_key: str = ""
    """Of everything that the question's file asks for: wording, facets, aliases, filters; empty in old answers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One revision of the answer to one question."""

    slug: str
    question: str
    status: Status
    reason: str
    """Reason code of the decision, e.g. `evidence_covers_question`."""
    answered_by: str
    answered_on: date
    revision: int
    opening: str
    """Says whether the archive addresses the question; about the archive, so it cites nothing."""
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    """What the retrieved abstracts do not contain, each a checked statement."""
    bottom_line: str
    cut: tuple[Cut, ...]
    sources: tuple[Source, ...]
    follow_ups: tuple[FollowUp, ...]
    provenance: Provenance
    retold: bool = False
    """A source's abstract is retold, so quotes are the archive's words."""

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(sentence for finding in self.findings for sentence in finding.sentences)


@dataclass(frozen=True, slots=True)
class Change:
    """One reason why an answer is, or will be, another one than before."""

    kind: ChangeKind
    archive_id: str = ""
    """The preprint, where it is about one."""
    before: str = ""
    after: str = ""
    """What it was and what it became: a version, a model, a category."""


@dataclass(frozen=True, slots=True)
class State:
    """How the newest answer stands to the archive of today."""

    name: StateName = "fresh"
    changes: tuple[Change, ...] = ()
    """What happened since the answer was written; empty where it is fresh."""


# --- what a run tells --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site: its path below the site's root, and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class HarvestReport:
    """What one harvest of one source brought."""

    source: str
    pages: int = 0
    """Answers of a server, or stretches of a file."""
    records: int = 0
    """Records told of, the rejected ones included."""
    new: int = 0
    revised: int = 0
    """Records of known preprints that changed in anything but their date."""
    unchanged: int = 0
    """Known, older than what is known, or outside the source's filters."""
    withdrawn: int = 0
    """Of the new and revised ones: those that are withdrawn since."""
    rejected: int = 0
    deferred: bool = False
    """The source asked to be left alone before its end: the next night goes on from there."""
    failed: bool = False
    """The source could not be read to its end."""
    reasons: tuple[tuple[str, int], ...] = ()
    """Why records were rejected, and how many for each reason."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepReport:
    """What one step did."""

    name: str
    done: int = 0
    skipped: int = 0
    failed: int = 0
    seconds: float = 0.0
    model_calls: int = 0
    embedded: int = 0
    pages_written: int = 0
    files_written: int = 0
    lost_sources: int = 0
    """Sources that could not be read to their end."""
    waiting: int = 0
    """What did not fit into the night's time."""
    sources: tuple[HarvestReport, ...] = ()
    warnings: tuple[str, ...] = field(default=())
