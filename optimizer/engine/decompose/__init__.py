"""Prices, columns and cores: any number of SKUs, and a proof (ALGORITHMS 1–4)."""
