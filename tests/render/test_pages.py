"""Every file of the site, made of a small archive that never changes."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import html5lib
import pytest
from lxml import etree

from pipeline.records import Answer, Change, Preprint, State, Topic
from pipeline.render.figures import Figures
from pipeline.render.formula import ATTRIBUTES, TOKENS, WRAPPED
from pipeline.render.links import LinkCheck
from pipeline.render.pages import drop_drafts
from pipeline.render.press import PREVIEW_ADDRESS
from pipeline.settings import SiteSettings
from pipeline.store.runs import Run
from tests.render.samples import (
    ACCURACY,
    ANSWERED,
    COSTS,
    DRAFT,
    IDLE,
    MERGED,
    NETWORKS,
    PENDING,
    REEFS,
    RETIRED,
    SETTINGS,
    TEMPLATES,
    archive,
    made,
    render,
)
from tests.render.test_formula import OWN

PAYLOADS = Path(__file__).parents[3] / "shared" / "data" / "hostile" / "xss.txt"
HTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "g", "a", "path", "circle", "text", "title"}
EMPTY = archive(
    questions=(), topics={}, answers={}, preprints={}, follow_ups={}, preprint_count=0, latest=None, models=()
)
BARE = SiteSettings(title="Bare")


@cache
def site() -> Mapping[str, bytes]:
    return made()


def pages_of(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    yield from ((path, content.decode()) for path, content in files.items() if path.endswith(".html"))


def tree_of(html: str) -> Element:
    """The page as a browser sees it; raises where the HTML has an error."""
    tree: Element = html5lib.HTMLParser(strict=True).parse(html)
    return tree


def shown(html: str) -> str:
    """The text of a page, white space folded."""
    return " ".join("".join(tree_of(html).itertext()).split())


def addresses(tree: Element) -> Iterator[str]:
    """Everything that a page links to or loads."""
    for one in tree.iter():
        yield from (value for name in ("href", "src", "action", "data-bundle") if (value := one.get(name)) is not None)


# --- addresses ---------------------------------------------------------------------------------------------------


def test_every_address_is_made() -> None:
    assets = {f"assets/{path.name}" for path in (TEMPLATES / "assets").iterdir()}
    pictures = {path for path in site() if path.startswith("pictures/")}
    assert len(pictures) == 3  # of two answers, and of everything else
    assert set(site()) == assets | pictures | {
        ".gitkeep", ".nojekyll", "404.html", "feed.xml", "robots.txt", "sitemap.xml", "index.html",
        "about/index.html", "gaps/index.html", "map/index.html", "questions/index.html", "search/index.html", "status/index.html",
        "quality/index.html",
        "feeds/revised.xml",
        "topics/index.html", "topics/quantum/index.html", "topics/ecology/index.html", "topics/unused/index.html",
        "feeds/topics/quantum.xml", "feeds/topics/ecology.xml", "feeds/topics/unused.xml",
        "categories/index.html", "categories/cs.LG/index.html", "categories/q-bio.PE/index.html",
        "categories/quant-ph/index.html",
        *(f"q/{one.slug}/index.html" for one in (ACCURACY, REEFS, MERGED, PENDING, RETIRED)),
        *(f"q/{one.slug}/index.{kind}" for one in (ACCURACY, REEFS) for kind in ("json", "md")),
        *(f"q/{one.slug}/history/index.html" for one in (ACCURACY, REEFS)),
        f"q/{ACCURACY.slug}/r/1/index.html", f"q/{ACCURACY.slug}/r/2/index.html", f"q/{REEFS.slug}/r/1/index.html",
        *(
            f"p/{one}/{name}"
            for one in archive().preprints
            for name in ("index.html", "cite.bib", "cite.ris", "cite.json", "feed.xml")
        ),
    }  # fmt: skip


def test_every_footer_leads_to_the_data_where_there_is_some() -> None:
    files = {page.path: page.content.decode("utf-8", "replace") for page in render(has_data=True)}
    assert '<a href="../../data/index.html">Data</a>' in files[f"q/{ACCURACY.slug}/index.html"]
    assert "https://example.org/qa/data/" in files["sitemap.xml"]
    assert not any("data/index.html" in page.content.decode("utf-8", "replace") for page in render())


def test_drafts_are_not_shown() -> None:
    assert drop_drafts((ACCURACY, DRAFT, RETIRED)) == (ACCURACY, RETIRED)


def test_two_renders_are_the_same_bytes() -> None:
    assert list(render()) == list(render())


def test_the_sitemap_lists_every_page_but_the_404_and_those_that_lead_on_with_its_day() -> None:
    root = etree.fromstring(site()["sitemap.xml"])
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = {url.findtext(f"{name}loc"): url.findtext(f"{name}lastmod") for url in root.iter(f"{name}url")}
    pages = {path for path in site() if path.endswith(".html") and "/r/" not in path}
    pages -= {"404.html", f"q/{MERGED.slug}/index.html"}
    paths = {path.removesuffix("index.html") for path in pages}
    assert set(found) == {f"{SETTINGS.base_url}{path}" for path in paths}
    assert found[f"{SETTINGS.base_url}q/{ACCURACY.slug}/"] == "2024-06-02"
    assert found[SETTINGS.base_url] == "2024-06-02"
    assert site()["robots.txt"].decode().endswith(f"Sitemap: {SETTINGS.base_url}sitemap.xml\n")


def test_without_an_address_of_its_own_the_site_names_the_preview() -> None:
    files = made(settings=BARE)
    assert PREVIEW_ADDRESS.encode() in files["sitemap.xml"]
    assert f"{PREVIEW_ADDRESS}q/{ACCURACY.slug}/".encode() in files["feed.xml"]
    for path, html in pages_of(files):
        assert "canonical" not in html and PREVIEW_ADDRESS not in html, path


# --- links -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [archive(), EMPTY], ids=["full", "empty"])
def test_every_page_is_strict_html_with_one_h1_a_title_and_ids_of_its_own(whole: Any) -> None:
    for path, html in pages_of(made(whole)):
        tree = tree_of(html)
        assert len(list(tree.iter(f"{HTML}h1"))) == 1, path
        assert tree.find(f".//{HTML}title") is not None, path
        assert tree.get("lang") == "en"
        ids = [one.get("id") for one in tree.iter() if one.get("id")]
        assert len(ids) == len(set(ids)), path


@pytest.mark.parametrize("address", ["https://example.org/", "https://example.org/some/deep/path/"])
def test_every_link_leads_to_a_file_of_the_site_from_any_sub_path(address: str) -> None:
    files = made(settings=SETTINGS.model_copy(update={"base_url": address}))
    for path, html in pages_of(files):
        # the server shows the 404 page at whatever address was asked for
        places = [address + path] if path != "404.html" else [f"{address}404.html", f"{address}no/such/page/at.all"]
        for place in places:
            for link in addresses(tree_of(html)):
                if link.startswith(("#", "https://arxiv.org/", "https://www.biorxiv.org/", "https://example.org/repo")):
                    continue
                target = urljoin(place, link).partition("#")[0].partition("?")[0]
                inside = target.removeprefix(address)
                known = inside in files or inside == "pagefind/pagefind.js"
                own = path.replace(MERGED.slug, ACCURACY.slug)  # where it leads on to
                canonical = link == address + re.sub(r"(r/\d+/)?index\.html$", "", own)
                assert target.startswith(address) and (known or canonical), f"{path}: {link}"


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("index.html", ""),
        ("questions/index.html", "../"),
        (f"q/{ACCURACY.slug}/index.html", "../../"),
        ("p/AG-2024.01-0001/index.html", "../../"),
        ("categories/cs.LG/index.html", "../../"),
        ("404.html", "/qa/"),
    ],
)
def test_the_root_is_right_at_every_depth(path: str, root: str) -> None:
    assert f'<link rel="stylesheet" href="{root}assets/style.css">' in site()[path].decode()


@pytest.mark.parametrize("whole", [archive(), EMPTY], ids=["full", "empty"])
def test_every_link_and_anchor_is_there(whole: Any) -> None:
    check, pages = LinkCheck(), list(render(whole))
    read = [page for page in pages if page.path.endswith(".html")]
    for page in read:
        check.read(page)
    check.finish(page.path for page in pages)  # raises where one leads nowhere
    assert len(read) > 10


def test_no_page_loads_anything_from_another_host_or_runs_what_stands_in_it() -> None:
    for path, html in pages_of(site()):
        assert_inert(path, html)
        for one in tree_of(html).iter():
            loaded = one.get("src") or (one.get("href") if one.tag == f"{HTML}link" else None) or ""
            assert "//" not in loaded or one.get("rel") == "canonical", f"{path}: {loaded}"


def assert_inert(path: str, html: str) -> None:
    """No script but the site's own files, no handlers, no inline style, no address that runs, and the policy."""
    tree = tree_of(html)
    for one in tree.iter():
        name = str(one.tag).removeprefix(HTML)
        if name.startswith(MATHML):
            assert name.removeprefix(MATHML) in WRAPPED | TOKENS, f"{path}: {name}"
            assert set(one.attrib) <= ATTRIBUTES | OWN, f"{path}: {one.attrib}"
            continue
        if name.startswith(SVG):
            assert name.removeprefix(SVG) in DRAWN, f"{path}: {name}"
            name = ""
        assert "}" not in name, f"{path}: {name}"
        assert name not in {"iframe", "object", "embed", "base", "style", "img"}, f"{path}: {name}"
        assert not {key for key in one.attrib if str(key).startswith("on") or key == "style"}, f"{path}: {one.attrib}"
        if name == "script":
            if one.get("type") == "application/ld+json":
                assert set(one.attrib) == {"type"} and json.loads(one.text or ""), path
            else:
                assert re.fullmatch(r"(?:\.\./|/qa/)*assets/\w+\.js", one.get("src", "")) and not one.text, path
        if name == "meta":
            assert one.get("http-equiv") in (None, "Content-Security-Policy", "refresh"), path
            leads = one.get("http-equiv") == "refresh"
            assert not leads or re.fullmatch(r"0; url=(?:\.\./)+q/[a-z0-9-]+/index\.html", one.get("content", "")), path
    for link in addresses(tree):
        assert not re.match(r"[^/?#]*:", link) or link.startswith("https://"), f"{path}: {link}"
    assert "default-src 'none'" in html


