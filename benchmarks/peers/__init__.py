"""One file per competitor, each with ``solve(data, gap, seconds) -> Result``."""
