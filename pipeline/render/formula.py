"""A formula of TeX as MathML for a page and as a line of plain text. Pure.

math-core turns it into MathML Core; it refuses a command that it does not know and escapes what it is given. Still only the
elements and attributes named here pass, since the formula comes from outside: no links, styles, classes or wide spaces.
The text is read off the same MathML, so the two never tell different things.
"""

import html
import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from math_core import LatexError, LatexToMathML

from pipeline.render.formula_text import linear
from pipeline.render.tex_tables import tables

MAX_LENGTH = 500
"""Characters: no abstract of 43,857 has a formula of 300, and math-core's depth of recursion stays small."""
MAX_DEPTH = 20
"""Braces in braces, and elements in elements twice that."""
MAX_OUTPUT = 20_000

WRAPPED = {
    "math", "mfrac", "mover", "mpadded", "mphantom", "mroot", "mrow", "msqrt", "msub", "msubsup", "msup", "mtable", "mtd",
    "mtr", "munder", "munderover",
}  # fmt: skip
TOKENS = {"mi", "mn", "mo", "mspace", "mtext"}
FLAT = TOKENS - {"mi"} | {"math"}
"""A formula of these alone is as well shown as text: `$5$`, `$\\sim$`, `$256 \\times 256$`."""
ATTRIBUTES = {
    "accent", "accentunder", "display", "displaystyle", "form", "linethickness", "lspace", "mathvariant", "maxsize",
    "minsize", "movablelimits", "rspace", "scriptlevel", "stretchy", "width",
}  # fmt: skip
VALUE = re.compile(r"[a-z]{1,10}|[0-4]?(?:\.\d{1,10})?(?:em|rem|ex|pt)?")
"""A word or a small measure: a formula may not push itself over the text beside it."""
SIDE = re.compile(r"text-align: (left|right)")

OVER = {"\u20d7": "→", "\u0332": "‾"}
"""Accents as signs of their own: browsers put combining characters beside the letter."""

DEFINING = re.compile(
    r"\\(?:[gex]?def|(?:re)?newcommand|providecommand|let|DeclareMathOperator|expandafter|csname)(?![A-Za-z])"
)
COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%")
"""A bare per cent sign: what follows is no comment in an abstract."""
NUMBERED = re.compile(r'\\(?:unicode\{(?:x|")([0-9A-Fa-f]{2,5})\}|char"([0-9A-F]{2,5}))')
BOSON = re.compile(r"\\Z(?=\^\{?0)")
"""Where `\\Z` is the particle and not the integers."""
UNDERSCORE = re.compile(r"(?<=[\w)}])\\_(?=[\\{A-Za-z0-9])")
WORDED = re.compile(r"\\(?:text|math[a-z]{2}|operatorname|[mh]box)")
"""Takes names, and these have underscores; else an escaped one is a subscript that some archive escaped once too often."""
TEXT_ACCENT = re.compile(r"\\(['\"`^~=])(?:\{([A-Za-z])\}|([A-Za-z]))")
ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)\w+;")


@dataclass(frozen=True, slots=True)
class Formula:
    source: str
    """As math-core reads it: commands that it or `tex.toml` knows, and no others."""
    mathml: str
    """One `<math>` element."""
    text: str
    """`O(n log n)`, `10⁻³`: no command and no backslash."""
    flat: bool
    """Numbers, signs and words alone: the text says all that the MathML says."""


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(
        macros=dict(tables().macros), fancy_error=False, allow_unreliable_rendering=True, max_expansions=100
    )


@lru_cache(maxsize=16384)
def read_formula(source: str, *, display: bool = False) -> Formula | None:
    """The formula between the dollars, or None where it is broken, too long, too deep, or defines commands."""
    if len(source) > MAX_LENGTH:
        return None
    source = _mend(source)
    if _depth(source) > MAX_DEPTH or DEFINING.search(source):
        return None
    try:
        made = _converter().convert_with_local_state(source, displaystyle=display)
        if len(made) > MAX_OUTPUT:
            return None
        element = ElementTree.fromstring(ENTITY.sub(lambda found: html.unescape(found[0]), made))
    except (LatexError, ElementTree.ParseError, UnicodeError):
        return None
    if not _clean(element):
        return None
    text = " ".join(linear(element).split())
    if "\\" in text:
        return None
    flat = not text or all(one.tag in FLAT for one in element.iter())
    element.set("alttext", text)
    # the search index takes the line of text, not the run of signs between the tags
    element.set("data-pagefind-index-attrs", "alttext")
    element.set("data-pagefind-ignore", "")
    return Formula(source, ElementTree.tostring(element, encoding="unicode", short_empty_elements=False), text, flat)


def numbered(source: str) -> str:
    """The source with its characters that are given by number, `\\unicode{x2013}`, as themselves."""
    return NUMBERED.sub(lambda found: _printable(int(found[1] or found[2], 16)), source)


def _mend(source: str) -> str:
    """What is no TeX for formulas, and common."""
    source = BOSON.sub("Z", numbered(source).replace(r"\/", ""))
    if not WORDED.search(source):
        source = UNDERSCORE.sub("_", source)
    source = TEXT_ACCENT.sub(lambda found: accented(found[1], found[2] or found[3]), source)
    return COMMENT.sub(r"\1\%", source)


def _printable(code: int) -> str:
    return chr(code) if code <= sys.maxunicode and chr(code).isprintable() else ""


def accented(command: str, letter: str) -> str:
    """The letter under TeX's accent: `é` for `'` and `e`."""
    return unicodedata.normalize("NFC", letter[:1] + tables().accents[command]) + letter[1:]


def _depth(source: str) -> int:
    """Of braces in braces."""
    depth = deepest = 0
    for character in source:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest


def _clean(element: Element, depth: int = 0) -> bool:
    """Keep what is known of an element and all in it; False where a page had better not have it."""
    if depth > 2 * MAX_DEPTH or element.tag not in WRAPPED | TOKENS:
        return False
    side = SIDE.search(element.get("style", ""))
    for name, value in tuple(element.attrib.items()):
        if name not in ATTRIBUTES or not VALUE.fullmatch(value):
            del element.attrib[name]
    if side and element.tag == "mtd":
        element.set("class", side[1])
    if element.tag in TOKENS:
        element.text = "".join(element.itertext())
        for child in tuple(element):
            element.remove(child)
        return True
    if element.tag == "mover" and element[-1].text in OVER:
        element[-1].text = OVER[element[-1].text]
    return all(_clean(child, depth + 1) for child in element)
