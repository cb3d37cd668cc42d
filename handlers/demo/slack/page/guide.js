// The strip at the top: the steps that whoever tries the bot may take, each a click away.
import { at, h, show } from "./dom.js";
import { act, follow, go, state, tell, view } from "./wire.js";

let closed = false, posted = null;

// The message of a step, or else the newest message here with a button whose action id begins so, and its thread's ts.
function place(step) {
  const has = (message) => (message.blocks ?? []).some((block) => [...(block.elements ?? []), block.accessory].some((each) => each?.action_id?.startsWith(step.action)));
  const all = state.messages.flatMap((top) => [{ message: top, thread: "" }, ...top.replies.map((reply) => ({ message: reply, thread: top.ts }))]);
  if ("ts" in step) return all.find(({ message }) => message.ts === step.ts);
  return all.filter(({ message }) => has(message)).toSorted((one, two) => two.message.ts - one.message.ts)[0];
}

async function take(step) {
  if (step.channel !== view.channel || (step.user && step.user !== view.user)) {
    go({ user: step.user ?? view.user, channel: step.channel, thread: "", tab: "messages" });
    await new Promise((ready) => setTimeout(ready, 600));
  }
  if (step.text) {
    follow();
    posted = step;
    await act("post", { channel: step.channel, text: step.text });
    return;
  }
  const found = place(step);
  if (found) go({ channel: step.channel, thread: found.thread, target: found.message.ts, tab: "messages" });
  else tell("Not there yet: the team's day is still being played.");
}

// Opens the thread in which what a step posted was answered, as soon as there is an answer.
function openAnswer() {
  const message = posted && view.channel === posted.channel && state.messages.findLast((each) => each.text?.includes(posted.text));
  if (!message?.replies.length) return;
  posted = null;
  go({ thread: message.ts });
}

export function drawGuide() {
  openAnswer();
  const steps = state.guide ?? [];
  at("guide").hidden = closed || !steps.length;
  show(at("guide"), [steps, state.note], () => [
    h("ol", {}, steps.map((step, index) => h("li", { class: step.done ? "done" : "" },
      h("button", { type: "button", onclick: () => take(step) }, `${step.done ? "✓" : index + 1} ${step.label}`)))),
    h("button", { type: "button", class: "close", "aria-label": "Close this strip", onclick: () => { closed = true; drawGuide(); } }, "✕"),
    state.note ? h("small", {}, state.note) : null,
  ]);
}
