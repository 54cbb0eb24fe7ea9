"""
``make bench-frontier``: twenty budgets in how many times one solve.

From half to one and a half times the portfolio's budget, CVaR.  First the two commands, as a user
waits for them, start to written files: `solve` at the portfolio's own budget, and `frontier`, which
verifies and writes a run for every budget.  Then the engine alone: the mean of three budgets solved
from nothing, and all twenty.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from benchmarks.portfolios import make_portfolio
from benchmarks.write_portfolio import write_portfolio
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case, with_table
from optimizer.engine.sweep import at_budget, sweep
from optimizer.jobs.prepare import prepare

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
    sys.stdout.write(
        "| SKUs × scenarios | solve, s | frontier, s | ratio "
        "| engine: one, s | all, s | ratio | slowest budget, of the median | worst gap |\n"
    )
    sys.stdout.write("|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
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
    solve, frontier = _commands(portfolio, f"{0.5 * capital!r}:{1.5 * capital!r}:{count}")
    budgets = np.linspace(0.5 * capital, 1.5 * capital, count).tolist()
    case = with_table(prepare(portfolio).case)
    alone = [_alone(at_budget(case, at)) for at in (budgets[0], capital, budgets[-1])]
    each: list[float] = []
    began = time.perf_counter()
    solved = sweep(case, budgets, lambda at, proof: _timed(at, proof, each), Stop())
    taken, one = time.perf_counter() - began, float(np.mean(alone))
    worst = max(point.outcome.gap for point in solved if point.outcome)
    return (
        f"| {size} | {solve:.1f} | {frontier:.1f} | {frontier / solve:.1f} "
        f"| {one:.2f} | {taken:.1f} | {taken / one:.1f} | {max(each) / median(each):.1f} "
        f"| {worst:.1e} |"
    )


def _commands(portfolio: Portfolio, budgets: str) -> tuple[float, float]:
    """Return the seconds that the two commands take."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "portfolio"
        write_portfolio(portfolio, folder)
        results = ("--results", scratch)
        return (
            _command("solve", str(folder), *results, "--run", "one"),
            _command("frontier", str(folder), *results, "--run", "all", "--budgets", budgets),
        )


def _command(*arguments: str) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "optimizer", *arguments]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def _alone(case: Case) -> float:
    took: list[float] = []
    _timed(case, Proof(), took)
    return took[0]


def _timed(case: Case, proof: Proof, took: list[float]) -> Outcome:
    """Decide, and add the seconds that took."""
    began = time.perf_counter()
    outcome = decide(case, proof=proof)
    took.append(time.perf_counter() - began)
    return outcome


if __name__ == "__main__":
    main()
