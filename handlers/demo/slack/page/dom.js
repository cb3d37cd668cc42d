// Building elements and keeping them: text is always text, never HTML.

const SVG = new Set(["svg", "g", "path", "rect", "line", "circle", "polyline", "polygon", "text"]);

export const at = (id) => document.getElementById(id);

export function h(tag, attributes = {}, ...children) {
  const element = SVG.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Shows `build()` in the element, only when what it depends on has changed; says whether it did.
export function show(element, depends, build) {
  const key = JSON.stringify(depends);
  if (element.shown === key) return false;
  element.shown = key;
  element.replaceChildren(...[build()].flat(9).filter(Boolean));
  return true;
}

// Shows one element for each item and leaves alone those whose item hasn't changed, so that what a person
// is at (focus, an open menu, a page of a table) stays. Each item has a `key`; says whether anything changed.
export function keep(parent, items, build) {
  const old = new Map([...parent.children].map((node) => [node.key, node]));
  let changed = false;
  const nodes = items.map((item) => {
    const before = old.get(item.key), shown = JSON.stringify(item);
    if (before?.shown === shown) return before;
    changed = true;
    return Object.assign(build(item), { key: item.key, shown, replaces: before });
  });
  const focused = document.activeElement, kept = new Set(nodes);
  const lost = nodes.find((node) => node.replaces?.contains(focused));
  const { action } = focused?.dataset ?? {};
  for (const node of [...parent.children]) if (!kept.has(node)) { node.remove(); changed = true; }
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
    delete node.replaces;
  });
  if (lost && action) lost.querySelector(`[data-action="${CSS.escape(action)}"]`)?.focus({ preventScroll: true });
  return changed;
}

// A button that opens a small menu: `items` are [label, what to do] pairs.
// Moves an open list so far that the box it scrolls in shows all of it.
function intoView(list) {
  list.style.cssText = "";
  const room = (list.closest("#messages, #replies, dialog .body") ?? document.documentElement).getBoundingClientRect(), own = list.getBoundingClientRect();
  if (own.bottom > room.bottom && own.top - own.height > room.top) list.style.cssText = "top: auto; bottom: 100%";
  const left = Math.min(0, room.right - 8 - own.right) + Math.max(0, room.left + 8 - own.left);
  list.style.transform = left ? `translateX(${left}px)` : "";
}

export function menu(label, face, items) {
  const box = h("details", { class: "menu", ontoggle: () => { box.firstChild.setAttribute("aria-expanded", String(box.open)); if (box.open) intoView(box.lastChild); }, onkeydown: (event) => { if (event.key === "Escape") close(); else step(event); } });
  const step = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key], all = [...box.querySelectorAll(".items button")];
    if (!by || !all.length) return;
    event.preventDefault();
    box.open = true;
    all.at((all.indexOf(document.activeElement) + by + all.length) % all.length).focus();
  };
  const close = () => { box.open = false; box.firstChild.focus(); };
  box.append(h("summary", { "aria-label": label, role: "button", "aria-haspopup": "true", "aria-expanded": "false" }, face), h("div", { class: "items" }, items.map(([text, act, style]) => (
    h("button", { type: "button", class: style ?? "", onclick: () => { close(); act(); } }, text)))));
  return box;
}

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.menu[open]")) if (!open.contains(event.target)) open.open = false;
});
