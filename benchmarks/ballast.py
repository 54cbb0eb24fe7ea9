"""Ballast itself, from the portfolio to the plan, as `solve` does it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.instance import whole_model
from benchmarks.memory import peak_kb
from benchmarks.peers.result import plan_objective
from benchmarks.scratch import PORTFOLIO, take
from optimizer.domain.portfolio import Portfolio
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import free_prices
from optimizer.engine.decompose.pricing_model import Case, pricing_model
from optimizer.errors import StoppedError
from optimizer.jobs.prepare import prepare

_PASSES: Final = 5


def solve(folder: Path, method: str, gap: float, seconds: float, *, judge: bool) -> dict[str, Any]:
    """
    Solve the folder's portfolio by one of Ballast's methods.

    Parameters
    ----------
    judge
        Whether the whole model's numbers fit in memory, to recompute the objective with them;
        they are made after time and memory were taken.  Otherwise the engine's sum stands.
    """
    portfolio = _with_solver(take(folder / PORTFOLIO), method, gap, seconds)
    began = time.perf_counter()
    case = prepare(portfolio).case
    prepared = time.perf_counter()
    spent: dict[str, Any] = {"prepare_seconds": prepared - began}
    try:
        outcome = decide(case)
    except StoppedError:
        return {**spent, "status": "limit", "seconds": time.perf_counter() - prepared}
    spent["seconds"] = time.perf_counter() - prepared
    spent["peak_kb"] = peak_kb()
    objective: float | None = outcome.objective
    unit = 1.0
    if judge:
        core, unit = whole_model(case)
        objective = plan_objective(core.data, core.choice(outcome.plan.option))
    spent["pass_seconds"] = _pass_seconds(case)
    return {
        **spent,
        "objective": objective,
        "bound": outcome.bound / unit,
        "status": "optimal" if outcome.gap <= gap else "limit",
    }


def _pass_seconds(case: Case) -> float:
    """Return the median seconds of pricing every option once."""
    model, passes = pricing_model(case), []
    prices = free_prices(model)
    for _ in range(_PASSES):
        began = time.perf_counter()
        model.options.price(prices)
        passes.append(time.perf_counter() - began)
    return median(passes)


def _with_solver(portfolio: Portfolio, method: str, gap: float, seconds: float) -> Portfolio:
    stated = {"method": method, "gap": gap, "time_limit": seconds}
    solver = portfolio.settings.solver.model_copy(update=stated)
    return replace(portfolio, settings=portfolio.settings.model_copy(update={"solver": solver}))
