"""What other programs read in the head of a page: schema.org as JSON-LD, and `citation_*` for reference managers. Pure.

An answer is an Article that cites preprints and is based on them, never a QAPage: nobody voted on it. Addresses are absolute or left
out, since these programs resolve none; without `site.base_url` the site's own are not known.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pipeline.records import Answer, Preprint, Topic
from pipeline.render.tex import to_text
from pipeline.render.views import SiteView, original_url

CONTEXT = "https://schema.org"
WEB = re.compile(r"https?://[^\s<>\"]+")
Metadata = tuple[tuple[str, str], ...]
"""Name and content of `meta` elements, in order."""


def describe_answer(
    answer: Answer,
    revisions: Sequence[Answer],
    topics: Sequence[Topic],
    preprints: Mapping[str, Preprint],
    site: SiteView,
) -> dict[str, Any]:
    """The newest answer as an Article; `preprints` are as it read them."""
    address = _address(site, f"q/{answer.slug}/")
    described = [_preprint(one, site, version) for one, version in _cited(answer, preprints)]
    files = (("index.json", "application/json"), ("index.md", "text/markdown"))
    return _filled(
        {
            "@context": CONTEXT,
            "@type": "Article",
            "@id": address,
            "url": address,
            "headline": answer.question,
            "abstract": to_text(answer.opening),
            "inLanguage": "en",
            "datePublished": revisions[0].answered_on.isoformat(),
            "dateModified": answer.answered_on.isoformat(),
            "version": str(answer.revision),
            "author": _archive(site),
            "publisher": _archive(site),
            "isPartOf": _filled({"@type": "WebSite", "name": site.title, "url": site.base_url}),
            "about": [{"@type": "Thing", "name": topic.title} for topic in topics],
            "citation": described,
            "isBasedOn": [{"@id": one["@id"]} if "@id" in one else one for one in described],
            "encoding": [
                {"@type": "MediaObject", "contentUrl": f"{address}{name}", "encodingFormat": kind}
                for name, kind in files
            ]
            if address
            else [],
        }
    )


def describe_preprint(preprint: Preprint, site: SiteView) -> dict[str, Any]:
    """A preprint as a ScholarlyArticle whose own page is elsewhere; a retold abstract is not called its abstract."""
    page = _address(site, f"p/{preprint.archive_id}/")
    return {"@context": CONTEXT} | _filled(
        _preprint(preprint, site, preprint.latest.number)
        | {
            "abstract": "" if preprint.retold else to_text(preprint.abstract),
            "keywords": list(preprint.categories),
            "license": preprint.licence if WEB.fullmatch(preprint.licence or "") else "",
            "dateModified": preprint.updated.isoformat() if preprint.updated else "",
            "mainEntityOfPage": page,
        }
    )


def cite_answer(answer: Answer, preprints: Mapping[str, Preprint], site: SiteView) -> Metadata:
    """An answer for reference managers, with what it cites as it was read; its author is the archive."""
    address = _address(site, f"q/{answer.slug}/")
    found = (
        ("citation_title", answer.question),
        ("citation_author", site.title),
        ("citation_publication_date", f"{answer.answered_on:%Y/%m/%d}"),
        ("citation_publisher", site.title),
        ("citation_language", "en"),
        ("citation_public_url", address),
        ("citation_fulltext_html_url", address),
        *(("citation_reference", _reference(one)) for one, _ in _cited(answer, preprints)),
    )
    return tuple((name, content) for name, content in found if content)


def cite_preprint(preprint: Preprint) -> Metadata:
    """A preprint for reference managers: they keep the preprint and its own address, not this page."""
    original = original_url(preprint)
    found = (
        ("citation_title", to_text(preprint.title)),
        *(("citation_author", to_text(author)) for author in preprint.named_authors),
        ("citation_publication_date", _day(preprint, "/")),
        ("citation_technical_report_institution", preprint.source),
        ("citation_arxiv_id", preprint.source_id if preprint.source == "arxiv" else ""),
        ("citation_doi", preprint.doi or ""),
        ("citation_keywords", "; ".join(preprint.categories)),
        ("citation_public_url", original),
        ("citation_abstract_html_url", original),
    )
    return tuple((name, content) for name, content in found if content)


def _cited(answer: Answer, preprints: Mapping[str, Preprint]) -> Iterator[tuple[Preprint, int]]:
    """The preprints that an answer cites, with the version that it read."""
    for source in answer.sources:
        if source.cited and source.archive_id in preprints:
            yield preprints[source.archive_id], source.version


def _preprint(preprint: Preprint, site: SiteView, version: int) -> dict[str, Any]:
    """What names a version of a preprint: its address is that at its source, else of its page here."""
    doi = f"https://doi.org/{quote(preprint.doi, safe='/:;()._-')}" if preprint.doi else ""
    original = original_url(preprint, version)
    return _filled(
        {
            "@type": "ScholarlyArticle",
            "@id": original or doi or _address(site, f"p/{preprint.archive_id}/"),
            "url": original or doi,
            "sameAs": doi if original else "",
            "headline": to_text(preprint.title),
            "author": [{"@type": "Person", "name": to_text(author)} for author in preprint.named_authors],
            "datePublished": _day(preprint, "-"),
            "version": str(version),
            "creativeWorkStatus": "Withdrawn" if preprint.withdrawn else "Preprint",
            "identifier": list(_identifiers(preprint)),
        }
    )


def _identifiers(preprint: Preprint) -> Iterator[dict[str, str]]:
    known = (("archive", preprint.archive_id), (preprint.source, preprint.source_id), ("doi", preprint.doi))
    for name, value in known:
        if value:
            yield {"@type": "PropertyValue", "propertyID": name, "value": value}


def _reference(preprint: Preprint) -> str:
    """One preprint in the form of `citation_reference`: parts that end in semicolons, so none may hold one."""
    parts = (
        ("citation_title", to_text(preprint.title)),
        *(("citation_author", to_text(author)) for author in preprint.named_authors),
        ("citation_publication_date", _day(preprint, "/")),
        ("citation_doi", preprint.doi or ""),
        ("citation_arxiv_id", preprint.source_id if preprint.source == "arxiv" else ""),
    )
    return "; ".join(f"{name}={value.replace(';', ',')}" for name, value in parts if value)


def _day(preprint: Preprint, between: str) -> str:
    """Of the first version, as exactly as it is known."""
    parts = [preprint.month[:4], preprint.month[5:]]
    return between.join(parts) if not preprint.submitted else f"{preprint.submitted:%Y{between}%m{between}%d}"


def _archive(site: SiteView) -> dict[str, Any]:
    return _filled({"@type": "Organization", "name": site.title, "url": site.base_url})


def _address(site: SiteView, path: str) -> str:
    return f"{site.base_url}{path}" if site.base_url else ""


def _filled(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value}
