// Messages of a channel and of a thread, as Slack's client shows them.
import { blocks } from "./blocks/blocks.js";
import { date, dayOf, timeOf, timeZone } from "./dates.js";
import { ask } from "./dialogs.js";
import { at, h, keep, menu } from "./dom.js";
import { emoji, mrkdwn, name } from "./blocks/text.js";
import { act, follow, go, state, view } from "./wire.js";

const COLORS = ["#4a154b", "#1264a3", "#007a5a", "#b3541e", "#7c3085", "#0b4c8c"];
const NEAR = 300;
const QUICK = ["eyes", "+1", "white_check_mark"];

export function avatar(user) {
  const shown = name(user), bot = user === state.bot;
  const color = bot ? "#1d1c1d" : COLORS[[...user].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLORS.length];
  return h("span", { class: `avatar ${bot ? "bot" : ""}`, style: `background:${color}`, "aria-hidden": "true" }, bot ? "⚖" : shown[0].toUpperCase());
}

export const contextOf = (surface, place) => (block) => ({
  place: `${place}-${block.block_id}`,
  here: view.channel,
  users: state.users.filter((user) => !user.bot).map((user) => [user.id, user.name]),
  channels: state.channels.filter((room) => !room.dm).map((room) => [room.id, `#${room.name}`]),
  act: (part, selected) => follow() && act("click", { surface, action_id: part.action_id, block_id: block.block_id, value: part.value, selected, drawn: part }),
  suggest: (part, text) => act("suggest", { surface, action_id: part.action_id, text }),
});

const surfaceOf = (message) => ({ channel: message.channel, ts: message.ts, ...(message.ephemeral_to && { ephemeral_to: message.ephemeral_to }) });

function attachment(each, context) {
  const head = each.title ? h("div", {}, h("b", {}, each.title_link ? mrkdwn(`<${each.title_link}|${each.title}>`) : each.title)) : null;
  return h("div", { class: "attachment", style: each.color ? `border-color:${each.color}` : null }, head, each.blocks ? blocks(each.blocks, context) : mrkdwn(each.text));
}

const file = (each) => (each.mimetype.startsWith("image/") ? h("figure", {}, h("figcaption", {}, each.title), h("img", { src: each.url_private, alt: each.alt_txt || each.title }))
  : h("a", { class: "file", href: each.url_private, download: each.name }, h("span", { "aria-hidden": "true" }, "📄"), h("span", {}, h("b", {}, each.title), h("small", {}, `${each.name} · ${each.size} bytes`))));

function body(message) {
  const context = contextOf(surfaceOf(message), message.ts);
  return h("div", { class: "body" },
    message.blocks?.length ? blocks(message.blocks, context) : message.text ? h("div", {}, mrkdwn(message.text), message.edited ? h("small", {}, " (edited)") : null) : null,
    (message.attachments ?? []).map((each) => attachment(each, context)), (message.files ?? []).map(file));
}

async function edit(message) {
  const typed = await ask("Edit message", h("textarea", { name: "text", rows: 4, "aria-label": "Message" }, plain(message.text)), "Save");
  if (typed) act("edit", { channel: message.channel, ts: message.ts, text: typed.text });
}

const plain = (text) => text.replace(/<(https?:[^|>]+)(?:\|[^>]*)?>/g, "$1").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

function tools(message, inThread, mine) {
  if (message.ephemeral_to || message.subtype === "tombstone") return null;
  const place = { channel: message.channel, ts: message.ts };
  const own = mine ? [["Edit message", () => edit(message)], ["Delete message", () => act("delete", place), "danger"]] : [];
  const shortcuts = Object.entries(state.shortcuts).map(([id, title]) => [title, () => act("shortcut", { callback_id: id, surface: place })]);
  return h("div", { class: "tools" }, QUICK.map((each) => h("button", { type: "button", "aria-label": `React ${each}`, onclick: () => act("react", { ...place, name: each }) }, emoji(`:${each}:`))),
    inThread ? null : h("button", { type: "button", "aria-label": "Reply in thread", onclick: () => openThread(message.ts) }, "💬"),
    menu("More actions", "⋮", [...shortcuts, ...own]));
}

export function openThread(ts) {
  go({ thread: ts, target: "reply" });
}

