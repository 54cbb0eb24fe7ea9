"""A solved portfolio → the tables of a run folder (MODEL 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.domain.option import CERTAIN, Costs, Designs
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.reasons import BreakEvens, Reasons
from optimizer.domain.resources import Resources
from optimizer.domain.run import RunTables
from optimizer.domain.scenario import NODES, Futures
from optimizer.errors import VerificationError
from optimizer.maths.risk import unexpected_loss
from optimizer.store.manifest import FORMAT
from optimizer.store.strike_table import strikes_table
from optimizer.store.words import alternate_names, in_words

_DEMAND: Final = ("demand_mean", "demand_std", "demand_mean_error", "demand_interval_days")
_AGREEMENT: Final = 1e-6  # of the amounts, between the engine and the recomputed plan
_SAME: Final = 1e-9  # relative: a gap this far beyond the requested one is rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """
    A solved portfolio.

    Attributes
    ----------
    designs, costs
        Of the chosen options, one row per SKU, in the portfolio's own currency.
    loss_curves, price_curves
        The same at `NODES`; price curves before the factor of a shock.  Shape ``(N, 17)``.
        [currency]
    expected
        Columns sku, hazard (rows of the portfolio) and expected_loss, above 0. [currency]
    demand_model
        Demand law that each SKU was costed with.  Shape ``(N,)``.
    resources
        Use by the chosen options, one column per SKU.
    price
        Shadow price of each resource that the engine priced, by name; others have 0.
        [currency per unit of the resource]
    segment
        Shape ``(N,)``.
    """

    portfolio: Portfolio
    futures: Futures
    designs: Designs
    costs: Costs
    loss_curves: FloatArray
    price_curves: FloatArray
    expected: pd.DataFrame
    demand_model: TextArray
    resources: Resources
    price: Mapping[str, float]
    segment: TextArray
    outcome: Outcome
    reasons: Reasons
    break_even: BreakEvens

    @property
    def expected_by_sku(self) -> FloatArray:
        """Expected loss by SKU, over all hazards.  Shape ``(N,)``. [currency]"""
        skus, loss = self.expected["sku"].to_numpy(), self.expected["expected_loss"].to_numpy()
        total = np.bincount(skus, weights=loss, minlength=len(self.portfolio.skus))
        return total.astype(np.float64)


def tabulate(solution: Solution, about: Mapping[str, Any]) -> RunTables:
    """
    Return the tables of a run.

    Parameters
    ----------
    about
        The manifest's keys that only the caller can supply: run, command, created, …
    """
    return RunTables(
        manifest={**about, **_proof(solution)},
        plan=_plan(solution),
        curves=_curves(solution),
        qualifications=_qualifications(solution),
        onboardings=_onboardings(solution),
        scenarios=_scenarios(solution),
        strikes=strikes_table(solution.portfolio, solution.futures),
        expected=_expected(solution),
        break_even=_break_even(solution.portfolio, solution.break_even),
        certificate=solution.outcome.certificate,
    )


def _proof(solution: Solution) -> dict[str, Any]:
    """What the plan costs and uses, and what was proven about it."""
    settings, outcome = solution.portfolio.settings, solution.outcome
    components = _components(solution)
    tail = components["cvar" if settings.risk.measure == "cvar" else "var"]
    expected_cost = sum(components[name] for name in (*CERTAIN, "onboarding", "expected_loss"))
    charge = settings.tail_charge * unexpected_loss(tail, components["expected_loss"])
    objective = expected_cost + charge
    _agree(solution, objective, sum(map(abs, components.values())))
    bound = min(outcome.bound, objective)
    gap = (objective - bound) / abs(objective) if objective != bound else 0.0
    return {
        "format": FORMAT,
        "status": "optimal" if gap <= settings.gap + _SAME else "feasible",
        "stopped_by": outcome.stopped_by,
        "objective": objective,
        "expected_cost": expected_cost,
        "risk_charge": charge,
        "bound": bound,
        "gap": gap,
        "components": components,
        "resources": _resource_use(solution),
        "settings": settings.resolved.model_dump(mode="json"),
        "seed": settings.scenarios.seed,
        "inputs": dict(solution.portfolio.inputs),
        "method": outcome.method,
        "method_reason": outcome.method_reason,
    }


def _agree(solution: Solution, objective: float, amounts: float) -> None:
    """Reject an outcome whose own figures differ from those of the recomputed plan."""
    outcome, room, problems = solution.outcome, _AGREEMENT * amounts, []
    compared = {
        "objective": (outcome.objective, objective),
        "expected loss": (outcome.losses.expected, float(solution.expected_by_sku.sum())),
    }
    for name, (engine, recomputed) in compared.items():
        if not abs(engine - recomputed) <= room:
            problems.append(f"{name}: the engine states {engine!r}, recomputed {recomputed!r}")
    if not outcome.bound <= objective + room:
        problems.append(f"bound: {outcome.bound!r} is above the plan's cost {objective!r}")
    if problems:
        raise VerificationError(problems)


def _components(solution: Solution) -> dict[str, float]:
    settings, losses = solution.portfolio.settings, solution.outcome.losses
    written_off = settings.horizon.years / settings.onboarding.life_years
    onboarding = solution.portfolio.suppliers.onboarding_cost[solution.outcome.plan.onboard].sum()
    return {
        **{name: float(getattr(solution.costs, name).sum()) for name in CERTAIN},
        "onboarding": float(onboarding * written_off),
        "expected_loss": float(solution.expected_by_sku.sum()),
        "var": losses.value_at_risk,
        "cvar": losses.cvar,
    }


def _resource_use(solution: Solution) -> dict[str, dict[str, float | None]]:
    resources, onboard = solution.resources, solution.outcome.plan.onboard
    used = resources.option_use.sum(axis=1) + resources.onboard_use[:, onboard].sum(axis=1)
    columns = zip(
        resources.name,
        used.tolist(),
        resources.limit.tolist(),
        [solution.price.get(name, 0.0) for name in resources.name],
        strict=True,
    )
    return {
        name: {"used": use, "limit": None if np.isinf(limit) else limit, "price": price}
        for name, use, limit, price in columns
    }


def _plan(solution: Solution) -> pd.DataFrame:
    """One row per SKU, in the order of MODEL 6's columns, then the reasons."""
    designs, costs, outcome = solution.designs, solution.costs, solution.outcome
    reasons, skus = solution.reasons, solution.portfolio.skus
    policies = np.array(list(solution.portfolio.settings.policies), dtype=np.object_)
    return pd.DataFrame(
        {
            "sku": skus.sku,
            "segment": solution.segment,
            "policy": policies[designs.policy],
            "service_level": designs.service_level,
            "reserve_days": designs.reserve_days,
            "lot_factor": designs.lot_factor,
            "order_quantity": costs.order_quantity,
            "reorder_point": costs.reorder_point,
            "safety_stock": costs.safety_stock,
            "reserve_units": costs.reserve_units,
            "mean_on_hand": costs.mean_on_hand,
            "lot_days": costs.lot_days,
            "lot_days_min": designs.lot_days_min,
            "cover_days": costs.cover_days,
            "alternates": alternate_names(solution.portfolio, designs),
            **{name: getattr(skus, name) for name in _DEMAND},
            "capital": costs.capital,
            **{name: getattr(costs, name) for name in CERTAIN},
            "expected_loss": solution.expected_by_sku,
            "tail_contribution": outcome.losses.tail_by_sku,
            "fill_rate": costs.fill_rate,
            "demand_model": solution.demand_model,
            "reason": reasons.text,
            "runner_up": _runner_up(solution),
            "flip_price": reasons.flip_price,
            "runner_up_gap": reasons.runner_up_gap,
            "stockout_cost": reasons.stockout_cost,
            "flip_stockout_cost": reasons.flip_stockout_cost,
            "outage_probability": reasons.outage_probability,
            "flip_outage_probability": reasons.flip_outage_probability,
            "time_to_recover": _time_to_recover(solution.portfolio),
            "waiting_share": costs.waiting_share,
            "description": skus.description,
        }
    )


