// Blocks as elements, on messages, modals and App Home.
import { chart } from "./charts.js";
import { h } from "../dom.js";
import { element, labelled } from "./elements.js";
import { dataTable, table } from "./tables.js";
import { markdown, richText, textOf } from "./text.js";

const image = (block) => h("figure", {}, block.title ? h("figcaption", {}, textOf(block.title)) : null,
  h("img", { src: block.image_url, alt: block.alt_text }));

function section(block, context) {
  return [h("div", {}, block.text ? h("div", {}, textOf(block.text)) : null,
    block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textOf(field)))) : null),
  block.accessory ? h("div", { class: "accessory" }, element(block.accessory, context(block), true)) : null];
}

function input(block, context) {
  const id = `${context(block).place}-input`;
  const shown = labelled(element(block.element, context(block), block.dispatch_action), id);
  return h("div", { "data-block": block.block_id }, h("label", { for: id, id: `${id}-label` }, textOf(block.label), block.optional ? h("small", {}, " (optional)") : null),
    shown, h("small", { class: "error", role: "alert", id: `${id}-error` }), block.hint ? h("small", { class: "hint" }, textOf(block.hint)) : null);
}

const RENDER = {
  section,
  header: (block) => h("h3", {}, textOf(block.text)),
  context: (block) => block.elements.map((part) => (part.type === "image"
    ? h("img", { src: part.image_url, alt: part.alt_text, class: "tiny" }) : h("span", {}, textOf(part)))),
  context_actions: (block, context) => block.elements.map((part) => element(part, context(block), true)),
  actions: (block, context) => block.elements.map((part) => element(part, context(block), true)),
  divider: () => h("hr"),
  image,
  input,
  rich_text: (block) => block.elements.map(richText),
  markdown: (block) => markdown(block.text),
  table,
  data_table: dataTable,
  data_visualization: chart,
};

// `context(block)` gives what an element needs to act: act, suggest, users, channels and a unique place.
export const blocks = (list, context) => (list ?? []).map((block) => {
  const render = RENDER[block.type];
  return h("div", { class: `block ${block.type}`, "data-block-id": block.block_id },
    render ? render(block, context) : h("em", {}, `a ${block.type} block, which this page can't draw`));
});
