// A citation opens, by hover, focus or tap, its evidence marked in the abstract. Without this the link leads to the card.
"use strict";

const peek = document.createElement("div");
const opens = typeof peek.showPopover === "function";
let from = null; // the citation that is open
let waiting = 0;
let touched = false;

function make(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** The card's title, version and abstract, with the parts marked that carry this citation. */
function fill(link, card) {
  const own = new Set(link.dataset.parts.split(" "));
  const meta = make("p", "meta");
  for (const part of card.querySelectorAll(".meta .id, .meta .version")) meta.append(part.cloneNode(true));
  meta.append(make("span", "", link.closest(".sentence").querySelector(".verdict").textContent));
  const title = card.querySelector("h3 a").cloneNode(true);
  const shown = card.querySelector(".abstract").cloneNode(true);
  shown.tabIndex = 0; // what scrolls can be reached by the keyboard
  shown.querySelectorAll("mark").forEach((mark, place) => mark.classList.toggle("own", own.has(String(place))));
  const way = make("a", "", "its card below");
  way.href = link.getAttribute("href");
  way.addEventListener("click", () => peek.hidePopover());
  const alerts = [...card.querySelectorAll(".alert")].map((alert) => alert.cloneNode(true));
  const ways = make("p", "ways", "More: ", way);
  peek.replaceChildren(make("h2", "", title), meta, ...alerts, shown, ways);
}

/** Below the citation, or above it where there is no room; never outside the window. */
function place(link) {
  const line = link.getBoundingClientRect();
  const box = peek.getBoundingClientRect();
  const below = innerHeight - line.bottom > box.height + 16 || line.top < box.height + 16;
  peek.style.position = "fixed";
  peek.style.inset = "auto";
  peek.style.left = `${Math.max(8, Math.min(line.left, document.documentElement.clientWidth - box.width - 12))}px`;
  peek.style.top = `${Math.max(8, Math.min(below ? line.bottom + 6 : line.top - box.height - 6, innerHeight - box.height - 8))}px`;
}

function open(link) {
  clearTimeout(waiting);
  const card = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (from === link || !link.dataset.parts || !card || !card.querySelector(".abstract")) return false;
  fill(link, card);
  if (!peek.matches(":popover-open")) peek.showPopover();
  from = link;
  link.setAttribute("aria-describedby", peek.id);
  place(link);
  const shown = peek.querySelector(".abstract");
  const mark = shown.querySelector("mark.own");
  if (mark) shown.scrollTop = mark.offsetTop - shown.clientHeight / 3;
  return true;
}

const later = (what, milliseconds) => { clearTimeout(waiting); waiting = setTimeout(what, milliseconds); };
const close = () => { if (peek.matches(":popover-open")) peek.hidePopover(); };

/** It goes with its citation, and closes where that leaves the window: the Tab key scrolls too, to what it reaches. */
function follow() {
  if (!from) return;
  const line = from.getBoundingClientRect();
  if (line.bottom > 0 && line.top < innerHeight) place(from);
  else close();
}

if (opens) {
  peek.id = "peek";
  peek.className = "peek";
  peek.popover = "auto"; // Escape, and a tap elsewhere, close it
  peek.setAttribute("role", "dialog");
  peek.setAttribute("aria-label", "Evidence");
  document.body.append(peek);
  peek.addEventListener("toggle", (event) => {
    if (event.newState !== "closed" || !from) return;
    from.removeAttribute("aria-describedby");
    from = null;
  });
  peek.addEventListener("pointerenter", () => clearTimeout(waiting));
  peek.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") later(close, 250); });
  for (const link of document.querySelectorAll(".sentence .cites a")) {
    link.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") later(() => open(link), 120); });
    link.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") later(close, 250); });
    link.addEventListener("pointerdown", (event) => { touched = event.pointerType !== "mouse"; });
    link.addEventListener("focus", () => { if (link.matches(":focus-visible")) open(link); });
    link.addEventListener("blur", (event) => { if (!peek.contains(event.relatedTarget)) later(close, 0); });
    link.addEventListener("click", (event) => {
      const tapped = touched;
      touched = false;
      if (tapped && open(link)) event.preventDefault();
      else close();
    });
  }
  addEventListener("scroll", follow, { passive: true });
}
