"""
``make bench-frontier``: twenty budgets in how many times one solve.

From half to one and a half times the portfolio's budget, CVaR by decomposition.  One solve is the
mean of the three at the lowest, the portfolio's own, and the highest budget, each from nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from typing import Final

import numpy as np

from benchmarks.portfolios import make_portfolio
from optimizer.domain.portfolio import Portfolio
from optimizer.engine.exact import Interruption
from optimizer.engine.pricing_model import Case
from optimizer.engine.sweep import at_budget, sweep
from optimizer.pipeline import decide
from optimizer.prepare import prepare

SIZES: Final = "1000x200 10000x200"


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print a row a size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frontier", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="SKUs x scenarios")
    parser.add_argument("--budgets", type=int, default=20)
    parser.add_argument("--gap", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    decide(prepare(_by_prices(make_portfolio(20, 20, asked.seed), asked.gap)).case)  # compiles
    sys.stdout.write("| SKUs × scenarios | one solve, s | frontier, s | ratio | worst gap |\n")
    sys.stdout.write("|---|---:|---:|---:|---:|\n")
    for size in asked.sizes.split():
        n_skus, n_scenarios = map(int, size.split("x"))
        portfolio = _by_prices(make_portfolio(n_skus, n_scenarios, asked.seed), asked.gap)
        sys.stdout.write(_row(portfolio, f"{n_skus:,} × {n_scenarios:,}", asked.budgets) + "\n")
        sys.stdout.flush()


def _by_prices(portfolio: Portfolio, gap: float) -> Portfolio:
    settings = portfolio.settings
    solver = settings.solver.model_copy(update={"method": "decompose", "gap": gap})
    return replace(portfolio, settings=settings.model_copy(update={"solver": solver}))


def _row(portfolio: Portfolio, size: str, count: int) -> str:
    capital = portfolio.settings.budget.capital
    assert capital is not None  # noqa: S101  every portfolio made here has one
    budgets = np.linspace(0.5 * capital, 1.5 * capital, count).tolist()
    case = prepare(portfolio).case
    alone = [_alone(at_budget(case, at)) for at in (budgets[0], capital, budgets[-1])]
    began = time.perf_counter()
    solved = sweep(case, budgets, lambda at, proof: decide(at, proof=proof), Interruption())
    taken, one = time.perf_counter() - began, float(np.mean(alone))
    worst = max(point.outcome.gap for point in solved if point.outcome)
    return f"| {size} | {one:.2f} | {taken:.1f} | {taken / one:.1f} | {worst:.1e} |"


def _alone(case: Case) -> float:
    began = time.perf_counter()
    decide(case)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
