"use strict";

new SortableTable("plan").show(read("plan-data"));
