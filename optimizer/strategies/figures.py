"""Costs and losses of every strategy, on the same futures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.decided import Decided
from optimizer.domain.option import CERTAIN, Costs, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.run import STRATEGIES
from optimizer.domain.scenario import Futures
from optimizer.domain.settings import DAYS_PER_YEAR, Settings
from optimizer.engine.evaluate import Evaluation
from optimizer.maths.risk import cvar, unexpected_loss, value_at_risk
from optimizer.options.resource_use import resources
from optimizer.options.survival import survives
from optimizer.strategies.candidate import Candidate
from optimizer.strategies.fixed import BEST, Strategy

_ROUNDING: Final = 1e-9
_SURVIVAL: Final = "tts_covers_ttr"


def figures_of_strategies(decided: Decided, strategies: Sequence[Strategy]) -> pd.DataFrame:
    """
    Return costs and losses of every strategy and of the plan itself, one row each.

    The expected loss is exact; VaR and CVaR are those of the run's futures.

    Returns
    -------
    pandas.DataFrame
        `optimizer.domain.run.STRATEGIES`, the plan last, as `BEST`.  Money over the horizon;
        without figures if a strategy cannot be priced.
    """
    rows = [
        {"strategy": strategy.name, "stand_ins": float(strategy.stand_ins), "note": strategy.note}
        | figures_of_designs(decided.portfolio, decided.futures, strategy.designs)
        for strategy in strategies
    ]
    losses = decided.outcome.losses
    best = _figures(
        decided.portfolio,
        decided.designs,
        decided.costs,
        decided.resources,
        {
            "expected_loss": float(decided.expected_by_sku.sum()),
            "var": losses.value_at_risk,
            "cvar": losses.cvar,
        },
    )
    rows.append({"strategy": BEST, "stand_ins": 0.0, "note": ""} | best)
    return pd.DataFrame(rows, columns=list(STRATEGIES))


def capital_of(portfolio: Portfolio, designs: Designs, costs: Costs) -> float:
    """Return the capital that a plan draws. [currency]"""
    return _used(portfolio, designs, resources(portfolio, designs, costs))["capital"]


def figures_of_designs(
    portfolio: Portfolio, futures: Futures, designs: Designs | None
) -> dict[str, Any]:
    """Return a strategy's figures on these futures, its name and note excepted."""
    if designs is None:
        return {"exceeds": ""}
    candidate = Candidate.of(portfolio, designs)
    losses = _losses(candidate.on(futures), portfolio.settings.risk.level)
    costs = candidate.chosen.costs
    return _figures(portfolio, designs, costs, resources(portfolio, designs, costs), losses)


def _figures(
    portfolio: Portfolio,
    designs: Designs,
    costs: Costs,
    limited: Resources,
    losses: dict[str, float],
) -> dict[str, Any]:
    used = _used(portfolio, designs, limited)
    components = _components(portfolio, designs, costs)
    expected_cost = sum(components.values()) + losses["expected_loss"]
    charge = _risk_charge(losses, portfolio.settings)
    return {
        "capital": used["capital"],
        **components,
        **losses,
        "expected_cost": expected_cost,
        "risk_charge": charge,
        "objective": expected_cost + charge,
        **_service(portfolio, costs),
        "alternates": float((designs.alternates >= 0).sum()),
        "qualifications": used["qualifications"],
        "onboardings": used["onboardings"],
        "exceeds": exceeded_by(portfolio, designs, costs, limited, losses),
    }


def exceeded_by(
    portfolio: Portfolio,
    designs: Designs,
    costs: Costs,
    limited: Resources,
    losses: dict[str, float],
) -> str:
    """Return the limits that a plan breaks, joined by ``;``; `losses` by the names of figures."""
    survive = survives(portfolio, designs, costs.cover_days).all()
    return ";".join(
        [
            *_exceeded(limited, _used(portfolio, designs, limited)),
            *_lost(portfolio.settings, losses),
            *([] if survive else [_SURVIVAL]),
        ]
    )


def _components(portfolio: Portfolio, designs: Designs, costs: Costs) -> dict[str, float]:
    """Return the certain costs by part."""
    settings = portfolio.settings
    onboarding = portfolio.suppliers.onboarding_cost[_to_onboard(portfolio, designs)].sum()
    return {
        **{name: float(getattr(costs, name).sum()) for name in CERTAIN},
        "onboarding": float(onboarding * settings.horizon.years / settings.onboarding.life_years),
    }


def _losses(evaluation: Evaluation, tail_level: float) -> dict[str, float]:
    return {
        "expected_loss": evaluation.expected,
        "var": value_at_risk(evaluation.loss, evaluation.probability, tail_level),
        "cvar": cvar(evaluation.loss, evaluation.probability, tail_level),
    }


def _risk_charge(losses: dict[str, float], settings: Settings) -> float:
    """Return the risk charge on the unexpected loss over the horizon."""
    tail = losses["cvar" if settings.risk.measure == "cvar" else "var"]
    return settings.tail_charge * unexpected_loss(tail, losses["expected_loss"])


def _service(portfolio: Portfolio, costs: Costs) -> dict[str, float]:
    """Return fill rate by demand value, and turns; NaN if there is nothing to divide by."""
    skus = portfolio.skus
    spend: FloatArray = skus.unit_cost * skus.demand_mean
    total, held = float(spend.sum()), float(skus.unit_cost @ costs.mean_on_hand)
    return {
        "fill_rate": float(costs.fill_rate @ spend) / total if total else np.nan,
        "turns": total * DAYS_PER_YEAR / held if held else np.nan,
    }


def _used(portfolio: Portfolio, designs: Designs, limited: Resources) -> dict[str, float]:
    """Return a plan's use of every resource."""
    onboard = _to_onboard(portfolio, designs)
    used = limited.option_use.sum(axis=1) + limited.onboard_use[:, onboard].sum(axis=1)
    return dict(zip(limited.name, used.tolist(), strict=True))


def _exceeded(limited: Resources, used: dict[str, float]) -> list[str]:
    """Return the limits that a plan exceeds."""
    limits = zip(limited.name, limited.limit.tolist(), strict=True)
    return [name for name, limit in limits if used[name] > limit * (1.0 + _ROUNDING)]


def _lost(settings: Settings, losses: dict[str, float]) -> list[str]:
    """Return the limits on losses that a plan exceeds."""
    limits, years = settings.limits.on_losses.items(), settings.horizon.years
    return [name for name, limit in limits if losses[name] > limit * years * (1.0 + _ROUNDING)]


def _to_onboard(portfolio: Portfolio, designs: Designs) -> IntArray:
    """Return the suppliers that a plan needs and that are not yet onboarded."""
    chosen = designs.alternates[designs.alternates >= 0]
    needed = np.unique(portfolio.sources.supplier[chosen])
    return needed[~portfolio.suppliers.onboarded[needed]]
