"""References for other people's tools: BibTeX and RIS. Pure."""

import re

from pipeline.records import Preprint
from pipeline.render.views import original_url

LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
"""Braces by their names: BibTeX counts an escaped brace too, so a lone one would end its field."""


def render_bibtex(preprint: Preprint) -> str:
    """An `@misc` entry with the archive's and the source's id; the key is the archive id."""
    fields = {
        "title": f"{{{_latex(preprint.title)}}}",
        "author": " and ".join(map(_author, preprint.authors)),
        "year": preprint.month[:4],
        "month": str(int(preprint.month[5:])),
        "eprint": preprint.source_id,
        "archivePrefix": "arXiv" if preprint.source == "arxiv" else preprint.source,
        "primaryClass": preprint.primary_category if preprint.categories else "",
        "doi": _latex(preprint.doi or ""),
        "url": original_url(preprint),
        "note": f"{preprint.archive_id}, version {preprint.latest.number}",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{preprint.archive_id},\n{lines}}}\n"


def render_ris(preprint: Preprint) -> str:
    """A RIS record of type UNPB."""
    created = preprint.submitted
    lines = [
        ("TY", "UNPB"),
        ("ID", preprint.archive_id),
        ("TI", preprint.title),
        *(("AU", author) for author in preprint.authors),
        ("PY", preprint.month[:4]),
        ("DA", created.strftime("%Y/%m/%d") if created else preprint.month.replace(".", "/")),
        ("DO", preprint.doi),
        ("UR", original_url(preprint)),
        ("AN", f"{preprint.source}:{preprint.source_id}"),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {value}\n" for tag, value in lines if value or tag == "ER")


def _author(name: str) -> str:
    return f"{{{_latex(name)}}}" if " and " in name.lower() else _latex(name)


def _latex(text: str) -> str:
    """Escape what LaTeX reads as a command; a formula between dollars stays as it is while its braces balance."""
    pieces = re.split(r"(\$[^$]+\$)", text)
    return "".join(
        piece if number % 2 and _balanced(piece) else "".join(LATEX.get(character, character) for character in piece)
        for number, piece in enumerate(pieces)
    )


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0
