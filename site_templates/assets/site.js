// Small comforts. Every page reads in full without them.
"use strict";

// The theme switch: as the system has it, light, dark.
const themes = ["auto", "light", "dark"];
const root = document.documentElement;
const button = document.querySelector("button.theme");

function showTheme() {
  button.textContent = `Theme: ${root.dataset.theme}`;
  button.setAttribute("aria-label", `Theme: ${root.dataset.theme}. Change it`);
}

button.hidden = false;
showTheme();
button.addEventListener("click", () => {
  root.dataset.theme = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
  showTheme();
  try { localStorage.setItem("antigravity-theme", root.dataset.theme); } catch { /* not kept, still shown */ }
});

// "/" goes to the search box, where the page shows one.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector("#q");
  if (!box || !box.getClientRects().length) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// A reader who follows a link to something folded wants to see it.
function unfold() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target && (target.matches("details") ? target : target.querySelector("details"));
  if (folded) folded.open = true;
}
addEventListener("hashchange", unfold);
unfold();

// What came since the last day that this browser was here: kept in the browser, told to nobody.
function markNews() {
  const today = new Date().toISOString().slice(0, 10);
  let visit = { last: "", now: "" };
  try {
    visit = { ...visit, ...JSON.parse(localStorage.getItem("antigravity-visit")) };
    if (visit.now !== today) visit = { last: visit.now, now: today };
    localStorage.setItem("antigravity-visit", JSON.stringify(visit));
  } catch { /* no storage: nothing is new */ }
  for (const time of visit.last ? document.querySelectorAll(".listed .meta time") : []) {
    if (time.dateTime <= visit.last) continue;
    const note = document.createElement("span");
    note.className = "news";
    note.textContent = "new since your last visit";
    time.closest(".meta").append(note);
  }
}
markNews();

// A formula that scrolls must be within reach of the keyboard, one that fits is none of its stops. Inside a link nothing scrolls.
function reachFormulas() {
  for (const formula of document.querySelectorAll(".formula")) {
    if (formula.scrollWidth > formula.clientWidth && !formula.closest("a")) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  }
}
addEventListener("load", reachFormulas);
addEventListener("resize", reachFormulas);
document.addEventListener("toggle", reachFormulas, true);

// Paper cannot unfold anything.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});

// Links name the file so that the site works from a disk; the address bar need not.
if (location.protocol.startsWith("http") && location.pathname.endsWith("/index.html")) {
  history.replaceState(history.state, "", location.pathname.slice(0, -"index.html".length) + location.search + location.hash);
}
