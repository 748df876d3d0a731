"""A text half in TeX, as its parts: plain text, formulas, raised and lowered pieces. Pure.

Read from left to right as a person would: `50%` is no comment, `{0,1}` a set, `FWHM~4` about four, and a command that nobody
knows loses its backslash, not its name. What the commands become stands in `tex.toml`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from pipeline.render.dollars import Stretch, find_formulas
from pipeline.render.formula import Formula, accented, numbered, read_formula
from pipeline.render.formula_text import lowered, raised
from pipeline.render.tex_survey import QUOTED, Source, survey
from pipeline.render.tex_tables import tables

TOKEN = re.compile(
    r"""
    \\(?P<word>[A-Za-z]+)\*?
    | \\(?P<sign>.|$)
    | (?P<script>[_^])(?=[{\\])
    | (?P<brace>[{}])
    | (?P<dollar>\$)
    | (?P<quote>``|''|[`'"])
    | (?P<dash>(?<![-<!])(?:---|(?<!\s)--|--(?!\w))(?![->]))
    | (?P<tie>~)
    """,
    re.VERBOSE | re.DOTALL,
)
SPACING = {"\\": " ", " ": " ", "\n": " ", ",": " ", ";": " ", ":": " ", ">": " ", "!": "", "-": "", "/": "", "@": ""}
OPTION = re.compile(r"\s?\[[^\[\]{}]{0,80}\](?=[{\[])")
NEXT = re.compile(r"\s*(?:\\[A-Za-z]+|[A-Za-z0-9](?![A-Za-z]))")
SCRIPTS = re.compile(r"[_^](?:\\[A-Za-z]+|[A-Za-z0-9]|(?=\{))|'")
LETTER = re.compile(r"\s*(?:([^\W\d_])|\\([A-Za-z]+)\s*)")
SIGNS = {"∘": "°", "′": "′"}
"""Raised, and signs of their own."""
ACCENT_ALONE = re.compile(r"\\(?:ddot|acute|grave|check|breve)\s*\{?[A-Za-z]\}?")
"""After a letter, `H$\\ddot{o}$lder`, an accent of the text."""
MAX_RUN = 150
"""Signs of a formula that nobody put between dollars."""
QUOTE = 200
"""Signs that a quotation may have."""
MAX_DEPTH = 12
QUOTIENT = re.compile(r"[)*]\\[A-Z]+\(")
"""A group divided out, in plain text: `SL(2,Z)\\SL(2,R)`."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A formula that can't be read."""

    source: str
    """With its delimiters."""
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    kind: Literal["sup", "sub"]
    parts: tuple["Part", ...]


Part = str | Formula | Broken | Script


def text_of(part: Part) -> str:
    """A part as plain text."""
    match part:
        case Script(kind, parts):
            inner = "".join(map(text_of, parts))
            return raised(inner) if kind == "sup" else lowered(inner)
        case Formula() | Broken():
            return part.text
        case _:
            return part


@lru_cache(maxsize=4096)
def read_parts(raw: str) -> tuple[Part, ...]:
    """The whole text, in order."""
    raw = numbered(raw)
    source = survey(raw, {one.start: one for one in find_formulas(raw)})
    return tuple(_read(source, 0, len(raw), 0))


def _read(source: Source, start: int, end: int, depth: int) -> Iterator[Part]:
    """The parts of a stretch of the text."""
    place = start
    while found := TOKEN.search(source.raw, place, end):
        if found.start() > place:
            yield source.raw[place : found.start()]
        if stretch := source.formulas.get(found.start()):
            yield _show(source.raw, stretch)
            place = stretch.end
        elif found["word"]:
            parts, place = _command(source, found, end, depth)
            yield from parts
        elif found["script"]:
            parts, place = _script(source, found, end, depth)
            yield from parts
        elif found["sign"] is not None:
            part, place = _sign(source, found, end, depth)
            yield part
        else:
            yield _mark(source, found)
            place = found.end()
    if place < end:
        yield source.raw[place:end]


def _show(raw: str, stretch: Stretch) -> Part:
    formula = read_formula(stretch.source, display=stretch.display)
    if formula is None:
        return Broken(raw[stretch.start : stretch.end], _bare(stretch.source))
    in_word = raw[max(0, stretch.start - 1) : stretch.start].isalpha() and ACCENT_ALONE.fullmatch(stretch.source)
    return formula.text if in_word else formula


def _bare(source: str) -> str:
    """The source of a broken formula as a line of text."""
    return "".join(map(text_of, _read(survey(source, {}), 0, len(source), 0))).replace("$", "").strip()


def _mark(source: Source, found: re.Match[str]) -> str:
    """A brace, quote, dash, tilde or dollar."""
    place, sign = found.start(), found[0]
    before = source.raw[place - 1 : place]
    if found["brace"]:
        between = sign == "{" and before == "}" and place - 1 in source.dropped
        return (" " if between else "") if place in source.dropped else sign
    if found["dash"]:
        return "—" if sign == "---" else "–"
    if found["tie"]:
        return " " if place in source.ties else "~"
    if sign == "``":
        return "“"
    if sign in ("''", '"'):
        return _double_quote(source.raw, place, sign)
    if sign == "`":
        return "‘" if QUOTED.match(source.raw, place) else "`"
    if sign == "'":
        return "’" if place in source.closing else "'"
    lone = source.raw[place + 1 : place + 2] in ("\\", "{")  # a dollar whose other one was forgotten, no price
    return "" if sign == "$" and lone else sign


def _double_quote(raw: str, place: int, sign: str) -> str:
    """Closing where one is open, else opening, two primes, or as it stands."""
    before = raw[max(0, place - QUOTE) : place]
    if before.rfind("``") > max(before.rfind("''"), before.rfind('"')):
        return "”"
    if sign == '"':
        return sign
    if before.count('"') % 2:
        return "”"
    if re.search(r"(?:^|\W|\d)[\w)]$", before):
        return "″"
    return "“" if not before or before[-1] in "([ \n" else "”"


def _sign(source: Source, found: re.Match[str], end: int, depth: int) -> tuple[str, int]:
    """A backslash before something that is no letter."""
    sign, after = found["sign"], found.end()
    if sign and sign in tables().accents:
        return _accent(source, sign, after, end, depth) or (sign, after)
    if sign == "\\" and (option := OPTION.match(source.raw, after, end)):
        after = option.end()
    return SPACING.get(sign, "‖" if sign == "|" else sign), after


def _accent(source: Source, name: str, after: int, end: int, depth: int) -> tuple[str, int] | None:
    """The letter under an accent, and where the text goes on; None where no letter follows."""
    closing = source.pairs.get(after, end)
    if closing < end and depth < MAX_DEPTH:
        letter, after = "".join(map(text_of, _read(source, after + 1, closing, depth + 1))), closing + 1
        if name.isalpha() and len(letter) > 1 and (greek := read_formula(f"\\{name}{letter}")) and len(greek.text) == 1:
            return greek.text, after  # `\beta`, as some tool between author and archive left it: `\b{eta}`
    elif found := LETTER.match(source.raw, after, end):
        letter, after = found[1] or tables().letters.get(found[2], ""), found.end()
    else:
        return None
    letter = letter.replace("ı", "i").replace("ȷ", "j")
    if not letter[:1].isalpha() or len(unicodedata.normalize("NFD", letter[:1])) > 2:
        return (letter, after) if letter else None
    return accented(name, letter), after


def _script(source: Source, found: re.Match[str], end: int, depth: int) -> tuple[list[Part], int]:
    """What stands raised or lowered outside of formulas: `R^{n}`, `A_\\mu`, `5^\\circ`."""
    after = found.end()
    closing = source.pairs.get(after, end)
    word = TOKEN.match(source.raw, after, end)
    if closing < end and depth < MAX_DEPTH:
        parts, after = tuple(_read(source, after + 1, closing, depth + 1)), closing + 1
    elif word and word["word"] and (run := _run(source, word, end)):
        parts, after = (run[0],), run[1]
    else:
        return [found[0]], after
    if found["script"] == "^":
        return [SIGNS.get("".join(map(text_of, parts))) or Script("sup", parts)], after
    return [Script("sub", parts)], after


def _command(source: Source, found: re.Match[str], end: int, depth: int) -> tuple[list[Part], int]:
    """What a command and what it is given become, and where the text goes on."""
    name, after = found["word"], found.end()
    known = tables()
    if name in known.letters:
        return [known.letters[name]], _skip_spaces(source.raw, after, end)
    if name in known.symbols:
        return [known.symbols[name]], after
    if name in known.accents and (made := _accent(source, name, after, end, depth)):
        return [made[0]], made[1]
    while option := OPTION.match(source.raw, after, end):
        after = option.end()
    kind = known.kinds.get(name)
    opening = after + (kind is not None and source.raw.startswith(" {", after))
    closing = source.pairs.get(opening, end)
    if kind and closing < end and depth < MAX_DEPTH:
        given = list(_read(source, opening + 1, closing, depth + 1))
        if kind == "first_alone":
            return given, _skip_groups(source, closing + 1, end)
        return _link(source, given, closing + 1, end, depth) if kind == "linked" else (_give(kind, given), closing + 1)
    if name in known.silent or name.startswith("text"):
        return [], _skip_spaces(source.raw, after, end)
    if run := _run(source, found, end):
        return [run[0]], run[1]
    if closing < end and source.raw[after + 1 : closing].strip():
        return [], after  # what the command is given is read next, and says more than its name
    return ["∖" + name if QUOTIENT.match(source.raw, max(0, found.start() - 1)) else name], after


def _give(kind: str, given: list[Part]) -> list[Part]:
    match kind:
        case "bracketed":
            return ["[", *given, "]"]
        case "noted":
            return [" (", *given, ")"]
        case "raised":
            return [Script("sup", tuple(given))]
        case "lowered":
            return [Script("sub", tuple(given))]
        case _:
            return [" "]


def _skip_spaces(raw: str, start: int, end: int) -> int:
    while start < end and raw[start].isspace():
        start += 1
    return start


def _link(source: Source, address: list[Part], after: int, end: int, depth: int) -> tuple[list[Part], int]:
    """`text (address)`, or one of them where the other says no more."""
    closing = source.pairs.get(after, end)
    shown = list(_read(source, after + 1, closing, depth + 1)) if closing < end else []
    href, text = ("".join(map(text_of, parts)).strip() for parts in (address, shown))
    place = closing + 1 if closing < end else after
    if not text:
        return address, place
    if href in text or text in href or not href.startswith(("http://", "https://")):
        return shown, place
    return [*shown, f" ({href})"], place


def _run(source: Source, found: re.Match[str], end: int) -> tuple[Part, int] | None:
    """A command of formulas that stands outside of one, with what it is given and its scripts; None where it is none."""
    end = min(end, found.start() + MAX_RUN)
    after = _skip_scripts(source, _skip_groups(source, found.end(), end), end)
    ends = [after]
    if following := NEXT.match(source.raw, after, end):
        ends.append(_skip_scripts(source, _skip_groups(source, following.end(), end), end))
    for place in ends:
        if formula := read_formula(source.raw[found.start() : place]):
            return replace(formula, flat=formula.flat or len(formula.text) == 1), place
    return None


def _skip_groups(source: Source, place: int, end: int) -> int:
    while source.pairs.get(place, end) < end:
        place = source.pairs[place] + 1
    return place


def _skip_scripts(source: Source, place: int, end: int) -> int:
    while found := SCRIPTS.match(source.raw, place, end):
        place = _skip_groups(source, found.end(), end)
    return place
