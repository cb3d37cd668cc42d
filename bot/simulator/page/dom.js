// Building elements: text is always text, never HTML.

export function h(tag, attributes = {}, ...children) {
  const element = tag === "svg" || SVG.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = new Set(["g", "path", "rect", "line", "circle", "polyline", "polygon", "text"]);

// Shows `build()` in the element, only when what it depends on has changed, so that typing isn't lost.
export function show(element, depends, build) {
  const key = JSON.stringify(depends);
  if (element.dataset.shown === key) return false;
  element.dataset.shown = key;
  element.replaceChildren(...[build()].flat(9).filter(Boolean));
  return true;
}
