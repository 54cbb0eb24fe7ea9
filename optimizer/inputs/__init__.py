"""
Tables and settings → a portfolio that holds, or every reason why not.

The checks are Arrow and numpy over whole columns, written here and not taken from a schema library:
a cell is judged as it was **written**, before it becomes a number, every message names file, row,
value and remedy, and a million rows take a second.
"""
