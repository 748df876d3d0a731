"""Is the built site whole: every link and anchor, every feed, every dump; read from the disk. [edge]"""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from pipeline.checks.finding import Finding, found
from pipeline.errors import SiteError
from pipeline.export.checksums import SUMS, check_checksums
from pipeline.progress import Progress
from pipeline.records import Page
from pipeline.render.links import LinkCheck
from pipeline.render.pack import SUM
from pipeline.render.trees import MARK
from pipeline.spelling import counted

BUILD = "build the site anew: antigravity render"
ATOM = "{http://www.w3.org/2005/Atom}"


def check_site(output: Path, progress: Progress) -> list[Finding]:
    """Every finding on the site in a folder."""
    if not (output / MARK).is_file():
        return [Finding("site", False, f"{output} holds no site of this archive", BUILD)]
    files = sorted(path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file())
    return [
        Finding("site", True, f"{counted(len(files), 'file')} in {output}"),
        _check_links(output, files, progress),
        found("feeds", list(_feed_problems(output, files)), "every feed can be read", BUILD),
        _check_dumps(output),
    ]


def _check_links(output: Path, files: list[str], progress: Progress) -> Finding:
    """Every link of every page leads to a file, and where it names a place on it, to that place."""
    pages = [path for path in files if path.endswith(".html")]
    links, unreadable = LinkCheck(), []
    for number, path in enumerate(pages, 1):
        try:
            links.read(Page(path, (output / path).read_bytes()))
        except UnicodeDecodeError:
            unreadable.append(f"{path} is damaged: it is not UTF-8")
        progress("check the links", number, len(pages))
    try:
        links.finish(files)
    except SiteError as error:
        unreadable.append(error.what.replace(", so the old site stays", ""))
    return found("links", unreadable, f"every link of {len(pages):,} pages leads somewhere", BUILD)


def _feed_problems(output: Path, files: list[str]) -> Iterator[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for path in files:
        if not path.endswith(".xml"):
            continue
        try:
            root = etree.parse(str(output / path), parser).getroot()
        except (etree.XMLSyntaxError, OSError) as error:
            yield f"{path} can't be read: {error}"
            continue
        if root.tag == f"{ATOM}feed":
            parts = [root, *root.iterfind(f"{ATOM}entry")]
            if any(part.find(f"{ATOM}{name}") is None for part in parts for name in ("id", "title", "updated")):
                yield f"{path} lacks an id, a title or a date"
        elif path.startswith("feed"):
            yield f"{path} is no Atom feed"


def _check_dumps(output: Path) -> Finding:
    data = output / "data"
    sums = [name for name in (SUMS, SUM) if (data / name).is_file() or (name == SUMS and (data / "ids.csv").is_file())]
    if not sums:
        return Finding("dumps", True, "none are published (render.dumps = false)")
    problems = [problem for name in sums for problem in check_checksums(data, name)]
    return found("dumps", problems, "every dump is what its checksum says", BUILD)
