"""What no text of a contributor may hold: markup, addresses, orders to the model, signs that do not show."""

import re
import unicodedata
from collections.abc import Iterator

from pipeline.questions.problems import make_problem
from pipeline.records import Problem

HIDDEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that show nothing: fillers, joiners, variation selectors."""
TEXTS = {
    "text-html": r"<[a-z/!?] | &(?:\#[0-9]+|\#x[0-9a-f]+|[a-z]+[0-9]*);",
    "text-link": r"""
        \]\( | \]\ ?\[ | !\[ | ^[ \t]*\[[^\]\n]+\]: | \w:// | \bwww\. | \b(?:mailto|javascript|vbscript): | \bdata:\w+/
        | \w\.(?:com|org|net|edu|gov|io)\b | \w\.[a-z]{2,10}/\w | \w@[a-z][\w-]*\.[a-z]""",
    "text-prompt": r"""
        <\| | \[/?inst\] | <</?sys>> | \bim_(?:start|end)\b | \#\#\#\s*(?:system|instruction|assistant|response)
        | ^[^\w\n]*(?:system|assistant|user|human)\s*: | \b(?:system|developer)\W+prompts?\b | \bnew\W+instructions?\s*:
        | \b(?:ignore|disregard|forget|override)\W+(?:\w+\W+){0,3}?
          (?:previous|prior|above|earlier|preceding|all|any|your|these|those|other)\W+(?:\w+\W+){0,3}?
          (?:instructions?|prompts?|rules|guidelines|messages?|text)\b
        | \b(?:ignore|disregard|forget|override)\W+(?:the\W+)?(?:instructions?|prompts?|rules|text)\W+(?:above|before)\b
        | \byou\W+are\W+(?:now|(?:an?|the)\W+(?:\w+\W+){0,3}?(?:assistant|model|ai|chatbot|bot))\b
        | \byou\W+(?:must|should|will|shall)\W+(?:\w+\W+)?(?:answer|reply|respond|say|write|output|ignore|cite)\b
        | \byour\W+(?:\w+\W+)?(?:instructions?|prompt|reply|response|output|task)\b
        | \bpretend\W+(?:to\W+be|that|you)\b | \b(?:respond|reply)\W+only\W+(?:with|in)\b""",
}
START = r"(?:\A\s*|\n[ \t]*\n[ \t]*|\n[ \t]*[-*>][ \t]+|[.!?;]\s+|\bplease\s+)"
"""Where a sentence begins: an order does, and a line that an editor broke does not."""
TEXTS |= {
    "text-code": r"```|~~~",
    "text-mixed": "[a-z][\u0400-\u052f]|[\u0400-\u052f][a-z]",
    "text-order": rf"""
        \byour\W+(?:\w+\W+)?
          (?:answers?|replies|responses|messages?|code|implementation|algorithm|explanation|elucidation|writing|draft)\b
        | {START}(?:answer|reply|respond|say|conclude|claim|write|cite|mention|output|print|repeat|translate|encode|decode
            |misspell|reverse|rewrite|rephrase|recommend|draft|insert|inject|append|embed|incorporate|pretend|act\W+as|add
            |include|integrate|blend|leverage|replace|remove)\W+
          (?:(?:always|only|just|instead|that|yes|no)\b
            |(?:in|with)\W+(?:yes|no|english|french|german|spanish|chinese|base\d+|emojis?|capitals|uppercase|rhyme)
            |[^.\n]{{0,60}}?\b(?:code|snippet|excerpt|emojis?|every\W+\w+\W+word|answer|base\d+)\b)
        | {START}(?:translate|misspell|recommend|show\W+me|tell\W+me|give\W+me|write\W+(?:an?|the)|draft\W+an?|pretend|act\W+as
            |(?:do\W+not|don['’]t|never|always)\W+(?:answer|cite|mention|say|refuse|abstain|check|verify|quote|hesitate))\b
        | \b(?:below|following|subsequent)\W+code\b | \bcan\W+you\b | \bhow\W+do\W+you\b
        | \b(?:the|this|any|every)\W+(?:assistant|language\W+model|llm|chatbot|ai|reader\W+model|drafting\W+model)\W+
          (?:must|should|shall|has\W+to|is\W+to|will)\W+(?:always\W+|never\W+|not\W+)?
          (?:answer|say|cite|ignore|reply|respond|write|output|state|conclude)\b""",
}
PATTERNS = {code: re.compile(pattern, re.VERBOSE | re.MULTILINE) for code, pattern in TEXTS.items()}
"""What no text may hold, over NFKC and folded case: markup, addresses, orders to the model."""


def check_text(text: str, line: int) -> Iterator[Problem]:
    """Refuse what no text may hold, once a line for each rule."""
    yield from check_hidden(text, line)
    folded = fold(text)
    for code, pattern in PATTERNS.items():
        places: dict[int, str] = {}
        for found in pattern.finditer(folded):
            places.setdefault(line + folded.count("\n", 0, found.end()), _shown(folded, found))
        yield from (make_problem(place, code, words) for place, words in sorted(places.items()))


def _shown(text: str, found: re.Match[str]) -> str:
    """What a pattern found, as whole words on one line."""
    start = found.start() + len(found[0]) - len(found[0].lstrip(" \t\n.;"))
    while start and not text[start - 1].isspace():
        start -= 1
    end = found.end()
    while end < len(text) and not text[end].isspace():
        end += 1
    return " ".join(text[start:end].split())


def check_hidden(text: str, line: int) -> Iterator[Problem]:
    """Find control, zero-width, bidirectional, private and unassigned characters, and blanks that count as letters."""
    for number, content in enumerate(text.split("\n"), line):
        for place, sign in enumerate(content, 1):
            kind = unicodedata.category(sign)
            if sign != "\t" and (kind[0] == "C" or kind in ("Zl", "Zp") or HIDDEN.match(sign)):
                name = unicodedata.name(sign, "control character").lower()
                yield make_problem(number, "text-hidden", rest=f"U+{ord(sign):04X} {name}, at character {place}")
                break


def fold(text: str) -> str:
    """Make texts alike that look alike: wide letters, ligatures, upper and lower case."""
    return unicodedata.normalize("NFKC", text).casefold()
