// The table and data_table blocks; a data_table is sorted, filtered and paged here, as in Slack's client.
import { h } from "../dom.js";
import { emoji, richText } from "./text.js";

const cellText = (part) => (part.elements ? part.elements.map(cellText).join("") : String(part.text ?? part.value ?? ""));
const cell = (part) => (part.type === "rich_text" ? part.elements.map(richText) : emoji(String(part.text ?? part.value)));

function compared(one, two) {
  if (one.type === "raw_number" && two.type === "raw_number") return one.value - two.value;
  return cellText(one).localeCompare(cellText(two), "en", { numeric: true });
}

export function table(block) {
  const aligned = (index) => block.column_settings?.[index]?.align ?? "left";
  const row = (cells, tag) => h("tr", {}, cells.map((part, index) => (
    h(tag, { class: block.column_settings?.[index]?.is_wrapped ? "wrapped" : "", style: `text-align:${aligned(index)}` }, cell(part)))));
  return h("div", { class: "table", tabindex: 0, role: "region", "aria-label": "Table" },
    h("table", {}, h("thead", {}, row(block.rows[0], "th")), h("tbody", {}, block.rows.slice(1).map((cells) => row(cells, "td")))));
}

export function dataTable(block) {
  const [head, ...rows] = block.rows, size = block.page_size ?? 5, named = block.row_header_column_index ?? 0;
  const body = h("tbody"), label = h("span", { "aria-live": "polite" });
  const longest = head.map((part, index) => Math.max(...block.rows.map((cells) => cellText(cells[index]).length)));
  const isNumber = (index) => rows.every((cells) => cells[index].type === "raw_number");
  let page = 0, sorted = null, down = false, wanted = "";
  const draw = () => {
    let shown = rows.filter((cells) => cells.some((part) => cellText(part).toLowerCase().includes(wanted)));
    if (sorted !== null) shown = shown.toSorted((one, two) => compared(one[sorted], two[sorted]) * (down ? -1 : 1));
    const pages = Math.max(1, Math.ceil(shown.length / size));
    page = Math.min(Math.max(page, 0), pages - 1);
    body.replaceChildren(...shown.slice(page * size, (page + 1) * size).map((cells) => h("tr", {}, cells.map((part, index) => (
      h(index === named ? "th" : "td", { scope: index === named ? "row" : null, class: isNumber(index) ? "number" : longest[index] > 24 ? "wrapped" : "" }, cell(part)))))));
    label.textContent = `${shown.length ? page * size + 1 : 0}–${Math.min(shown.length, (page + 1) * size)} of ${shown.length}`;
    pager.hidden = shown.length <= size && rows.length <= size;
  };
  const sort = (index) => {
    down = sorted === index ? !down : false;
    sorted = index;
    heads.forEach((each, number) => each.setAttribute("aria-sort", number === sorted ? (down ? "descending" : "ascending") : "none"));
    draw();
  };
  const heads = head.map((part, index) => h("th", { scope: "col", "aria-sort": "none", class: isNumber(index) ? "number" : "" },
    h("button", { type: "button", onclick: () => sort(index) }, cell(part))));
  const turn = (by) => () => { page += by; draw(); };
  const pager = h("div", { class: "pager" }, h("button", { type: "button", "aria-label": "Previous page", onclick: turn(-1) }, "‹"), label,
    h("button", { type: "button", "aria-label": "Next page", onclick: turn(1) }, "›"));
  const filter = h("input", { type: "search", "aria-label": `Filter ${block.caption}`, placeholder: "Filter",
    oninput: (event) => { wanted = event.target.value.toLowerCase(); draw(); } });
  draw();
  return h("div", { class: "data-table" },
    h("div", { class: "table", tabindex: 0, role: "region", "aria-label": block.caption },
      h("table", {}, h("caption", {}, block.caption, rows.length > 5 ? filter : null), h("thead", {}, h("tr", {}, heads)), body)), pager);
}
