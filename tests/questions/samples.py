"""A good question file, and ways to spoil it."""

from pipeline.questions import parse_question

TOPICS = ("medical-imaging", "ecology")
ASKED = "question: Does noise help a quantum model?"
GOOD = f"---\n{ASKED}\ntopics: [ecology]\n---\nWhy it matters.\n"


def front(*lines: str, body: str = "Why it matters.") -> str:
    """A file whose question stands in line 2, its topics in line 3, and `lines` from line 4 on."""
    return "\n".join(["---", ASKED, "topics: [ecology]", *lines, "---", body, ""])


def asked(value: str) -> str:
    return GOOD.replace(ASKED, f"question: {value}")


def found(text: str, slug: str = "my-question") -> list[tuple[int, str]]:
    _, problems = parse_question(slug, text, TOPICS)
    return [(problem.line, problem.code) for problem in problems]
