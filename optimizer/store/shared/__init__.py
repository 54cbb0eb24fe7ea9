"""Runs shared beyond one machine: places that keep results folders, and a mirror of them here."""
