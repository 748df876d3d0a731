"""Whether a feed or a sitemap is what its standard asks for: RFC 4287's grammar and the sitemap protocol's schema, by lxml."""

from functools import cache
from pathlib import Path

from lxml import etree

SCHEMAS = Path(__file__).parent / "schemas"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


@cache
def _atom() -> etree.RelaxNG:
    return etree.RelaxNG(file=str(SCHEMAS / "atom.rng"))


@cache
def _sitemap() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(SCHEMAS / "sitemap.xsd"))


def faults_of_feed(content: bytes) -> list[str]:
    """What is wrong with an Atom feed; the grammar's word, and what RFC 4287 says beside it."""
    root = etree.fromstring(content)
    faults = [] if _atom().validate(root) else [str(one) for one in _atom().error_log]
    links = [(one.get("rel", "alternate"), one.get("type"), one.get("hreflang")) for one in root.findall(f"{ATOM}link")]
    if len(links) != len(set(links)):
        faults.append("two links of one kind (4.1.1)")
    if "self" not in [rel for rel, _, _ in links]:
        faults.append("no link to itself (4.1.1)")
    ids = [(one.findtext(f"{ATOM}id"), one.findtext(f"{ATOM}updated")) for one in root.iter(f"{ATOM}entry")]
    if len(ids) != len(set(ids)):
        faults.append("two entries with one id and one date (4.1.1)")
    for entry in root.iter(f"{ATOM}entry"):
        if entry.find(f"{ATOM}content") is None and not any(
            one.get("rel", "alternate") == "alternate" for one in entry.iter(f"{ATOM}link")
        ):
            faults.append("an entry without content has no alternate link (4.1.2)")
    return faults


def faults_of_sitemap(content: bytes) -> list[str]:
    """What is wrong with a sitemap, or an index of them."""
    root = etree.fromstring(content)
    faults = [] if _sitemap().validate(root) else [str(one) for one in _sitemap().error_log]
    addresses = [one.text for one in root.iter(f"{SITEMAP}loc")]
    return faults + (["an address twice"] if len(addresses) != len(set(addresses)) else [])
