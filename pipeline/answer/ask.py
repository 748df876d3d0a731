"""From a question's passages to its answer: the one way that the nightly run and `ask` share."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.answer.bearing import BEARING, bearing, least_odds
from pipeline.answer.draft import parse_draft
from pipeline.answer.engines import Engine
from pipeline.answer.evidence import EVIDENCE, pick_evidence
from pipeline.answer.prompt import Prompt, number_passages, prompt_name, write_prompt
from pipeline.embed.encoder import Encoder
from pipeline.hashes import key_of
from pipeline.records import Answer, DraftSentence, Evidence, Passage, Preprint, Provenance, Question, Verdict
from pipeline.retrieve.passages import Read
from pipeline.settings import VerifySettings
from pipeline.store.answers import StoredDraft
from pipeline.verify.compose import COMPOSITION, Checked, compose, quotable
from pipeline.verify.decide import DECISION, decide
from pipeline.verify.judge import Judge
from pipeline.verify.paraphrase import PARAPHRASE, check_paraphrases
from pipeline.verify.parts import find_parts
from pipeline.verify.support import SUPPORT
from pipeline.verify.verdict import Limits, find_support


def standing(read: Read) -> list[tuple[Passage, Preprint]]:
    """Those that were not withdrawn: the others keep their cards, and carry nothing."""
    return [(passage, preprint) for passage, preprint in read if preprint.withdrawn is None]


def bearing_on(bearings: Mapping[str, float]) -> tuple[str, ...]:
    """Ids of the preprints that are quoted and cited, by their log odds."""
    least = least_odds(bearings.values())
    return tuple(archive_id for archive_id, odds in bearings.items() if odds >= least)


def withdrawn_of(read: Read) -> frozenset[str]:
    """Ids of the preprints that carry nothing any more."""
    return frozenset(passage.archive_id for passage, preprint in read if preprint.withdrawn is not None)


def draft_key(
    question: Question, passages: Sequence[Passage], withdrawn: Collection[str], encoder: str, engine: Engine
) -> str:
    """Everything that a draft depends on: question, passages with their versions, and whether they stand; evidence rules and encoder;
    prompt, model, sampling.
    """
    read = [
        (passage.archive_id, passage.version, passage.text_hash, passage.archive_id not in withdrawn)
        for passage in passages
    ]
    return key_of([question.question, read, EVIDENCE, BEARING, encoder, prompt_name(), engine.sha256, engine.sampling])


@dataclass(frozen=True, slots=True)
class Drafting:
    """The models, and how strict the checks are."""

    encoder: Encoder
    engine: Engine
    verify: VerifySettings
    judge: Judge | None = None
    """Asked about sentences in other words than their source's; without one only copies are published."""

    def draft(self, questions: Iterable[tuple[str, Read]]) -> Iterator[tuple[int, StoredDraft]]:
        """A draft for each question with its place, as each is finished; a question is taken when the engine has room for it.

        One without evidence has an empty draft, and the engine is not asked.
        """
        asked: list[tuple[int, tuple[Evidence, ...]]] = []
        empty: deque[int] = deque()

        def prompts() -> Iterator[Prompt]:
            for place, (question, read) in enumerate(questions):
                if found := self.evidence(question, read):
                    asked.append((place, found))
                    yield write_prompt(question, found, number_passages([passage.archive_id for passage, _ in read]))
                else:
                    empty.append(place)

        for number, reply in self.engine.complete(prompts()):
            while empty:
                yield empty.popleft(), StoredDraft("", (), 0, 0)
            place, found = asked[number]
            yield place, StoredDraft(reply.text, found, reply.prompt_tokens, reply.completion_tokens, reply.problem)
        for place in empty:
            yield place, StoredDraft("", (), 0, 0)

    def check(
        self, drafted: Sequence[DraftSentence], question: str, preprints: Mapping[str, Preprint]
    ) -> list[Checked]:
        """Every sentence with its verdict; those that are no copies are put to the judge, all at once.

        A citation of anything but these preprints is dropped.
        """
        known = [replace(one, citations=tuple(name for name in one.citations if name in preprints)) for one in drafted]
        checked = [Checked(*find_support(sentence, preprints, self.encoder.encode, self.limits)) for sentence in known]
        others = [one.sentence for one in checked if not one.verdict.accepted and one.sentence.citations]
        if not self.judge or not others:
            return checked
        verdicts = check_paraphrases(others, question, preprints, self.encoder.encode, self.judge)
        judged = dict(zip(others, verdicts, strict=True))
        return [_as_judged(one.sentence, judged[one.sentence]) if one.sentence in judged else one for one in checked]

    def draft_key(self, question: Question, passages: Sequence[Passage], withdrawn: Collection[str]) -> str:
        """Of a draft by these models."""
        return draft_key(question, passages, withdrawn, self.encoder.name, self.engine)

    @property
    def limits(self) -> Limits:
        return Limits(self.verify.min_coverage, self.verify.min_similarity)

    @property
    def checks(self) -> str:
        """Names of everything that decides what is published: part of every answer's key, and shown on its page."""
        judged = (PARAPHRASE, SUPPORT, self.judge.name) if self.judge else ()
        return ", ".join((self.limits.name, *judged, DECISION, COMPOSITION))

    def provenance(self, question: Question, key: str = "", preprints: int = 0) -> Provenance:
        """Who answers the question now, by which rules."""
        return Provenance(
            model=self.engine.name,
            model_sha256=self.engine.sha256,
            prompt=prompt_name(),
            sampling=self.engine.sampling,
            encoder=self.encoder.name,
            checks=self.checks,
            answer_key=key,
            preprints=preprints,
            question_key=question_key(question),
        )

    def weigh(self, question: str, read: Read) -> dict[str, float]:
        """Log odds, by id, that each preprint that stands answers the question."""
        weighed = standing(read)
        texts = [(preprint.title, preprint.abstract, passage.similarity) for passage, preprint in weighed]
        odds = bearing(question, texts, self.encoder.encode)
        return {passage.archive_id: one for (passage, _), one in zip(weighed, odds, strict=True)}

    def evidence(self, question: str, read: Read) -> tuple[Evidence, ...]:
        """Sentences of the preprints that bear on the question; without any, the model is not asked."""
        used = bearing_on(self.weigh(question, read))
        return pick_evidence(question, [item for item in read if item[0].archive_id in used], self.encoder.encode)


