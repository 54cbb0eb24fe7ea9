"""
Checks a run's proof: shadow prices by one pricing round, a VaR certificate by one per conflict.

A conflict names scenarios, tail weights on them and shadow prices of the limits: every plan that
ignores none of these scenarios costs at least the conflict's bound.  If no set of scenarios that
may be ignored hits every conflict, the least of the bounds holds for all plans; a second solver
confirms that.  A conflict of whole plans leaves some options open; the second solver confirms that
no plan made of them is cheaper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.plan import stated_prices
from optimizer.engine.decompose.bound import price_round
from optimizer.engine.decompose.loss_limits import charged, loss_limits
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.decompose.pricing_model import Case, PricingModel, pricing_model
from optimizer.engine.envelope import greatest_cap
from optimizer.engine.exact.compile import compile_model
from optimizer.engine.exact.formulate import by_scenario
from optimizer.engine.exact.scaling import scale
from optimizer.engine.refine import round_prices
from optimizer.engine.value_at_risk import Conflict, core_below, may_ignore
from optimizer.errors import VerificationError

_SECONDS = 120.0
_RELATIVE = 1e-9
_SAME_PLAN = 1e-6  # of the cost, within which two solvers call plans equally dear
_INFEASIBLE = 2  # scipy's status


def certificate(
    case: Case, model: PricingModel, conflicts: Sequence[Conflict]
) -> tuple[dict[str, Any], ...]:
    """Return the conflicts in currency: bound, scenarios, their weights, prices of the limits."""
    names = [case.resources.name[r] for r in model.limited.tolist()]
    unit = case.money_unit / case.resource_unit[model.limited]
    records = []
    for conflict in conflicts:
        kept = np.flatnonzero(conflict.kept[model.futures.scenario])
        weight = model.futures.weight(conflict.prices.tail)[kept] / model.tail_charge
        prices = (conflict.prices.resource * unit).tolist()
        records.append(
            {
                "bound": conflict.bound * case.money_unit,
                "scenarios": kept.tolist(),
                "weights": weight.tolist(),
                "prices": dict(zip(names, prices, strict=True)),
                "whole": conflict.whole,
            }
        )
    return tuple(records)


def check_certificate(case: Case, bound: float, conflicts: Sequence[Mapping[str, Any]]) -> None:
    """
    Recompute every conflict's bound; confirm that no set of ignorable scenarios hits them all.

    Parameters
    ----------
    bound
        The bound that the conflicts should prove. [currency]

    Raises
    ------
    VerificationError
        Lists every statement that does not hold.
    """
    model = pricing_model(case)
    problems = [
        problem
        for number, conflict in enumerate(conflicts)
        for problem in _problems(case, model, conflict, f"certificate, conflict {number}")
    ]
    least = min((float(conflict["bound"]) for conflict in conflicts), default=-np.inf)
    if not bound <= least + _RELATIVE * abs(least):
        problems.append(f"bound: found {bound!r}, and the certificate proves {least!r} only")
    allowed = may_ignore(model.probability, case.portfolio.settings.risk.level)
    if not problems and _least_ignored(model, conflicts) <= allowed:
        problems.append("certificate: some scenarios that may be ignored hit every conflict")
    if problems:
        raise VerificationError(problems)


def bound_of_prices(case: Case, prices: Mapping[str, float], tail_weight: FloatArray) -> float:
    """
    Return the lower bound that shadow prices prove, by one pricing round.

    Parameters
    ----------
    prices
        Shadow price of each limit, by name, those on losses included. [currency per unit of the
        resource]
    tail_weight
        Weight of every future; ignored for VaR, whose bound needs none.  Shape ``(S,)``. [-]

    Returns
    -------
    float
        Valid for any prices (weak duality; ALGORITHMS 2). [currency]
    """
    is_var = case.portfolio.settings.risk.measure == "var"
    weight = np.zeros_like(tail_weight) if is_var else tail_weight
    at = stated_prices(case.resources.name, prices, weight)
    model = charged(pricing_model(case), at.loss)
    priced = price_round(model, round_prices(case, model, at)).bound
    return loss_limits(case).bound(at.loss, priced) * case.money_unit


def _problems(
    case: Case, model: PricingModel, conflict: Mapping[str, Any], where: str
) -> list[str]:
    """Price once at the conflict's prices, projected onto the feasible ones."""
    weight = _tail_weight(model, conflict)
    resource = _resource_prices(case, model, conflict["prices"])
    prices = RoundPrices(resource=resource, tail=model.tail_charge * weight)
    claimed = float(conflict["bound"])
    if conflict["whole"]:
        model = replace(model, tail_cap=greatest_cap(_kept(model, conflict)))
        return _problems_of_whole(model, prices, claimed / case.money_unit, where)
    proven = price_round(model, prices).bound * case.money_unit
    if claimed <= proven + _RELATIVE * abs(proven):
        return []
    return [f"{where}: found a bound of {claimed!r}, expected {proven!r} at most"]


