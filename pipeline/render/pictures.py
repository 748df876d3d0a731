"""The picture of a page that other sites show beside a link to it (Open Graph): drawn from a few words. Pure but for the font.

Its address is a hash of all that it shows and of what draws it, so the same words are drawn once, and a changed answer has a new
address, which no other site's cache holds. The font comes along as a package: no machine has to have one.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from io import BytesIO
from typing import ClassVar

from PIL import Image, ImageDraw, ImageFont

from pipeline.hashes import key_of
from pipeline.records import Answer

WIDTH, HEIGHT = 1200, 630
"""What Open Graph's readers ask for."""
FONT = ("fontpkg_source_serif_4", "files", "SourceSerif4[opsz,wght].ttf")
DESIGN = "1"
"""Counts up where the drawing changes."""
FOLDER = "pictures"
ABOUT = "Research questions answered from preprints, every sentence checked"

MARGIN = 84
ROOM = WIDTH - 2 * MARGIN
TOP, BOTTOM = 176, 486
"""Where the question stands, at most."""
SIZES = range(68, 31, -4)
"""Of the question's letters: the largest that fits."""
LEADING = 1.22
SMALL = 30
INK, SOFT, PAPER, MARK, LINE = (25, 28, 31), (86, 92, 99), (253, 253, 252), (255, 223, 122), (213, 216, 217)
SHADES = 8
"""Steps from paper to a colour: enough for smooth letters, and half the bytes of all 256."""
DISC = 26


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture says; all of it is text, and so is what stands for it where it is not seen."""

    site: str
    heading: str
    """The question; empty for the picture of the site itself."""
    status: str = ""
    note: str = ""

    width: ClassVar = WIDTH
    height: ClassVar = HEIGHT

    @property
    def path(self) -> str:
        return f"{FOLDER}/{key_of([self.site, self.heading, self.status, self.note, _made_by()])[:24]}.png"

    @property
    def alt(self) -> str:
        said = ", ".join(part for part in (self.status, self.note) if part)
        return " ".join(part for part in (f"{self.site}:", self.heading, f"({said})" if self.heading else said) if part)


@cache
def _made_by() -> tuple[str, str, str]:
    """What else changes a picture; asked for once, since an archive may have thousands."""
    return DESIGN, metadata.version("pillow"), metadata.version("fontpkg-source-serif-4")


def picture_of(answer: Answer, status: str, overtaken: str, site: str) -> Picture:
    """What a picture says of a newest answer: how it is answered and what overtook it, both in words."""
    number = len(answer.sentences)
    checked = f"{number} {'sentence' if number == 1 else 'sentences'} checked"
    note = checked if number else f"searched in {answer.provenance.preprints:,} preprints"
    return Picture(site, answer.question, status, f"{note}; {overtaken}" if overtaken else note)


def picture_of_site(site: str) -> Picture:
    """The picture of every page that has none of its own."""
    return Picture(site, "", "", ABOUT)


def draw(picture: Picture) -> bytes:
    """The picture as PNG, 1200 by 630: the same words give the same bytes.

    A heading with a letter that the font lacks is left out, as is such a name of the site: no boxes in their place.
    """
    image = Image.new("P", (WIDTH, HEIGHT), 0)
    image.putpalette([value for colour in _palette() for value in colour])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 27, HEIGHT), fill=2 * SHADES)
    site, heading = (text if can_draw(text) else "" for text in (picture.site, picture.heading))
    if heading:
        _write(image, (MARGIN, 72), site, _font(SMALL + 6, 600), SOFT)
        size, lines = fit(heading)
        step = round(size * LEADING)
        y = TOP + (BOTTOM - TOP - step * len(lines)) // 3
        for line in lines:
            _write(image, (MARGIN, y), line, _font(size, 600), INK)
            y += step
    elif site:
        size, lines = fit(site)
        for number, line in enumerate(lines):
            _write(image, (MARGIN, TOP + number * round(size * LEADING)), line, _font(size, 600), INK)
    pen.line((MARGIN, 518, WIDTH - MARGIN, 518), fill=2 * SHADES + 1, width=2)
    x = MARGIN
    if picture.status:
        _write(image, (x, 540), picture.status.capitalize(), _font(SMALL, 600), INK)
        x += round(_font(SMALL, 600).getlength(picture.status.capitalize())) + DISC
    _write(image, (x, 540), picture.note, _font(SMALL, 400), SOFT)
    made = BytesIO()
    image.save(made, "PNG", bits=8, compress_level=6)
    return made.getvalue()


def fit(text: str) -> tuple[int, list[str]]:
    """The largest size at which a text has room, and its lines; at the smallest one it may end in an ellipsis."""
    for size in SIZES:
        lines = list(_wrap(text, size))
        room = (BOTTOM - TOP) // round(size * LEADING)
        if len(lines) <= room:
            return size, lines
    kept = lines[:room]
    while kept[-1] and _font(size, 600).getlength(f"{kept[-1]}…") > ROOM:
        kept[-1] = kept[-1][:-1]
    kept[-1] = f"{kept[-1].rstrip()}…"
    return size, kept


def can_draw(text: str) -> bool:
    """Whether the font has every letter of a text, which is read from left to right."""
    directions = {unicodedata.bidirectional(letter) for letter in text}
    return not directions & {"R", "AL"} and all(_has(letter) for letter in _plain(text))


def _wrap(text: str, size: int) -> Iterator[str]:
    """Lines of words that fit the width; a word that is too long by itself is broken."""
    line, font = "", _font(size, 600)
    for word in _plain(text).split():
        joined = f"{line} {word}".strip()
        if font.getlength(joined) <= ROOM:
            line = joined
            continue
        if line:
            yield line
        line = word
        while font.getlength(line) > ROOM:
            whole = _most(line, font)
            yield line[:whole]
            line = line[whole:]
    if line:
        yield line


def _most(word: str, font: ImageFont.FreeTypeFont) -> int:
    """How many of a word's letters fit the width; at least one."""
    return bisect_right(range(1, len(word)), float(ROOM), key=lambda end: font.getlength(word[:end])) or 1


