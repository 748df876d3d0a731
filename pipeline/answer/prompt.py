"""Write the prompt and the grammar of a draft. Pure but for reading the prompt file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import jinja2

from pipeline.hashes import content_hash
from pipeline.records import Evidence

PROMPT = "draft.v1"
MAX_EVIDENCE_CHARS = 420
"""A longer sentence is cut in the prompt, never on the page."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request to a language model."""

    text: str
    grammar: str
    """GBNF; the reply can be nothing else."""
    schema: str = "{}"
    """The same form as a JSON schema, for servers that know no grammars; it says less than the grammar."""


def prompt_name() -> str:
    """Name and content hash of the prompt and of the forms of its reply: part of every draft's key."""
    return identify_prompt(PROMPT, "jinja", "gbnf", "json")


def write_prompt(question: str, evidence: Sequence[Evidence], numbers: Mapping[str, int]) -> Prompt:
    """`numbers` gives every preprint the small number that stands for it in the reply."""
    listed = [{"number": numbers[one.archive_id], "text": one.text[:MAX_EVIDENCE_CHARS]} for one in evidence]
    text = environment().from_string(read_prompt(f"{PROMPT}.jinja")).render(question=question, evidence=listed)
    cites = sorted({numbers[one.archive_id] for one in evidence})
    grammar = read_prompt(f"{PROMPT}.gbnf").replace("CITES", " | ".join(f'"{number}"' for number in cites))
    return Prompt(text, grammar, read_prompt(f"{PROMPT}.json").replace('"CITES"', str(cites)))


def number_passages(archive_ids: Sequence[str]) -> dict[str, int]:
    """1, 2, 3, … in the order given."""
    return {archive_id: number for number, archive_id in enumerate(archive_ids, 1)}


@cache
def identify_prompt(name: str, *kinds: str) -> str:
    """Name and content hash of the files `name.kind`: what was made with a prompt is stale where a letter of it changed."""
    return f"{name}@{content_hash(*(read_prompt(f'{name}.{kind}') for kind in kinds))[:12]}"


def environment() -> jinja2.Environment:
    """How prompt files are filled in: an undefined variable is an error, and nothing is escaped."""
    return jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)


@cache
def read_prompt(name: str) -> str:
    """A file of the folder of prompts."""
    return (resources.files("pipeline") / "prompts" / name).read_text(encoding="utf-8")
