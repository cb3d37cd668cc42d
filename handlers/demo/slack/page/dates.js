// Slack's date format, in the reader's time zone.

let zone, now = 0;

export function setClock(seconds, timeZone) {
  now = seconds;
  zone = timeZone;
}

export const timeZone = () => zone;
const as = (seconds, options) => new Date(seconds * 1000).toLocaleString("en-US", { timeZone: zone, ...options });
export const dayOf = (seconds) => as(seconds, { year: "numeric", month: "2-digit", day: "2-digit" });
export const timeOf = (seconds) => as(seconds, { hour: "numeric", minute: "2-digit" });

function relative(seconds, otherwise) {
  const day = dayOf(seconds), near = [["yesterday", -86400], ["today", 0], ["tomorrow", 86400]];
  return near.find(([, off]) => dayOf(now + off) === day)?.[0] ?? otherwise;
}

function ago(seconds) {
  const past = now - seconds, units = [[86400, "day"], [3600, "hour"], [60, "minute"]];
  const [size, unit] = units.find(([each]) => Math.abs(past) >= each) ?? [1, "second"];
  const count = Math.round(Math.abs(past) / size), words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return past >= 0 ? `${words} ago` : `in ${words}`;
}

const FORMATS = {
  date_num: (at) => dayOf(at).replace(/(\d+)\/(\d+)\/(\d+)/, "$3-$1-$2"),
  date_slash: (at) => dayOf(at).replace(/(\d+)\/(\d+)\/(\d+)/, "$2/$1/$3"),
  date_long_full: (at) => as(at, { year: "numeric", month: "long", day: "numeric" }),
  date: (at) => as(at, { year: "numeric", month: "long", day: "numeric" }),
  date_short: (at) => as(at, { year: "numeric", month: "short", day: "numeric" }),
  date_long: (at) => as(at, { weekday: "long", year: "numeric", month: "long", day: "numeric" }),
  day_divider: (at) => as(at, { weekday: "long", month: "long", day: "numeric" }),
  time: timeOf,
  time_secs: (at) => as(at, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago,
};

export function date(seconds, format) {
  const shown = format.replace(/\{([a-z_]+?)(_pretty)?\}/g, (all, name, pretty) => {
    const plain = FORMATS[name]?.(seconds) ?? all;
    return pretty ? relative(seconds, plain) : plain;
  });
  return format.startsWith("{") ? shown[0].toUpperCase() + shown.slice(1) : shown;
}
