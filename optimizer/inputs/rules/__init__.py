"""The rules for cells, columns, tables and settings."""