# --- text from outside -------------------------------------------------------------------------------------------

TRICKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></textarea></style></pre><svg onload=alert(1)>",
    "{{ 7*7 }} {% include 'about.md' %} {# x #}",
    "<!-- <!doctype html> ]]>",
    "javascript:alert(1)",
    "&lt;b&gt; &amp;amp; &#60;i&#62;",
    '\\" \\u003cscript\\u003e',
    r"$\text{</mtext></math><script>alert(1)</script>}$ $\href{javascript:alert(1)}{x}$ $\ours <img src=x onerror=alert(1)>$",
]


def hostile_archive(texts: list[str]) -> Any:
    """The archive with these texts, one after the other, in every place that comes from outside."""
    following = cycle(texts)

    def text() -> str:
        return next(following)

    def preprint(one: Preprint) -> Preprint:
        return replace(
            one,
            title=text(),
            abstract=text(),
            authors=(text(), text(), text()),
            doi=text(),
            journal_ref=text(),
            comments=text(),
            licence=text(),
            withdrawn=text(),
        )

    def answer(one: Answer) -> Answer:
        findings = tuple(
            replace(
                finding,
                heading=text(),
                sentences=tuple(
                    replace(
                        sentence,
                        text=text(),
                        lead=text(),
                        evidence=tuple(replace(evidence, text=text()) for evidence in sentence.evidence),
                    )
                    for sentence in finding.sentences
                ),
            )
            for finding in one.findings
        )
        return replace(
            one,
            question=text(),
            answered_by=text(),
            opening=text(),
            bottom_line=text(),
            reason=text(),
            missing=(text(), text()),
            cut=tuple(replace(cut, text=text(), reason=text()) for cut in one.cut),
            sources=tuple(replace(source, title=text()) for source in one.sources),
            findings=findings,
            provenance=replace(one.provenance, model=text(), prompt=text(), sampling=text(), encoder=text()),
        )

    whole = archive()
    return replace(
        whole,
        questions=tuple(replace(one, question=text(), body=text(), facets=(text(), text())) for one in whole.questions),
        topics={slug: Topic(slug, text(), text()) for slug in whole.topics},
        answers={slug: answer(one) for slug, one in whole.answers.items()},
        revisions={slug: tuple(map(answer, ones)) for slug, ones in whole.revisions.items()},
        states={slug: State("question_edited", (Change("question_edited", text(), text()),)) for slug in whole.states},
        runs=(
            Run(
                datetime(2026, 2, 1),
                {"steps": [{"name": text(), "done": 1, "skipped": 0, "failed": 0, "seconds": 1, "warnings": [text()]}]},
            ),
        ),
        figures=(Figures(text(), text(), "2026-11-26", ((text(), 1.0),)),),
        preprints={archive_id: preprint(one) for archive_id, one in whole.preprints.items()},
        follow_ups={
            slug: tuple(replace(one, question=text()) for one in ones) for slug, ones in whole.follow_ups.items()
        },
        models=((text(), text()),),
    )


