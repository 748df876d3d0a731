"""Publishing: what did not change is linked, what is broken is refused, and the swap is one step at any moment."""

import re
import shutil
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import SiteError
from pipeline.records import Page
from pipeline.render.groups import PageGroup
from pipeline.render.links import LinkCheck
from pipeline.render.manifest import read_manifest
from pipeline.render.site import Written, publish
from pipeline.render.trees import MARK, Trees
from tests.fire.children import moments, run_child
from tests.render.samples import IDLE, archive, made, numbered_site, publish_for_ever, render, render_groups

HOME = Page("index.html", b'<a href="q/one/index.html#top">one</a><link href="assets/style.css">')
ONE = Page("q/one/index.html", b'<h1 id="top">One</h1><a href="../../index.html">home</a>')
STYLE = Page("assets/style.css", b"p { color: black }")
KEEP = Page(".gitkeep", b"")
SITE = (HOME, ONE, STYLE, KEEP)
BESIDE = [".output.build", "output"]


def put(output: Path, *pages: Page, search: bool = False) -> Written:
    return publish(pages, output, with_search=search)


def files_of(output: Path) -> dict[str, bytes]:
    found = {path.relative_to(output).as_posix(): path.read_bytes() for path in output.rglob("*") if path.is_file()}
    found.pop(MARK, None)
    return found


def contents(pages: Iterable[Page]) -> dict[str, bytes]:
    return {page.path: page.content for page in pages}


def inodes(output: Path) -> dict[str, int]:
    found = {path.relative_to(output).as_posix(): path.stat().st_ino for path in output.rglob("*") if path.is_file()}
    found.pop(MARK, None)
    return found


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


# --- what is written ---------------------------------------------------------------------------------------------


def test_a_first_site_is_written_whole(output: Path) -> None:
    assert put(output, *SITE) == Written(pages=2, files=4, unchanged=0, carried_over=())
    assert files_of(output) == contents(SITE)


def test_the_same_site_again_writes_nothing_and_leaves_the_folder_alone(output: Path) -> None:
    put(output, *SITE)
    folder, before = output.stat().st_ino, inodes(output)
    assert put(output, *SITE) == Written(0, 0, 4, ())
    assert (output.stat().st_ino, inodes(output)) == (folder, before)


def test_only_what_changed_is_written_and_the_rest_is_linked(output: Path) -> None:
    put(output, *SITE)
    before = inodes(output)
    assert put(
        output, replace(HOME, content=HOME.content + b"!"), ONE, replace(STYLE, content=b"p {}"), KEEP
    ) == Written(pages=1, files=2, unchanged=2, carried_over=())
    after = inodes(output)
    assert {path for path in after if after[path] == before[path]} == {ONE.path, KEEP.path}


def test_a_published_file_is_never_written_into(output: Path, tmp_path: Path) -> None:
    """A reader that has the old page open, or a backup that links to it, keeps it."""
    put(output, *SITE)
    (tmp_path / "backup.html").hardlink_to(output / "index.html")
    put(output, replace(HOME, content=HOME.content + b"!"), ONE, STYLE, KEEP)
    assert (tmp_path / "backup.html").read_bytes() == HOME.content


def test_what_the_new_site_lacks_goes_and_gitkeep_stays(output: Path) -> None:
    put(output, *SITE, Page("old.html", b"old"), Page("topics/x/index.html", b"x"))
    assert put(output, *SITE) == Written(0, 0, 4, ())
    assert files_of(output) == contents(SITE)
    assert (output / ".gitkeep").is_file()


def test_the_folder_may_be_there_and_hold_only_gitkeep(output: Path) -> None:
    output.mkdir()
    (output / ".gitkeep").touch()
    assert put(output, *SITE).files == 3
    assert files_of(output) == contents(SITE)


def test_all_that_lies_beside_the_site_is_one_folder(output: Path, tmp_path: Path) -> None:
    put(output, *SITE)
    put(output, HOME, ONE, STYLE)
    with pytest.raises(SiteError):
        put(output, HOME)
    assert sorted(path.name for path in tmp_path.iterdir()) == BESIDE
    assert sorted(path.name for path in (tmp_path / BESIDE[0]).iterdir()) == ["behind", "manifest", "spare"]


def test_a_folder_reached_by_a_link_is_swapped_and_the_link_stays(output: Path, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "real").mkdir()
    output.symlink_to(tmp_path / "www")
    for content in (b"one", b"two", b"three"):
        put(output, Page("index.html", content))
        assert output.is_symlink()
        assert files_of(tmp_path / "www") == {"index.html": content}