def _curves(solution: Solution) -> pd.DataFrame:
    """One row per SKU and node."""
    skus = solution.portfolio.skus.sku
    return pd.DataFrame(
        {
            "sku": np.repeat(skus, len(NODES)),
            "node": np.tile(NODES, len(skus)),
            "loss": solution.loss_curves.ravel(),
            "price": solution.price_curves.ravel(),
        }
    )


def _expected(solution: Solution) -> pd.DataFrame:
    """One row per SKU and hazard with an expected loss, by name."""
    portfolio, expected = solution.portfolio, solution.expected
    return expected.assign(
        sku=portfolio.skus.sku[expected["sku"]],
        hazard=portfolio.hazards.hazard[expected["hazard"]],
    )


def _runner_up(solution: Solution) -> TextArray:
    """The next best option, in words."""
    designs = solution.reasons.runner_up
    text = np.full(len(solution.portfolio.skus), "", dtype=np.object_)
    text[designs.sku] = in_words(solution.portfolio, designs)
    return text


def _time_to_recover(portfolio: Portfolio) -> FloatArray:
    """Stated days until every SKU's primary supplier recovers; NaN if not stated."""
    stated = portfolio.suppliers.ttr_days[portfolio.sources.supplier[portfolio.skus.primary]]
    return np.where(stated > 0.0, stated, np.nan)


