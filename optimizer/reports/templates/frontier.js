"use strict";

/* ---- the budgets: all of them on paper ---- */

const budgets = new SortableTable("budgets");
budgets.show(read("budgets-data"));
wholeOnPaper(budgets);

/* ---- what a step changes, of the budget chosen ---- */

const { columns: stepColumns, steps } = read("steps-data");
const ways = ["up", "down"].map((way) => ({ way, table: new SortableTable(way) }));
const choice = document.getElementById("step-choice");

function showSteps() {
  for (const { way, table } of ways) {
    const step = steps[choice.value][way];
    document.getElementById(way + "-said").textContent = step.said;
    document.getElementById(way + "-changes").hidden = !step.values;
    table.search.value = "";
    if (step.values) table.show({ columns: stepColumns[way], values: step.values });
  }
}

choice.addEventListener("change", showSteps);
showSteps();
