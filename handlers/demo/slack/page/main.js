// The page: asks for the state, shows it, and sends what the person does.
import { blocks } from "./blocks/blocks.js";
import { composer } from "./composer.js";
import { date, setClock } from "./dates.js";
import { ask, drawModal } from "./dialogs.js";
import { at, h, show } from "./dom.js";
import { drawDrawer } from "./drawer.js";
import * as inputs from "./blocks/elements.js";
import { drawGuide } from "./guide.js";
import { avatar, contextOf, drawMessages, drawThread } from "./messages.js";
import { know, name } from "./blocks/text.js";
import { act, go, listen, state, view } from "./wire.js";

const seen = new Map();
const roomOf = () => state.channels.find((each) => each.id === view.channel);

// A link or a button to a message here opens its channel and thread instead of slack.com; false if it leads elsewhere.
function openLink(url, event) {
  const found = url.match(/\/archives\/([A-Z0-9]+)(?:\/p(\d+)(\d{6})(?:\?thread_ts=([\d.]+))?)?/);
  if (!found) return false;
  event?.preventDefault();
  const [, channel, seconds, rest, thread] = found, ts = seconds ? `${seconds}.${rest}` : "";
  go({ channel, thread: thread ?? ts, target: ts, tab: "messages" });
  return true;
}

function drawSidebar() {
  show(at("user"), [state.users, view.user], () => state.users.filter((user) => !user.bot).map((user) => (
    h("option", { value: user.id, selected: user.id === view.user }, user.name + (user.admin ? " (admin)" : user.guest ? " (guest)" : "")))));
  for (const room of state.channels) {
    const mark = view.user + room.id;
    if (room.id === view.channel || !seen.has(mark)) seen.set(mark, room.latest);
  }
  const item = (room, face) => {
    const unread = room.latest > seen.get(view.user + room.id), here = room.id === view.channel;
    return h("button", { type: "button", class: `${here ? "on" : ""} ${unread ? "unread" : ""}`, "aria-current": here ? "page" : null, onclick: () => leaveFor(room) }, face, unread ? h("span", { class: "badge" }, "new") : null);
  };
  const rooms = state.channels.filter((room) => !room.dm), apps = state.channels.filter((room) => room.dm);
  show(at("rooms"), [state.channels, view.channel, view.user, [...seen]], () => [
    h("h2", {}, "Channels"), rooms.map((room) => item(room, `${room.private ? "🔒" : "#"} ${room.name}`)),
    h("h2", {}, "Apps"), apps.map((room) => item(room, [avatar(state.bot), ` ${name(state.bot)}`])),
  ]);
}

function leaveFor(room) {
  document.body.classList.remove("menu");
  const home = room.dm && !room.latest;
  go({ channel: room.id, thread: "", tab: home ? "home" : "messages" });
  if (home) act("home");
}

let turned = false;  // by an arrow key: the tab drawn anew takes the focus

function drawTop() {
  const room = roomOf();
  show(at("title"), [room, state.bot], () => [room ? (room.dm ? name(state.bot) : `${room.private ? "🔒" : "#"} ${room.name}`) : "No channels", room && !room.dm ? h("small", {}, ` ${room.members} members`) : null]);
  const open = (id) => { go({ tab: id, thread: "" }); if (id === "home") act("home"); };
  const other = (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    turned = true;
    open(view.tab === "home" ? "messages" : "home");
  };
  const tab = (id, label) => h("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": "panel", "aria-selected": String(view.tab === id), tabindex: view.tab === id ? "0" : "-1", onclick: () => open(id), onkeydown: other }, label);
  show(at("tabs"), [room?.dm, view.tab], () => (room?.dm ? [tab("home", "Home"), tab("messages", "Messages")] : []));
  if (turned && document.getElementById(`tab-${view.tab}`)) {
    at(`tab-${view.tab}`).focus();
    turned = false;
  }
  const panel = at("panel");
  at("tabs").hidden = !room?.dm;
  for (const [key, value] of Object.entries({ role: "tabpanel", "aria-labelledby": `tab-${view.tab}` })) room?.dm ? panel.setAttribute(key, value) : panel.removeAttribute(key);
  at("messages").setAttribute("role", room?.dm && view.tab === "home" ? "group" : "log");
  at("messages").setAttribute("aria-label", room?.dm && view.tab === "home" ? "Home" : "Messages");
  at("composer").hidden = view.tab === "home" || !room || room.archived;
}

function drawMain() {
  const list = at("messages");
  if (view.tab !== "home") {
    if (list.shown) list.replaceChildren();
    list.shown = "";
    drawMessages();
    return;
  }
  const home = state.home, surface = home?.id;
  if (!list.shown?.startsWith?.('["home"')) list.scrollTop = 0;
  if (show(list, ["home", home, view.user], () => h("div", { class: "home" }, home ? blocks(home.blocks, contextOf(surface, surface)) : h("p", {}, "The app shows nothing here yet.")))) list.of = "";
}

function drawClock() {
  const to = (seconds) => act("clock", { to: state.now + seconds });
  show(at("clock"), [Math.floor(state.now / 60), state.movable, view.user], () => [
    h("time", {}, date(state.now, "{date_short}").split(",")[0], h("span", {}, `,${date(state.now, "{date_short}").split(",")[1]}`), ` ${date(state.now, "{time}")}`),
    state.movable ? [["+1 h", 3600], ["+1 day", 86400], ["+1 week", 604800]].map(([label, seconds]) => h("button", { type: "button", onclick: () => to(seconds) }, label)) : null,
  ]);
}

function draw() {
  setClock(state.now, state.users.find((user) => user.id === view.user)?.tz);
  document.body.dataset.user = state.user;
  know(state, openLink);
  if (view.tab === "home" && !roomOf()?.dm) view.tab = "messages";
  for (const part of [drawSidebar, drawClock, drawGuide, drawTop, drawMain, drawThread, drawDrawer]) part();
  drawModal(blocks, contextOf, inputs);
}

at("user").addEventListener("change", () => {
  const room = roomOf(), same = room && (!room.dm || state.channels.some((each) => each.id === room.id && !each.dm));
  go({ user: at("user").value, channel: same ? room.id : "", tab: "messages" });
});
at("menu").addEventListener("click", () => at("menu").setAttribute("aria-expanded", String(document.body.classList.toggle("menu"))));
at("thread-close").addEventListener("click", () => go({ thread: "" }));
at("drawer-toggle").addEventListener("click", () => go({ drawer: !view.drawer }));
at("drawer-filter").addEventListener("input", drawDrawer);
at("add-channel").addEventListener("click", async () => {
  const wanted = await ask("Create a channel", [h("label", {}, "Name ", h("input", { name: "name", required: true, pattern: "[a-z0-9_\\-]+", placeholder: "e.g. vision-papers" })),
    h("label", { class: "line" }, h("input", { type: "checkbox", name: "private", value: "yes" }), " Private"),
    h("p", { class: "hint" }, "Everyone here joins; the app doesn't. Bring it in with /invite.")], "Create");
  if (!wanted) return;
  const { channel } = await act("channel", { name: wanted.name, private: wanted.private === "yes" });
  if (channel) go({ channel, thread: "", tab: "messages" });
});
for (const [key, value] of new URLSearchParams(location.search)) if (key in view) view[key] = value;
composer("composer", "Message", () => "");
composer("reply", "Reply…", () => view.thread);
listen(draw);
