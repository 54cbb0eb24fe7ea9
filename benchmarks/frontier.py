"""
``make bench-frontier``: twenty budgets in how many times one solve.

From half to one and a half times the portfolio's budget, CVaR.  First the two commands, as a user
waits for them, start to written files: `solve` at the portfolio's own budget, and `frontier`, which
verifies and writes a run for every budget.  Then the engine alone: the mean of three budgets solved
from nothing, and all twenty.

Then families with suppliers to onboard and other limits, their seeds drawn anew each time and
printed: the same ratios for twelve or twenty budgets, nested too.
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
from typing import Final, NamedTuple

import numpy as np

from benchmarks.frontier_families import FAMILIES, make_family
from benchmarks.portfolios import make_portfolio
from benchmarks.write_portfolio import write_portfolio
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case, with_table
from optimizer.engine.nested import nest
from optimizer.engine.sweep import Each, at_budget, sweep
from optimizer.jobs.prepare import prepare

SIZES: Final = "1000x200 10000x200"
_COUNTS: Final = (12, 20)  # budgets of the families


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print a row a size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frontier", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="SKUs x scenarios")
    parser.add_argument("--budgets", type=int, default=20)
    parser.add_argument("--gap", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--frontiers", type=int, default=10, help="of families, drawn at random")
    parser.add_argument("--seeds", type=int, nargs="*", help="instead of drawing them")
    parser.add_argument("--seconds", type=float, default=120.0, help="limit of a family's budget")
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
    seeds = asked.seeds or np.random.default_rng().integers(1_000_000, size=asked.frontiers)
    _families([int(seed) for seed in seeds], asked.gap, asked.seconds)


def _families(seeds: list[int], gap: float, seconds: float) -> None:
    """Measure a frontier a seed, families and numbers of budgets taking turns."""
    sys.stdout.write(
        "\n| family | seed | budgets | solve, s | frontier, s | ratio | nested, s | ratio "
        "| engine: one, s | all, s | ratio | nested, s | slowest budget, of the median "
        "| worst gap |\n"
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
    )
    for place, seed in enumerate(seeds):
        family, count = FAMILIES[place % len(FAMILIES)], _COUNTS[place % len(_COUNTS)]
        portfolio = make_family(family, seed, gap, seconds)
        sys.stdout.write(f"| {family} | {seed} | {count} {_family_row(portfolio, count)}\n")
        sys.stdout.flush()


def _family_row(portfolio: Portfolio, count: int) -> str:
    solve, frontier, nested = _commands(portfolio, count, ["--nested"])
    swept = _swept(portfolio, count)
    began = time.perf_counter()
    sweep(swept.case, swept.budgets, _decided, Stop(), _nested(swept.case))
    engine_nested = time.perf_counter() - began
    return (
        f"| {solve:.1f} | {frontier:.1f} | {frontier / solve:.1f} "
        f"| {nested:.1f} | {nested / solve:.1f} "
        f"| {swept.one:.2f} | {swept.taken:.1f} | {swept.taken / swept.one:.1f} "
        f"| {engine_nested:.1f} | {swept.slowest:.1f} | {swept.gap:.1e} |"
    )


def _nested(case: Case) -> Each:
    return lambda alone: nest(case, _decided, Stop(), alone)


def _decided(case: Case, proof: Proof) -> Outcome:
    return decide(case, proof=proof)


def _by_prices(portfolio: Portfolio, gap: float) -> Portfolio:
    by_prices = portfolio.settings.having(solver={"method": "decompose", "gap": gap})
    return replace(portfolio, settings=by_prices)


def _row(portfolio: Portfolio, size: str, count: int) -> str:
    solve, frontier = _commands(portfolio, count)
    swept = _swept(portfolio, count)
    return (
        f"| {size} | {solve:.1f} | {frontier:.1f} | {frontier / solve:.1f} "
        f"| {swept.one:.2f} | {swept.taken:.1f} | {swept.taken / swept.one:.1f} "
        f"| {swept.slowest:.1f} | {swept.gap:.1e} |"
    )


class _Swept(NamedTuple):
    """A case and its budgets; seconds of one and of all; slowest of the median; worst gap."""

    case: Case
    budgets: list[float]
    one: float
    taken: float
    slowest: float
    gap: float


def _swept(portfolio: Portfolio, count: int) -> _Swept:
    """Solve three budgets from nothing, then sweep all."""
    capital = _capital(portfolio)
    budgets = np.linspace(0.5 * capital, 1.5 * capital, count).tolist()
    case = with_table(prepare(portfolio).case)
    alone = [_alone(at_budget(case, at)) for at in (budgets[0], capital, budgets[-1])]
    each: list[float] = []
    began = time.perf_counter()
    solved = sweep(case, budgets, lambda at, proof: _timed(at, proof, each), Stop())
    taken = time.perf_counter() - began
    worst = max(point.outcome.gap for point in solved if point.outcome)
    return _Swept(case, budgets, float(np.mean(alone)), taken, max(each) / median(each), worst)


def _capital(portfolio: Portfolio) -> float:
    capital = portfolio.settings.budget.capital
    assert capital is not None  # noqa: S101  every portfolio made here has one
    return capital


def _commands(portfolio: Portfolio, count: int, *ways: list[str]) -> list[float]:
    """Return the seconds of `solve`, of `frontier`, and of `frontier` in other ways."""
    capital = _capital(portfolio)
    budgets = f"{0.5 * capital!r}:{1.5 * capital!r}:{count}"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "portfolio"
        write_portfolio(portfolio, folder)
        asked = [["solve"], *(["frontier", "--budgets", budgets, *way] for way in ([], *ways))]
        return [
            _command(*words, str(folder), "--results", scratch, "--run", f"run-{number}")
            for number, words in enumerate(asked)
        ]


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
