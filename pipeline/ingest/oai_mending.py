"""Bytes of an OAI-PMH answer that break the rules of XML, read as what they were meant to be.

The protocol wants UTF-8, whatever the XML declaration says, so that is tried first.
"""

import codecs
import re
from html import escape
from html.entities import html5

DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REFERENCE = re.compile(r"&(?:#(\d{1,10})|#[xX]([0-9a-fA-F]{1,8})|([A-Za-z][A-Za-z0-9]{0,40}));|&")
XML_NAMES = {"lt", "gt", "amp", "quot", "apos"}


def read_as_text(content: bytes) -> tuple[str, tuple[str, ...]]:
    """Decode an answer; what is not UTF-8 is read as declared, else as Latin-1. Also what was amiss."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace"), ("UTF-16, where the protocol wants UTF-8",)
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    declared = _declared(content)
    if declared != "utf-8":
        return content.decode(declared, "replace"), (f"{declared}, where the protocol wants UTF-8",)
    text = content.decode("utf-8", "surrogateescape")
    # Latin-1 as it is really used: Windows-1252, whose quotes and dashes are control characters of Latin-1
    text, count = re.subn(
        "[\udc80-\udcff]", lambda one: bytes([ord(one[0]) - 0xDC00]).decode("cp1252", "replace"), text
    )
    return text, (f"{count} bytes that are not UTF-8, read as Latin-1",)


def _declared(content: bytes) -> str:
    found = DECLARED.match(content[:200])
    try:
        return codecs.lookup(found[1].decode("ascii")).name if found else "utf-8"
    except LookupError:
        return "utf-8"


def mend_text(text: str) -> tuple[str, tuple[str, ...]]:
    """Drop characters that XML forbids, and turn HTML's named characters and bare ampersands into XML. Also what was done."""
    text, dropped = FORBIDDEN.subn("", text)
    mended = 0

    def replaced(found: re.Match[str]) -> str:
        nonlocal dropped, mended
        decimal, hexadecimal, name = found.groups()
        if decimal or hexadecimal:
            code = int(decimal or hexadecimal, 10 if decimal else 16)
            if code <= 0x10FFFF and not FORBIDDEN.match(chr(code)):
                return found[0]
            dropped += 1
            return ""
        if name in XML_NAMES:
            return found[0]
        mended += 1
        known = html5.get(f"{name};") if name else None
        return escape(known) if known else f"&amp;{found[0][1:]}"

    text = REFERENCE.sub(replaced, text)
    warnings = []
    if dropped:
        warnings.append(f"{dropped} characters that XML forbids, left out")
    if mended:
        warnings.append(f"{mended} ampersands that XML does not know, read as text")
    return text, tuple(warnings)
