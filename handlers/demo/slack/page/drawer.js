// The drawer of requests: what the app asked and what it was told, each with its answer.
import { date } from "./dates.js";
import { at, h, keep } from "./dom.js";
import { state, view } from "./wire.js";

const pretty = (value) => JSON.stringify(value, (key, each) => {
  if (typeof each === "string" && /^[[{]/.test(each)) try { return JSON.parse(each); } catch { return each; }
  return each;
}, 2);

function entries() {
  const calls = state.calls.map((call) => ({
    key: `call-${call.number}`, at: call.at, way: "app → Slack", what: call.method, good: call.answer.ok === true,
    how: call.answer.ok ? "ok" : `${call.status} ${call.answer.error ?? ""}`, asked: call.arguments, answer: call.answer,
  }));
  const sent = state.deliveries.map((each) => ({
    key: `sent-${each.number}`, at: each.at, way: "Slack → app", what: each.payload.event?.type ?? each.payload.command ?? each.payload.type, good: each.ack.ok,
    how: each.ack.ok ? `acked${each.attempt ? `, attempt ${each.attempt + 1}` : ""}` : each.ack.reason, asked: each.payload, answer: each.ack.body ?? {},
  }));
  return [...calls, ...sent].sort((one, two) => two.at - one.at);
}

const build = (entry) => h("details", {},
  h("summary", {}, h("time", {}, date(entry.at, "{time_secs}")), h("span", { class: "way" }, entry.way), h("b", {}, entry.what), h("em", { class: entry.good ? "" : "bad" }, entry.how)),
  h("div", { class: "pair" }, h("div", {}, h("h3", {}, "Request"), h("pre", {}, pretty(entry.asked))), h("div", {}, h("h3", {}, "Answer"), h("pre", {}, pretty(entry.answer)))));

export function drawDrawer() {
  at("drawer").hidden = !view.drawer;
  document.body.classList.toggle("drawn", view.drawer);
  at("drawer-toggle").setAttribute("aria-expanded", String(view.drawer));
  if (!view.drawer) return;
  const wanted = at("drawer-filter").value.trim().toLowerCase();
  keep(at("requests"), entries().filter((entry) => !wanted || `${entry.what} ${entry.way} ${entry.how}`.toLowerCase().includes(wanted)), build);
}
