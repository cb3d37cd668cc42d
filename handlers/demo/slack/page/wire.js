// What the page knows and asks: the state as the stand-in tells it, and what a person does.
import { at } from "./dom.js";

// Who looks where: `tab` is "messages" or "home" (of an app), `target` the ts of a message to scroll to or "reply", the
// box to focus, `follow` whether answers to what was just sent are scrolled to.
export const view = { user: "", channel: "", thread: "", tab: "messages", target: "", follow: false, drawer: false };
export let state = null;
let asking = null, following, away = false;

export async function act(what, asked = {}) {
  const body = JSON.stringify({ do: what, user: view.user, ...asked });
  const answer = await fetch("/page/act", { method: "POST", headers: { "content-type": "application/json" }, body });
  const done = answer.ok ? await answer.json() : { problem: `The stand-in answered ${answer.status}.` };
  tell(done.problem ?? "");
  return done;
}

export function tell(problem) {
  at("problem").hidden = !problem;
  at("problem").textContent = problem;
}

// Asks for the state again and again; the stand-in answers when something has changed.
export async function listen(draw) {
  for (;;) {
    asking = new AbortController();
    const query = new URLSearchParams({ user: view.user, channel: view.channel, seen: state?.activity ?? -1 });
    if (view.drawer) query.set("requests", "yes");
    if (state?.run) query.set("run", state.run);
    try {
      const told = await (await fetch(`/page/state?${query}`, { signal: asking.signal })).json();
      if (state?.run && told.run !== state.run) return location.reload();  // another run: nothing shown here is true of it
      state = told;
      if (away) tell("");
      away = false;
      Object.assign(view, { user: state.user, channel: state.channel });
      remember();
    } catch (problem) {
      if (problem.name === "AbortError") continue;
      away = true;
      tell("The stand-in doesn't answer. Is it still running?");
      await new Promise((done) => setTimeout(done, 1000));
      continue;
    }
    draw();
    await new Promise((done) => setTimeout(done, 80));
  }
}

// Keeps who looks where in the address, so that the page loaded anew shows the same.
function remember() {
  const { user, channel, thread, tab } = view, query = `?${new URLSearchParams({ user, channel, thread, tab })}`;
  if (location.search !== query) history.replaceState(null, "", query);
}

// Lets what a person has just done scroll its answers into view, for a moment.
export function follow() {
  clearTimeout(following);
  view.follow = true;
  following = setTimeout(() => { view.follow = false; }, 4000);
  return true;
}

export function go(changes) {
  Object.assign(view, changes);
  remember();
  state = { ...state, activity: -1 };
  asking?.abort();
}
