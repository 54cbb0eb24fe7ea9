"""
Tables and settings → a valid portfolio, or every reason why not.

The checks use Arrow and numpy on whole columns instead of a schema library: a cell is checked as it
was **written**, before it becomes a number; every message names file, row, value and remedy; and a
million rows take a second.
"""
