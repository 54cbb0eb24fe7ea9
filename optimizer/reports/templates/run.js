"use strict";

const plan = new SortableTable("plan");
plan.show(read("plan-data"));
wholeOnPaper(plan, 200);
