"use strict";

for (const name of ["what-ifs", "changes"]) {
  const table = new SortableTable(name);
  table.show(read(name + "-data"));
  wholeOnPaper(table);
}
