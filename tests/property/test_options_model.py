"""The vectorised costs against MODEL 3 in plain Python, and pruning against brute force."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.portfolios import make_portfolio
from support.scalar_costs import scalar_cost

from optimizer.domain.option import OptionTable
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.maths.outage import short_days
from optimizer.options.build import build
from optimizer.options.prune import prune
from optimizer.options.resources import resources

money = st.one_of(st.just(0.0), st.floats(0.01, 100.0))
a_sku = st.fixed_dictionaries(
    {
        "unit_cost": money,
        "demand_mean": st.one_of(st.just(0.0), st.floats(0.01, 100.0)),
        "demand_std": st.one_of(st.just(0.0), st.floats(1e-6, 200.0)),
        "order_cost": money,
        "min_order_qty": st.floats(0.0, 50.0),
        "unit_margin": money,
        "downtime_cost": money,
        "obsolescence_rate": st.floats(0.0, 0.5),
        "volume": st.floats(0.0, 1.0),
        "shelf_life_days": st.one_of(st.just(np.inf), st.floats(5_000.0, 6_000.0)),
        "category": st.sampled_from(["mro", "paint"]),
    }
)
lead_time = {
    "lead_time_mean": st.one_of(st.just(0.0), st.floats(0.1, 100.0)),
    "lead_time_std": st.one_of(st.just(0.0), st.floats(0.1, 30.0)),
}
an_alternate = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["qualified", "candidate"]),
        "price_premium": st.floats(-0.3, 0.5),
        "volume_share": st.floats(0.0, 0.5),
        "qualification_cost": money,
    }
)


@st.composite
def portfolios(draw: st.DrawFn, **limits: Any) -> Portfolio:
    """Draw three SKUs of one primary and two alternates each; some suppliers not onboarded."""
    skus = [{**draw(a_sku), "sku": f"S{i}"} for i in range(3)]
    sources: list[dict[str, Any]] = []
    for sku in range(3):
        alternates = [{**draw(an_alternate), "sku": sku, "supplier": 1 + j} for j in range(2)]
        alternates.sort(key=lambda row: row["role"] != "qualified")
        primary = draw(st.fixed_dictionaries(lead_time))
        sources += [{**primary, "sku": sku, "supplier": 0}, *alternates]
    suppliers = [
        {"supplier": "Alfa", "offers_vmi": True},
        {"supplier": "Beta", "onboarded": draw(st.booleans())},
        {"supplier": "Gamma", "onboarded": draw(st.booleans()), "onboarding_cost": 30.0},
    ]
    days = draw(st.sampled_from([90, 365, 700]))
    return make_portfolio(
        skus, sources, suppliers=suppliers, max_alternates=2, horizon={"days": days}, **limits
    )


def built(portfolio: Portfolio) -> OptionTable:
    return build(portfolio, np.ones((len(portfolio.skus), 6), dtype=bool))


@settings(max_examples=25, deadline=None)
@given(portfolios(), st.randoms(use_true_random=False))
def test_costs_equal_the_model_in_plain_python(portfolio: Portfolio, random: Any) -> None:
    """
    Proves: every column of ten random options equals a scalar reading of MODEL 3.

    Sensitivity: any one term changed (a rate, a factor, I for R) differs beyond 1e-7.
    """
    options = built(portfolio)
    for row in random.sample(range(len(options)), 10):
        design = {f.name: getattr(options.designs, f.name)[row] for f in fields(options.designs)}
        for name, expected in scalar_cost(portfolio, design).items():
            found = getattr(options.costs, name)[row]
            assert found == pytest.approx(expected, rel=1e-7, abs=1e-7), name


@st.composite
def futures(draw: st.DrawFn, n_scenarios: int) -> ScenarioSet:
    """Draw price shocks up or down for one category."""
    multiplier = draw(st.lists(st.floats(0.5, 2.0), min_size=n_scenarios, max_size=n_scenarios))
    no_surge = np.ones((n_scenarios, 1)), np.zeros((n_scenarios, 1), dtype=np.int64)
    return ScenarioSet(
        probability=np.full(n_scenarios, 1.0 / n_scenarios),
        outage_days=np.zeros((n_scenarios, 3), dtype=np.int64),
        categories=np.array(["mro"], dtype=object),
        surge_multiplier=no_surge[0],
        surge_days=no_surge[1],
        price_multiplier=np.array(multiplier)[:, None],
        price_days=np.full((n_scenarios, 1), 40),
        method="exact",
    )


def priced(
    *,
    portfolio: Portfolio,
    options: OptionTable,
    scenarios: ScenarioSet,
    lost: np.ndarray,
    price: np.ndarray,
    weight: np.ndarray,
) -> np.ndarray:
    """Return what each option costs at resource prices and scenario weights, onboarding apart."""
    cover = options.costs.assured_days[:, None], options.costs.lot_days[:, None]
    use = resources(portfolio, options.designs, options.costs).option_use
    sku = options.designs.sku
    short = short_days(lost[options.profile].astype(float), *cover) @ weight
    shock = short_days(scenarios.price_days[:, 0].astype(float), *cover)
    dearer = shock @ (weight * (scenarios.price_multiplier[:, 0] - 1.0))
    hit = options.spend_per_day[sku] * (portfolio.skus.category[sku] == "mro")
    fixed = options.costs.total + price @ use
    return fixed + options.stockout_cost_per_day[sku] * short + hit * dearer


@settings(max_examples=40, deadline=None)
@given(
    portfolios(budget={"capital": 1e5}, limits={"storage": 1e4, "qualifications": 2}),
    futures(4),
    st.integers(0, 2**31),
)
def test_pruning_keeps_the_best_option_at_any_price(
    portfolio: Portfolio, scenarios: ScenarioSet, seed: int
) -> None:
    """
    Proves: per SKU and set of onboarded suppliers the least priced cost is the same after pruning.

    Prices are random on the limited resources (capital, storage, qualifications), weights random.
    Sensitivity: comparing where the cover ends but not where it begins fails.
    """
    rng = np.random.default_rng(seed)
    options = built(portfolio)
    use = resources(portfolio, options.designs, options.costs)
    lost = rng.integers(0, 60, (len(options.profiles), len(scenarios)))
    pruned = prune(portfolio, options, use, scenarios, lost)
    price = np.where(np.isfinite(use.limit), rng.exponential(0.2, len(use.limit)), 0.0)
    weight = rng.dirichlet(np.ones(len(scenarios)))
    onboarded = portfolio.suppliers.onboarded | (rng.random(3) < 0.5)
    least = []
    for table in (options, pruned):
        value = priced(
            portfolio=portfolio,
            options=table,
            scenarios=scenarios,
            lost=lost,
            price=price,
            weight=weight,
        )
        chosen = table.designs.alternates
        open_to = (chosen < 0) | onboarded[portfolio.sources.supplier[chosen]]
        value = np.where(open_to.all(axis=1), value, np.inf)
        least.append(np.minimum.reduceat(value, table.start[:-1]))
    assert least[1] == pytest.approx(least[0], rel=1e-9, abs=1e-9)
    assert len(pruned) <= len(options)
