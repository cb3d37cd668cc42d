// Interactive elements: buttons, menus and inputs. `context.act(element, selected)` is called when one is used.
import { confirmed } from "../dialogs.js";
import { h, menu } from "../dom.js";
import { emoji, opensHere, textOf } from "./text.js";

const optionsOf = (element) => [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
const faceOf = (option) => emoji(option.text.text) + (option.description ? ` — ${option.description.text}` : "");
const chosenIn = (element) => (element.initial_options ?? [element.initial_option]).filter(Boolean).map((option) => option.value);
const hold = (element) => ({ "data-action": element.action_id, "aria-label": element.placeholder?.text });

function select(element) {
  const many = element.type.startsWith("multi_"), chosen = chosenIn(element);
  const one = (option) => h("option", { value: option.value, selected: chosen.includes(option.value) }, faceOf(option));
  const groups = (element.option_groups ?? []).map((group) => h("optgroup", { label: group.label.text }, group.options.map(one)));
  const empty = many ? null : h("option", { value: "" }, element.placeholder?.text ?? "Select an option");
  return h("select", { multiple: many, ...hold(element) }, empty, (element.options ?? []).map(one), groups);
}

function choices(element, context, kind) {
  const chosen = chosenIn(element);
  return h("div", { "data-action": element.action_id, class: "choices", role: kind === "radio" ? "radiogroup" : "group" }, element.options.map((option) => h("label", {},
    h("input", { type: kind, name: `${context.place}-${element.action_id}`, value: option.value, checked: chosen.includes(option.value) }),
    h("span", {}, textOf(option.text), option.description ? h("small", {}, textOf(option.description)) : null))));
}

// A menu that asks the app for its options while one types; the chosen option is kept in `data-value`.
function external(element, context) {
  const first = element.initial_option, list = h("div", { class: "items", role: "listbox", hidden: true });
  const typed = h("input", { role: "combobox", "aria-expanded": "false", autocomplete: "off", ...hold(element), "data-external": "yes",
    "data-value": first?.value, value: first ? first.text.text : null, placeholder: element.placeholder?.text ?? "Type to search" });
  const choose = (option) => {
    typed.value = option.text.text;
    typed.dataset.value = option.value;
    list.hidden = true;
    typed.dispatchEvent(new Event("change", { bubbles: true }));
  };
  let asked = 0;
  typed.addEventListener("input", async () => {
    delete typed.dataset.value;
    const turn = ++asked, least = element.min_query_length ?? 3;
    const { options = [] } = typed.value.length < least ? {} : await context.suggest(element, typed.value);
    if (turn !== asked) return;
    list.replaceChildren(...options.map((option) => h("button", { type: "button", role: "option", onclick: () => choose(option) }, faceOf(option))),
      ...(options.length || typed.value.length < least ? [] : [h("em", {}, "No results")]));
    list.hidden = !list.children.length;
    typed.setAttribute("aria-expanded", String(!list.hidden));
  });
  return h("div", { class: "external" }, typed, list);
}

function listed(element, pairs, initial) {
  const many = element.type.startsWith("multi_");
  const options = pairs.map(([value, label]) => h("option", { value, selected: [initial].flat().includes(value) }, label));
  return h("select", { multiple: many, ...hold(element) }, many ? null : h("option", { value: "" }, element.placeholder?.text ?? "Select"), options);
}

const INPUTS = {
  datepicker: ["date", "initial_date"], timepicker: ["time", "initial_time"], number_input: ["number", "initial_value"],
  email_text_input: ["email", "initial_value"], url_text_input: ["url", "initial_value"],
};
const localMinutes = (seconds) => (seconds ? new Date((seconds - new Date(seconds * 1000).getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16) : null);

function built(element, context) {
  const { type } = element, typed = { ...hold(element), placeholder: element.placeholder?.text, maxlength: element.max_length };
  if (type.endsWith("static_select")) return select(element);
  if (type.endsWith("external_select")) return external(element, context);
  if (type.endsWith("users_select")) return listed(element, context.users, element.initial_user ?? element.initial_users);
  if (type.endsWith("channels_select") || type.endsWith("conversations_select")) {
    const here = element.default_to_current_conversation ? context.here : null;
    return listed(element, context.channels, element.initial_channel ?? element.initial_conversation ?? element.initial_channels ?? element.initial_conversations ?? here);
  }
  if (type === "radio_buttons") return choices(element, context, "radio");
  if (type === "checkboxes") return choices(element, context, "checkbox");
  if (type === "datetimepicker") return h("input", { ...typed, type: "datetime-local", value: localMinutes(element.initial_date_time) });
  if (type === "plain_text_input" && element.multiline) return h("textarea", { ...typed, rows: 4 }, element.initial_value ?? "");
  const [kind, initial] = INPUTS[type] ?? ["text", "initial_value"];
  const bounds = type === "number_input" ? { step: element.is_decimal_allowed ? "any" : 1, min: element.min_value, max: element.max_value } : {};
  return h("input", { ...typed, ...bounds, type: kind, value: element[initial] });
}

// What an input holds now, in the form the stand-in takes: a string, a list, a number of seconds or null.
export function valueOf(node) {
  if (node.matches(".choices")) {
    const checked = [...node.querySelectorAll("input:checked")].map((input) => input.value);
    return node.getAttribute("role") === "radiogroup" ? (checked[0] ?? null) : checked;
  }
  if (node.dataset.external) return node.dataset.value ?? null;
  if (node.multiple) return [...node.selectedOptions].map((option) => option.value);
  if (node.type === "datetime-local") return node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null;
  return node.value || null;
}

// Puts such a value (and, where a menu was searched, its `text`) back into an input.
export function setValue(node, value, text) {
  if (value === null) return;
  if (node.matches(".choices")) for (const box of node.querySelectorAll("input")) box.checked = [value].flat().includes(box.value);
  else if (node.multiple) for (const option of node.options) option.selected = value.includes(option.value);
  else if (node.dataset.external) Object.assign(node, { value: text }).dataset.value = value;
  else if (node.type === "datetime-local") node.value = localMinutes(value);
  else node.value = value;
}

// Ties an input to its label and to the place of its error.
export function labelled(node, id) {
  const holder = node.matches("[data-action]") ? node : node.querySelector("[data-action]");
  if (holder.matches(".choices")) holder.setAttribute("aria-labelledby", `${id}-label`);
  else holder.id = id;
  if (!holder.getAttribute("aria-label")) holder.removeAttribute("aria-label");
  holder.setAttribute("aria-describedby", `${id}-error`);
  return node;
}

function button(part, context) {
  const press = async () => {
    if (!await confirmed(part.confirm)) return;
    if (part.url && /^https?:/.test(part.url) && !opensHere(part.url)) window.open(part.url, "_blank", "noreferrer");
    context.act(part, undefined);
  };
  return h("button", { type: "button", class: part.style ?? "", onclick: press, "data-action": part.action_id, "aria-label": part.accessibility_label }, textOf(part.text));
}

// A pair of thumbs; which of them was pressed is what is chosen.
function feedback(part, context) {
  const side = (one) => h("button", { type: "button", onclick: () => context.act(part, one.value), "data-action": part.action_id, "aria-label": one.accessibility_label }, textOf(one.text));
  return h("span", { class: "feedback" }, side(part.positive_button), side(part.negative_button));
}

export function element(part, context, dispatch) {
  if (part.type === "image") return h("img", { src: part.image_url, alt: part.alt_text, class: "small" });
  if (part.type === "feedback_buttons") return feedback(part, context);
  if (part.type === "button" || part.type === "icon_button") return button(part, context);
  if (part.type === "overflow") {
    return menu("More options", "⋯", optionsOf(part).map((option) => [faceOf(option), async () => {
      if (await confirmed(part.confirm)) context.act(part, option.value);
    }]));
  }
  const node = built(part, context);
  if (dispatch) node.addEventListener("change", async () => {
    const holder = node.matches("[data-action]") ? node : node.querySelector("[data-action]"), value = valueOf(holder);
    if (holder.dataset.external && value === null) return;
    if (await confirmed(part.confirm)) context.act(part, value);
  });
  return node;
}