def answer_key(question: Question, read: Read, drafting: Drafting) -> str:
    """Everything that an answer depends on: its draft, what it shows of its sources, facets, checks, decision, composition."""
    shown = [
        (
            passage.similarity,
            preprint.primary_category,
            preprint.short_authors,
            preprint.retold,
        )
        for passage, preprint in read
    ]
    return key_of(
        [
            drafting.draft_key(question, [passage for passage, _ in read], withdrawn_of(read)),
            shown,
            question.facets,
            drafting.engine.name,
            drafting.checks,
        ]
    )


def question_key(question: Question) -> str:
    """Everything that a question's file asks for."""
    return key_of([question.question, question.aliases, question.facets, question.categories, question.since])


def write_answer(
    drafting: Drafting,
    question: Question,
    read: Read,
    stored: StoredDraft,
    key: str,
    preprint_count: int,
    today: date,
    harvested_up_to: date | None = None,
) -> Answer:
    """Parse the draft, check every sentence, decide, and compose."""
    passages = [passage for passage, _ in read]
    preprints = {passage.archive_id: preprint for passage, preprint in read}
    draft = parse_draft(stored.reply, number_passages([passage.archive_id for passage in passages]))
    drafted = [sentence for finding in draft.findings for sentence in finding.sentences]
    bearings = drafting.weigh(question.question, read)
    used = bearing_on(bearings)
    decision = decide(
        question, [preprints[name] for name in bearings], list(bearings.values()), draft, len(withdrawn_of(read))
    )
    others = [item for item in standing(read) if item[0].archive_id not in used]
    provenance = replace(
        drafting.provenance(question, key, preprint_count),
        prompt_tokens=stored.prompt_tokens,
        completion_tokens=stored.completion_tokens,
        harvested_up_to=harvested_up_to,
    )
    return compose(
        question,
        decision,
        drafting.check(drafted, question.question, {name: preprints[name] for name in used}),
        passages,
        preprints,
        quotable(stored.evidence, used),
        find_parts(question, decision, others, drafting.encoder.encode),
        provenance,
        drafting.engine.name,
        today,
    )


def _as_judged(sentence: DraftSentence, verdict: Verdict) -> Checked:
    """With those of its citations that carry it, where any does."""
    carried = tuple(one.archive_id for one in verdict.evidence) if verdict.accepted else sentence.citations
    return Checked(DraftSentence(sentence.text, carried), verdict)
