"""Finds a plan, then proves in stages that no plan is cheaper by more than a falling share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain.observer import SILENT
from optimizer.engine.decompose.bound import Proof, prove
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.exact.whole_model import Effort, Solved
from optimizer.engine.value_at_risk.conflicts import add_conflicts
from optimizer.engine.value_at_risk.cover import hits_all
from optimizer.engine.value_at_risk.plans import find_plans, keep_plan_of, solve_plan
from optimizer.engine.value_at_risk.search import Conflict, Search, kept_of
from optimizer.errors import StoppedBy, StoppedError

_STAGES = (0.08, 0.04, 0.02, 0.01, 0.005, 0.0025, 0.001, 0.0005, 0.0002, 0.0001)
_LOOSE = 1e-3
_PROOF_SHARE = 0.1  # of the asked gap, to which the risk-neutral bound is proven
_INSIDE = 0.98
_STEP = 1e-3


def solve_tail(
    model: PricingModel, tail_level: float, effort: Effort
) -> tuple[Solved, list[Conflict]]:
    """
    Return the best plan for VaR, a bound no plan can beat, and the conflicts that prove it.

    Raises
    ------
    InfeasibleError
        If not even a mixture of plans meets the limits.
    StoppedError
        If the effort ran out before any plan was found.
    """
    pool = Proof()
    search = Search(model=model, tail_level=tail_level, effort=effort, columns=pool.columns)
    try:
        prove(model, replace(effort, observer=SILENT), _LOOSE, pool)
        _without_tail(search)
        _run(search)
    except StoppedError:
        if search.best is None:
            raise
    if search.best is None:
        raise StoppedError(effort.stop.reason if effort.seconds_left == 0.0 else "prices")
    return _answer(search), search.proven


def _run(search: Search) -> None:
    if not search.closed:
        find_plans(search, _STAGES[0])
    for stage in _STAGES:
        share = stage if stage > search.effort.gap else search.effort.gap * _INSIDE
        if search.best is None or search.closed or search.effort.seconds_left == 0.0:
            return
        if stage < _STAGES[0]:
            nothing = np.zeros(len(search.loss), dtype=np.bool_)
            solve_plan(search, kept_of(search, search.loss, nothing), share)
        whole = _prove_stage(search, share)
        search.effort.progress(search.objective, search.bound)
        if not whole:
            return


def _answer(search: Search) -> Solved:
    best, effort = search.best, search.effort
    assert best is not None  # noqa: S101  the caller has one
    stopped_by: StoppedBy = "gap" if search.closed else "prices"
    if not search.closed and effort.seconds_left == 0.0:
        stopped_by = effort.stop.reason
    return replace(best, bound=search.bound, stopped_by=stopped_by)


def _without_tail(search: Search) -> None:
    """
    Solve the risk-neutral problem, whose bound holds because unexpected loss is at least 0.

    If hazards are rare, VaR lies below the mean and this bound is tight (ALGORITHMS 5a).
    """
    model, pool = replace(search.model, tail_charge=0.0), Proof()
    gap = min(search.effort.gap * _PROOF_SHARE, _LOOSE)
    best, _ = prove(model, replace(search.effort, observer=SILENT), gap, pool)
    search.bound = best.bound
    nothing = np.zeros(len(model.probability), dtype=np.bool_)
    search.conflicts = [Conflict(kept=nothing, bound=best.bound, prices=best.prices)]
    search.proven = list(search.conflicts)
    keep_plan_of(search, model, pool, search.effort.gap)


def _prove_stage(search: Search, share: float) -> bool:
    """
    Prove that no plan is cheaper than the incumbent by more than this share.

    Returns
    -------
    bool
        False if mixtures are cheaper but no whole plan is found that is: prices prove no more.
    """
    lowest = np.inf
    while search.effort.seconds_left:
        worth = abs(search.objective)
        threshold = min(search.objective - share * worth, lowest)
        valid = [conflict for conflict in search.conflicts if conflict.bound >= threshold]
        ignored = hits_all(search, valid)
        if ignored is None:
            bound = min(conflict.bound for conflict in valid)
            if bound > search.bound:
                search.proven, search.bound = valid, bound
            return lowest == np.inf
        before = search.objective
        kept = kept_of(search, search.loss, ignored)
        value = add_conflicts(search, kept, threshold)
        if value is None:
            continue
        if value < threshold:
            solve_plan(search, kept, share)
        improved = search.objective < before
        lowest = np.inf if improved else min(value, threshold) - _STEP * worth
    return False
