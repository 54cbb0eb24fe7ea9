"""Ballast beside its peers on the same instances: `make bench` (DESIGN 6)."""
