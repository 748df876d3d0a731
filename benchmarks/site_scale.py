"""A site of 10,000 questions: how long it takes to build, to build again, and to build after one answer changed.

    python benchmarks/site_scale.py make ../shared/data/arxiv/arxiv_full.jsonl.gz /tmp/scale --questions 10000
    python benchmarks/site_scale.py build /tmp/scale
    python benchmarks/site_scale.py peer /tmp/scale --mkdocs peers/bin/mkdocs

`make` takes the preprints in as a night does, turns every nth title into a question, and composes its answer of quotes from
the eight preprints whose words are nearest, by the functions that a night composes with; no model takes part, since this
measures the site and not the answers. `build` renders in fresh
processes: into an empty folder, again, after one answer changed, and after a hundred did. It prints processor seconds, peak
memory, files, and the weight of a page of each type, and holds the rebuilt site against one built anew, byte for byte. `peer`
gives MkDocs with the Material theme (`benchmarks/requirements-peers.txt`, in an environment of its own) a Markdown page for each
question and each preprint of that site, and has it build them with its search.
"""

import argparse
import filecmp
import gzip
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.answer.ask import Drafting, answer_key  # noqa: E402  # the path comes first
from pipeline.embed.encoder import Pieces, Vectors  # noqa: E402
from pipeline.hashes import content_hash, text_hash  # noqa: E402
from pipeline.meaning.keep import find_table  # noqa: E402
from pipeline.meaning.wordpiece import WordPiece  # noqa: E402
from pipeline.progress import silent  # noqa: E402
from pipeline.questions import read_questions  # noqa: E402
from pipeline.records import Evidence, Passage, Preprint, Question, Status  # noqa: E402
from pipeline.render.categories import category_name  # noqa: E402
from pipeline.settings import Settings, read_settings  # noqa: E402
from pipeline.steps import Night, ingest, render  # noqa: E402
from pipeline.store.answers import load_latest_answer, load_retrieved_ids, save_answer, save_outcome, save_passages  # noqa: E402
from pipeline.store.database import Connection, open_database, transaction  # noqa: E402
from pipeline.store.preprints import load_preprints, save_embeddings  # noqa: E402
from pipeline.verify.compose import compose  # noqa: E402
from pipeline.verify.decide import Decision  # noqa: E402
from pipeline.words import STOPWORDS, sentence_spans, stem, words  # noqa: E402
from tests.fakes import FakeEngine  # noqa: E402

DIMENSIONS = 256
PIECES = 28_000
"""Of the vocabulary that readers load, about as many as the encoder in the box has."""
STRETCH = 512
NOW = datetime(2026, 11, 25, 3, 17, tzinfo=UTC)
CONFIG = """
[site]
base_url = "https://archive.example/"
repository_url = "https://code.example/archive"

[[sources]]
name = "arxiv"
kind = "arxiv-snapshot"
path = "{path}"

[render]
templates = "{templates}"
figures = "none.jsonl"
"""
FORMS = (
    "What do preprints report on {}?",
    "Which results are known about {}?",
    "What has been found on {}?",
    "What is known about {}, and where are the limits?",
)
PLAIN = re.compile(r"[\w ,'’()-]{25,140}")
"""A title without formulas or a question of its own."""
TYPES = {
    "home": "index.html",
    "question": "q/*/index.html",
    "history": "q/*/history/index.html",
    "revision": "q/*/r/1/index.html",
    "preprint": "p/*/index.html",
    "questions": "questions/index.html",
    "topic": "topics/*/index.html",
    "category": "categories/*/index.html",
    "gaps": "gaps/index.html",
    "search": "search/index.html",
    "map": "map/index.html",
    "about": "about/index.html",
    "quality": "quality/index.html",
    "status": "status/index.html",
    "data": "data/index.html",
    "404": "404.html",
}
LOADED = re.compile(rb'(?:<script[^>]* src|<link rel="stylesheet" href|<link rel="icon"[^>]* href)="([^"]+)"')
PEER = """
site_name: Archive
theme:
  name: material
  font: false
nav:
  - index.md
plugins:
  - search
"""


