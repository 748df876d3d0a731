"""How often a question asked in other words leads to its page: by meaning in the browser, by words, and by the whole encoder.

    python benchmarks/meaning_search.py ../shared/data/arxiv/arxiv_full.jsonl.gz /tmp/meaning --others 1000

Builds a site of the box's questions and those in evaluation/, and of as many other question pages as asked for, worded from
titles. With --answers, those pages are answered without a language model, from the preprints that answer them and those in the
box. Then asks each paraphrase of evaluation/paraphrases.jsonl in headless Chromium, of the published worker and of the published
Pagefind index, and of the encoder itself. A second run with the same folder does only what is left.
"""

import argparse
import gzip
import json
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from pipeline.answer.engines import Completion
from pipeline.hashes import content_hash
from pipeline.night import open_night
from pipeline.progress import shown
from pipeline.questions import read_active
from pipeline.serve import open_server
from pipeline.settings import read_settings
from pipeline.steps import STEPS, Night, embed, ingest, render
from pipeline.store.preprints import load_text_vectors

ROOT = Path(__file__).parents[1]
SETTINGS = f"""
[render]
templates = "{ROOT / "site_templates"}"
dumps = false

[[sources]]
name = "arxiv"
kind = "jsonl"
path = "preprints.jsonl"
"""
BY_WORDS = """async (asked) => {
  const pagefind = await import("./pagefind/pagefind.js");
  const reply = await pagefind.search(asked, { filters: { kind: "question" } });
  const found = await Promise.all(reply.results.slice(0, 10).map((one) => one.data()));
  return found.map((one) => one.url.match(/q\\/([^/]+)/)[1]);
}"""
BY_MEANING = """async (asked) => {
  const worker = new Worker("./assets/meaning-worker.js");
  const reply = () => new Promise((done) => { worker.onmessage = ({ data }) => { if (!data.came) done(data); }; });
  worker.postMessage({ base: new URL("meaning/", location.href).href });
  const told = (await reply()).ready;
  const titles = [];
  for (const file of told.titles) titles.push(...await (await fetch(`meaning/${file}`)).json());
  const found = [];
  const start = performance.now();
  for (const text of asked) {
    worker.postMessage({ run: 1, text, most: 10 });
    found.push((await reply()).found.question.map(([row, cosine]) => [titles[row][0].slice(2, -1), cosine]));
  }
  return { found, bytes: told.bytes, milliseconds: (performance.now() - start) / asked.length };
}"""


class Silence:
    """A language model that writes nothing: quotes carry the answers."""

    name, sha256, sampling = "no model", "0" * 64, "none"

    def complete(self, prompts: Iterable[Any]) -> Iterator[tuple[int, Completion]]:
        yield from ((number, Completion("", 1, 0)) for number, _ in enumerate(prompts))

    def judge(self, prompts: Sequence[Any], on_progress: Any = None) -> list[float]:
        return [0.0 for _ in prompts]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("preprints", type=Path)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--others", type=int, default=0)
    arguments.add_argument("--answers", action="store_true", help="answer the questions too: a second or two for each")
    asked = arguments.parse_args()
    pairs = read_lines(ROOT / "evaluation/paraphrases.jsonl")
    make_archive(asked.folder, asked.preprints, asked.others)
    settings = read_settings(asked.folder / "antigravity.toml")
    started = time.process_time()
    with shown() as progress, open_night(settings, progress) as opened:
        night = replace(opened, engine=Silence())
        for step in STEPS if asked.answers else (ingest, embed, render):
            report = step(night)
            print(f"{report.name}: {report.done} done, {report.seconds} s {report.warnings[:2]}")
        wanted = [slug_of(pair["question"]) for pair in pairs]
        whole = by_encoder(night, [pair["paraphrase"] for pair in pairs])
    print(f"built in {time.process_time() - started:.0f} s of processor time")
    words, meaning = in_browser(settings.render.output, [pair["paraphrase"] for pair in pairs])
    found = [[slug for slug, _ in one] for one in meaning["found"]]
    cosines = [dict(one).get(slug) for one, slug in zip(meaning["found"], wanted, strict=True)]
    print(f"{len(pairs)} paraphrases, {len(read_active(settings.questions.folder))} question pages")
    print(f"loaded {meaning['bytes']:,} bytes; {meaning['milliseconds']:.1f} ms a question in the worker")
    print("cosine of the right page, quartiles:", np.nanpercentile(np.array(cosines, float), [25, 50, 75]).round(2))
    wrong = [next((c for s, c in one if s != slug), 0) for one, slug in zip(meaning["found"], wanted, strict=True)]
    print("cosine of the best other page, quartiles:", np.percentile(wrong, [25, 50, 75]).round(2))
    for name, lists in (("words, Pagefind", words), ("meaning, in the browser", found), ("the whole encoder", whole)):
        shares = (f"recall@{k} {recall(lists, wanted, k):.3f}" for k in (1, 5, 10))
        print(f"{name:<24}", ", ".join(shares), f"; nothing found {sum(not one for one in lists)}")


