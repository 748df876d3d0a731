"""References for other people's tools: BibTeX, RIS and CSL JSON. Pure."""

import json

from pipeline.records import Preprint
from pipeline.render.formula import Formula
from pipeline.render.tex import to_text
from pipeline.render.tex_parts import Broken, Part, Script, read_parts
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
    others = ["others"] if preprint.has_unnamed_authors else []
    fields = {
        "title": f"{{{_latex(preprint.title)}}}",
        "author": " and ".join([*filter(None, map(_author, preprint.named_authors)), *others]),
        "year": preprint.month[:4],
        "month": str(int(preprint.month[5:])),
        "eprint": preprint.source_id,
        "archivePrefix": "arXiv" if preprint.source == "arxiv" else preprint.source,
        "primaryClass": preprint.primary_category if preprint.categories else "",
        "doi": _escape(preprint.doi or ""),
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
        ("TI", to_text(preprint.title)),
        *(("AU", to_text(author)) for author in preprint.named_authors),
        ("PY", preprint.month[:4]),
        ("DA", created.strftime("%Y/%m/%d") if created else preprint.month.replace(".", "/")),
        ("DO", preprint.doi),
        ("UR", original_url(preprint)),
        ("AN", f"{preprint.source}:{preprint.source_id}"),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {value}\n" for tag, value in lines if value or tag == "ER")


def render_csl(preprint: Preprint) -> str:
    """A CSL JSON list of one item of type `article`, which is what CSL 1.0.2 calls a preprint.

    Names are literal: which part of a name is the family's can't be told from outside.
    """
    created = preprint.submitted
    day = [created.year, created.month, created.day] if created else [int(part) for part in preprint.month.split(".")]
    item = {
        "id": preprint.archive_id,
        "type": "article",
        "genre": "preprint",
        "title": to_text(preprint.title),
        "author": [{"literal": to_text(author)} for author in preprint.named_authors],
        "issued": {"date-parts": [day]},
        "version": str(preprint.latest.number),
        "number": f"{preprint.source}:{preprint.source_id}",
        "publisher": preprint.source,
        "DOI": preprint.doi,
        "URL": original_url(preprint),
        "abstract": to_text(preprint.abstract),
        "note": f"{preprint.archive_id}, version {preprint.latest.number}",
    }
    return json.dumps([{key: value for key, value in item.items() if value}], ensure_ascii=False, indent=2) + "\n"


def _author(name: str) -> str:
    return f"{{{_latex(name)}}}" if " and " in name.lower() else _latex(name)


def _latex(raw: str) -> str:
    """Accents as Unicode and nothing that LaTeX reads as a command; a formula that can be read stays as it is."""
    return "".join(map(_latex_part, read_parts(raw)))


def _latex_part(part: Part) -> str:
    match part:
        case str():
            return _escape(part)
        case Formula():
            return f"${part.source}$" if _balanced(part.source) else _escape(f"${part.source}$")
        case Broken():
            return _escape(part.source)
        case Script():
            command = r"\textsuperscript" if part.kind == "sup" else r"\textsubscript"
            return f"{command}{{{''.join(map(_latex_part, part.parts))}}}"


def _escape(text: str) -> str:
    return "".join(LATEX.get(character, character) for character in text)


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0