class HashEncoder:
    """A bag of stemmed words hashed into 256 dimensions, rarer words no heavier than others."""

    name = f"hash-{DIMENSIONS}"

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._seen: Counter[str] = Counter()

    def encode(self, texts: Sequence[str], on_progress: Callable[[int], None] = lambda _: None) -> Vectors:
        matrix = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            for word in words(text):
                if word not in STOPWORDS:
                    matrix[row, self._place(word)] += 1
                    self._seen[word] += 1
        matrix[~matrix.any(axis=1), 0] = 1
        on_progress(len(texts))
        return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), np.float32)

    def read_pieces(self, on_progress: Callable[[int, int], None] = lambda _, __: None) -> Pieces:
        """The words that it has read, the most common first, as if each were a piece."""
        known = tuple(word for word, _ in self._seen.most_common(PIECES))
        wordpiece = WordPiece(("[UNK]", *known), "[UNK]", "##", 100, clean=True, apart=True, strip=True, lower=True)
        return Pieces(wordpiece, self.encode(["", *known]))

    def _place(self, word: str) -> int:
        if word not in self._places:
            self._places[word] = (
                int.from_bytes(blake2b(stem(word).encode(), digest_size=4).digest(), "big") % DIMENSIONS
            )
        return self._places[word]


def open_scale(settings: Settings, connection: Connection) -> Night:
    """A night whose models are only named."""
    engine = FakeEngine(name="no-model")
    engine.sampling = "none"
    return Night(settings, connection, HashEncoder(), engine, lambda: NOW, time.sleep, silent)


# --- the archive -------------------------------------------------------------------------------------------------


def make(preprints: Path, folder: Path, count: int) -> None:
    """The archive, its questions, and their answers; without a site."""
    (folder / "questions").mkdir(parents=True)
    config = folder / "antigravity.toml"
    templates = (ROOT / "site_templates").as_posix()
    config.write_text(CONFIG.format(path=preprints.resolve().as_posix(), templates=templates), encoding="utf-8")
    topics = write_questions(folder / "questions", preprints, count)
    settings = read_settings(config)
    questions = read_questions(settings.questions.folder)[0]
    print(f"{len(questions):,} questions on {topics} topics", flush=True)
    with open_database(settings.archive.database) as connection:
        night = open_scale(settings, connection)
        print(f"{ingest(night).done:,} preprints", flush=True)
        answer_all(connection, night.drafting, questions)
        find_table(connection, night.encoder)


def answer_all(connection: Connection, drafting: Drafting, questions: Sequence[Question]) -> None:
    """Passages, answer and outcome of every question, and its vector for the follow-ups."""
    encode = drafting.encoder.encode
    ids = [found for (found,) in connection.execute("SELECT archive_id FROM preprints ORDER BY archive_id").fetchall()]
    held: dict[str, Preprint] = {}
    vectors = np.empty((len(ids), DIMENSIONS), np.float32)
    for start in range(0, len(ids), STRETCH):
        read = load_preprints(connection, ids[start : start + STRETCH])
        found = encode([f"{one.title}. {one.abstract}" for one in read.values()])
        with transaction(connection):
            save_embeddings(
                connection,
                encoder=drafting.encoder.name,
                text_hashes=[text_hash(one) for one in read.values()],
                vectors=found,
            )
        vectors[start : start + STRETCH] = found
        held |= read
    marks = [content_hash(one.question) for one in questions]
    asked = encode([one.question for one in questions])
    with transaction(connection):
        save_embeddings(connection, encoder=drafting.encoder.name, text_hashes=marks, vectors=asked)
    evidence = cache(lambda archive_id: quotes(held[archive_id]))
    for start in range(0, len(questions), STRETCH):
        with transaction(connection):
            cosines = asked[start : start + STRETCH] @ vectors.T
            for question, row in zip(questions[start : start + STRETCH], cosines, strict=True):
                nearest = sorted(np.argpartition(-row, 8)[:8].tolist(), key=lambda n: (-row[n], n))
                found = {ids[n]: (held[ids[n]], float(row[n])) for n in nearest}
                answer_one(connection, drafting, question, found, evidence, len(ids))


def answer_one(
    connection: Connection,
    drafting: Drafting,
    question: Question,
    found: Mapping[str, tuple[Preprint, float]],
    evidence: Callable[[str], tuple[Evidence, ...]],
    count: int,
) -> None:
    passages = [
        Passage(name, one.latest.number, text_hash(one), rank, round(cosine, 4), 0.0, round(cosine, 6))
        for rank, (name, (one, cosine)) in enumerate(found.items(), 1)
    ]
    preprints = {name: one for name, (one, _) in found.items()}
    # every twelfth is a gap, every fifth is answered in part
    mark = int(content_hash(question.slug)[:4], 16)
    status: Status = "not_answered" if mark % 12 == 0 else "partly" if mark % 5 == 0 else "answered"
    key = answer_key(question, [(one, preprints[one.archive_id]) for one in passages], drafting)
    written = compose(
        question,
        Decision(status, "composed_for_scale", ()),
        (),
        passages,
        preprints,
        [one for name in list(found)[: 2 + mark % 5] for one in evidence(name)],
        (),
        drafting.provenance(question, key, count),
        drafting.engine.name,
        NOW.date() - timedelta(days=1 + mark % 200),
    )
    save_passages(connection, slug=question.slug, retrieval_key="scale", preprints=count, passages=passages)
    save_answer(connection, written)
    save_outcome(connection, answer_key=key, slug=question.slug, revision=1)