function threadLine(message) {
  const count = message.replies.length, last = Number(message.replies.at(-1).ts);
  return h("button", { type: "button", class: "replies", onclick: () => openThread(message.ts) },
    [...new Set(message.replies.map((each) => each.user))].slice(0, 3).map(avatar), h("b", {}, `${count} ${count === 1 ? "reply" : "replies"}`),
    h("small", {}, date(last, "Last reply {date_short_pretty} at {time}")));
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((one) => h("button", {
    type: "button", title: one.users.map(name).join(", "), "aria-label": `${one.name}, ${one.count}, from ${one.users.map(name).join(", ")}`, "aria-pressed": String(one.users.includes(view.user)),
    onclick: () => act("react", { channel: message.channel, ts: message.ts, name: one.name, remove: one.users.includes(view.user) }),
  }, `${emoji(`:${one.name}:`)} ${one.count}`)));
}

function article({ message, first, inThread, mine }) {
  const said = h("time", { title: date(Number(message.ts), "{date_long} {time_secs}") }, timeOf(Number(message.ts)));
  return h("article", { class: `${message.ephemeral_to ? "ephemeral" : ""} ${first ? "first" : "more"}`, "data-ts": message.ts, "aria-label": `${name(message.user)} at ${said.textContent}` },
    message.ephemeral_to ? h("small", { class: "only" }, "👁 Only visible to you · ", h("button", { type: "button", class: "link", onclick: () => act("dismiss", { ts: message.ts }) }, "Dismiss")) : null,
    h("div", { class: "face" }, first ? avatar(message.user) : h("time", {}, said.textContent.replace(/ [AP]M$/, ""))),
    h("div", { class: "said" },
      first ? h("div", { class: "who" }, h("b", {}, name(message.user)), message.bot_id ? h("span", { class: "app" }, "APP") : null, said) : null,
      message.subtype === "thread_broadcast" ? h("small", {}, "replied to a thread") : null,
      body(message), reactions(message), !inThread && message.replies?.length ? threadLine(message) : null),
    tools(message, inThread, mine));
}

// The items of a list of messages: a line where a day begins, and whether a message repeats its author.
function items(messages, inThread) {
  const found = [];
  let before = null;
  for (const message of messages) {
    const at = Number(message.ts), day = dayOf(at);
    const fresh = !before || dayOf(Number(before.ts)) !== day;
    if (fresh && !inThread) found.push({ key: `day-${day}`, day: date(at, "{day_divider_pretty}") });
    const first = fresh || before.user !== message.user || at - Number(before.ts) > NEAR || Boolean(before.ephemeral_to) !== Boolean(message.ephemeral_to) || before.replies?.length > 0;
    const mine = message.user === view.user, liked = (message.reactions ?? []).map((one) => one.users.includes(view.user));
    found.push({ key: `${view.channel}-${message.ts}`, message, first, inThread, mine, liked, zone: timeZone(), shortcuts: state.shortcuts });
    before = message;
  }
  return found;
}

const build = (item) => (item.day ? h("div", { class: "day", role: "separator" }, h("span", {}, item.day)) : article(item));

function draw(box, shown, inThread, key) {
  const nearEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 120, other = box.of !== key;
  const changed = keep(box, items(shown, inThread), build);
  const last = box.lastElementChild;
  if (other || (changed && (nearEnd || view.follow))) {
    box.scrollTop = box.scrollHeight;
    if (!other && last?.offsetHeight > box.clientHeight) last.scrollIntoView({ block: "start" });
  }
  box.of = key;
  const target = view.target && box.querySelector(`[data-ts="${view.target}"]`);
  if (target) {
    view.target = "";
    target.scrollIntoView({ block: "center" });
    target.classList.add("found");
  }
}

export function drawMessages() {
  const shown = [...state.messages, ...state.ephemeral.filter((each) => !each.thread_ts)].sort((one, two) => one.ts - two.ts);
  draw(at("messages"), shown, false, view.channel + view.user);
  if (!shown.length) at("messages").replaceChildren(Object.assign(h("p", { class: "empty" }, "This is the very beginning. Nothing has been said here yet."), { key: "empty" }));
}

export function drawThread() {
  const parent = view.tab === "messages" && state.messages.find((each) => each.ts === view.thread);
  at("thread").hidden = !parent;
  document.body.classList.toggle("threaded", Boolean(parent));
  if (!parent) return;
  const replies = [...parent.replies, ...state.ephemeral.filter((each) => each.thread_ts === view.thread)].sort((one, two) => one.ts - two.ts);
  if (view.target === "reply") {
    view.target = "";
    at("reply-text").focus();
  }
  draw(at("replies"), [{ ...parent, replies: [] }, ...replies], true, view.thread + view.user);
}