def recall(lists: Sequence[Sequence[str]], wanted: Sequence[str], k: int) -> float:
    """Share of the questions whose page is among the first k."""
    return sum(slug in found[:k] for found, slug in zip(lists, wanted, strict=True)) / len(wanted)


def make_archive(folder: Path, preprints: Path, others: int) -> None:
    """The settings, the question files, and the preprints that answer them with those in the box."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "questions", ignore_errors=True)
    shutil.copytree(ROOT / "questions", folder / "questions")
    (folder / "antigravity.toml").write_text(SETTINGS, encoding="utf-8")
    labelled = [one for name in ("archive", "box") for one in read_lines(ROOT / f"evaluation/{name}.jsonl")]
    wanted = {source for one in labelled for source in one["sources"]}
    lines = (ROOT / "pipeline/sample/preprints.jsonl").read_text(encoding="utf-8").splitlines()
    titles: list[str] = []
    with gzip.open(preprints, "rt", encoding="utf-8") as records:
        for number, line in enumerate(records):
            record = json.loads(line)
            if record["id"] in wanted:
                lines.append(line.strip())
            elif number % 40 == 0 and len(titles) < others:
                titles.append(" ".join(record["title"].split()))
    (folder / "preprints.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_question(folder, "topics: [ecology]", labelled)
    write_question(folder, "topics: [ecology]", [{"question": f"What is known about {title}?"} for title in titles])


def write_question(folder: Path, head: str, questions: Sequence[dict[str, Any]]) -> None:
    for one in questions:
        facets = f"facets: {json.dumps(one['facets'])}\n" if one.get("facets") else ""
        text = f"---\nquestion: {json.dumps(one['question'])}\n{head}\n{facets}status: active\n---\n"
        (folder / "questions" / f"{slug_of(one['question'])}.md").write_text(text, encoding="utf-8")


def slug_of(question: str) -> str:
    return f"q-{content_hash(question)[:12]}"


def by_encoder(night: Night, asked: Sequence[str]) -> list[list[str]]:
    """The ten nearest questions to each, by the encoder's own vectors."""
    texts = [one.question for one in read_active(night.settings.questions.folder)]
    vectors = load_text_vectors(
        night.connection, encoder=night.encoder.name, text_hashes=[content_hash(one) for one in texts]
    )
    known = [one for one in texts if content_hash(one) in vectors]
    likeness = night.encoder.encode(asked) @ np.stack([vectors[content_hash(one)] for one in known]).T
    return [[slug_of(known[place]) for place in row[:10]] for row in np.argsort(-likeness, axis=1)]


def in_browser(site: Path, asked: Sequence[str]) -> tuple[list[list[str]], dict[str, Any]]:
    """What the published site finds for each: by words, and by meaning with its cosine."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with open_server(site, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
        meaning = page.evaluate(BY_MEANING, asked)
        words = [page.evaluate(BY_WORDS, text) for text in asked]
        browser.close()
        server.shutdown()
    return words, meaning


def read_lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


if __name__ == "__main__":
    main()
