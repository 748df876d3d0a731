// The map, explored: what a point is, what a question cites, zoom and pan, arrows from point to point. Without this its points are links.
"use strict";

(() => {
  const figure = document.querySelector("#map");
  if (!figure) return;
  const svg = figure.querySelector("svg");
  const ties = svg.querySelector(".ties");
  const pointed = document.querySelector("#pointed");
  const dots = [...svg.querySelectorAll(".dot")];
  const whole = svg.viewBox.baseVal;
  const [width, height] = [whole.width, whole.height];
  const MOST = 12; // times larger
  const view = { x: 0, y: 0, zoom: 1 };
  const place = (dot) => [Number(dot.lastElementChild.getAttribute("cx")), Number(dot.lastElementChild.getAttribute("cy"))];

  function look() {
    const [w, h] = [width / view.zoom, height / view.zoom];
    view.x = Math.max(0, Math.min(width - w, view.x));
    view.y = Math.max(0, Math.min(height - h, view.y));
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${w} ${h}`);
    svg.style.setProperty("--zoom", Math.sqrt(view.zoom)); // points grow slower than the distances between them
    figure.classList.toggle("zoomed", view.zoom > 1);
    figure.querySelector("[data-zoom=in]").disabled = view.zoom >= MOST;
    for (const one of ["out", "whole"]) figure.querySelector(`[data-zoom=${one}]`).disabled = view.zoom <= 1;
  }

  /** Zoom by a factor and keep that place of the map where it is on the screen. */
  function zoom(factor, [x, y] = [view.x + width / view.zoom / 2, view.y + height / view.zoom / 2]) {
    const before = view.zoom;
    view.zoom = Math.max(1, Math.min(MOST, before * factor));
    view.x = x - ((x - view.x) * before) / view.zoom;
    view.y = y - ((y - view.y) * before) / view.zoom;
    look();
  }

  function at(event) {
    const box = svg.getBoundingClientRect();
    return [
      view.x + ((event.clientX - box.left) / box.width) * (width / view.zoom),
      view.y + ((event.clientY - box.top) / box.height) * (height / view.zoom),
    ];
  }

  /** Say what a point is, and draw lines from a question to what it cites, or from a preprint to who cites it. */
  function point(dot) {
    ties.replaceChildren();
    for (const one of dots) one.classList.remove("tied");
    if (!dot) {
      pointed.replaceChildren();
      return;
    }
    const number = dot.id.slice(1);
    const others = dot.dataset.to
      ? dot.dataset.to.split(" ").map((one) => document.getElementById(`n${one}`))
      : dots.filter((one) => one.dataset.to?.split(" ").includes(number));
    for (const other of others) {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      const ends = [...place(dot), ...place(other)];
      ["x1", "y1", "x2", "y2"].forEach((name, end) => line.setAttribute(name, ends[end]));
      ties.append(line);
      other.classList.add("tied");
    }
    const title = document.createElement("b");
    title.textContent = dot.querySelector("title").textContent;
    const note = document.createElement("span");
    const count = others.length ? (dot.dataset.to ? `, cites ${others.length} shown here` : `, cited by ${others.length}`) : "";
    note.textContent = ` ${dot.dataset.note}${count}`;
    pointed.replaceChildren(title, note);
  }

  /** The nearest point in the direction of an arrow, those straight ahead before those aside. */
  function next(dot, [dx, dy]) {
    const [x, y] = place(dot);
    let best = null;
    let least = Infinity;
    for (const one of dots) {
      const [ox, oy] = place(one);
      const ahead = (ox - x) * dx + (oy - y) * dy;
      const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      if (one === dot || ahead <= 0 || aside > 2 * ahead || ahead + 2 * aside >= least) continue;
      [best, least] = [one, ahead + 2 * aside];
    }
    return best;
  }

  function go(dot) {
    for (const one of dots) one.tabIndex = one === dot ? 0 : -1;
    const [x, y] = place(dot);
    const [w, h] = [width / view.zoom, height / view.zoom];
    if (x < view.x || x > view.x + w || y < view.y || y > view.y + h) {
      Object.assign(view, { x: x - w / 2, y: y - h / 2 });
      look();
    }
    dot.focus({ preventScroll: true });
  }

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  svg.addEventListener("keydown", (event) => {
    const dot = event.target.closest(".dot");
    if (!dot || event.ctrlKey || event.metaKey || event.altKey) return;
    if (ARROWS[event.key]) {
      const found = next(dot, ARROWS[event.key]);
      if (found) go(found);
    } else if (event.key === "+" || event.key === "=") zoom(1.5, place(dot));
    else if (event.key === "-") zoom(1 / 1.5, place(dot));
    else if (event.key === "Escape" && view.zoom > 1) zoom(1 / MOST);
    else return;
    event.preventDefault();
  });

  // one stop of the Tab key for the whole picture; arrows lead from there
  dots.forEach((dot, number) => { dot.tabIndex = number === dots.length - 1 ? 0 : -1; });
  svg.addEventListener("focusin", (event) => point(event.target.closest(".dot")));
  svg.addEventListener("focusout", () => point(null));
  svg.addEventListener("pointerover", (event) => {
    const dot = event.target.closest(".dot");
    if (dot) point(dot);
  });
  svg.addEventListener("pointerleave", () => point(svg.contains(document.activeElement) ? document.activeElement.closest(".dot") : null));

  figure.querySelector(".steer").hidden = false;
  figure.querySelector(".steer").addEventListener("click", ({ target }) => {
    if (target.dataset.zoom) zoom({ in: 1.5, out: 1 / 1.5, whole: 1 / MOST }[target.dataset.zoom]);
  });
  // a wheel scrolls the page, as everywhere; with Ctrl, as a pinch on a touchpad says it, it zooms
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 200), at(event));
  }, { passive: false });

  const held = new Map(); // pointers that are down
  let moved = 0;
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => {
    held.set(event.pointerId, event);
    moved = 0;
  });
  svg.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const box = svg.getBoundingClientRect();
    const others = [...held.values()].filter((one) => one.pointerId !== event.pointerId);
    if (others.length === 1) {
      const gap = (one) => Math.hypot(one.clientX - others[0].clientX, one.clientY - others[0].clientY);
      zoom(gap(event) / Math.max(1, gap(before)), at(event));
    } else if (!others.length && view.zoom > 1) {
      view.x -= ((event.clientX - before.clientX) / box.width) * (width / view.zoom);
      view.y -= ((event.clientY - before.clientY) / box.height) * (height / view.zoom);
      look();
    }
    moved += Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY);
    held.set(event.pointerId, event);
  });
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, (event) => held.delete(event.pointerId));
  svg.addEventListener("click", (event) => {
    if (moved > 6) event.preventDefault(); // the end of a drag is no click
  });
  look();
})();
