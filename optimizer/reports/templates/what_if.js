"use strict";

for (const name of ["scenarios", "changes"]) {
  const table = new SortableTable(name);
  table.show(read(name + "-data"));
  wholeOnPaper(table);
}
