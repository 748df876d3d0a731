"""MathML as a line of plain text: `10⁻³`, `O(n log n)`, `(a+b)/c`. Pure."""

import re
import unicodedata
from functools import cache
from xml.etree.ElementTree import Element

COMBINING = {
    "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "¯": "\u0304", "‾": "\u0305", "˙": "\u0307",
    "¨": "\u0308", "ˇ": "\u030c", "˘": "\u0306", "´": "\u0301", "`": "\u0300", "˚": "\u030a", "→": "\u20d7",
}  # fmt: skip
"""The accent of a formula as the character that goes on the letter before it."""
RELATIONS = frozenset("=<>≤≥⩽⩾≠≈≃≅∼≡∝≪≫≲≳≔→←↔⇒⇐⇔↦∈∉∋⊂⊃⊆⊇⊊∣")
INVISIBLE = dict.fromkeys([*range(0x2061, 0x2065), 0xFE00, 0xFE01])
ALPHABETS = re.compile("[\U0001d400-\U0001d7ff]")
"""Bold, script and other letters of formulas: in a line of text the plain letter finds more readers, fonts and searches."""
APPLY = "\u2061"
"""Stands between a function and what it is taken of."""
RUNNING = re.compile(r"[∑∏∫∮⋃⋂⨁⨂].+$|[_^]\w+$")
"""A script of plain letters at the end of a line, or a sum with its limits: what follows must not run on from it."""


def linear(element: Element) -> str:
    """The text of a MathML element; spaces may stand in rows."""
    tag = element.tag
    if tag in ("mi", "mn", "mo", "mtext"):
        return " " if element.text == APPLY and element.get("lspace") else _plain(element.text or "")
    if tag == "mspace":
        return " " if element.get("width") else ""
    if tag == "mphantom":
        return ""
    parts = [linear(child) for child in element]
    if tag in ("msup", "msub", "msubsup", "munder", "mover", "munderover") and len(parts) >= 2:
        return _scripted(element, parts)
    if tag == "mfrac" and len(parts) == 2:
        top, bottom = map(_wrapped, parts)
        return f"{top} choose {bottom}" if element.get("linethickness") == "0" else f"{top}/{bottom}"
    if tag == "msqrt":
        return f"√{_wrapped(''.join(parts))}"
    if tag == "mroot" and len(parts) == 2:
        return f"{raised(parts[1])}√{_wrapped(parts[0])}"
    if tag == "mtable":
        return "; ".join(filter(None, (part.strip(" ,") for part in parts)))
    if tag == "mtr":
        return ", ".join(part for part in parts if part.strip())
    return _row(element, parts)


def _row(element: Element, parts: list[str]) -> str:
    """Parts of a row, with the spaces that a reader needs: around relations, after commas, after a script that runs on."""
    line = ""
    for place, (child, part) in enumerate(zip(element, parts, strict=True)):
        last = place + 1 == len(parts)
        if child.tag == "mo" and part in RELATIONS and line.strip() and not last:
            part = f" {part} "
        elif child.tag == "mo" and part in (",", ";") and not last:
            part += " "
        elif RUNNING.search(line) and part[:1].isalnum():
            part = f" {part}"
        line += part
    return line


def _scripted(element: Element, parts: list[str]) -> str:
    base, tag = parts[0], str(element.tag)
    accent = element.get("accent") or element.get("accentunder")
    if accent and len(parts) == 2:
        mark = COMBINING.get(parts[1].strip(), "") if tag == "mover" else ""
        return unicodedata.normalize("NFC", "".join(one + mark if one.isalpha() else one for one in base))
    lower = parts[1] if tag in ("msub", "msubsup", "munder", "munderover") else ""
    upper = parts[-1] if tag in ("msup", "msubsup", "mover", "munderover") else ""
    if re.search(r"[+−=<>±×⋅/]", base) and not re.fullmatch(r"[(\[{|⟨].*[)\]}|⟩]", base):
        base = f"({base})"
    return base + (lowered(lower) if lower else "") + (raised(upper) if upper else "")


def raised(text: str) -> str:
    """As a superscript: `⁻³`, `ⁿ`, else `^(i,j)`."""
    return _script(text, _scripts("<super>"), "^")


def lowered(text: str) -> str:
    """As a subscript: `₁₂`, else `_max`."""
    return _script(text, _scripts("<sub>"), "_")


def _script(text: str, table: dict[str, str], sign: str) -> str:
    text = text.replace(" ", "") if len(text) < 8 else text.strip()
    if sign == "^" and text and not text.strip("′″‴∘°"):
        return text.replace("∘", "°")
    if all(character in table for character in text):
        return "".join(table[character] for character in text)
    return f"{sign}{text}" if len(text) == 1 or all(map(_full_size, text)) else f"{sign}({text})"


def _full_size(character: str) -> bool:
    return character.isdecimal() or (character.isalpha() and not unicodedata.decomposition(character).startswith("<su"))


@cache
def _scripts(kind: str) -> dict[str, str]:
    """Digits, signs and n, i as Unicode has them raised or lowered; other letters are missing in too many fonts."""
    found: dict[str, str] = {}
    for code in range(0x00B2, 0x209D):
        decomposition = unicodedata.decomposition(chr(code)).split()
        if len(decomposition) == 2 and decomposition[0] == kind:
            character = chr(int(decomposition[1], 16))
            if character in "0123456789+−=()ni":
                found.setdefault(character, chr(code))
    return found


def _wrapped(text: str) -> str:
    """In brackets unless it is one thing."""
    text = text.strip()
    alone = re.fullmatch(r"(?:[\w.∞\u0300-\u036f\u20d7⁺⁻′]|[_^]\w)+|\([^()]*\)|√\w+", text)
    return text if alone else f"({text})"


def _plain(text: str) -> str:
    text = text.translate(INVISIBLE)
    return ALPHABETS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
