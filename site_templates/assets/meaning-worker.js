// Finds pages by what a question means, off the page's own thread: WordPiece as in pipeline/meaning/wordpiece.py, one vector a
// piece, and the cosine of their sum with every page's vector. Reads only what it is told the address of.
"use strict";

let told; // meaning/index.json
let pieces; // id by piece
let codes; // of the pieces
let scales;
let pages;
let norms;

const CONTROL = /[\0\uFFFD]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}]/gu;
const CJK = /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B820}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;
const SPLIT = /[!-/:-@[-`{-~\p{P}]|[^\p{White_Space}!-/:-@[-`{-~\p{P}]+/gu;

function tokenize(text) {
  const { clean, apart, strip, lower, longest, prefix } = told.tokenizer;
  if (clean) text = text.replace(CONTROL, "");
  if (apart) text = text.replace(CJK, " $& ");
  if (strip) text = text.normalize("NFD").replace(/\p{Mn}/gu, "");
  if (lower) text = Array.from(text, (one) => one.toLowerCase()).join("");
  const ids = [];
  for (const word of text.match(SPLIT) || []) {
    const letters = Array.from(word);
    const found = [];
    for (let start = 0, end; start < letters.length && letters.length <= longest; start = end) {
      let id;
      for (end = letters.length; end > start; end--) {
        id = pieces.get((start ? prefix : "") + letters.slice(start, end).join(""));
        if (id !== undefined) break;
      }
      if (id === undefined) {
        found.length = 0; // a word that is not made of known pieces is unknown as a whole
        break;
      }
      found.push(id);
    }
    ids.push(...(found.length ? found : [told.unknown]));
  }
  return ids;
}

const POWERS = [1, 6, 36]; // three values a byte, each one of six levels
const value = (bytes, row, place) =>
  (Math.floor(bytes[row * (told.units.length / 3) + Math.floor(place / 3)] / POWERS[place % 3]) % 6) - 2.5;

/** The sum of the pieces' vectors, of length 1, times the unit of each dimension; null where no piece says anything. */
function encode(ids) {
  const sum = new Float64Array(told.units.length);
  for (const id of ids) {
    for (let place = 0; place < sum.length; place++) sum[place] += value(codes, id, place) * scales[id];
  }
  const length = Math.hypot(...sum.map((one, place) => one * told.units[place]));
  return length ? sum.map((one, place) => (one * told.units[place] ** 2) / length) : null;
}

/** The best pages of each kind: place and cosine, best first. */
function search(text, most) {
  const asked = encode(tokenize(text));
  const found = { question: [], preprint: [] };
  if (!asked) return found;
  for (let row = 0; row < norms.length; row++) {
    let likeness = 0;
    for (let place = 0; place < asked.length; place++) likeness += value(pages, row, place) * asked[place];
    found[row < told.questions ? "question" : "preprint"].push([row, likeness / norms[row]]);
  }
  for (const kind of Object.keys(found)) found[kind] = found[kind].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, most);
  return found;
}

/** Fetch a file whole, telling how many bytes came. */
async function load(base, name, progress) {
  const reply = await fetch(new URL(name, base));
  if (!reply.ok) throw new Error(`${name}: ${reply.status}`);
  const parts = [];
  const reader = reply.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    progress(part.value.length);
  }
  return new Response(new Blob(parts));
}

async function open(base) {
  told = await (await fetch(new URL("index.json", base), { cache: "no-cache" })).json();
  let came = 0;
  const progress = (bytes) => postMessage({ came: (came += bytes), of: told.bytes });
  const [vocabulary, matrix, vectors] = await Promise.all(
    [told.files.vocabulary, told.files.pieces, told.files.pages].map((name) => load(base, name, progress)));
  pieces = new Map((await vocabulary.text()).split("\n").map((piece, id) => [piece, id]));
  const bytes = await matrix.arrayBuffer();
  const view = new DataView(bytes);
  scales = Float32Array.from({ length: pieces.size }, (_, id) => view.getUint16(2 * id, true));
  codes = new Uint8Array(bytes, 2 * pieces.size);
  pages = new Uint8Array(await vectors.arrayBuffer());
  norms = new Float32Array(told.questions + told.preprints);
  for (let row = 0; row < norms.length; row++) {
    let length = 0;
    for (let place = 0; place < told.units.length; place++) length += (value(pages, row, place) * told.units[place]) ** 2;
    norms[row] = Math.sqrt(length) || 1;
  }
}

onmessage = async ({ data }) => {
  try {
    if (data.base) {
      await open(data.base);
      postMessage({ ready: told });
    } else if (data.tokenize) {
      postMessage({ ids: data.tokenize.map(tokenize) });
    } else {
      postMessage({ run: data.run, found: search(data.text, data.most) });
    }
  } catch (error) {
    postMessage({ failed: String(error) });
  }
};
