"use strict";

const read = (id) => JSON.parse(document.getElementById(id).textContent);

/* ---- what a mark of a chart says when it is pointed at ---- */

const tip = make("div", { class: "tip", "aria-hidden": "true" });
document.body.append(tip);

document.addEventListener("pointerover", ({ target, clientX, clientY }) => {
  const said = target.closest?.("[data-tip]")?.dataset.tip;
  tip.hidden = !said;
  if (said) {
    tip.textContent = said;
    placeTip(clientX, clientY);
  }
});
document.addEventListener("pointermove", ({ clientX, clientY }) => {
  if (!tip.hidden) placeTip(clientX, clientY);
});
document.addEventListener("scroll", () => (tip.hidden = true), { passive: true });
tip.hidden = true;

function placeTip(x, y) {
  const left = Math.min(x + 14, document.documentElement.clientWidth - tip.offsetWidth - 8);
  tip.style.left = Math.max(8, left) + "px";
  tip.style.top = (y > tip.offsetHeight + 24 ? y - tip.offsetHeight - 12 : y + 20) + "px";
}

/* ---- cells ---- */

const NUMBER = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const TENTH = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const THOUSANDTH = new Intl.NumberFormat("en-US", { maximumFractionDigits: 3 });
const HUNDREDTH = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const FORMAT = {
  text: (value) => value,
  option: (value) => value,
  number: (value) => (Math.abs(value) >= 10 ? TENTH : NUMBER).format(value),
  count: (value) => WHOLE.format(value),
  units: (value) => THOUSANDTH.format(value),
  money: (value) => (Math.abs(value) >= 1000 ? WHOLE : NUMBER).format(value),
  gap: (value) => NUMBER.format(value) + " %",
  share: (value) => HUNDREDTH.format(100 * value) + " %",
  days: (value) => TENTH.format(value),
};

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/* ---- tables: only the page in view is in the document ---- */

const PAGE = 25;

class SortableTable {
  constructor(name) {
    this.table = document.getElementById(name + "-table");
    [this.search, this.status, this.previous, this.next] = ["search", "status", "previous", "next"].map((part) =>
      document.getElementById(name + "-" + part),
    );
    this.pageSize = PAGE;
    this.search.addEventListener("input", () => this.select());
    this.previous.addEventListener("click", () => this.turnPage(-1));
    this.next.addEventListener("click", () => this.turnPage(1));
  }

  show({ columns, values }) {
    const indices = columns.map((column, index) => index);
    Object.assign(this, { columns, values, sorted: -1, descending: false });
    const texts = indices.filter((index) => this.isText(index));
    this.shown = indices.filter((index) => !columns[index].detail);
    this.details = indices.filter((index) => columns[index].detail);
    this.everyRow = values[0].map((value, row) => row);
    this.haystack = this.everyRow.map((row) => texts.map((index) => values[index][row]).join("\n").toLowerCase());
    this.drawHead();
    this.select();
  }

  cellText(index, row) {
    const value = this.values[index][row];
    if (value === null) return "–";
    const shown = FORMAT[this.columns[index].kind](value);
    return this.isText(index) ? shown : shown.replace("-", "−");
  }

  isText(index) {
    return ["text", "option"].includes(this.columns[index].kind);
  }

  compare(index) {
    const column = this.values[index];
    if (this.isText(index)) {
      const collator = new Intl.Collator("en", { numeric: true });
      return (a, b) => collator.compare(column[a], column[b]);
    }
    return (a, b) => column[a] - column[b];
  }

