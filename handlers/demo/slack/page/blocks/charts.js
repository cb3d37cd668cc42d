// The data_visualization block as SVG: lines, bars, areas and pies.
import { h } from "../dom.js";

const WIDTH = 480, HEIGHT = 210, LEFT = 48, BOTTOM = 38, TOP = 10;
const COLORS = ["#1264a3", "#e8912d", "#2eb67d", "#9b5fc0", "#e01e5a", "#616061"];
const DASHES = ["", "6 3", "2 3", "8 3 2 3", "1 4", "10 4"];

function pie(segments) {
  const total = segments.reduce((sum, segment) => sum + segment.value, 0);
  let angle = -Math.PI / 2;
  const at = (turn) => `${100 + 80 * Math.cos(turn)} ${100 + 80 * Math.sin(turn)}`;
  return segments.map((segment, index) => {
    const start = angle, share = segment.value / total;
    angle += share * 2 * Math.PI;
    if (share > 0.9999) return h("circle", { cx: 100, cy: 100, r: 80, fill: COLORS[index] });
    const large = share > 0.5 ? 1 : 0;
    return h("path", { d: `M100 100 L${at(start)} A80 80 0 ${large} 1 ${at(angle)} Z`, fill: COLORS[index] });
  });
}

// A label in at most two lines of so many letters.
function inLines(label, room) {
  const cut = (text) => (text.length > room ? `${text.slice(0, room - 1)}…` : text);
  const space = label.lastIndexOf(" ", room);
  return label.length <= room || space < 1 ? [cut(label)] : [label.slice(0, space), cut(label.slice(space + 1))];
}

// Round numbers from below the least value to above the greatest, three to six of them.
function ticks(values) {
  const low = Math.min(...values), high = Math.max(...values), span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span / 3)), size = [1, 2, 5, 10].map((each) => each * power).find((each) => span / each <= 5);
  const first = Math.floor(low / size), last = Math.max(Math.ceil(high / size), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * size);
}

function plot(chart) {
  const { categories } = chart.axis_config, values = chart.series.flatMap((each) => each.data.map((point) => point.value));
  const marks = ticks(chart.type === "line" ? values : [0, ...values]), low = marks[0], high = marks.at(-1);
  const step = (WIDTH - LEFT) / categories.length;
  const x = (index) => LEFT + step * (index + 0.5);
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low));
  const parts = marks.map((value) => {
    return h("g", {},
      h("line", { x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value), class: value === 0 ? "zero" : "grid" }),
      h("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, String(Number(value.toPrecision(4)))));
  });
  const every = Math.ceil(categories.length / 8), room = Math.floor((step * every) / 6.2);
  categories.forEach((category, index) => {
    if (index % every) return;
    inLines(category, room).forEach((line, row) => parts.push(h("text", { x: x(index), y: HEIGHT - 20 + row * 13, "text-anchor": "middle" }, line)));
  });
  chart.series.forEach((series, number) => {
    const points = series.data.map((point) => [x(categories.indexOf(point.label)), y(point.value)]);
    const stroke = COLORS[number];
    if (chart.type === "bar") {
      const width = (step * 0.7) / chart.series.length;
      for (const [across, down] of points) {
        const left = across - step * 0.35 + number * width;
        parts.push(h("rect", { x: left, y: Math.min(down, y(0)), width, height: Math.abs(y(0) - down), fill: stroke }));
      }
      return;
    }
    const path = points.map((point) => point.join(",")).join(" ");
    if (chart.type === "area") {
      const ends = `${points.at(-1)[0]},${y(low)} ${points[0][0]},${y(low)}`;
      parts.push(h("polygon", { points: `${path} ${ends}`, fill: stroke, opacity: 0.25 }));
    }
    parts.push(h("polyline", { points: path, fill: "none", stroke, "stroke-width": 2, "stroke-dasharray": DASHES[number] }));
    parts.push(points.map(([across, down]) => h("circle", { cx: across, cy: down, r: 2.5, fill: stroke })));
  });
  return parts;
}

export function chart(block) {
  const { chart: drawn, title } = block, isPie = drawn.type === "pie";
  const names = isPie ? drawn.segments.map((each) => `${each.label} (${each.value})`) : drawn.series.map((each) => each.name);
  const legend = names.map((each, index) => h("span", {}, h("i", { style: `background:${COLORS[index]}` }), each));
  const box = isPie ? "0 0 200 200" : `0 0 ${WIDTH} ${HEIGHT}`;
  const axes = drawn.axis_config ?? {}, labels = [axes.x_label, axes.y_label].filter(Boolean).join(" · ");
  return h("figure", { class: `chart ${isPie ? "pie" : ""}` },
    h("figcaption", {}, title), h("svg", { viewBox: box, role: "img", "aria-label": title }, isPie ? pie(drawn.segments) : plot(drawn)),
    h("div", { class: "legend" }, legend, labels ? h("small", {}, labels) : null));
}
