"""Every feed and the sitemap of the site are valid; and the validator refuses what is not."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import etree

from tests.render.samples import ACCURACY, ANSWERED, FIRST, NETWORKS, REEFS, SETTINGS, UNANSWERED, archive, made
from tests.render.valid import ATOM, faults_of_feed, faults_of_sitemap

TRICKS = "<script>alert(1)</script> & \"quotes\" 'too' ]]> Schrödinger 量子 $x^2$"


def feeds(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield from ((path, content) for path, content in files.items() if re.search(r"feed.*\.xml$", path))


def test_every_feed_of_the_site_is_valid() -> None:
    found = dict(feeds(dict(made())))
    assert {"feed.xml", "feeds/revised.xml", "feeds/topics/quantum.xml", f"p/{NETWORKS.archive_id}/feed.xml"} <= set(
        found
    )
    assert {path: faults for path, content in found.items() if (faults := faults_of_feed(content))} == {}


def test_feeds_without_an_address_of_the_site_are_valid_too() -> None:
    files = dict(made(settings=SETTINGS.model_copy(update={"base_url": ""})))
    assert {path: faults for path, content in feeds(files) if (faults := faults_of_feed(content))} == {}
    assert faults_of_sitemap(files["sitemap.xml"]) == []


def test_feeds_with_any_text_in_them_are_valid() -> None:
    asked = replace(ANSWERED, question=TRICKS, opening=TRICKS, bottom_line=TRICKS)
    whole = archive(
        answers={ACCURACY.slug: asked, REEFS.slug: UNANSWERED},
        revisions={ACCURACY.slug: (FIRST, asked), REEFS.slug: (UNANSWERED,)},
        preprints={**archive().preprints, NETWORKS.archive_id: replace(NETWORKS, title=TRICKS)},
    )
    files = dict(made(whole, SETTINGS.model_copy(update={"title": TRICKS[:60]})))
    assert {path: faults for path, content in feeds(files) if (faults := faults_of_feed(content))} == {}


def test_an_empty_feed_is_valid() -> None:
    files = dict(made(archive(questions=(), answers={}, revisions={})))
    assert faults_of_feed(files["feed.xml"]) == []
    assert not list(etree.fromstring(files["feed.xml"]).iter(f"{ATOM}entry"))


def test_the_sitemap_is_valid_and_names_no_page_twice() -> None:
    assert faults_of_sitemap(made()["sitemap.xml"]) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(r"<id>.*?</id>", "", id="no id"),
        pytest.param(r"<id>.*?</id>", "<id>q/one/</id>", id="a relative id"),
        pytest.param(r"<updated>.*?</updated>", "<updated>2024-06-02</updated>", id="a day alone"),
        pytest.param(r"<updated>.*?</updated>", "<updated>2024-06-02T00:00:00</updated>", id="no time zone"),
        pytest.param(r"<author>.*?</author>", "", id="no author"),
        pytest.param(r"<title>", "<title>x</title><title>", id="two titles"),
        pytest.param(r"<title>", '<title type="markdown">', id="another kind of text"),
        pytest.param(r"<entry>", "<entry><item/>", id="an element of its own"),
        pytest.param(r'rel="self"', 'rel="via"', id="no link to itself"),
        pytest.param(r'href="https://example.org/qa/q/', 'href="q/', id="a relative link"),
    ],
)
def test_the_validator_refuses_a_feed(old: str, new: str) -> None:
    feed = made()["feed.xml"].decode()
    changed = re.sub(old, new, feed, count=1, flags=re.DOTALL)
    assert changed != feed
    assert faults_of_feed(changed.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(r"<loc>https://example.org", "<loc>", id="a relative address"),
        pytest.param(r"<lastmod>[^<]*", "<lastmod>2 June 2024", id="a date in words"),
        pytest.param(r"<url>(.*?)</url>", r"<url>\1</url><url>\1</url>", id="an address twice"),
        pytest.param(r"<loc>.*?</loc>", "", id="no address"),
    ],
)
def test_the_validator_refuses_a_sitemap(old: str, new: str) -> None:
    sitemap = made()["sitemap.xml"].decode()
    changed = re.sub(old, new, sitemap, count=1, flags=re.DOTALL)
    assert changed != sitemap
    assert faults_of_sitemap(changed.encode())