def assert_only_text(texts: list[str]) -> None:
    files = made(hostile_archive(texts))
    for path, html in pages_of(files):
        assert_inert(path, html)
    for path, content in files.items():
        if path.endswith(".xml"):
            assert not list(etree.fromstring(content).iter("script")), path
        if path.endswith(".json"):
            json.loads(content)


@pytest.mark.parametrize("tricks", [TRICKS, TRICKS[::-1], TRICKS[:1]], ids=["all", "turned round", "script alone"])
def test_tricks_in_every_place_are_text(tricks: list[str]) -> None:
    assert_only_text([" ".join(tricks)])


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"{PAYLOADS} is not on this machine")
def test_payloads_in_every_place_are_text() -> None:
    payloads = [clean for line in PAYLOADS.read_text(encoding="utf-8").splitlines() if (clean := printable(line))]
    assert_only_text([" ".join(payloads[start::100]) for start in range(100)])


def printable(text: str) -> str:
    """As the rim leaves it: a source's control characters never reach a record."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "", text).strip()


def test_what_was_escaped_is_shown_as_it_was_written() -> None:
    text = " ".join(TRICKS)
    files = made(hostile_archive([text]))
    for path in ("index.html", f"q/{ACCURACY.slug}/index.html", "p/AG-2024.01-0001/index.html", "questions/index.html"):
        assert text in shown(files[path].decode()), path


# --- what stands on the pages ------------------------------------------------------------------------------------


def test_the_question_page_has_every_part() -> None:
    text = shown(site()[f"q/{ACCURACY.slug}/index.html"].decode())
    for part in (
        "Antigravity Q&A",
        "Answered by tiny · 2 June 2024 · revision 2",
        "The archive addresses this question.",
        "Measured results",
        "Quantum networks reach 99.67% accuracy. [AG-2024.01-0001]",
        "Quantum networks reach 99.67% accuracy. [AG-2024.01-0001] supported",
        "They are slower and costly. hedged [AG-2024.01-0001, AG-2004.05-0001] supported in part",
        "Skylar Chan: “Qubits are costly.” [AG-2004.05-0001] quoted",
        "3 of 3 sentences checked, 1 cut: 2 the model’s own, 1 quote",
        "Based on 98 preprints harvested up to 3 May 2024",
        "State: fresh. Revision 2; what changed and why",
        "What the archive does not say None of the 3 retrieved abstracts speaks of “speed”.",
        "Bottom line: 2 preprints of this archive speak to the question",
        "What we cut · 1",
        "They cure everything. [AG-2024.01-0001] Cut because the evidence does not speak of cures",
        "Sources · 3",
        "76% quant-ph cited Hybrid quantum networks AG-2024.01-0001Michael Kölle et al., 2024v3 read, 2 May 2024",
        "In its abstract: AG-2024.01-0001 Quantum networks reach 99.67% accuracy. They may be slower",
        "Is a line wrong? Object to it: the form names this page.",
        "41% q-bio.PE only retrieved Reefs",
        "Withdrawn by its authors or its source.",
        "Quotes are from abstracts as retold in this archive",
        "Keep exploring How fast do reefs grow? What comes next? Is *this* proposed & new? proposed",
        "This is a research aid — not a peer review. Verify sources before citing.",
    ):
        assert part in text, part


def test_the_cards_stand_by_falling_similarity() -> None:
    html = site()[f"q/{ACCURACY.slug}/index.html"].decode()
    per_cent = [int(found) for found in re.findall(r"<b>(\d+)%</b>", html)]
    assert per_cent == sorted(per_cent, reverse=True) == [76, 70, 41]


def test_a_question_page(golden: Callable[[str, bytes], str]) -> None:
    made = site()[f"q/{ACCURACY.slug}/index.html"]
    assert made.decode() == golden("question.html", made)


def test_the_files_beside_a_question_page_are_those_of_the_goldens(golden: Callable[[str, bytes], str]) -> None:
    for name in ("index.json", "index.md"):
        made = site()[f"q/{ACCURACY.slug}/{name}"]
        assert made.decode() == golden(name, made)


def test_a_retired_question_leads_to_the_one_it_was_merged_into() -> None:
    html = site()[f"q/{MERGED.slug}/index.html"].decode()
    assert "This question is retired" in html and f'href="../../q/{ACCURACY.slug}/index.html">read that one' in html
    assert "merged" not in site()[f"q/{RETIRED.slug}/index.html"].decode()


def test_a_question_that_another_took_over_leads_on_without_javascript() -> None:
    html = site()[f"q/{MERGED.slug}/index.html"].decode()
    assert f'<meta http-equiv="refresh" content="0; url=../../q/{ACCURACY.slug}/index.html">' in html
    assert f'<link rel="canonical" href="{SETTINGS.base_url}q/{ACCURACY.slug}/">' in html
    assert f"q/{MERGED.slug}/" not in site()["sitemap.xml"].decode()
    assert "refresh" not in site()[f"q/{RETIRED.slug}/index.html"].decode()


def test_questions_that_took_over_from_each_other_lead_round_in_no_ring() -> None:
    ring = (replace(MERGED, merged_into=RETIRED.slug), replace(RETIRED, merged_into=MERGED.slug), ACCURACY)
    files = made(archive(questions=ring))
    assert "refresh" not in files[f"q/{MERGED.slug}/index.html"].decode()


def test_a_retired_question_says_why() -> None:
    files = made(archive(questions=(replace(RETIRED, retired_because="Settled in 2024 <for good>."), ACCURACY)))
    html = files[f"q/{RETIRED.slug}/index.html"].decode()
    assert "<p>Why: Settled in 2024 &lt;for good&gt;.</p>" in html


def test_a_question_merged_into_one_that_is_not_there_has_no_link() -> None:
    files = made(archive(questions=(replace(MERGED, merged_into="broken"), ACCURACY)))
    assert b"broken" not in files[f"q/{MERGED.slug}/index.html"]


def test_retired_questions_stand_in_no_list_and_no_feed() -> None:
    retired = replace(ACCURACY, status="retired")
    files = made(archive(questions=(retired, REEFS)))
    for path in (
        "index.html",
        "questions/index.html",
        "topics/quantum/index.html",
        "feed.xml",
        "feeds/topics/quantum.xml",
    ):
        assert ACCURACY.slug.encode() not in files[path], path
    assert b"No published answer cites this preprint now." in files["p/AG-2024.01-0001/index.html"]
    assert b"This question is retired" in files[f"q/{ACCURACY.slug}/index.html"]


def test_gaps_are_what_is_not_answered_since_when_with_the_nearest_misses() -> None:
    html = site()["gaps/index.html"].decode()
    assert REEFS.slug in html and ACCURACY.slug not in html
    text = shown(html)
    for part in (
        "How fast do reefs grow? not answeredsince 1 June 2024",
        "Nearest misses 20% Reefs AG-2024.02-0001",
        "Not tried yet What comes next?",
    ):
        assert part in text, part


def test_an_earlier_revision_is_shown_as_it_was_and_leads_to_the_newest() -> None:
    html = site()[f"q/{ACCURACY.slug}/r/1/index.html"].decode()
    text = shown(html)
    assert "This is revision 1 of 2, as it was on 1 March 2024." in text
    assert "The archive does not answer this question." in text and "99.67%" not in text
    assert "v1 read, 28 January 2024" in text and "Revised since: v3, 2 May 2024." in text
    assert f'<link rel="canonical" href="{SETTINGS.base_url}q/{ACCURACY.slug}/">' in html
    assert '<meta name="robots" content="noindex">' in html and "data-pagefind-body" not in html
    assert "noindex" not in site()[f"q/{ACCURACY.slug}/index.html"].decode()
    assert "This is revision 2 of 2" in shown(site()[f"q/{ACCURACY.slug}/r/2/index.html"].decode())


def test_the_history_tells_what_changed_and_why_newest_first() -> None:
    text = shown(site()[f"q/{ACCURACY.slug}/history/index.html"].decode())
    for part in (
        "Revision 2 answered2 June 2024answered by tiny",
        "AG-2024.01-0001 was revised, v1 → v3: Hybrid quantum networks",
        "AG-2004.05-0001 came in (cited)",
        "another prompt: draft.v0@0 → draft.v1@0",
        "Quantum networks reach 99.67% accuracy. [AG-2024.01-0001]",
        "This closed a gap",
        "Revision 1 not answered1 March 2024",
        "The first try.",
    ):
        assert part in text, part
    assert text.index("Revision 2 answered") < text.index("Revision 1 not answered")


def test_an_answer_that_something_overtook_says_so() -> None:
    changes = (Change("source_withdrawn", NETWORKS.archive_id), Change("source_came", "AG-2026.01-0001"))
    files = made(archive(states={ACCURACY.slug: State("source_withdrawn", changes)}))
    html = files[f"q/{ACCURACY.slug}/index.html"].decode()
    text = shown(html)
    assert (
        "A source was withdrawn. What the last night found: "
        "AG-2024.01-0001 was withdrawn: Hybrid quantum networksAG-2026.01-0001 came in" in text
    )
    assert "State: a source was withdrawn." in text
    assert 'data-state="a source was withdrawn"' in html
    document = json.loads(files[f"q/{ACCURACY.slug}/index.json"])
    assert document["state"] == "source_withdrawn"
    assert [one["kind"] for one in document["since_then"]] == ["source_withdrawn", "source_came"]
    assert "a source was withdrawn" in shown(files["questions/index.html"].decode())
    assert b'term="source_withdrawn"' in files["feeds/revised.xml"]
    assert b'term="source_withdrawn"' not in site()["feeds/revised.xml"]


def test_feeds_tell_new_answers_and_closed_gaps_and_every_revision_and_what_concerns_a_preprint() -> None:
    def ids(path: str) -> list[str]:
        tree = etree.fromstring(site()[path])
        found = [one.text or "" for one in tree.iter("{http://www.w3.org/2005/Atom}id")]
        return [one.removeprefix(f"{SETTINGS.base_url}q/") for one in found[1:]]

    second, first, reefs = f"{ACCURACY.slug}/r/2/", f"{ACCURACY.slug}/", f"{REEFS.slug}/"
    assert ids("feed.xml") == [second, reefs, first]
    assert ids("feeds/revised.xml") == [second]
    assert ids("feeds/topics/quantum.xml") == [second, reefs, first]
    assert ids("feeds/topics/ecology.xml") == [reefs]
    assert ids(f"p/{COSTS.archive_id}/feed.xml") == [second]
    assert ids(f"p/{IDLE.archive_id}/feed.xml") == []
    assert etree.fromstring(site()["feeds/topics/unused.xml"]) is not None


def test_a_retired_question_keeps_its_history() -> None:
    files = made(archive(questions=(replace(ACCURACY, status="retired"),)))
    assert "2 revisions" in shown(files[f"q/{ACCURACY.slug}/index.html"].decode())
    assert f"q/{ACCURACY.slug}/history/index.html" in files and f"q/{ACCURACY.slug}/r/1/index.html" in files


def test_a_preprint_page_tells_its_record_and_who_uses_it() -> None:
    text = shown(site()["p/AG-2024.01-0001/index.html"].decode())
    for part in (
        NETWORKS.title,
        "Michael Kölle, Ana Ruiz, Bo Li",
        NETWORKS.abstract,
        "Answers that rest on it · 1 How accurate are quantum networks?",
        "Versionsv3, 2 May 2024 (shown here)v1, 28 January 2024",
        "10.1000/182_a",
        "@misc{AG-2024.01-0001,",
        "TY - UNPB",
        '"type": "article"',
    ):
        assert part in text, part
    withdrawn = shown(site()["p/AG-2004.05-0001/index.html"].decode())
    assert "Withdrawn. Its source says: This paper has been withdrawn by the author." in withdrawn
    assert "Abstract retold in our own words" in withdrawn


def test_a_preprint_page_names_the_other_records_of_the_same_work() -> None:
    elsewhere = replace(IDLE, source="biorxiv", source_id="10.1101/2024.01.01.000001", archive_id="AG-2024.01-0009")
    whole = archive(same_work={COSTS.archive_id: (NETWORKS, elsewhere)})
    text = made(whole)[f"p/{COSTS.archive_id}/index.html"].decode()
    assert f'<a href="../{NETWORKS.archive_id}/index.html">{NETWORKS.archive_id}</a> (arxiv, ' in text
    assert "AG-2024.01-0009 (biorxiv, 10.1101/2024.01.01.000001), which names the same DOI" in text
    assert "Same work" not in made(whole)[f"p/{NETWORKS.archive_id}/index.html"].decode()


def test_tex_is_shown_right_wherever_a_preprint_is_named() -> None:
    raw = r"Schr{\"o}dinger's $10^{-3}$ of $\ours$"
    authors = (r"M. M\"uller", r"Erd\H{o}s", "A")
    preprint = replace(
        COSTS, title=raw, abstract=raw, authors=authors, comments=raw, journal_ref=raw, categories=("cs.LG",)
    )
    answer = replace(
        ANSWERED,
        bottom_line=raw,
        cut=(replace(ANSWERED.cut[0], text=raw, reason=raw),),
        sources=tuple(replace(one, title=raw) for one in ANSWERED.sources),
        findings=tuple(
            replace(finding, sentences=tuple(replace(one, text=raw, lead=authors[0]) for one in finding.sentences))
            for finding in ANSWERED.findings
        ),
    )
    whole = archive(answers={ACCURACY.slug: answer}, preprints={**archive().preprints, preprint.archive_id: preprint})
    files = made(whole)
    places = {
        f"q/{ACCURACY.slug}/index.html": 9,
        f"p/{preprint.archive_id}/index.html": 4,
        "categories/cs.LG/index.html": 1,
    }
    for path, number in places.items():
        main = files[path].decode().partition("<main")[2]
        assert main.count("Schrödinger&#39;s <math") == main.count('<code class="tex">$\\ours$</code>') == number, path
        assert '{\\"o}' not in main and "M. Müller" in main, path
    head = files[f"p/{preprint.archive_id}/index.html"].decode().partition("</head>")[0]
    assert "<title>Schrödinger&#39;s 10⁻³ of ours ·" in head and "\\" not in head.replace("\\u0027", "'")
    assert 'data-title="Schrödinger&#39;s 10⁻³ of ours"' in files[f"p/{preprint.archive_id}/index.html"].decode()


def test_search_reads_questions_and_preprints_and_nothing_else() -> None:
    bodies = {path for path, html in pages_of(site()) if "data-pagefind-body" in html}
    assert bodies == {
        path
        for path in site()
        if re.fullmatch(r"[qp]/[^/]+/index\.html", path) and path.split("/")[1] not in (MERGED.slug, RETIRED.slug)
    }


def test_an_empty_archive_is_a_site_that_says_so() -> None:
    files = made(EMPTY)
    assert "No question has been answered yet." in shown(files["index.html"].decode())
    assert "There is no question yet." in shown(files["questions/index.html"].decode())


# --- the templates -----------------------------------------------------------------------------------------------


def test_the_readme_of_the_templates_names_exactly_their_files() -> None:
    table = re.findall(r"^\| `([^`]+)` \|", (TEMPLATES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    files = [path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file()]
    assert sorted(table) == sorted(files)


@pytest.mark.parametrize("path", sorted((TEMPLATES / "assets").iterdir()), ids=lambda path: path.name)
def test_the_assets_load_nothing_from_another_host(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/|^\s*//.*$|xmlns=\"[^\"]*\"", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
    assert not re.search(r"https?://|url\(\s*[\"']?//|@import", text)


def test_no_template_marks_text_as_safe() -> None:
    for path in TEMPLATES.rglob("*.jinja"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup", text), path.name
