"""What machines read beside a question's page: index.json and index.md. Pure."""

import json
from dataclasses import asdict, replace
from typing import Any

from pipeline.records import Answer, FollowUp, State
from pipeline.render.tex import to_text
from pipeline.verify.compose import compose_markdown


def answer_document(answer: Answer, follow_ups: tuple[FollowUp, ...], state: State | None = None) -> dict[str, Any]:
    """Everything on the page, typed; the keys of the contract, and more beside them.

    Texts are as they are stored, TeX and all, since evidence counts its places in them; `answer_markdown` is for reading.
    """
    newest = answer.provenance.harvested_up_to
    return {
        "slug": answer.slug,
        "question": answer.question,
        "status": answer.status,
        "reason": answer.reason,
        "state": state.name if state else "fresh",
        "since_then": [asdict(change) for change in state.changes] if state else [],
        "answered_by": answer.answered_by,
        "answered_on": answer.answered_on.isoformat(),
        "revision": answer.revision,
        "answer_markdown": compose_markdown(_readable(answer)),
        "opening": answer.opening,
        "sentences": [
            {
                "text": sentence.text,
                "citations": list(sentence.citations),
                "verdict": sentence.verdict,
                "hedged": sentence.hedged,
                "heading": finding.heading,
                "evidence": [
                    {"archive_id": one.archive_id, "text": one.text, "start": one.start, "end": one.end}
                    for one in sentence.evidence
                ],
            }
            for finding in answer.findings
            for sentence in finding.sentences
        ],
        "missing": list(answer.missing),
        "bottom_line": answer.bottom_line,
        "cut": [asdict(cut) for cut in answer.cut],
        "sources": [asdict(source) for source in answer.sources],
        "follow_ups": [asdict(follow_up) for follow_up in follow_ups],
        "retold": answer.retold,
        "provenance": asdict(answer.provenance) | {"harvested_up_to": newest.isoformat() if newest else None},
    }


def render_json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def render_answer_markdown(answer: Answer, follow_ups: tuple[FollowUp, ...], disclaimer: str) -> bytes:
    """The whole page as Markdown, for reading in an editor or pasting into notes."""
    answer = _readable(answer)
    sources = [
        f"- {source.similarity}% · {source.category} · {_plain(source.title)} · {source.archive_id}"
        f"{'' if source.cited else ' (only retrieved)'}"
        for source in answer.sources
    ]
    parts = [
        f"# {_plain(answer.question)}",
        f"Answered by {_plain(answer.answered_by)} · {answer.answered_on.day} {answer.answered_on:%B %Y} · revision {answer.revision}",
        compose_markdown(answer).rstrip(),
        f"## Sources · {len(sources)}",
        "\n".join(sources),
        *(
            ["Quotes are from abstracts as retold in this archive, not in the authors' own words."]
            if answer.retold
            else []
        ),
        *(["## Keep exploring", "\n".join(f"- {_plain(one.question)}" for one in follow_ups)] if follow_ups else []),
        f"*{disclaimer}*",
    ]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def _readable(answer: Answer) -> Answer:
    """The answer with Unicode in place of its preprints' TeX."""
    findings = tuple(
        replace(
            finding,
            sentences=tuple(
                replace(sentence, text=to_text(sentence.text), lead=to_text(sentence.lead))
                for sentence in finding.sentences
            ),
        )
        for finding in answer.findings
    )
    sources = tuple(replace(source, title=to_text(source.title)) for source in answer.sources)
    return replace(answer, findings=findings, sources=sources, bottom_line=to_text(answer.bottom_line))


def _plain(text: str) -> str:
    return (
        text.replace("\\", "\\\\")
        .replace("<", "&lt;")
        .replace("*", "\\*")
        .replace("_", "\\_")
        .replace("[", "\\[")
        .replace("`", "\\`")
    )
