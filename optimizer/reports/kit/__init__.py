"""Charts, tables, numbers, pages and workbooks, of whatever subject."""
