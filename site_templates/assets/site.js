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
