"""
Conflicts of whole plans, for portfolios of a few hundred lumpy SKUs.

Why: there, mixtures are some per cent cheaper than any whole plan, and prices prove no more than
the relaxation.  So the plans that keep a few scenarios are searched by branch and bound over the
options that reduced costs do not rule out (ALGORITHMS 5).
"""

from __future__ import annotations

import numpy as np

from models.extract import read_choice
from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.engine.decompose.bound import Round, near_bound, price_round
from optimizer.engine.decompose.core import Core, open_core
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.exact.compile import compile_model
from optimizer.engine.exact.formulate import by_scenario
from optimizer.engine.exact.scaling import scale
from optimizer.engine.exact.whole_model import Effort
from optimizer.engine.highs import solve
from optimizer.engine.value_at_risk.search import Conflict, Search, on_heavy
from optimizer.errors import StoppedError

MOST_SKUS = 500  # largest portfolio whose whole plans are searched
_GROW = 2  # scenarios added when a plan that keeps the others loses more in them
_SEARCHES = 20
_LIGHT = 1e-3  # of the total tail weight: scenarios below it are left out at first
_SOLVED = 1e-6


def whole_conflict(
    search: Search, kept: BoolArray, best: Round, threshold: float
) -> Conflict | None:
    """
    Return a conflict of whole plans among the kept scenarios, None if none was proven.

    It starts with the scenarios that carry tail weight and adds those in which the plan just found
    loses most.  A plan cheaper than the incumbent replaces it and ends the search.

    Parameters
    ----------
    best
        The best pricing round for the kept scenarios.
    """
    prices, part = on_heavy(kept, best.prices, _LIGHT)
    if not part.any():
        part[np.argmax(np.where(kept, search.loss, -np.inf))] = True
    before = search.objective
    for _ in range(_SEARCHES):
        if not search.effort.seconds_left:
            return None
        core = core_below(search.keeping(part), prices, threshold)
        proven, option = _below(core, threshold, search.effort)
        if proven:
            return Conflict(kept=part, bound=threshold, prices=prices, whole=True)
        if option is None:
            return None
        loss = np.where(kept, search.keep_best(option, prices), -np.inf)
        worst = np.argsort(-loss, kind="stable")[:_GROW]
        if search.objective < before or part[worst].all():
            return None
        part = part.copy()
        part[worst] = True
    return None


def core_below(model: PricingModel, prices: RoundPrices, cutoff: float) -> Core:
    """Return the core of the options that a plan cheaper than the cutoff could contain."""
    best = price_round(model, prices)
    return open_core(model, near_bound(model, best, cutoff - best.bound).rows)


def _below(core: Core, cutoff: float, effort: Effort) -> tuple[bool, IntArray | None]:
    """Return whether the core has provably no plan below the cutoff, and such a plan if found."""
    scaled = scale(core.data)
    data, limit = by_scenario(scaled.data), cutoff / scaled.money
    compiled = compile_model(data)
    answer = solve(
        compiled.program,
        gap=_SOLVED,
        stop=effort.stop,
        node_limit=effort.node_limit,
        target=limit,
        cutoff=limit,
        log=effort.log,
    )
    if answer.status == "interrupt":
        raise StoppedError("interrupt")
    if answer.status == "infeasible" or answer.bound >= limit:
        return True, None
    if answer.values is None:
        return False, None
    share = read_choice(data, compiled.columns, answer.values).option
    return False, core.plan(np.flatnonzero(share > 0.5))