def quotes(preprint: Preprint) -> tuple[Evidence, ...]:
    """The first and the last sentence of an abstract, as if they bore on the question."""
    spans = [(start, end) for start, end in sentence_spans(preprint.abstract) if end - start > 30]
    ends = dict.fromkeys([*spans[:1], *spans[-1:]])
    return tuple(Evidence(preprint.archive_id, preprint.abstract[start:end], start, end, 0.6) for start, end in ends)


def write_questions(folder: Path, preprints: Path, count: int) -> int:
    """Every nth plain title as a question, under the topic of its primary category; returns how many topics."""
    records = [one for one in read_records(preprints) if PLAIN.fullmatch(one[0])]
    if len(records) < count:
        raise SystemExit(f"{preprints} has {len(records):,} plain titles, fewer than {count:,}")
    topics: dict[str, str] = {}
    seen: set[str] = set()
    step, made = max(1, len(records) // count), 0
    for number in [*range(0, len(records), step), *range(1, len(records), step)]:
        title, category = records[number]
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower())[:70].strip("-")
        if made == count or slug in seen:
            continue
        seen.add(slug)
        topic = re.sub(r"[^a-z]+", "-", category.lower()).strip("-")
        topics[topic] = f"{category_name(category)} ({category})"  # two categories may have one name
        question = FORMS[made % len(FORMS)].format(title[0].lower() + title[1:] if title[1:2].islower() else title)
        text = f"---\nquestion: {json.dumps(question, ensure_ascii=False)}\ntopics: [{topic}]\n---\n"
        (folder / f"{slug}.md").write_text(text, encoding="utf-8")
        made += 1
    (folder / "topics.toml").write_text(
        "".join(f"[topics.{slug}]\ntitle = {json.dumps(title)}\n\n" for slug, title in sorted(topics.items())), "utf-8"
    )
    return len(topics)


