// Slack's mrkdwn and dates as elements.
import { h } from "./dom.js";

const EMOJI = {
  eyes: "👀", white_check_mark: "✅", x: "❌", warning: "⚠️", tada: "🎉", trophy: "🏆", scales: "⚖️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", crossed_swords: "⚔️", heavy_check_mark: "✔️", memo: "📝",
  thumbsup: "👍", "+1": "👍", bar_chart: "📊", chart_with_upwards_trend: "📈", ballot_box_with_ballot: "🗳️",
};
const STYLES = { "*": "b", _: "i", "~": "s" };
let people = {}, rooms = {}, zone, open = () => {};

export function know(state, reader, openLink) {
  people = Object.fromEntries(state.users.map((user) => [user.id, user.name]));
  rooms = Object.fromEntries(state.channels.map((room) => [room.id, room.name]));
  zone = state.users.find((user) => user.id === reader)?.tz;
  open = openLink;
}

export const name = (user) => people[user] ?? user;
const plainText = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
export const emoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (all, code) => EMOJI[code] ?? all);

export function date(seconds, format) {
  const at = new Date(seconds * 1000), options = zone ? { timeZone: zone } : {};
  const as = (more) => at.toLocaleString("en", { ...options, ...more });
  const tokens = {
    date_num: () => at.toISOString().slice(0, 10),
    date: () => as({ year: "numeric", month: "long", day: "numeric" }),
    date_short: () => as({ year: "numeric", month: "short", day: "numeric" }),
    date_long: () => as({ weekday: "long", year: "numeric", month: "long", day: "numeric" }),
    time: () => as({ hour: "2-digit", minute: "2-digit", hour12: false }),
    time_secs: () => as({ hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }),
  };
  return format.replace(/\{([a-z_]+)\}/g, (all, token) => (tokens[token.replace("_pretty", "")] ?? (() => all))());
}

function special(inner) {
  const [target, label] = inner.split("|");
  if (target.startsWith("@")) return h("span", { class: "mention" }, `@${name(target.slice(1))}`);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label || rooms[target.slice(1)] || target}`);
  if (target.startsWith("!date^")) {
    const [, seconds, format] = target.split("^");
    return date(Number(seconds), format);
  }
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${target.slice(1).split("^")[0]}`);
  return link(plainText(target), plainText(label ?? target));
}

export const link = (url, label) =>
  h("a", { href: url, target: "_blank", rel: "noreferrer", onclick: (event) => open(url, event) }, emoji(label));

function line(text) {
  const found = [];
  const pattern = /<([^<>]+)>|`([^`]+)`|(?<![\w])([*_~])(?=\S)(.+?)(?<=\S)\3(?![\w])/g;
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    found.push(emoji(plainText(text.slice(last, match.index))));
    if (match[1]) found.push(special(match[1]));
    else if (match[2]) found.push(h("code", {}, plainText(match[2])));
    else found.push(h(STYLES[match[3]], {}, line(match[4])));
    last = match.index + match[0].length;
  }
  found.push(emoji(plainText(text.slice(last))));
  return found;
}

export function mrkdwn(text) {
  return (text ?? "").split("```").map((part, index) => {
    if (index % 2) return h("pre", {}, plainText(part));
    return part.split("\n").map((each, number, all) => {
      const quoted = each.match(/^(?:&gt;|>) ?(.*)$/);
      if (quoted) return h("blockquote", {}, line(quoted[1]));
      return [line(each), number < all.length - 1 ? h("br") : null];
    });
  });
}

export const textOf = (object) => (object?.type === "mrkdwn" ? mrkdwn(object.text) : emoji(object?.text ?? ""));

// The markdown block: headings, lists, bold, code and links are enough to judge the look.
export function markdown(text) {
  return text.split("\n").map((each) => {
    const heading = each.match(/^(#{1,6}) (.*)$/), item = each.match(/^\s*(?:[-*]|\d+\.) (.*)$/);
    const inline = (part) => mrkdwn(part
      .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
      .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, "<$2|$1>").replace(/\*\*(.+?)\*\*/g, "*$1*"));
    if (heading) return h(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2]));
    return item ? h("li", {}, inline(item[1])) : h("p", {}, inline(each));
  });
}

export function richText(part) {
  const inside = () => (part.elements ?? []).map(richText);
  const style = (node) => Object.entries(part.style ?? {}).filter(([, on]) => on)
    .reduce((inner, [kind]) => h({ bold: "b", italic: "i", strike: "s", code: "code" }[kind] ?? "span", {}, inner), node);
  switch (part.type) {
    case "rich_text_section": return h("span", {}, inside());
    case "rich_text_list": return h(part.style === "ordered" ? "ol" : "ul", {}, part.elements.map((each) => h("li", {}, richText(each))));
    case "rich_text_quote": return h("blockquote", {}, inside());
    case "rich_text_preformatted": return h("pre", {}, inside());
    case "text": return style(part.text);
    case "link": return style(link(part.url, part.text ?? part.url));
    case "user": return h("span", { class: "mention" }, `@${name(part.user_id)}`);
    case "channel": return h("span", { class: "mention" }, `#${rooms[part.channel_id] ?? part.channel_id}`);
    case "emoji": return emoji(`:${part.name}:`);
    case "date": return date(part.timestamp, part.format);
    case "broadcast": return h("span", { class: "mention" }, `@${part.range}`);
    default: return h("div", {}, inside());
  }
}
