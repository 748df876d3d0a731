"""What has to be known of a whole text in TeX before it is read: whose its braces are, its tildes and its quotes. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.render.dollars import Stretch

GROUP = re.compile(r"[\w\s().\-–/+&!?'’]*")
"""What authors put in braces to keep it together; with other signs in it, plain-text authors mean a set."""
MAX_GROUP = 300
"""Signs of a group that are looked at."""
ATTACHED = re.compile(r"\\(?:[A-Za-z]+\*?|['\"`^~=.])(?:\[[^\[\]]*\])?\s?$")
"""Before an opening brace: it holds what a command is given."""
TIE = re.compile(r"[\w.)\]},;$]~(?=[A-Za-z(\[\\$]|\s)")
NUMBER_TIE = re.compile(
    r"(?:(?<![\w^_])(?:[A-Z]?[a-z]+\.|[A-Z][a-z]+|[a-z]{2,})|[)\]},;])~(?=\d)|(?<=\s)~(?=[A-Za-z]{2}|\()"
)
"""`Theorem~1` where there is other TeX; elsewhere, and in `FWHM~4` or `1.2~2.3`, a tilde says about."""
QUOTED = re.compile(r"`[^`'\s][^`']{0,80}(')(?!\w)")


@dataclass(frozen=True, slots=True)
class Source:
    """A text with what was found in it."""

    raw: str
    formulas: Mapping[int, Stretch]
    """By where they start."""
    pairs: Mapping[int, int]
    """Opening braces and where they close."""
    dropped: frozenset[int]
    """Braces that are TeX's, not the text's."""
    ties: frozenset[int]
    closing: frozenset[int]
    """Single quotes that close one."""


def survey(raw: str, formulas: Mapping[int, Stretch]) -> Source:
    """What has to be known of the whole text before it is read from left to right."""
    inside = bytearray(len(raw))
    for one in formulas.values():
        inside[one.start : one.end] = b"\1" * (one.end - one.start)
    pairs: dict[int, int] = {}
    attached: set[int] = set()
    opened: list[int] = []
    lone: list[int] = []
    for found in re.finditer(r"\\.|[{}]", raw, re.DOTALL):
        place = found.start()
        if inside[place] or found[0][0] == "\\":
            continue
        if found[0] == "{":
            opened.append(place)
            if ATTACHED.search(raw, max(0, place - 90), place) or (
                raw[place - 1 : place] == "}" and place - 1 in attached
            ):
                attached.add(place)
        elif opened:
            pairs[opened[-1]] = place
            if opened.pop() in attached:
                attached.add(place)
        else:
            lone.append(place)
    is_tex = bool(re.search(r"\\[A-Za-z'\"]|``", raw) or formulas)
    dropped = {end for pair in pairs.items() if pair[0] in attached or _is_group(raw, *pair, is_tex) for end in pair}
    if is_tex:
        dropped |= {*lone, *opened}
    ties = {found.end() - 1 for pattern in ((TIE, NUMBER_TIE) if is_tex else (TIE,)) for found in pattern.finditer(raw)}
    closing = frozenset(found.start(1) for found in QUOTED.finditer(raw))
    return Source(raw, formulas, pairs, frozenset(dropped), frozenset(ties), closing)


def _is_group(raw: str, start: int, end: int, is_tex: bool) -> bool:
    """Whether braces only hold together what stands in them."""
    if end - start > MAX_GROUP:
        return is_tex
    content = raw[start + 1 : end]
    return bool(GROUP.fullmatch(content) or set("\\$") & set(content))
