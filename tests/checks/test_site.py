"""The site by itself."""

from pathlib import Path

from pipeline.checks.site import check_site
from pipeline.progress import silent
from pipeline.records import Page
from pipeline.render.site import publish


def test_a_small_site_passes_with_its_files_and_pages_counted(tmp_path: Path) -> None:
    publish(
        [Page("index.html", b'<a href="feed.xml">feed</a>'), Page("feed.xml", FEED)],
        tmp_path / "out",
        with_search=False,
    )
    found = check_site(tmp_path / "out", silent)
    assert [(one.name, one.ok) for one in found] == [("site", True), ("links", True), ("feeds", True), ("dumps", True)]
    assert found[1].detail == "every link of 1 pages leads somewhere"


def test_a_feed_never_reads_another_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    hostile = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{tmp_path}/secret">]>'.encode() + FEED.replace(b"News", b"&e;")
    publish([Page("feed.xml", hostile)], tmp_path / "out", with_search=False)
    assert all("secret" not in one.detail for one in check_site(tmp_path / "out", silent))


FEED = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><title>News</title>'
    b"<updated>2026-01-01T00:00:00Z</updated></feed>"
)
