// Search by meaning: loads its vectors when the reader asks for them, and asks a worker for the nearest pages.
"use strict";

(() => {
  const form = document.querySelector("#search");
  const box = form.elements.q;
  const ways = document.querySelector("#ways");
  const [words, meaning] = ways ? ways.querySelectorAll("button") : [];
  const found = document.querySelector("#found");
  const meant = document.querySelector("#meant");
  const ownWords = document.querySelector("#own-words");
  const propose = document.querySelector("#propose");
  const MOST = { question: 8, preprint: 8 };
  const LEAST = 0.08; // below this cosine a page has nothing to do with the question
  let worker;
  let told; // meaning/index.json, once the vectors are there
  let run = 0; // a late reply to an older question is dropped
  const shelves = new Map(); // files of titles that were loaded

  const base = () => new URL(ways.dataset.base, document.baseURI);
  const isMeant = () => form.dataset.by === "meaning";

  /** What a cosine amounts to, in a word: sums of pieces lie lower than the encoder's own; see docs/quality.md. */
  const nearness = (cosine) => (cosine >= 0.3 ? "near" : cosine >= 0.2 ? "may fit" : "further off");

  function make(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  async function title(row) {
    const file = told.titles[Math.floor(row / told.titles_in_file)];
    if (!shelves.has(file)) shelves.set(file, fetch(new URL(file, base())).then((reply) => reply.json()));
    try {
      return (await shelves.get(file))[row % told.titles_in_file];
    } catch (error) {
      shelves.delete(file); // asked for again with the next question
      throw error;
    }
  }

  async function entry([row, cosine]) {
    const [path, text, note] = await title(row);
    const link = make("a", "", text);
    link.href = new URL(`../${path}index.html`, base());
    const near = make("span", "nearness", nearness(cosine));
    return make("li", "listed", make("h3", "", link), make("p", "meta", near, make("span", "", note)));
  }

  async function show({ run: asked, found: pages }) {
    const lists = {};
    for (const kind of ["question", "preprint"]) {
      lists[kind] = await Promise.all(pages[kind].filter((one) => one[1] >= LEAST).map(entry));
    }
    if (asked !== run || !isMeant()) return;
    for (const kind of ["question", "preprint"]) {
      const part = meant.querySelector(`[data-kind=${kind}]`);
      part.hidden = !lists[kind].length;
      part.querySelector("ol").replaceChildren(...lists[kind]);
    }
    const counts = Object.entries(lists)
      .filter(([, list]) => list.length)
      .map(([kind, list]) => `${list.length} ${kind}${list.length === 1 ? "" : "s"}`);
    found.textContent = counts.length
      ? `${counts.join(" and ")} nearest to “${box.value.trim()}”, by meaning`
      : `Nothing near “${box.value.trim()}”`;
    meant.hidden = !counts.length;
  }

  function ask() {
    if (!told || !isMeant()) return;
    const text = box.value.trim();
    const address = new URLSearchParams([...(text ? [["q", text]] : []), ["by", "meaning"]]);
    history.replaceState(history.state, "", `${location.pathname}?${address}`);
    run += 1;
    if (text) worker.postMessage({ run, text, most: Math.max(...Object.values(MOST)) });
    else {
      meant.hidden = true;
      found.textContent = "";
    }
  }

  function choose(by) {
    form.dataset.by = by;
    words.setAttribute("aria-pressed", by === "words");
    meaning.setAttribute("aria-pressed", by === "meaning");
    document.querySelector("#by-words").hidden = by === "meaning";
    document.querySelector("#filters").hidden = by === "meaning";
    meant.hidden = true;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function load() {
    if (worker) return;
    meaning.setAttribute("aria-busy", "true");
    worker = new Worker(new URL(ways.dataset.worker, document.baseURI));
    worker.onmessage = ({ data }) => {
      if (data.came) meaning.textContent = `Loading ${Math.floor((100 * data.came) / data.of)}%`;
      if (data.ready) {
        told = data.ready;
        meaning.removeAttribute("aria-busy");
        meaning.textContent = "By meaning";
        try { sessionStorage.setItem("antigravity-meaning", "asked"); } catch { /* asked again on the next page */ }
        choose("meaning");
      }
      if (data.found) show(data).catch(() => { found.textContent = "What was found could not be loaded"; });
      if (data.failed) fail(data.failed);
    };
    worker.onerror = (event) => fail(event.message);
    worker.postMessage({ base: String(base()) });
  }

  function fail(why) {
    console.warn(why);
    worker.terminate();
    worker = told = undefined;
    meaning.removeAttribute("aria-busy");
    meaning.textContent = "By meaning: could not be loaded, try again";
    if (isMeant()) choose("words");
  }

  /** Who finds nothing that fits can propose the question, in the words that were typed. */
  function offer() {
    const text = box.value.trim();
    propose.hidden = text.split(/\s+/).length < 3;
    for (const one of ownWords ? [ownWords] : []) one.textContent = text.replace(/["\\$`]/g, "\\$&");
    const link = propose.querySelector("a[data-form]");
    if (!link) return;
    const address = new URL(link.dataset.form);
    address.searchParams.set("title", text);
    address.searchParams.set("question", text);
    link.href = address;
  }

  let wait;
  box.addEventListener("input", () => {
    offer();
    clearTimeout(wait);
    wait = setTimeout(ask, 150);
  });
  form.addEventListener("submit", () => { clearTimeout(wait); ask(); });
  if (!location.protocol.startsWith("http")) return;
  const asked = new URLSearchParams(location.search);
  if (asked.get("q")) box.value = asked.get("q");
  offer();
  if (!ways) return;
  ways.hidden = false;
  words.addEventListener("click", () => choose("words"));
  meaning.addEventListener("click", () => (told ? choose("meaning") : load()));
  // who came back from a page that was found has loaded the vectors already
  let again = false;
  try { again = sessionStorage.getItem("antigravity-meaning") === "asked"; } catch { /* then not */ }
  if (again && asked.get("by") === "meaning") load();
})();