# --- what is not made again --------------------------------------------------------------------------------------


class Groups:
    """Groups of pages that write down which of them were made."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def one(self, key: str, *pages: Page) -> PageGroup:
        def make() -> tuple[Page, ...]:
            self.made.append(pages[0].path)
            return pages

        return PageGroup(pages[0].path, key, make)

    def publish(self, output: Path, *groups: PageGroup) -> tuple[Written, list[str]]:
        self.made.clear()
        return publish(groups, output, with_search=False), list(self.made)


def test_a_group_whose_key_and_files_stayed_is_not_made_again(output: Path) -> None:
    groups = Groups()
    home, one, style = (
        groups.one("a", HOME),
        groups.one("b", ONE, Page("q/one/index.md", b"# One")),
        groups.one("c", STYLE),
    )
    assert groups.publish(output, home, one, style) == (Written(2, 4, 0, ()), [HOME.path, ONE.path, STYLE.path])
    assert groups.publish(output, home, one, style) == (Written(0, 0, 4, ()), [])
    new = groups.one("b2", replace(ONE, content=ONE.content + b"!"), Page("q/one/index.md", b"# One"))
    for _ in range(3):
        assert groups.publish(output, home, new, style) == (Written(1, 1, 3, ()), [ONE.path])
        assert groups.publish(output, home, one, style) == (Written(1, 1, 3, ()), [ONE.path])


@pytest.mark.parametrize("harm", ["gone", "other bytes", "no manifest", "a copy"])
def test_what_somebody_did_to_the_site_is_mended(output: Path, harm: str) -> None:
    groups = Groups()
    made = [groups.one("a", HOME), groups.one("b", ONE), groups.one("c", STYLE)]
    groups.publish(output, *made)
    if harm == "gone":
        (output / ONE.path).unlink()
    elif harm == "other bytes":
        (output / ONE.path).write_bytes(b"<p>defaced</p>")
    elif harm == "no manifest":
        (output.parent / ".output.build/manifest").unlink()
    else:
        shutil.copytree(output, output.parent / "copy")
        shutil.rmtree(output)
        (output.parent / "copy").rename(output)
    assert ONE.path in groups.publish(output, *made)[1]
    assert files_of(output) == contents([HOME, ONE, STYLE])


def test_a_page_that_was_not_made_again_must_not_link_to_what_went(output: Path) -> None:
    groups = Groups()
    home, style = groups.one("a", HOME), groups.one("c", STYLE)
    groups.publish(output, home, groups.one("b", ONE), style, groups.one("d", Page("t/index.html", b"<p>")))
    to_topic = groups.one("a", replace(HOME, content=HOME.content + b'<a href="t/index.html">'))
    groups.publish(
        output,
        groups.one("a2", *to_topic.make()),
        groups.one("b", ONE),
        style,
        groups.one("d", Page("t/index.html", b"<p>")),
    )
    before = inodes(output)
    with pytest.raises(SiteError, match=r"index\.html → t/index\.html"):
        groups.publish(output, groups.one("a2", HOME), groups.one("b", ONE), style)
    with pytest.raises(SiteError, match=r"index\.html → q/one/index\.html#top"):
        bare = replace(ONE, content=b"<h1>One</h1>")
        groups.publish(
            output, groups.one("a2", HOME), groups.one("b2", bare), style, groups.one("d", Page("t/index.html", b"<p>"))
        )
    assert inodes(output) == before


def test_the_site_after_many_changes_is_the_one_that_is_built_anew(output: Path, tmp_path: Path) -> None:
    early = archive(preprint_count=7, states={})
    for whole in (early, archive(), early, archive(latest=None), archive()):
        publish(render_groups(whole), output, with_search=True)
    publish(render_groups(), tmp_path / "anew", with_search=True)
    assert files_of(output) == files_of(tmp_path / "anew")


def test_an_archive_that_did_not_change_makes_no_page(output: Path) -> None:
    publish(render_groups(), output, with_search=False)
    for group in render_groups():
        if group.key:
            made = read_manifest(output.parent / ".output.build/manifest", Trees(output).stamp)
            found = made.find(group.name) if made else None
            assert found and found.key == group.key, group.name


# --- addresses that were given out -------------------------------------------------------------------------------


def test_question_and_preprint_pages_that_are_no_longer_made_are_carried_over(output: Path) -> None:
    lasting = [
        Page("q/gone/index.html", b"<h1>Gone</h1>"),
        Page("q/gone/index.json", b"{}"),
        Page("q/gone/r/1/index.html", b"<h1>First</h1>"),
        Page("p/AG-2024.01-0001/index.html", b"<h1>Preprint</h1>"),
        Page("p/AG-2024.01-0001/cite.bib", b"@misc{}"),
    ]
    put(output, *SITE, *lasting, Page("topics/gone/index.html", b"x"))
    kept = ("p/AG-2024.01-0001/", "q/gone/", "q/gone/r/1/")
    for _ in range(2):
        assert put(output, *SITE) == Written(0, 0, 4, kept)
        assert files_of(output) == contents([*SITE, *lasting])


def test_a_file_beside_a_page_stays_when_the_page_is_made_without_it(output: Path) -> None:
    put(output, *SITE, Page("q/one/index.json", b"{}"))
    assert put(output, *SITE) == Written(0, 0, 4, ())
    assert (output / "q/one/index.json").read_bytes() == b"{}"


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "told"),
    [
        pytest.param('<a href="q/two/index.html">', "bad.html → q/two/index.html", id="no such page"),
        pytest.param('<a href="q/one/">', "bad.html → q/one", id="a folder, which no disk opens"),
        pytest.param('<a href="index.html#nowhere">', "bad.html → index.html#nowhere", id="no such anchor"),
        pytest.param('<a href="#nowhere">', "bad.html → bad.html#nowhere", id="no such anchor on the page itself"),
        pytest.param('<script src="assets/none.js">', "bad.html → assets/none.js", id="no such script"),
        pytest.param('<link href="Index.html">', "bad.html → Index.html", id="another case"),
        pytest.param('<a href="../index.html">', "(above the site's root)", id="above the root"),
        pytest.param('<a href="%69ndex.htm">', "bad.html → index.htm", id="written in per cents"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused_and_the_old_site_stays(output: Path, html: str, told: str) -> None:
    put(output, *SITE)
    before = inodes(output)
    with pytest.raises(SiteError, match=re.escape(told)) as caught:
        put(output, *SITE, Page("bad.html", html.encode()))
    assert "the old site stays" in caught.value.what and caught.value.mend
    assert (inodes(output), files_of(output)) == (before, contents(SITE))


@pytest.mark.parametrize(
    "html",
    [
        pytest.param('<a href="index.html">', id="a page"),
        pytest.param('<a href="%69ndex.html?q=a#any">', id="per cents and a query"),
        pytest.param('<p id="ü x"><a href="#%C3%BC%20x">', id="an anchor in per cents"),
        pytest.param('<a href="">', id="the page itself"),
        pytest.param('<a href="https://example.org/#x"><a href="//example.org/x"><a href="mailto:a@b.c">', id="out"),
        pytest.param('<a href="./q/../q/one/../one/index.html#top">', id="dots"),
        pytest.param("<!-- <a href='none'> --><script>'<a href=\"none\">'</script>", id="no links"),
    ],
)
def test_a_link_that_leads_somewhere_is_fine(output: Path, html: str) -> None:
    assert put(output, *SITE, Page("good.html", html.encode())).files == 5


def test_the_error_counts_all_and_names_some() -> None:
    check = LinkCheck()
    check.read(Page("a.html", "".join(f'<a href="{n}.html">' for n in range(9)).encode()))
    with pytest.raises(SiteError, match=r"^9 links lead nowhere.*: a\.html → 0\.html; .*4\.html\n"):
        check.finish(["a.html"])


@pytest.mark.parametrize("path", ["../out.html", "/out.html", "q/../../out.html", "q/.."])
def test_a_path_that_leads_out_is_refused(output: Path, tmp_path: Path, path: str) -> None:
    put(output, *SITE)
    with pytest.raises(SiteError, match="leads out of the site"):
        put(output, *SITE, Page(path, b"x"))
    assert files_of(output) == contents(SITE)
    assert not (tmp_path / "out.html").exists()


def test_two_pages_of_one_address_are_refused(output: Path) -> None:
    with pytest.raises(SiteError, match=r"two pages want the address index\.html"):
        put(output, HOME, HOME)
    assert not output.exists()


def test_an_error_while_the_pages_are_made_leaves_the_old_site(output: Path, tmp_path: Path) -> None:
    put(output, *SITE)

    def broken() -> Iterable[Page]:
        yield HOME
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish(broken(), output, with_search=False)
    assert files_of(output) == contents(SITE)
    assert sorted(path.name for path in tmp_path.iterdir()) == BESIDE


# --- search ------------------------------------------------------------------------------------------------------


def test_the_search_index_is_built_and_kept_while_no_page_changed(output: Path) -> None:
    first = publish(render(), output, with_search=True)
    index = {path: inode for path, inode in inodes(output).items() if path.startswith("pagefind/")}
    assert {"pagefind/pagefind.js", "pagefind/parts.json"} <= set(index)
    assert first.files == len(files_of(output))
    assert publish(render(), output, with_search=True) == Written(0, 0, first.files - len(index), ())
    style = Page("assets/style.css", b"p {}")
    pages = [style if page.path == style.path else page for page in render()]
    assert publish(pages, output, with_search=True) == Written(0, 1, first.files - len(index) - 1, ())
    assert {path: inode for path, inode in inodes(output).items() if path.startswith("pagefind/")} == index
    publish(render(archive(preprint_count=99)), output, with_search=True)
    assert {path: inode for path, inode in inodes(output).items() if path.startswith("pagefind/")} == index
    changed = archive(preprints={**archive().preprints, IDLE.archive_id: replace(IDLE, abstract="Reefs shrink.")})
    publish(render(changed), output, with_search=True)
    after = {path: inode for path, inode in inodes(output).items() if path.startswith("pagefind/")}
    assert after["pagefind/pagefind.js"] == index["pagefind/pagefind.js"]
    assert after["pagefind/pagefind-entry.json"] != index["pagefind/pagefind-entry.json"]


def test_search_that_is_switched_off_leaves_no_index(output: Path) -> None:
    put(output, *SITE, Page("pagefind/pagefind.js", b"old"))
    put(output, *SITE)
    assert files_of(output) == contents(SITE)


# --- the swap ----------------------------------------------------------------------------------------------------


def test_a_reader_never_sees_the_site_missing_or_half(output: Path) -> None:
    publish(numbered_site(0), output, with_search=False)
    done, seen, trouble = threading.Event(), set[bytes](), list[str]()

    def read() -> None:
        while not done.is_set():
            try:
                seen.add((output / "index.html").read_bytes())
            except OSError as error:
                trouble.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 21):
        publish(numbered_site(number, pages=10), output, with_search=False)
    done.set()
    reader.join()
    assert trouble == []
    assert seen <= {contents(numbered_site(number, pages=10))["index.html"] for number in range(1, 21)} | {
        contents(numbered_site(0))["index.html"]
    }


def test_a_kill_at_any_moment_leaves_the_old_site_or_the_new_one(
    output: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    publish(numbered_site(0), output, with_search=False)
    left = set()
    for seconds in moments(8, 0.4):
        run_child(publish_for_ever, output, mark=tmp_path_factory.getbasetemp() / "began", kill_after=seconds)
        found = re.match(rb"<p>(\d+)</p>", files_of(output)["index.html"])
        assert found and files_of(output) == contents(numbered_site(int(found[1])))
        left.add(found[1])
    assert len(left) > 1
    publish(numbered_site(0), output, with_search=False)
    assert files_of(output) == contents(numbered_site(0))
    assert sorted(path.name for path in output.parent.iterdir()) == BESIDE


def test_a_kill_between_two_renames_loses_no_page(output: Path, tmp_path: Path) -> None:
    """Where the system has no call that exchanges two folders, the old site may lie aside after a kill."""
    put(output, *SITE, Page("q/gone/index.html", b"<h1>Gone</h1>"))
    output.rename(tmp_path / ".output.old")
    assert put(output, *SITE) == Written(0, 0, 4, ("q/gone/",))
    assert (output / "q/gone/index.html").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == BESIDE


def test_the_whole_site_of_an_archive_is_published(output: Path) -> None:
    written = publish(render(), output, with_search=False)
    assert files_of(output) == dict(made())
    assert (written.files, written.unchanged) == (len(made()), 0)


def test_a_folder_that_holds_other_things_is_refused_and_untouched(output: Path) -> None:
    (output / "letters").mkdir(parents=True)
    (output / "letters" / "dear.txt").write_text("do not lose me")
    with pytest.raises(SiteError, match="no site of this archive"):
        put(output, *SITE)
    assert files_of(output) == {"letters/dear.txt": b"do not lose me"}


def test_a_file_in_the_place_of_the_site_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("precious")
    with pytest.raises(SiteError, match="is a file"):
        put(tmp_path / "README.md", HOME, ONE, STYLE)
    assert (tmp_path / "README.md").read_text() == "precious"
