// Runs before the first paint: a stored theme does not flash.
try {
  const theme = localStorage.getItem("antigravity-theme");
  if (["auto", "light", "dark"].includes(theme)) document.documentElement.dataset.theme = theme;
} catch { /* no storage: the page keeps the theme it came with */ }
// What scripts will show has its place kept, so that nothing jumps when they do.
document.documentElement.classList.add("scripted");
if (new URLSearchParams(location.search).get("q")) document.documentElement.classList.add("asked");
