// The box one types messages and commands into, with completion of commands and mentions.
import { at, h } from "./dom.js";
import { act, follow, state, tell, view } from "./wire.js";

const OWN = { "/invite": ["@name", "Slack's own: bring someone into this channel"], "/remove": ["@name", "Slack's own: take someone out of it"] };

// What could be meant by the text so far: [what to show, what to put in its place, a hint] each.
function offers(text) {
  if (text.startsWith("/")) {
    const [command] = text.split(" "), every = { ...state.commands, ...OWN };
    return Object.entries(every).filter(([known]) => (text.includes(" ") ? known === command : known.startsWith(command)))
      .map(([known, hint]) => [known, text.includes(" ") ? text : `${known} `, [hint].flat().join(" · ")]);
  }
  const begun = text.match(/(^|\s)@([\p{L}]*)$/u);
  if (!begun) return [];
  return state.users.filter((user) => user.name.toLowerCase().startsWith(begun[2].toLowerCase()))
    .map((user) => [`@${user.name}`, `${text.slice(0, text.length - begun[2].length)}${user.name} `, user.bot ? "app" : ""]);
}

// Names after @ become mentions, as Slack's client sends them.
export function withMentions(text) {
  const longest = state.users.toSorted((one, two) => two.name.length - one.name.length);
  return longest.reduce((sofar, user) => sofar.replaceAll(new RegExp(`(^|\\s)@${user.name}(?![\\p{L}])`, "giu"), `$1<@${user.id}>`), text);
}

async function send(text, thread) {
  const [command, ...rest] = text.split(/\s+/), argument = text.slice(command.length).trim();
  follow();
  if (!text.startsWith("/")) await act("post", { channel: view.channel, text: withMentions(text), thread_ts: thread || null });
  else if (thread) tell(`${command} is not supported in threads. Sorry!`);
  else if (command in OWN) await act(command.slice(1), { channel: view.channel, who: withMentions(rest.join(" ")).replace(/[<@>]/g, "") });
  else await act("command", { channel: view.channel, command, text: withMentions(argument) });
}

// A form in the element; `thread()` is the ts replied to, or "".
export function composer(place, label, thread) {
  const list = h("div", { class: "completion", role: "listbox", id: `${place}-offers`, "aria-label": "Suggestions", hidden: true });
  const box = h("textarea", { id: `${place}-text`, rows: 1, autocomplete: "off", "aria-label": label, placeholder: label, role: "combobox", "aria-controls": list.id, "aria-expanded": "false", "aria-autocomplete": "list" });
  let shown = [], marked = 0;
  const pick = (index) => {
    box.value = shown[index][1];
    box.focus();
    complete();
  };
  const mark = () => [...list.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === marked)));
  const complete = () => {
    shown = state ? offers(box.value) : [];
    marked = 0;
    list.replaceChildren(...shown.map(([face, , hint], index) => h("button", { type: "button", role: "option", tabindex: -1, onclick: () => pick(index) }, h("b", {}, face), " ", h("span", {}, hint))));
    mark();
    list.hidden = !shown.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
  };
  const done = () => {
    const text = box.value.trim();
    box.value = "";
    complete();
    if (text) send(text, thread());
  };
  const open = () => shown.length && shown[marked][1] !== box.value;
  const key = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length > 1) marked = (marked + step + shown.length) % shown.length;
    else if (event.key === "Escape") list.hidden = true;
    else if (event.key === "Tab" && open() && !list.hidden) pick(marked);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      if (open() && !list.hidden && !shown.some(([face]) => face === box.value.trim())) pick(marked);
      else done();
    } else return;
    event.preventDefault();
    mark();
  };
  box.addEventListener("input", complete);
  box.addEventListener("keydown", key);
  at(place).replaceChildren(list, h("form", { onsubmit: (event) => { event.preventDefault(); done(); } }, box, h("button", { class: "send", "aria-label": "Send" }, "➤")));
}
