// Slack's mrkdwn, rich text and Markdown as elements.
import { date } from "../dates.js";
import { h } from "../dom.js";

const EMOJI = {
  "+1": "👍", arrow_down: "⬇️", arrow_up: "⬆️", ballot_box_with_ballot: "☑️", balance_scale: "⚖️", bar_chart: "📊", bell: "🔔", book: "📖",
  books: "📚",
  bulb: "💡", calendar: "📅", chart_with_upwards_trend: "📈", coin: "🪙", crossed_swords: "⚔️", crown: "👑", eyes: "👀", fire: "🔥", gear: "⚙️",
  game_die: "🎲", hammer: "🔨", handshake: "🤝", left_right_arrow: "↔️", heart: "❤️", heavy_check_mark: "✔️", heavy_minus_sign: "➖", hourglass: "⌛", hourglass_flowing_sand: "⏳", inbox_tray: "📥",
  information_source: "ℹ️", link: "🔗", lock: "🔒", mag: "🔍", medal: "🏅", memo: "📝", microscope: "🔬", mortar_board: "🎓", moneybag: "💰", mute: "🔇",
  new: "🆕", newspaper: "📰", no_bell: "🔕", no_entry: "⛔", page_facing_up: "📄", pause_button: "⏸️", question: "❓", rocket: "🚀",
  rotating_light: "🚨", scales: "⚖️", scroll: "📜", slightly_smiling_face: "🙂", small_red_triangle: "🔺", small_red_triangle_down: "🔻", sparkles: "✨", speech_balloon: "💬",
  star: "⭐", tada: "🎉", thinking_face: "🤔", thumbsup: "👍", triangular_flag_on_post: "🚩", trophy: "🏆", warning: "⚠️", wastebasket: "🗑️",
  wave: "👋", white_check_mark: "✅", x: "❌", zap: "⚡", zzz: "💤",
};
const STYLES = { "*": "b", _: "i", "~": "s" };
let people = {}, rooms = {}, open = () => {};

export function know(state, openLink) {
  people = Object.fromEntries(state.users.map((user) => [user.id, user.name]));
  rooms = Object.fromEntries(state.channels.map((room) => [room.id, room.name]));
  open = openLink;
}

export const name = (user) => people[user] ?? (user === "USLACKBOT" ? "Slackbot" : user);
const plainText = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
export const emoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (all, code) => EMOJI[code] ?? all);
const mention = (text) => h("span", { class: "mention" }, text);

export const opensHere = (url) => open(url);
export const link = (url, label) => (/^(https?:|mailto:)/.test(url)
  ? h("a", { href: url, target: "_blank", rel: "noreferrer", onclick: (event) => open(url, event) }, emoji(label)) : emoji(label));

function special(inner) {
  const [target, label] = inner.split("|");
  if (target.startsWith("@")) return mention(`@${name(target.slice(1))}`);
  if (target.startsWith("#")) return mention(`#${label || rooms[target.slice(1)] || "a private channel"}`);
  if (target.startsWith("!date^")) {
    const [, seconds, format] = target.split("^");
    return h("span", { title: date(Number(seconds), "{date_long} {time}") }, date(Number(seconds), format));
  }
  if (target.startsWith("!")) return mention(`@${target.slice(1).split("^")[0]}`);
  return link(plainText(target), plainText(label ?? target));
}

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

// Lines in runs: those that are quoted, without their mark, and those that aren't.
function runs(lines) {
  const found = [];
  for (const each of lines) {
    const [, mark, rest] = each.match(/^((?:&gt;|>) ?)?(.*)$/), quoted = mark !== undefined;
    if (found.at(-1)?.quoted === quoted) found.at(-1).lines.push(rest);
    else found.push({ quoted, lines: [rest] });
  }
  return found;
}

export function mrkdwn(text) {
  return (text ?? "").split("```").map((part, index) => {
    if (index % 2) return h("pre", {}, plainText(part));
    return runs(part.split("\n")).map(({ quoted, lines }, number, all) => {
      const broken = lines.flatMap((each, place) => (place ? [h("br"), ...line(each)] : line(each)));
      if (quoted) return h("blockquote", {}, broken);
      return [broken, number < all.length - 1 ? (all[number + 1].quoted ? null : h("br")) : null];
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
    case "user": return mention(`@${name(part.user_id)}`);
    case "channel": return mention(`#${rooms[part.channel_id] ?? "a private channel"}`);
    case "emoji": return emoji(`:${part.name}:`);
    case "date": return date(part.timestamp, part.format);
    case "broadcast": return mention(`@${part.range}`);
    default: return h("div", {}, inside());
  }
}
