"""Small portfolios whose flips are exact: no limit, and the expected loss alone counts."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Hazards, Portfolio
from optimizer.domain.reasons import BreakEvens, Reasons
from optimizer.domain.scenario import NODES
from optimizer.engine.decide import decide
from optimizer.jobs.decided import view_of
from optimizer.jobs.prepare import draw_futures, prepare
from optimizer.maths.lost_days import losses
from optimizer.metrics.allowed import allowed_policies
from optimizer.options.block import Block, block
from optimizer.options.choices import offered_choices
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.options.loss_curves import price_curves
from optimizer.sensitivity.plans import rationale
from optimizer.sensitivity.priced_lines import Lines
from optimizer.sensitivity.prospects import make_prospects
from tests.support.portfolios import make_portfolio

FEW = {
    "jit": {"service_levels": [0.5]},
    "reorder_point": {"service_levels": [0.9]},
    "vmi": {"service_levels": []},
    "safety_stock": {"service_levels": [0.99]},
    "forward_buy": {"service_levels": [0.95], "lot_days_min": [90.0]},
    "stockpile": {"reserve_days": [14.0, 45.0]},
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Explained:
    """A plan, why it is so, and where it breaks even."""

    designs: Designs
    reasons: Reasons
    break_even: BreakEvens

    def words(self, sku: int) -> tuple[Any, ...]:
        """Return the choice of a SKU."""
        names = ("policy", "service_level", "reserve_days", "lot_days_min", "lot_factor")
        chosen = (float(getattr(self.designs, name)[sku]) for name in names)
        return *chosen, tuple(self.designs.alternates[sku].tolist())


def solved(portfolio: Portfolio) -> Explained:
    """Solve a portfolio, and explain it."""
    prepared = prepare(portfolio)
    outcome = decide(prepared.case)
    view = view_of(portfolio, prepared, outcome)
    reasons, break_even = rationale(view)
    return Explained(designs=view.prices.chosen, reasons=reasons, break_even=break_even)


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainOptions:
    """Every option of every SKU, its exact expected loss ``(O,)`` and loss by future ``(O, S)``."""

    built: Block
    expected: FloatArray
    loss: FloatArray


def plain_options(portfolio: Portfolio) -> PlainOptions:
    """Sum expected losses hazard by hazard, and futures strike by strike, option by option."""
    prospects = make_prospects(portfolio, draw_futures(portfolio))
    choices = offered_choices(portfolio, allowed_policies(portfolio))
    skus = np.arange(len(portfolio.skus))
    built = block(portfolio, choices, prospects.sets, skus)
    expected = np.zeros(len(built.designs))
    loss = np.zeros((len(built.designs), len(prospects.futures)))
    for o, sku in enumerate(built.designs.sku):
        by_supply = (built.curves[built.curve[o]], stockout_cost_per_day(portfolio, skus)[sku])
        bought = price_curves(portfolio, skus[[sku]], built.costs.lot_days[[o]])[0]
        by_price = (bought, spend_per_day(portfolio, skus)[sku])
        supply = prospects.profile_of_set[built.alternate_set[o]]
        for (curve, slope), p in (
            (by_supply, supply),
            (by_price, prospects.price_profile[sku]),
        ):
            if p < 0:
                continue
            mean, lost = prospects.mean, prospects.lost
            for e in range(mean.start[p], mean.start[p + 1]):
                expected[o] += mean.weight[e, :-1] @ curve + mean.weight[e, -1] * slope
            own = losses(lost, np.array([p]))
            at = np.interp(own.days, NODES, curve) + np.maximum(own.days - 365.0, 0.0) * slope
            np.add.at(loss[o], own.scenario, own.factor * at)
    return PlainOptions(built=built, expected=expected, loss=loss)


def made_lines(
    priced: FloatArray, start: list[int], chosen: list[int], outages: FloatArray | None = None
) -> Lines:
    """Return lines of which only cost, SKU and the slope in the outage rate count."""
    nothing = np.zeros(len(priced))
    return Lines(
        start=np.array(start), chosen=np.array(chosen), certain=np.asarray(priced),
        scarce=nothing, loss=nothing, onboarding=nothing,
        capital=nothing, stockout=nothing, outages=nothing if outages is None else outages,
    )  # fmt: skip


def free_portfolio(seed: int) -> Portfolio:
    """
    Return two SKUs that nothing ties together, each with a candidate whose supplier is safe.

    A hazard strikes each primary, a surge and a price shock the one category; a day short costs
    nothing but downtime_cost, so that it is the daily stockout cost.
    """
    rng = np.random.default_rng(seed)
    skus = [
        {"sku": name, "category": "metal", "unit_margin": 0.0,
         "demand_mean": 10.0, "demand_std": float(rng.uniform(1.0, 12.0)),
         "unit_cost": float(rng.uniform(5.0, 40.0)), "order_cost": float(rng.uniform(20.0, 200.0)),
         "downtime_cost": float(rng.uniform(20.0, 2_000.0))}
        for name in ("A", "B")
    ]  # fmt: skip
    sources = [
        source
        for sku in range(2)
        for source in (
            {"sku": sku, "supplier": sku, "lead_time_mean": 20.0, "lead_time_std": 4.0},
            {"sku": sku, "supplier": 2, "role": "candidate", "ramp_days": 10.0,
             "qualification_cost": float(rng.uniform(100.0, 9_000.0)), "price_premium": 0.02,
             "volume_share": 0.1},
        )
    ]  # fmt: skip
    outage = {"kind": "outage", "scope": "supplier", "duration_mean_days": 60.0}
    lots = {"forward_buy": {"service_levels": []}} if rng.random() < 0.7 else {}
    rates = rng.uniform(0.05, 0.8, 2)
    hazards = [
        {"hazard": "fire", "target": "Alfa", "annual_rate": float(rates[0]), **outage},
        {"hazard": "flood", "target": "Beta", "annual_rate": float(rates[1]), **outage},
        {"hazard": "glut", "kind": "surge", "scope": "category", "target": "metal",
         "annual_rate": 0.4, "duration_mean_days": 30.0, "multiplier": 2.0},
        {"hazard": "scarcity", "kind": "price", "scope": "category", "target": "metal",
         "annual_rate": 0.3, "duration_mean_days": 45.0, "multiplier": 1.3},
    ]  # fmt: skip
    return make_portfolio(
        skus,
        sources,
        hazards=hazards,
        policies={**FEW, **lots},
        risk={"measure": "expected"},
        scenarios={"count": 10},
        solver={"gap": 0.0},
    )


def shared_portfolio(seed: int) -> Portfolio:
    """Return the two SKUs with one hazard for both primaries, and their candidate to onboard."""
    portfolio, rng = free_portfolio(seed), np.random.default_rng(seed)
    suppliers = replace(
        portfolio.suppliers,
        region=np.array(["East", "East", "West"], dtype=object),
        onboarded=np.array([True, True, False]),
        onboarding_cost=np.array([0.0, 0.0, float(rng.uniform(200.0, 8_000.0))]),
    )
    hazards = portfolio.hazards
    quake = {field.name: getattr(hazards, field.name)[:1].copy() for field in fields(type(hazards))}
    quake["scope"][0], quake["target"][0] = "region", "East"
    return replace(portfolio, suppliers=suppliers, hazards=Hazards(**quake))


def with_rate(portfolio: Portfolio, hazard: int, rate: float) -> Portfolio:
    """Return the portfolio with another annual rate of a hazard."""
    rates = portfolio.hazards.annual_rate.copy()
    rates[hazard] = rate
    return replace(portfolio, hazards=replace(portfolio.hazards, annual_rate=rates))


def with_stockout_cost(portfolio: Portfolio, sku: int, per_day: float) -> Portfolio:
    """Return the portfolio with another daily stockout cost of a SKU."""
    cost = portfolio.skus.downtime_cost.copy()
    cost[sku] = per_day
    return replace(portfolio, skus=replace(portfolio.skus, downtime_cost=cost))
