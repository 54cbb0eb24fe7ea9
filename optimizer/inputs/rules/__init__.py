"""What must hold of cells, columns, tables and settings."""
