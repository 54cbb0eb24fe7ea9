"""A solved portfolio → the tables of a run folder (MODEL 6)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from pydantic import ValidationError

from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.domain.decided import Decided
from optimizer.domain.manifest import (
    FORMAT,
    Components,
    Manifest,
    MixtureShare,
    Origin,
    ResourceUse,
    Sampling,
)
from optimizer.domain.option import CERTAIN, Designs
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.reasons import BreakEvens, Rationale, Reasons
from optimizer.domain.run import RunTables
from optimizer.domain.scenario import NODES, Mixture
from optimizer.errors import VerificationError
from optimizer.maths.risk import unexpected_loss
from optimizer.store.manifest import wrong_keys
from optimizer.store.strike_table import strikes_table
from optimizer.store.words import alternate_names, in_words

_DEMAND: Final = ("demand_mean", "demand_std", "demand_mean_error", "demand_interval_days")
_AGREEMENT: Final = 1e-6  # of the amounts, between the engine and the recomputed plan
_SAME: Final = 1e-9  # relative: a gap this far beyond the requested one is rounding


def tabulate(
    decided: Decided, rationale: Rationale, segment: TextArray, origin: Origin
) -> RunTables:
    """
    Return the tables of a run.

    Parameters
    ----------
    rationale
        Why the plan is as it is.
    segment
        Of every SKU.  Shape ``(N,)``.
    origin
        What only the caller can tell of the run: name, command, versions, time.

    Raises
    ------
    VerificationError
        If the engine's own figures differ from those of the recomputed plan, or are no numbers.
    """
    try:
        manifest = _manifest(decided, origin)
    except ValidationError as error:
        raise VerificationError(wrong_keys(error)) from None
    return RunTables(
        manifest=manifest,
        plan=_plan(decided, rationale.reasons, segment),
        curves=_curves(decided),
        qualifications=_qualifications(decided),
        onboardings=_onboardings(decided),
        scenarios=_scenarios(decided),
        strikes=strikes_table(decided.portfolio, decided.futures),
        expected=_expected(decided),
        break_even=_break_even(decided.portfolio, rationale.break_evens),
        certificate=decided.outcome.certificate,
    )


def _manifest(decided: Decided, origin: Origin) -> Manifest:
    """Return what the plan costs and uses, and what was proven about it."""
    settings, outcome = decided.portfolio.settings, decided.outcome
    components = _components(decided)
    tail = components.cvar if settings.risk.measure == "cvar" else components.var
    terms = (*CERTAIN, "onboarding", "expected_loss")
    expected_cost = sum(getattr(components, name) for name in terms)
    charge = settings.tail_charge * unexpected_loss(tail, components.expected_loss)
    objective = expected_cost + charge
    _agree(decided, objective, sum(abs(amount) for _, amount in components))
    bound = min(outcome.bound, objective)
    gap = (objective - bound) / abs(objective) if objective != bound else 0.0
    return Manifest(
        **dict(origin),
        format=FORMAT,
        status="optimal" if gap <= settings.gap + _SAME else "feasible",
        stopped_by=outcome.stopped_by,
        objective=objective,
        expected_cost=expected_cost,
        risk_charge=charge,
        bound=bound,
        gap=gap,
        catalogue_gap=decided.catalogue_gap,
        forecast=decided.forecast,
        components=components,
        resources=_resource_use(decided),
        settings=settings.resolved,
        seed=settings.scenarios.seed,
        sampling=_sampling(decided.futures.mixture),
        inputs=dict(decided.portfolio.inputs),
        method=outcome.method,
        method_reason=outcome.method_reason,
        files={},
    )


def _sampling(mixture: Mixture) -> Sampling:
    """Return what the futures were drawn from, from which they can be drawn once more."""
    shares = (
        MixtureShare(hazard=hazard, above=above, share=share)
        for (hazard, above), share in mixture.shares.items()
    )
    return Sampling(
        pilot=mixture.pilot, nominal=round(mixture.nominal, 9), components=tuple(shares)
    )


def _agree(decided: Decided, objective: float, amounts: float) -> None:
    """Reject an outcome whose own figures differ from those of the recomputed plan."""
    outcome, room, problems = decided.outcome, _AGREEMENT * amounts, []
    compared = {
        "objective": (outcome.objective, objective),
        "expected loss": (outcome.losses.expected, float(decided.expected_by_sku.sum())),
    }
    for name, (engine, recomputed) in compared.items():
        if not abs(engine - recomputed) <= room:
            problems.append(f"{name}: the engine states {engine!r}, recomputed {recomputed!r}")
    if not outcome.bound <= objective + room:
        problems.append(f"bound: {outcome.bound!r} is above the plan's cost {objective!r}")
    if problems:
        raise VerificationError(problems)


def _components(decided: Decided) -> Components:
    losses = decided.outcome.losses
    return Components(
        **{name: float(getattr(decided.costs, name).sum()) for name in CERTAIN},
        onboarding=decided.onboarding,
        expected_loss=float(decided.expected_by_sku.sum()),
        var=losses.value_at_risk,
        cvar=losses.cvar,
    )


def _resource_use(decided: Decided) -> dict[str, ResourceUse]:
    resources, onboard = decided.resources, decided.outcome.plan.onboard
    used = resources.option_use.sum(axis=1) + resources.onboard_use[:, onboard].sum(axis=1)
    columns = zip(
        resources.name,
        used.tolist(),
        resources.limit.tolist(),
        [decided.price.get(name, 0.0) for name in resources.name],
        [decided.price_expected.get(name, 0.0) for name in resources.name],
        strict=True,
    )
    return {
        name: ResourceUse(
            used=use,
            limit=None if np.isinf(limit) else limit,
            price=price,
            price_expected=expected,
        )
        for name, use, limit, price, expected in columns
    } | _losses_allowed(decided)


def _losses_allowed(decided: Decided) -> dict[str, ResourceUse]:
    """Return expected loss and CVaR as they use their limits, if they have one; a year's."""
    settings, losses = decided.portfolio.settings, decided.outcome.losses
    over_horizon = {"expected_loss": float(decided.expected_by_sku.sum()), "cvar": losses.cvar}
    return {
        name: ResourceUse(
            used=over_horizon[name] / settings.horizon.years,
            limit=limit,
            price=decided.price[name],
        )
        for name, limit in settings.limits.on_losses.items()
    }


