// Modals, and the question an element may ask before it acts. `<dialog>` keeps the focus inside and hears Escape.
import { at, h, show } from "./dom.js";
import { textOf } from "./blocks/text.js";
import { act, state, view } from "./wire.js";

// Whether the person agrees to a confirmation object; true where there is none.
export function confirmed(question) {
  if (!question) return Promise.resolve(true);
  const box = at("question");
  return new Promise((answer) => {
    const decide = (yes) => () => { box.close(); answer(yes); };
    box.replaceChildren(h("form", { method: "dialog", onsubmit: decide(true) },
      h("h2", {}, textOf(question.title)), h("div", { class: "body" }, textOf(question.text)),
      h("footer", {}, h("button", { type: "button", onclick: decide(false) }, textOf(question.deny)),
        h("button", { class: question.style === "danger" ? "danger filled" : "primary" }, textOf(question.confirm)))));
    box.oncancel = decide(false);
    box.showModal();
  });
}

// A short form of the page's own; resolves to what was entered by name, or to null.
export function ask(title, fields, yes) {
  const box = at("question");
  return new Promise((answer) => {
    const decide = (given) => { box.close(); answer(given); };
    box.replaceChildren(h("form", { method: "dialog", onsubmit: (event) => decide(Object.fromEntries(new FormData(event.target))) },
      h("h2", {}, title), h("div", { class: "body" }, fields),
      h("footer", {}, h("button", { type: "button", onclick: () => decide(null) }, "Cancel"), h("button", { class: "primary" }, yes))));
    box.oncancel = () => decide(null);
    box.showModal();
  });
}

const holders = (box) => [...box.querySelectorAll("[data-block] [data-action]")];
const placeOf = (node) => `${node.closest("[data-block]").dataset.block}/${node.dataset.action}`;

// Shows errors under their inputs, by block id, and goes to the first.
function fail(box, errors) {
  for (const node of box.querySelectorAll("[data-action]")) {
    const holder = node.closest("[data-block]");
    if (!holder) continue;
    const error = errors[holder.dataset.block] ?? "";
    holder.querySelector(".error").textContent = error;
    node.toggleAttribute("aria-invalid", Boolean(error));
  }
  box.querySelector("[aria-invalid]")?.focus();
}

async function submit(event, box, top, { valueOf }) {
  event.preventDefault();
  const values = {}, missing = {};
  for (const node of holders(box)) {
    const block = node.closest("[data-block]").dataset.block, value = valueOf(node);
    values[block] = { [node.dataset.action]: value };
    const needed = !top.blocks.find((each) => each.block_id === block)?.optional;
    if (needed && (value === null || value.length === 0)) missing[block] = "Please complete this required field.";
  }
  fail(box, missing);
  if (Object.keys(missing).length) return;
  const { errors = {} } = await act("submit", { view: top.id, values });
  fail(box, errors);
  if (errors[""]) box.querySelector(".trouble").textContent = errors[""];
}

// The person's topmost modal; what was typed stays where the app changes the modal under it.
export function drawModal(blocks, contextOf, inputs) {
  const box = at("modal"), top = state.views.at(-1);
  if (!top) {
    box.close();
    box.shown = null;
    return;
  }
  const leave = (clear) => act("close", { clear });
  const typed = box.view === top.id ? new Map(holders(box).map((node) => [placeOf(node), [inputs.valueOf(node), node.value]])) : new Map();
  const back = state.views.length > 1 ? h("button", { type: "button", class: "quiet", "aria-label": "Back", onclick: () => leave(false) }, "‹") : null;
  const redrawn = show(box, [top.id, top.hash, view.user, state.views.length], () => h("form", { onsubmit: (event) => submit(event, box, top, inputs), novalidate: true },
    h("header", {}, back, h("h2", { id: "modal-title" }, textOf(top.title)), h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => leave(true) }, "✕")),
    h("div", { class: "body" }, blocks(top.blocks, contextOf(top.id, top.id))),
    h("p", { class: "trouble", role: "alert" }),
    h("footer", {}, h("button", { type: "button", onclick: () => leave(false) }, top.close ? textOf(top.close) : top.submit ? "Cancel" : "Close"),
      top.submit ? h("button", { class: "primary" }, textOf(top.submit)) : null)));
  if (!redrawn) return;
  box.oncancel = (event) => { event.preventDefault(); leave(false); };
  box.oninput = (event) => fail(event.target.closest("[data-block]") ?? box, {});
  if (box.view !== top.id) box.querySelector(".body").scrollTop = 0;
  box.view = top.id;
  for (const node of holders(box)) {
    if (typed.has(placeOf(node))) inputs.setValue(node, ...typed.get(placeOf(node)));
  }
  if (!box.open) box.showModal();
  box.querySelector(".body :is(input, select, textarea), footer button").focus();
}
