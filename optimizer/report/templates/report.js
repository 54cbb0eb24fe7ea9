"use strict";

const read = (id) => JSON.parse(document.getElementById(id).textContent);

/* ---- charts ---- */

const PRINT_WIDTH = { capital: 325, categories: 325, numbers: 325, strategies: 680, losses: 680 };
const charts = read("charts-data");

function drawCharts() {
  for (const element of document.querySelectorAll("[data-chart]")) {
    const chart = charts[element.dataset.chart];
    Plotly.newPlot(element, chart.data, chart.layout, { responsive: true, displayModeBar: false });
  }
}

function resizeCharts(sizeOf) {
  for (const element of document.querySelectorAll("[data-chart]")) {
    Plotly.relayout(element, sizeOf(element.dataset.chart));
  }
}

window.addEventListener("beforeprint", () => resizeCharts((name) => ({ width: PRINT_WIDTH[name] })));
window.addEventListener("afterprint", () => resizeCharts(() => ({ width: null, autosize: true })));

/* ---- the plan: only the page in view is in the document ---- */

const PAGE = 25;
const { columns, values } = read("plan-data");
const shown = columns.map((column, index) => index).filter((index) => !columns[index].detail);
const details = columns.map((column, index) => index).filter((index) => columns[index].detail);
const texts = columns.map((column, index) => index).filter((index) => columns[index].kind === "text");
const everyRow = values[0].map((value, row) => row);
const haystack = everyRow.map((row) => texts.map((index) => values[index][row]).join("\n").toLowerCase());
const state = { rows: everyRow, sorted: -1, descending: false, page: 0 };

const NUMBER = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const TENTH = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const HUNDREDTH = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const FORMAT = {
  text: (value) => value,
  number: (value) => (Math.abs(value) >= 10 ? TENTH : NUMBER).format(value),
  money: (value) => WHOLE.format(value),
  share: (value) => HUNDREDTH.format(100 * value) + " %",
  days: (value) => TENTH.format(value),
};

function cellText(index, row) {
  const value = values[index][row];
  return value === null ? "–" : FORMAT[columns[index].kind](value);
}

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function compare(index) {
  const column = values[index];
  if (columns[index].kind === "text") {
    const collator = new Intl.Collator("en", { numeric: true });
    return (a, b) => collator.compare(column[a], column[b]);
  }
  return (a, b) => column[a] - column[b];
}

function select() {
  const words = document.getElementById("plan-search").value.toLowerCase().trim();
  state.rows = words ? everyRow.filter((row) => haystack[row].includes(words)) : everyRow.slice();
  if (state.sorted >= 0) {
    const order = compare(state.sorted);
    const column = values[state.sorted];
    const known = state.rows.filter((row) => column[row] !== null);
    known.sort(state.descending ? (a, b) => order(b, a) : order);
    state.rows = known.concat(state.rows.filter((row) => column[row] === null));
  }
  state.page = 0;
  drawPage();
}

function sortBy(index) {
  const again = state.sorted === index;
  state.descending = again ? !state.descending : columns[index].kind !== "text";
  state.sorted = index;
  select();
}

function toggleDetail(button, line, row) {
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  if (open) {
    line.nextElementSibling.remove();
    return;
  }
  const cell = make("td", { colspan: shown.length });
  for (const index of details) {
    cell.append(make("strong", {}, columns[index].label + ": "), make("bdi", {}, cellText(index, row)), make("br", {}));
  }
  line.after(make("tr", { class: "detail" }, cell));
}

function makeLine(row) {
  const line = make("tr", {});
  for (const index of shown) {
    const content = make("bdi", {}, cellText(index, row));
    if (index === 0) {
      const button = make("button", { type: "button", "aria-expanded": "false" }, content);
      button.addEventListener("click", () => toggleDetail(button, line, row));
      line.append(make("th", { scope: "row" }, button));
    } else {
      line.append(make("td", columns[index].kind === "text" ? {} : { class: "number" }, content));
    }
  }
  return line;
}

function drawHead() {
  const head = document.querySelector("#plan-table thead tr");
  for (const index of shown) {
    const button = make("button", { type: "button" }, columns[index].label);
    button.addEventListener("click", () => sortBy(index));
    head.append(make("th", { scope: "col", style: columns[index].kind === "text" ? "" : "text-align:right" }, button));
  }
}

function drawPage() {
  const first = state.page * PAGE;
  const rows = state.rows.slice(first, first + PAGE);
  document.querySelector("#plan-table tbody").replaceChildren(...rows.map(makeLine));
  document.querySelectorAll("#plan-table thead th").forEach((cell, position) => {
    const sorted = shown[position] === state.sorted;
    cell.setAttribute("aria-sort", sorted ? (state.descending ? "descending" : "ascending") : "none");
  });
  const range = rows.length ? WHOLE.format(first + 1) + "–" + WHOLE.format(first + rows.length) : "0";
  document.getElementById("plan-status").textContent = range + " of " + WHOLE.format(state.rows.length) + " SKUs";
  document.getElementById("plan-previous").disabled = state.page === 0;
  document.getElementById("plan-next").disabled = first + PAGE >= state.rows.length;
}

function turnPage(step) {
  state.page += step;
  drawPage();
}

document.getElementById("plan-search").addEventListener("input", select);
document.getElementById("plan-previous").addEventListener("click", () => turnPage(-1));
document.getElementById("plan-next").addEventListener("click", () => turnPage(1));
drawHead();
drawPage();
drawCharts();
