"""Estimates from history for cells that the tables leave empty (MODEL 1a)."""
