// Interactive elements: buttons, menus and inputs. `act(element, selected)` is called when one is used.
import { h } from "./dom.js";
import { textOf } from "./text.js";

const optionsOf = (element) => [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
const agreed = (element) => !element.confirm || window.confirm(`${element.confirm.title.text}\n\n${element.confirm.text.text}`);

function select(element, context, many) {
  const chosen = (element.initial_options ?? [element.initial_option]).filter(Boolean).map((option) => option.value);
  const one = (option) => h("option", { value: option.value, selected: chosen.includes(option.value) }, option.text.text);
  const groups = (element.option_groups ?? []).map((group) => h("optgroup", { label: group.label.text }, group.options.map(one)));
  const empty = many ? null : h("option", { value: "" }, element.placeholder?.text ?? "Choose…");
  return h("select", { multiple: many, "data-action": element.action_id }, empty, (element.options ?? []).map(one), groups);
}

function choices(element, context, kind) {
  const initial = (element.initial_options ?? [element.initial_option]).filter(Boolean).map((option) => option.value);
  return h("div", { "data-action": element.action_id, class: "choices" }, element.options.map((option) => h("label", {},
    h("input", { type: kind, name: `${context.place}-${element.action_id}`, value: option.value, checked: initial.includes(option.value) }),
    " ", textOf(option.text), option.description ? h("small", {}, " ", textOf(option.description)) : null)));
}

function external(element, context) {
  const list = h("datalist", { id: `list-${context.place}-${element.action_id}` });
  const look = async (event) => {
    const { options } = await context.suggest(element, event.target.value);
    list.replaceChildren(...(options ?? []).map((option) => h("option", { value: option.value }, option.text.text)));
  };
  return h("span", {}, h("input", { list: list.id, oninput: look, "data-action": element.action_id, placeholder: element.placeholder?.text }), list);
}

function listed(element, pairs, initial) {
  const options = pairs.map(([value, label]) => h("option", { value, selected: [initial].flat().includes(value) }, label));
  const many = element.type.startsWith("multi_");
  return h("select", { "data-action": element.action_id, multiple: many }, many ? null : h("option", { value: "" }, "Choose…"), options);
}

const INPUTS = { datepicker: ["date", "initial_date"], timepicker: ["time", "initial_time"], number_input: ["number", "initial_value"],
  email_text_input: ["email", "initial_value"], url_text_input: ["url", "initial_value"] };

function built(element, context) {
  const { type } = element, shared = { "data-action": element.action_id, placeholder: element.placeholder?.text };
  if (type.endsWith("static_select")) return select(element, context, type.startsWith("multi_"));
  if (type.endsWith("external_select")) return external(element, context);
  if (type.endsWith("users_select")) return listed(element, context.users, element.initial_user ?? element.initial_users);
  if (type.endsWith("channels_select") || type.endsWith("conversations_select"))
    return listed(element, context.channels, element.initial_channel ?? element.initial_conversation ?? element.initial_channels ?? element.initial_conversations);
  if (type === "radio_buttons") return choices(element, context, "radio");
  if (type === "checkboxes") return choices(element, context, "checkbox");
  if (type === "datetimepicker") return h("input", { ...shared, type: "datetime-local" });
  if (type === "plain_text_input" && element.multiline) return h("textarea", { ...shared, rows: 4, maxlength: element.max_length }, element.initial_value ?? "");
  const [kind, initial] = INPUTS[type] ?? ["text", "initial_value"];
  return h("input", { ...shared, type: kind, value: element[initial], maxlength: element.max_length, step: "any" });
}

// What an input holds now, in the form the stand-in takes: a string, a list, a number of seconds or null.
export function valueOf(node) {
  if (node.matches(".choices")) {
    const checked = [...node.querySelectorAll("input:checked")].map((input) => input.value);
    return node.querySelector("input[type=radio]") ? (checked[0] ?? null) : checked;
  }
  if (node.multiple) return [...node.selectedOptions].map((option) => option.value);
  if (node.type === "datetime-local") return node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null;
  return node.value || null;
}

export function element(part, context, dispatch) {
  if (part.type === "image") return h("img", { src: part.image_url, alt: part.alt_text, class: "small" });
  if (part.type === "button") {
    const press = () => {
      if (part.url) window.open(part.url, "_blank", "noreferrer");
      if (agreed(part)) context.act(part, undefined);
    };
    return h("button", { type: "button", class: part.style ?? "", onclick: press, "data-action": part.action_id, "aria-label": part.accessibility_label }, textOf(part.text));
  }
  if (part.type === "overflow") {
    const menu = h("select", { "aria-label": "More", class: "overflow" }, h("option", { value: "" }, "⋯"), optionsOf(part).map((option) => h("option", { value: option.value }, option.text.text)));
    menu.addEventListener("change", () => menu.value && agreed(part) && context.act(part, menu.value));
    return menu;
  }
  const node = built(part, context);
  if (dispatch) node.addEventListener("change", () => {
    const holder = node.matches("[data-action]") ? node : node.querySelector("[data-action]");
    if (agreed(part)) context.act(part, valueOf(holder));
  });
  return node;
}
