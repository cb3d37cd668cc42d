// The page: asks for the state, shows it, and sends what the person does.
import { blocks } from "./blocks.js";
import { h, show } from "./dom.js";
import { valueOf } from "./elements.js";
import { date, emoji, know, mrkdwn, name } from "./text.js";

const at = (id) => document.getElementById(id);
const view = { user: "", channel: "", thread: "", home: false };
let state = null, asking = null;

async function act(what, asked = {}) {
  const body = JSON.stringify({ do: what, user: view.user, ...asked });
  const answer = await fetch("/page/act", { method: "POST", headers: { "content-type": "application/json" }, body });
  const done = await answer.json();
  at("problem").hidden = !done.problem;
  at("problem").textContent = done.problem ?? "";
  return done;
}

async function listen() {
  for (;;) {
    asking = new AbortController();
    const query = new URLSearchParams({ user: view.user, channel: view.channel, seen: state?.activity ?? -1 });
    try {
      state = await (await fetch(`/page/state?${query}`, { signal: asking.signal })).json();
      Object.assign(view, { user: state.user, channel: state.channel });
      draw();
      await new Promise((done) => setTimeout(done, 100));
    } catch (problem) {
      if (problem.name !== "AbortError") await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

function go(changes) {
  Object.assign(view, changes);
  state = { ...state, activity: -1 };
  asking?.abort();
}

// A link to a message here opens its channel and thread instead of slack.com.
function openLink(url, event) {
  const found = url.match(/\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})(?:\?thread_ts=([\d.]+))?/);
  if (!found) return;
  event.preventDefault();
  go({ channel: found[1], thread: found[4] ?? `${found[2]}.${found[3]}`, home: false });
}

const contextOf = (surface, place) => (block) => ({
  place: `${place}-${block.block_id}`,
  users: state.users.filter((user) => !user.bot).map((user) => [user.id, user.name]),
  channels: state.channels.filter((room) => !room.dm).map((room) => [room.id, `#${room.name}`]),
  act: (part, selected) => act("click", { surface, action_id: part.action_id, block_id: block.block_id, value: part.value, selected }),
  suggest: (part, text) => act("suggest", { surface, action_id: part.action_id, text }),
});

function body(message) {
  const surface = { channel: message.channel, ts: message.ts, ...(message.ephemeral_to && { ephemeral_to: message.ephemeral_to }) };
  const context = contextOf(surface, message.ts);
  return [
    message.blocks?.length ? blocks(message.blocks, context) : h("div", {}, mrkdwn(message.text)),
    (message.attachments ?? []).map((each) => h("div", { class: "attachment" }, blocks(each.blocks, context), each.blocks ? null : mrkdwn(each.text))),
    (message.files ?? []).map((file) => (file.mimetype.startsWith("image/")
      ? h("img", { src: file.url_private, alt: file.title }) : h("a", { href: file.url_private, download: file.name }, file.title))),
  ];
}

function message(each, inThread) {
  const shortcuts = Object.entries(state.shortcuts).map(([id, title]) => h("button", { type: "button", onclick: () => act("shortcut", { callback_id: id, surface: { channel: each.channel, ts: each.ts } }) }, title));
  return h("article", { class: each.ephemeral_to ? "ephemeral" : "", "data-ts": each.ts },
    each.ephemeral_to ? h("small", {}, "Only visible to you") : null,
    h("div", { class: "who" }, h("b", {}, name(each.user)), each.bot_id ? h("span", { class: "app" }, "APP") : null,
      h("time", {}, date(Number(each.ts), "{date_short} {time}")), each.edited ? h("small", {}, "(edited)") : null,
      h("span", { class: "tools" }, each.ephemeral_to ? null : shortcuts)),
    body(each),
    (each.reactions ?? []).map((one) => h("span", { class: "reaction", title: one.users.map(name).join(", ") }, emoji(`:${one.name}:`), ` ${one.count}`)),
    !inThread && !each.ephemeral_to ? h("button", { type: "button", class: "replies", onclick: () => { view.thread = each.ts; draw(); } },
      each.replies?.length ? `${each.replies.length} ${each.replies.length === 1 ? "reply" : "replies"}` : "Reply") : null);
}

function drawThread() {
  const parent = state.messages.find((each) => each.ts === view.thread);
  const thread = at("thread");
  thread.hidden = !parent;
  document.body.classList.toggle("threaded", Boolean(parent));
  if (!parent) return;
  const shown = [parent, ...parent.replies, ...state.ephemeral.filter((each) => each.thread_ts === view.thread)];
  const typed = thread.querySelector("form input")?.value ?? "";
  if (!show(thread, [view.user, shown], () => [
    h("h1", {}, "Thread", h("button", { type: "button", onclick: () => { view.thread = ""; draw(); } }, "✕")),
    h("div", { class: "replies-list" }, shown.map((each) => message(each, true))),
    h("form", { onsubmit: (event) => { event.preventDefault(); send(event.target.elements[0], view.thread); } },
      h("input", { "aria-label": "Reply", placeholder: "Reply…", value: typed }), h("button", {}, "Send")),
  ])) return;
  thread.querySelector(".replies-list").scrollTop = 1e9;
}

function drawModal() {
  const box = at("modal"), top = state.views.at(-1);
  box.hidden = !top;
  if (!top) { delete box.dataset.shown; return; }
  const submit = async (event) => {
    event.preventDefault();
    const values = {};
    for (const holder of box.querySelectorAll("[data-block]"))
      for (const node of holder.querySelectorAll("[data-action]")) values[holder.dataset.block] = { [node.dataset.action]: valueOf(node) };
    const { errors = {} } = await act("submit", { view: top.id, values });
    for (const holder of box.querySelectorAll("[data-block]")) holder.querySelector(".error").textContent = errors[holder.dataset.block] ?? "";
    if (errors[""]) { at("problem").hidden = false; at("problem").textContent = errors[""]; }
  };
  const typed = box.dataset.view === top.id ? [...box.querySelectorAll("[data-block] [data-action]")].map((node) => [place(node), node.value]) : [];
  box.dataset.view = top.id;
  const redrawn = show(box, [top.id, top.hash, view.user], () => h("form", { onsubmit: submit, novalidate: true },
    h("h1", {}, top.title.text, h("button", { type: "button", "aria-label": "Close", onclick: () => act("close") }, "✕")),
    h("div", { class: "body" }, blocks(top.blocks, contextOf(top.id, top.id))),
    h("footer", {}, h("button", { type: "button", onclick: () => act("close") }, top.close?.text ?? "Close"),
      top.submit ? h("button", { class: "primary" }, top.submit.text) : null)));
  if (!redrawn) return;
  const kept = new Map(typed);
  for (const node of box.querySelectorAll("[data-block] [data-action]")) if (kept.get(place(node))) node.value = kept.get(place(node));
}

// Where an input is: what was typed stays there when the bot updates the modal.
const place = (node) => `${node.closest("[data-block]").dataset.block}/${node.dataset.action}`;

function drawMain() {
  const room = state.channels.find((each) => each.id === view.channel);
  at("title").textContent = view.home ? "App Home" : room ? roomName(room) : "No channels";
  at("composer").hidden = view.home || !room;
  const list = at("messages");
  if (view.home) {
    show(list, ["home", state.home, view.user], () => (state.home ? blocks(state.home.blocks, contextOf(state.home.id, state.home.id)) : h("p", {}, "The app shows nothing here yet.")));
    return;
  }
  const shown = [...state.messages, ...state.ephemeral.filter((each) => !each.thread_ts)].sort((one, two) => one.ts - two.ts);
  if (show(list, [view.user, view.channel, shown, state.shortcuts], () => shown.map((each) => message(each, false)))) list.scrollTop = 1e9;
}

const roomName = (room) => (room.dm ? name(state.bot) : `${room.private ? "(private)" : "#"} ${room.name}${room.archived ? " (archived)" : ""}`);

function drawClock() {
  const now = date(state.now, "{date_short} {time}");
  const move = (seconds) => act("clock", { to: state.now + seconds });
  const steps = [["+1 h", 3600], ["+1 day", 86400], ["+1 week", 604800]];
  show(at("clock"), [Math.floor(state.now / 60), state.movable], () => h("span", {}, `${now} `,
    state.movable ? steps.map(([label, seconds]) => h("button", { type: "button", onclick: () => move(seconds) }, label)) : null));
}

function drawDrawer() {
  if (at("drawer").hidden) return;
  const calls = state.calls.map((call) => [call.at, `→ ${call.method}`, call.answer.ok ? "ok" : `${call.status} ${call.answer.error}`, { arguments: call.arguments, answer: call.answer }]);
  const sent = state.deliveries.map((each) => [each.at, `← ${each.payload.event?.type ?? each.payload.command ?? each.payload.type}`, each.ack.ok ? "acked" : each.ack.reason, { payload: each.payload, ack: each.ack }]);
  const every = [...calls, ...sent].sort((one, two) => two[0] - one[0]);
  show(at("drawer"), every, () => every.map(([when, what, how, whole]) => h("details", {},
    h("summary", {}, h("time", {}, date(when, "{time_secs}")), ` ${what} `, h("em", {}, how)), h("pre", {}, JSON.stringify(whole, null, 1)))));
}

function draw() {
  know(state, view.user, openLink);
  show(at("user"), [state.users, view.user], () => state.users.filter((user) => !user.bot).map((user) => h("option", { value: user.id, selected: user.id === view.user }, user.name)));
  show(at("channels"), [state.channels, view.channel, view.home], () => [
    ...state.channels.map((room) => h("button", { type: "button", class: !view.home && room.id === view.channel ? "on" : "", onclick: () => go({ channel: room.id, thread: "", home: false }) }, roomName(room))),
    h("button", { type: "button", class: view.home ? "on" : "", onclick: () => { go({ home: true, thread: "" }); act("home"); } }, "App Home"),
  ]);
  drawClock();
  drawMain();
  drawThread();
  drawModal();
  drawDrawer();
}

async function send(field, thread) {
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  at("completion").hidden = true;
  const [command, ...rest] = text.split(" ");
  if (text.startsWith("/") && thread) at("problem").textContent = "Slash commands don't work in threads.";
  else if (text.startsWith("/")) await act("command", { channel: view.channel, command, text: rest.join(" ") });
  else await act("post", { channel: view.channel, text, thread_ts: thread || null });
}

at("composer").addEventListener("submit", (event) => { event.preventDefault(); send(at("text"), ""); });
at("text").addEventListener("input", () => {
  const typed = at("text").value, box = at("completion");
  const found = Object.entries(state?.commands ?? {}).filter(([command]) => typed.startsWith("/") && command.startsWith(typed.split(" ")[0]));
  box.hidden = !found.length;
  box.replaceChildren(...found.map(([command, usage]) => h("button", { type: "button", onclick: () => { at("text").value = `${command} `; at("text").focus(); } }, h("b", {}, command), ` ${usage}`)));
});
at("user").addEventListener("change", () => go({ user: at("user").value, channel: state.channels.find((room) => room.id === view.channel && !room.dm)?.id ?? "" }));
at("drawer-toggle").addEventListener("click", () => {
  at("drawer").hidden = !at("drawer").hidden;
  document.body.classList.toggle("drawn", !at("drawer").hidden);
  drawDrawer();
});
listen();