  select() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    this.rows = this.everyRow.filter((row) => words.every((word) => this.haystack[row].includes(word)));
    if (this.sorted >= 0) {
      const order = this.compare(this.sorted);
      const column = this.values[this.sorted];
      const known = this.rows.filter((row) => column[row] !== null);
      known.sort(this.descending ? (a, b) => order(b, a) : order);
      this.rows = known.concat(this.rows.filter((row) => column[row] === null));
    }
    this.page = 0;
    this.drawPage();
  }

  sortBy(index) {
    const again = this.sorted === index;
    this.descending = again ? !this.descending : !this.isText(index);
    this.sorted = index;
    this.select();
  }

  turnPage(step) {
    this.page += step;
    this.drawPage();
  }

  drawHead() {
    const cells = this.shown.map((index) => {
      const parts = this.columns[index].label.split("/").flatMap((part, place) => (place ? ["/", make("wbr", {}), part] : [part]));
      const button = make("button", { type: "button" }, ...parts);
      button.addEventListener("click", () => this.sortBy(index));
      return make("th", { scope: "col", "data-label": this.columns[index].label, style: this.isText(index) ? "" : "text-align:right" }, button);
    });
    this.table.tHead.rows[0].replaceChildren(...cells);
  }

  drawPage() {
    const first = this.page * this.pageSize;
    const rows = this.rows.slice(first, first + this.pageSize);
    this.table.tBodies[0].replaceChildren(...rows.map((row) => this.makeLine(row)));
    this.table.querySelectorAll("thead th").forEach((cell, position) => {
      const sorted = this.shown[position] === this.sorted;
      cell.setAttribute("aria-sort", sorted ? (this.descending ? "descending" : "ascending") : "none");
    });
    const range = rows.length ? WHOLE.format(first + 1) + "–" + WHOLE.format(first + rows.length) : "0";
    this.status.textContent = range + " of " + WHOLE.format(this.rows.length) + " " + this.table.dataset.things;
    this.previous.disabled = this.page === 0;
    this.next.disabled = first + this.pageSize >= this.rows.length;
  }

  makeLine(row) {
    const line = make("tr", {});
    for (const index of this.shown) {
      const content = make("bdi", {}, this.cellText(index, row));
      const kind = this.isText(index) ? {} : { class: "number" };
      if (index === 0) line.append(make("th", { scope: "row", ...kind }, this.opener(content, line, row)));
      else line.append(make("td", kind, content));
    }
    return line;
  }

  opener(content, line, row) {
    if (!this.details.length) return content;
    const button = make("button", { type: "button", "aria-expanded": "false" }, content);
    button.addEventListener("click", () => this.toggleDetail(button, line, row));
    return button;
  }

  toggleDetail(button, line, row) {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) {
      line.nextElementSibling.remove();
      return;
    }
    const cell = make("td", { colspan: this.shown.length });
    for (const index of this.details) {
      cell.append(make("strong", {}, this.columns[index].label + ": "), make("bdi", {}, this.cellText(index, row)), make("br", {}));
    }
    line.after(make("tr", { class: "detail" }, cell));
  }
}

/* On paper a table shows all its rows, or the first ones of very many. */
function wholeOnPaper(table) {
  const most = Number(table.table.dataset.most) || Infinity;
  const pageBy = (size) => {
    table.pageSize = size;
    table.page = 0;
    table.drawPage();
  };
  window.addEventListener("beforeprint", () => pageBy(Math.min(table.everyRow.length, most)));
  window.addEventListener("afterprint", () => pageBy(PAGE));
}

/* ---- tables by the option chosen ---- */

function answerTo(select, { columns, answers }) {
  const tables = Object.fromEntries(Object.keys(columns).map((name) => [name, new SortableTable(name)]));
  const show = () => {
    for (const [name, { said, values }] of Object.entries(answers[select.value])) {
      document.getElementById(name + "-said").textContent = said;
      document.getElementById(name + "-rows").hidden = !values;
      tables[name].search.value = "";
      if (values) tables[name].show({ columns: columns[name], values });
    }
  };
  select.addEventListener("change", show);
  show();
}

/* ---- whatever the page has data for ---- */

for (const { id } of document.querySelectorAll('script[type="application/json"]')) {
  const name = id.replace(/-data$/, "");
  const select = document.getElementById(name + "-choice");
  if (select) {
    answerTo(select, read(id));
  } else {
    const table = new SortableTable(name);
    table.show(read(id));
    wholeOnPaper(table);
  }
}
