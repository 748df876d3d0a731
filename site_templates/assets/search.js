// The search page: a small interface over Pagefind's own (https://pagefind.app/docs/api/).
"use strict";

const form = document.querySelector("#search");
const box = form.elements.q;
const selects = [...form.querySelectorAll("select")];
const found = document.querySelector("#found");
const list = document.querySelector("#results");
const more = document.querySelector("#more");
const clear = document.querySelector("#clear");
const STEP = 10;

let pagefind;
let all; // every filter with every value
let results = [];
let shown = 0;
let run = 0; // a late reply to an older search is dropped

const read = () => ({
  term: box.value.trim(),
  filters: Object.fromEntries(selects.filter((s) => s.value).map((s) => [s.name, s.value])),
});

/** Pagefind marks the words found in escaped HTML; keep the text and the marks, nothing else. */
function excerpt(html) {
  const line = document.createElement("p");
  line.className = "summary";
  for (const node of new DOMParser().parseFromString(html, "text/html").body.childNodes) {
    const part = node.nodeName === "MARK" ? document.createElement("mark") : document.createElement("span");
    part.textContent = node.textContent;
    line.append(part);
  }
  return line;
}

function entry(data) {
  const item = document.createElement("li");
  item.className = "listed";
  const head = document.createElement("h2");
  const link = document.createElement("a");
  link.href = data.url;
  link.textContent = data.meta.title;
  head.append(link);
  const meta = document.createElement("p");
  meta.className = "meta";
  for (const text of [data.meta.kind, data.meta.status, data.meta.id, data.meta.year]) {
    if (!text) continue;
    const part = document.createElement("span");
    part.textContent = text;
    meta.append(part);
  }
  item.append(head, excerpt(data.excerpt), meta);
  return item;
}

async function showMore() {
  const mine = run;
  const data = await Promise.all(results.slice(shown, shown + STEP).map((result) => result.data()));
  if (mine !== run) return;
  list.append(...data.map(entry));
  shown += data.length;
  more.hidden = shown >= results.length;
}

/** A filter that all pages agree on tells nothing: it is not shown. */
function offer(counts) {
  for (const select of selects) {
    select.closest("label").hidden = Object.keys(counts[select.name] || {}).length < 2 && !select.value;
  }
}

/** Fill each filter with the values that are left, and how many pages have them. */
function fill(counts) {
  for (const select of selects) {
    const chosen = select.value;
    const values = Object.entries(counts[select.name] || {}).filter(([value, n]) => n || value === chosen);
    values.sort(([a], [b]) => (select.name === "year" ? b.localeCompare(a) : a.localeCompare(b)));
    select.length = 1;
    for (const [value, n] of values) select.add(new Option(`${value} (${n})`, value));
    if (chosen && select.value !== chosen) select.add(new Option(chosen, chosen));
    select.value = chosen;
  }
}

function say({ term, filters }) {
  if (!term && !Object.keys(filters).length) return "";
  const pages = results.length === 1 ? "1 page" : `${results.length || "No"} pages`;
  return term ? `${pages} found for “${term}”` : `${pages} found`;
}

async function search() {
  const mine = ++run;
  if (form.dataset.by === "meaning") return; // meaning.js answers
  const asked = read();
  const chosen = Object.keys(asked.filters).length > 0;
  const address = new URLSearchParams([...(asked.term ? [["q", asked.term]] : []), ...Object.entries(asked.filters)]);
  history.replaceState(history.state, "", location.pathname + (address.size ? `?${address}` : ""));
  // without words Pagefind reads its whole index, 25 MB of a large archive: not for a page that was only opened
  const reply = asked.term || chosen
    ? await pagefind.search(asked.term || null, { filters: asked.filters })
    : { results: [], filters: all };
  if (mine !== run) return;
  results = reply.results;
  shown = 0;
  list.replaceChildren();
  more.hidden = true;
  clear.hidden = !chosen;
  fill(reply.filters);
  found.textContent = say(asked);
  await showMore();
}

/** Up and down walk through the box and the results; Escape returns to the box. */
function walk(event) {
  const stops = [box, ...document.querySelectorAll("#results h2 a, #meant h3 a")].filter((one) => one.getClientRects().length);
  const at = stops.indexOf(document.activeElement);
  if (at < 0) return;
  if (event.key === "Escape" && at > 0) box.focus();
  else if (event.key === "ArrowDown" && at + 1 < stops.length) stops[at + 1].focus();
  else if (event.key === "ArrowUp" && at > 0) stops[at - 1].focus();
  else return;
  event.preventDefault();
}

async function start() {
  const asked = new URLSearchParams(location.search);
  box.value = asked.get("q") || box.value; // before the index is there: what is typed meanwhile stays
  if (!location.protocol.startsWith("http")) {
    document.documentElement.classList.remove("scripted", "asked");
    document.querySelector("#local").hidden = false;
    form.hidden = true;
    return;
  }
  document.addEventListener("keydown", walk); // what was found by meaning may be there first
  try {
    const bundle = new URL(form.dataset.bundle, document.baseURI);
    pagefind = await import(bundle);
    await pagefind.init();
    // a large archive's index comes in parts
    const parts = await (await fetch(new URL("parts.json", bundle))).json();
    await Promise.all(parts.map((part) => pagefind.mergeIndex(new URL(part, bundle).pathname)));
    all = await pagefind.filters();
    fill(all);
  } catch (error) {
    console.warn(error);
    document.documentElement.classList.remove("asked");
    document.querySelector("#broken").hidden = false;
    form.hidden = true;
    return;
  }
  for (const select of selects) {
    const value = asked.get(select.name);
    if (!value) continue;
    if (![...select.options].some((option) => option.value === value)) select.add(new Option(value, value));
    select.value = value;
  }
  offer(all);
  document.querySelector("#filters").hidden = form.dataset.by === "meaning";

  let wait;
  box.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(search, 200); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(wait); search(); });
  for (const select of selects) select.addEventListener("change", search);
  clear.addEventListener("click", () => { for (const select of selects) select.value = ""; search(); box.focus(); });
  more.addEventListener("click", async () => {
    const next = list.children.length;
    await showMore();
    list.children[next]?.querySelector("a").focus();
  });
  if (!box.value) box.focus();
  await search();
  document.documentElement.classList.remove("asked");
}

start();
