"""Column generation and cores: any number of SKUs, with a proven bound (ALGORITHMS 1–4)."""
