// Blocks as elements, on messages, modals and App Home.
import { chart } from "./charts.js";
import { h } from "./dom.js";
import { element } from "./elements.js";
import { emoji, markdown, richText, textOf } from "./text.js";

const image = (block) => h("figure", {}, block.title ? h("figcaption", {}, textOf(block.title)) : null,
  h("img", { src: block.image_url, alt: block.alt_text }));

const cell = (part) => (part.type === "rich_text" ? part.elements.map(richText) : emoji(String(part.text ?? part.value)));

function table(block) {
  const rows = block.rows, size = block.type === "data_table" ? (block.page_size ?? 5) : rows.length;
  const aligned = (index) => (block.column_settings?.[index]?.align ?? (rows.at(-1)[index]?.type === "raw_number" ? "right" : "left"));
  const row = (cells, tag) => h("tr", {}, cells.map((part, index) => h(tag, { style: `text-align:${aligned(index)}` }, cell(part))));
  const body = h("tbody"), pages = Math.ceil((rows.length - 1) / size), label = h("span");
  let page = 0;
  const turn = (by) => {
    page = Math.max(0, Math.min(pages - 1, page + by));
    body.replaceChildren(...rows.slice(1 + page * size, 1 + (page + 1) * size).map((cells) => row(cells, "td")));
    label.textContent = ` ${page + 1} of ${pages} `;
  };
  turn(0);
  const pager = pages > 1 ? h("div", { class: "pager" }, h("button", { type: "button", onclick: () => turn(-1) }, "‹"), label,
    h("button", { type: "button", onclick: () => turn(1) }, "›")) : null;
  return h("div", { class: "table" }, h("table", {}, block.caption ? h("caption", {}, block.caption) : null, h("thead", {}, row(rows[0], "th")), body), pager);
}

function section(block, context) {
  return h("div", { class: "section" }, h("div", {}, block.text ? h("div", {}, textOf(block.text)) : null,
    block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textOf(field)))) : null),
    block.accessory ? h("div", { style: "flex: none" }, element(block.accessory, context(block), true)) : null);
}

function input(block, context) {
  const shown = element(block.element, context(block), block.dispatch_action);
  return h("div", { class: "input", "data-block": block.block_id }, h("label", {}, textOf(block.label), block.optional ? h("small", {}, " (optional)") : null),
    shown, block.hint ? h("small", { class: "hint" }, textOf(block.hint)) : null, h("small", { class: "error", role: "alert" }));
}

const RENDER = {
  section,
  header: (block) => h("h2", {}, textOf(block.text)),
  context: (block) => h("div", { class: "context" }, block.elements.map((part) => (part.type === "image"
    ? h("img", { src: part.image_url, alt: part.alt_text, class: "tiny" }) : h("span", {}, textOf(part))))),
  actions: (block, context) => h("div", { class: "actions" }, block.elements.map((part) => element(part, context(block), true))),
  divider: () => h("hr"),
  image,
  input,
  rich_text: (block) => h("div", {}, block.elements.map(richText)),
  markdown: (block) => h("div", {}, markdown(block.text)),
  table,
  data_table: table,
  data_visualization: chart,
};

// `context(block)` gives what an element needs to act: act, suggest, users, channels and a unique place.
export const blocks = (list, context) => (list ?? []).map((block) => {
  const render = RENDER[block.type];
  return h("div", { class: `block ${block.type}`, "data-block-id": block.block_id },
    render ? render(block, context) : h("em", {}, `a ${block.type} block, which this page can't draw`));
});