def _plan(decided: Decided, reasons: Reasons, segment: TextArray) -> pd.DataFrame:
    """One row per SKU, in the order of MODEL 6's columns, then the reasons."""
    designs, costs, outcome = decided.designs, decided.costs, decided.outcome
    skus = decided.portfolio.skus
    policies = np.array(list(decided.portfolio.settings.policies), dtype=np.object_)
    return pd.DataFrame(
        {
            "sku": skus.sku,
            "segment": segment,
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
            "alternates": alternate_names(decided.portfolio, designs),
            **{name: getattr(skus, name) for name in _DEMAND},
            "capital": costs.capital,
            **{name: getattr(costs, name) for name in CERTAIN},
            "expected_loss": decided.expected_by_sku,
            "tail_contribution": outcome.losses.tail_by_sku,
            "fill_rate": costs.fill_rate,
            "demand_model": decided.demand_model,
            "reason": reasons.text,
            "runner_up": _runner_up(decided.portfolio, reasons.runner_up),
            "flip_price": reasons.flip_price,
            "runner_up_gap": reasons.runner_up_gap,
            "stockout_cost": reasons.stockout_cost,
            "flip_stockout_cost": reasons.flip_stockout_cost,
            "outage_probability": reasons.outage_probability,
            "flip_outage_probability": reasons.flip_outage_probability,
            "time_to_recover": _time_to_recover(decided.portfolio),
            "waiting_share": costs.waiting_share,
            "description": skus.description,
            **_places(decided.portfolio),
        }
    )


def _places(portfolio: Portfolio) -> dict[str, TextArray]:
    """What plans are summed by: category, and the primary supplier with its region."""
    suppliers = portfolio.suppliers
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    return {
        "category": portfolio.skus.category,
        "region": suppliers.region[primary],
        "primary_supplier": suppliers.supplier[primary],
    }


def _curves(decided: Decided) -> pd.DataFrame:
    """One row per SKU and node."""
    skus = decided.portfolio.skus.sku
    return pd.DataFrame(
        {
            "sku": np.repeat(skus, len(NODES)),
            "node": np.tile(NODES, len(skus)),
            "loss": decided.loss_curves.ravel(),
            "price": decided.price_curves.ravel(),
        }
    )


def _expected(decided: Decided) -> pd.DataFrame:
    """One row per SKU and hazard with an expected loss, by name."""
    portfolio, expected = decided.portfolio, decided.expected
    return expected.assign(
        sku=portfolio.skus.sku[expected["sku"]],
        hazard=portfolio.hazards.hazard[expected["hazard"]],
    )


def _runner_up(portfolio: Portfolio, designs: Designs) -> TextArray:
    """The next best option, in words."""
    text = np.full(len(portfolio.skus), "", dtype=np.object_)
    text[designs.sku] = in_words(portfolio, designs)
    return text


def _time_to_recover(portfolio: Portfolio) -> FloatArray:
    """Stated days until every SKU's primary supplier recovers; NaN if not stated."""
    stated = portfolio.suppliers.ttr_days[portfolio.sources.supplier[portfolio.skus.primary]]
    return np.where(stated > 0.0, stated, np.nan)


def _qualifications(decided: Decided) -> pd.DataFrame:
    """One row per SKU and candidate that the plan qualifies for it."""
    sources, chosen = decided.portfolio.sources, decided.designs.alternates
    sku, place = np.nonzero((chosen >= 0) & (sources.role[chosen] == CANDIDATE))
    source = chosen[sku, place]
    return pd.DataFrame(
        {
            "sku": decided.portfolio.skus.sku[sku],
            "supplier": decided.portfolio.suppliers.supplier[sources.supplier[source]],
            "cost": sources.qualification_cost[source],
        }
    )


def _onboardings(decided: Decided) -> pd.DataFrame:
    """One row per supplier that the plan onboards, with the number of SKUs it backs up."""
    suppliers, onboard = decided.portfolio.suppliers, decided.outcome.plan.onboard
    chosen = decided.designs.alternates
    backing = decided.portfolio.sources.supplier[chosen[chosen >= 0]]
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


def _scenarios(decided: Decided) -> pd.DataFrame:
    outcome = decided.outcome
    return pd.DataFrame(
        {
            "scenario": np.arange(len(decided.futures)),
            "probability": decided.futures.probability,
            "loss": outcome.losses.scenario,
            "weight": outcome.prices.tail_weight,
        }
    )
