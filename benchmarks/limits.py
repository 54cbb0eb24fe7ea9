"""
``python -m benchmarks.limits``: how long solving for VaR goes on beyond its time limit.

Ten portfolios, asked for a gap that none reaches soon.  A run keeps its limit where it ends within
2 s or 5 % of it, whichever is more.  On a busy machine the seconds say little: its load is told.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from itertools import product
from typing import Final

from benchmarks.portfolios import make_portfolio
from benchmarks.value_at_risk import prepared
from optimizer.domain.portfolio import Portfolio
from optimizer.engine.decide import decide
from optimizer.errors import StoppedError

SIZES: Final = "300x100 500x150 1000x200 1500x250 2000x300"
SEEDS, LIMITS = "1 2", "5 15"
_GAP: Final = 1e-6
_GRACE_SECONDS, _GRACE_SHARE = 2.0, 0.05


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print a row a run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limits", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="SKUs x scenarios")
    parser.add_argument("--seeds", default=SEEDS)
    parser.add_argument("--limits", default=LIMITS, help="seconds")
    asked = parser.parse_args(arguments)
    say = sys.stdout.write
    _solved(make_portfolio(20, 20, 1), 1.0)  # compiles
    say(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n\n")
    say("| SKUs × scenarios | seed | limit, s | took, s | gap | kept |\n")
    say("|---|---:|---:|---:|---:|---|\n")
    all_kept = []
    for size, seed in product(asked.sizes.split(), map(int, asked.seeds.split())):
        n_skus, n_scenarios = map(int, size.split("x"))
        portfolio = make_portfolio(n_skus, n_scenarios, seed)
        for limit in map(float, asked.limits.split()):
            took, gap = _solved(portfolio, limit)
            all_kept.append(took <= limit + max(_GRACE_SECONDS, _GRACE_SHARE * limit))
            facts = f"{n_skus:,} × {n_scenarios:,} | {seed} | {limit:g} | {took:.1f} | {gap}"
            say(f"| {facts} | {'yes' if all_kept[-1] else 'NO'} |\n")
            sys.stdout.flush()
    say(f"\n{sum(all_kept)} of {len(all_kept)} kept their limit.\n")


def _solved(portfolio: Portfolio, limit: float) -> tuple[float, str]:
    """Return the seconds that solving took, and the gap it proved."""
    case = prepared(portfolio, "var", _GAP, limit).case
    began = time.perf_counter()
    try:
        gap = f"{100.0 * decide(case).gap:.2g} %"
    except StoppedError:
        gap = "no plan"
    return time.perf_counter() - began, gap


if __name__ == "__main__":
    main()