def _write(image: Image.Image, at: tuple[int, int], text: str, font: ImageFont.FreeTypeFont, colour: object) -> None:
    """Put a line of text on a picture with a palette: each letter's edge in the shades of its colour."""
    if not (text := _plain(text)):
        return
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    mask = Image.new("L", (round(right - left), round(bottom - top)), 0)
    ImageDraw.Draw(mask).text((-left, -top), text, font=font, fill=255, anchor="ls")
    first = 0 if colour == INK else SHADES
    shades = mask.point([first + value * SHADES // 256 for value in range(256)])
    seen = mask.point([0] * (256 // SHADES) + [255] * (256 - 256 // SHADES))
    place = (at[0] + round(left), at[1] + round(font.size + top))
    image.paste(shades, place, seen.convert("1", dither=Image.Dither.NONE))


def _palette() -> Iterator[tuple[int, ...]]:
    """Shades of ink and of soft ink, the lightest being paper; then the colours of the frame."""
    for colour in (INK, SOFT):
        for step in range(SHADES):
            share = step / (SHADES - 1)
            yield tuple(round(p + (c - p) * share) for p, c in zip(PAPER, colour, strict=True))
    yield MARK
    yield LINE


def _plain(text: str) -> str:
    """Letters put together with their accents, and what takes no room or steers a line left out."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cf"))


@cache
def _has(letter: str) -> bool:
    """Whether the font can draw a letter: it draws all that it lacks in one way."""
    font = _font(SIZES[0], 600)
    return letter.isspace() or _shape(font, letter) != _shape(font, "\U0010ffff")


def _shape(font: ImageFont.FreeTypeFont, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


@cache
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """The font at a size; its letters are laid out one after the other, so that no library of the machine has a say."""
    package, *parts = FONT
    with resources.as_file(resources.files(package).joinpath(*parts)) as file:
        font = ImageFont.truetype(BytesIO(file.read_bytes()), size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight, min(size, 60)])
    return font