def _problems_of_whole(
    model: PricingModel, prices: RoundPrices, claimed: float, where: str
) -> list[str]:
    """Ask the second solver for a plan cheaper than claimed among the open options."""
    scaled = scale(core_below(model, prices, claimed).data)
    program = compile_model(by_scenario(scaled.data)).program
    cheaper = claimed / scaled.money * (1.0 - _SAME_PLAN)
    answer = milp(
        program.cost,
        integrality=program.integer.astype(np.int64),
        bounds=Bounds(program.low, program.high),
        constraints=[
            LinearConstraint(program.matrix, program.row_low, program.row_high),
            LinearConstraint(program.cost[None, :], -np.inf, cheaper),
        ],
        options={"time_limit": _SECONDS},
    )
    if answer.status == _INFEASIBLE:
        return []
    why = "a plan is cheaper" if answer.x is not None else f"not confirmed in {_SECONDS:g} s"
    return [f"{where}: found a bound on whole plans of {claimed!r}, {why}"]


def _resource_prices(case: Case, model: PricingModel, stated: Mapping[str, float]) -> FloatArray:
    """Return the stated shadow prices, negative ones as 0, in units of the case."""
    names = [case.resources.name[r] for r in model.limited.tolist()]
    price = np.array([float(stated.get(name, 0.0)) for name in names])
    unit = case.money_unit / case.resource_unit[model.limited]
    return np.asarray(np.maximum(price, 0.0) / unit)


def _kept(model: PricingModel, conflict: Mapping[str, Any]) -> BoolArray:
    kept = np.zeros(len(model.probability), dtype=np.bool_)
    kept[model.futures.scenario[np.asarray(conflict["scenarios"], dtype=np.int64)]] = True
    return kept


def _tail_weight(model: PricingModel, conflict: Mapping[str, Any]) -> FloatArray:
    """Tail weights on the conflict's scenarios only; they sum to 1 at most."""
    weight = np.zeros(len(model.futures.scenario))
    futures = np.asarray(conflict["scenarios"], dtype=np.int64)
    weight[futures] = np.maximum(np.asarray(conflict["weights"], dtype=np.float64), 0.0)
    merged = model.futures.merged(weight)
    return np.asarray(merged / max(float(merged.sum()), 1.0))


def _least_ignored(model: PricingModel, conflicts: Sequence[Mapping[str, Any]]) -> float:
    """Return a proven lower bound on the probability of any set that hits every conflict."""
    n_scenarios = len(model.probability)
    hits = np.array([_kept(model, conflict) for conflict in conflicts], dtype=np.float64)
    hits = hits.reshape(len(conflicts), n_scenarios)
    if not hits.any(axis=1).all():
        return np.inf
    answer = milp(
        model.probability,
        constraints=LinearConstraint(hits, lb=1.0),
        integrality=np.ones(n_scenarios, dtype=np.int64),
        bounds=Bounds(0.0, 1.0),
        options={"time_limit": _SECONDS},
    )
    if answer.status == 0:
        return float(answer.fun)
    proven = answer.get("mip_dual_bound")
    return -np.inf if proven is None else float(proven)
