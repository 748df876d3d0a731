"""Titles, abstracts and names as their authors meant them: TeX as Unicode text, and as HTML with MathML. Pure.

The stored text stays raw; this is how it is shown. A broken formula is shown as its source. Whatever comes in, no markup and no
stray backslash comes out.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from pipeline.render.formula import Formula
from pipeline.render.tex_parts import Broken, Part, Script, read_parts, text_of

ANY = re.compile(r"[\\${}~`^_]|--|''")
"""Without one of these there is nothing to convert."""
CHUNK = re.compile(r"\s+|[^\s\-–—/]*[\-–—/]+|[^\s\-–—/]+")
"""White space, or as much of a word as stays on one line."""
LONG = 20
"""Signs from which a formula may not fit a narrow screen: it gets a box that scrolls."""
WHOLE = 30
"""Signs up to which a formula stays on one line with what stands right beside it: `Ru⁵⁺,`."""


def to_text(raw: str) -> str:
    """One line of plain Unicode: for titles of windows, feeds, references, search."""
    if not ANY.search(raw):
        return raw
    return re.sub(r" {2,}", " ", "".join(map(text_of, read_parts(raw)))).strip()


def to_html(raw: str) -> Markup:
    """Text, `<math>`, `<sup>`, `<sub>`, and `<code class="tex">` for the source of a broken formula."""
    if not ANY.search(raw):
        return escape(raw)
    return Markup("").join(map(_word, _words(read_parts(raw))))


def _words(parts: tuple[Part, ...]) -> Iterator[list[Part]]:
    """The parts, together as they must stay together."""
    word: list[Part] = []
    for part in parts:
        if isinstance(part, Formula) and part.flat:
            part = part.text
        for chunk in CHUNK.findall(part) if isinstance(part, str) else [part]:
            if isinstance(chunk, str) and chunk.isspace():
                yield word
                yield [chunk]
                word = []
            else:
                word.append(chunk)
                if isinstance(chunk, str) and chunk[-1] in "-–—/":
                    yield word
                    word = []
    yield word


def _word(parts: list[Part]) -> Markup:
    made = Markup("").join(map(_html, parts))
    has_formula = any(isinstance(part, Formula) for part in parts)
    if has_formula and len(parts) > 1 and sum(len(text_of(part)) for part in parts) <= WHOLE:
        return Markup('<span class="whole">{}</span>').format(made)
    return made


def _html(part: Part) -> Markup:
    match part:
        case str():
            return escape(part)
        case Formula(flat=True):
            return escape(part.text)
        case Formula():
            math = Markup(part.mathml)  # each of its elements and attributes was checked by read_formula
            return Markup('<span class="formula">{}</span>').format(math) if len(part.text) > LONG else math
        case Broken():
            return Markup('<code class="tex">{}</code>').format(part.source)
        case Script(kind="sup"):
            return Markup("<sup>{}</sup>").format(Markup("").join(map(_html, part.parts)))
        case Script():
            return Markup("<sub>{}</sub>").format(Markup("").join(map(_html, part.parts)))
