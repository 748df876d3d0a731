// Runs before the first paint, so that a stored theme does not flash.
try {
  const theme = localStorage.getItem("antigravity-theme");
  if (["auto", "light", "dark"].includes(theme)) document.documentElement.dataset.theme = theme;
} catch { /* no storage: the page keeps the theme it came with */ }