def read_records(preprints: Path) -> Iterator[tuple[str, str]]:
    """Title and primary category of each preprint that has both and an abstract."""
    with gzip.open(preprints, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record.get("abstract") and record.get("title") and record.get("categories"):
                yield " ".join(record["title"].split()), record["categories"].split()[0]


# --- builds ------------------------------------------------------------------------------------------------------


def build(folder: Path) -> None:
    """Every build in a process of its own, so that its memory is its own too."""
    settings = read_settings(folder / "antigravity.toml")
    for path in (settings.render.output, folder / "anew"):
        clear(path)
    first = child(folder, "first")
    child(folder, "nothing changed")
    for number, name in ((1, "one answer changed"), (100, "100 answers changed")):
        change(settings, number)
        again = child(folder, name)
        print(f"  {share(again, first)} of the first build's processor time")
    os.environ["ANTIGRAVITY_RENDER__OUTPUT"] = str(folder / "anew")
    child(folder, "the same, into an empty folder")
    print(compare(settings.render.output, folder / "anew"))
    print(*weights(settings.render.output), sep="\n")


def clear(output: Path) -> None:
    shutil.rmtree(output, ignore_errors=True)
    for one in output.parent.glob(f".{output.name}.*"):
        shutil.rmtree(one) if one.is_dir() else one.unlink()


def child(folder: Path, name: str) -> float:
    """Render once; returns processor seconds."""
    done = subprocess.run([sys.executable, __file__, "render", folder], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    told = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{name}: {told['cpu']:.1f} s of processor time ({told['wall']:.1f} by the clock), peak {told['peak']:,} MB; "
        f"{told['done']:,} files written, {told['pages']:,} of them pages, {told['skipped']:,} kept",
        flush=True,
    )
    return float(told["cpu"])


def render_once(folder: Path) -> None:
    settings = read_settings(folder / "antigravity.toml")
    with open_database(settings.archive.database) as connection:
        start = time.monotonic()
        report = render(open_scale(settings, connection))
        wall = time.monotonic() - start
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told = {
        "cpu": sum(one.ru_utime + one.ru_stime for one in used),
        "wall": wall,
        "peak": max(one.ru_maxrss for one in used) // 1024,
        "done": report.done,
        "pages": report.pages_written,
        "skipped": report.skipped,
    }
    print(json.dumps(told))


def change(settings: Settings, count: int) -> None:
    """A new revision for some of the answers, each without its last sentence."""
    files = sorted(settings.questions.folder.glob("*.md"))
    with open_database(settings.archive.database) as connection, transaction(connection):
        for file in files[:: max(1, len(files) // count)][:count]:
            answer = load_latest_answer(connection, slug=file.stem)
            if answer is None:
                continue
            findings = tuple(replace(one, sentences=one.sentences[:-1] or one.sentences) for one in answer.findings)
            save_answer(
                connection, replace(answer, findings=findings, revision=answer.revision + 1, answered_on=NOW.date())
            )


def share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}"


def compare(one: Path, other: Path) -> str:
    names = [
        {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} for folder in (one, other)
    ]
    if names[0] != names[1]:
        return f"DIFFERENT FILES: {sorted(names[0] ^ names[1])[:5]}"
    wrong = [name for name in sorted(names[0]) if not filecmp.cmp(one / name, other / name, shallow=False)]
    size = sum((one / name).stat().st_size for name in names[0])
    told = f"DIFFERENT BYTES: {wrong[:5]}" if wrong else "the rebuilt site and the new one are the same bytes"
    return f"{told}; {len(names[0]):,} files, {size / 1e6:,.0f} MB"


def build_peer(folder: Path, mkdocs: Path) -> None:
    """Processor seconds that MkDocs needs for the same questions and preprints, into an empty folder."""
    settings, place = read_settings(folder / "antigravity.toml"), folder / "peer"
    shutil.rmtree(place, ignore_errors=True)
    (place / "docs").mkdir(parents=True)
    (place / "mkdocs.yml").write_text(PEER, encoding="utf-8")
    (place / "docs/index.md").write_text("# Home\n", encoding="utf-8")
    for page in settings.render.output.glob("q/*/index.md"):
        shutil.copyfile(page, place / "docs" / f"q-{page.parent.name}.md")
    with open_database(settings.archive.database) as connection:
        for one in load_preprints(connection, load_retrieved_ids(connection)).values():
            (place / "docs" / f"p-{one.archive_id}.md").write_text(f"# {one.title}\n\n{one.abstract}\n", "utf-8")
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([mkdocs.absolute(), "build", "--quiet"], cwd=place, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    pages, files = (sum(1 for one in (place / "site").rglob(name) if one.is_file()) for name in ("*.html", "*"))
    print(
        f"MkDocs: {used:.1f} s of processor time ({time.monotonic() - start:.1f} by the clock), "
        f"peak {after.ru_maxrss // 1024:,} MB; {files:,} files, {pages:,} of them pages"
    )


def weights(output: Path) -> Iterator[str]:
    """For every page type the median and the heaviest page with its styles, scripts and icon, in kilobytes as gzip sends them."""
    for name, pattern in TYPES.items():
        sizes = sorted(weight(output, path) for path in sample(output, pattern))
        if sizes:
            (middle, requests), (heaviest, _) = sizes[len(sizes) // 2], sizes[-1]
            yield (
                f"{name}: {middle / 1000:.1f} kB in {requests} requests, heaviest of {len(sizes)}: {heaviest / 1000:.1f} kB"
            )


def sample(output: Path, pattern: str, most: int = 300) -> list[Path]:
    found = sorted(output.glob(pattern))
    return found[:: max(1, len(found) // most)]


def weight(output: Path, page: Path) -> tuple[int, int]:
    """Bytes of the page and of what it loads at once, each gzipped by itself, and how many files that is."""
    html = page.read_bytes()
    loaded = LOADED.findall(html)
    files = [
        output / name.decode().lstrip("/") if name.startswith(b"/") else (page.parent / name.decode()).resolve()
        for name in loaded
    ]
    contents = [html, *(file.read_bytes() for file in files)]
    return sum(len(gzip.compress(content)) for content in contents), len(contents)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("preprints", type=Path)
    making.add_argument("folder", type=Path)
    making.add_argument("--questions", type=int, default=10_000)
    for name in ("build", "render"):
        commands.add_parser(name).add_argument("folder", type=Path)
    peer = commands.add_parser("peer")
    peer.add_argument("folder", type=Path)
    peer.add_argument("--mkdocs", type=Path, required=True)
    told = parser.parse_args()
    if told.command == "make":
        make(told.preprints, told.folder, told.questions)
    elif told.command == "peer":
        build_peer(told.folder, told.mkdocs)
    else:
        {"build": build, "render": render_once}[told.command](told.folder)


if __name__ == "__main__":
    main()