def _qualifications(solution: Solution) -> pd.DataFrame:
    """One row per SKU and candidate that the plan qualifies for it."""
    sources, chosen = solution.portfolio.sources, solution.designs.alternates
    sku, place = np.nonzero((chosen >= 0) & (sources.role[chosen] == CANDIDATE))
    source = chosen[sku, place]
    return pd.DataFrame(
        {
            "sku": solution.portfolio.skus.sku[sku],
            "supplier": solution.portfolio.suppliers.supplier[sources.supplier[source]],
            "cost": sources.qualification_cost[source],
        }
    )


def _onboardings(solution: Solution) -> pd.DataFrame:
    """One row per supplier that the plan onboards, with the number of SKUs it backs up."""
    suppliers, onboard = solution.portfolio.suppliers, solution.outcome.plan.onboard
    chosen = solution.designs.alternates
    backing = solution.portfolio.sources.supplier[chosen[chosen >= 0]]
    skus: IntArray = np.bincount(backing, minlength=len(suppliers))
    return pd.DataFrame(
        {
            "supplier": suppliers.supplier[onboard],
            "cost": suppliers.onboarding_cost[onboard],
            "skus": skus[onboard],
        }
    )


def _break_even(portfolio: Portfolio, rates: BreakEvens) -> pd.DataFrame:
    """One row for each thing that the plan buys against outages."""
    skus, suppliers = portfolio.skus.sku, portfolio.suppliers.supplier
    return pd.DataFrame(
        {
            "kind": rates.kind,
            "sku": np.where(rates.sku >= 0, skus[rates.sku], "").astype(np.object_),
            "supplier": np.where(rates.supplier >= 0, suppliers[rates.supplier], "").astype(
                np.object_
            ),
            "cost": rates.cost,
            "saving": rates.saving,
            "outage_rate": rates.outage_rate,
            "break_even_rate": rates.break_even_rate,
        }
    )


def _scenarios(solution: Solution) -> pd.DataFrame:
    outcome = solution.outcome
    return pd.DataFrame(
        {
            "scenario": np.arange(len(solution.futures)),
            "probability": solution.futures.probability,
            "loss": outcome.losses.scenario,
            "weight": outcome.prices.tail_weight,
        }
    )
