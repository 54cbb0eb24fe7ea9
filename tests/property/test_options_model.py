"""The vectorised costs against MODEL 3 in plain Python, and pruning against brute force."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.options import build_pruned, every_option
from support.plain_options import plain_table
from support.portfolios import make_portfolio
from support.random_portfolios import random_portfolio
from support.scalar_costs import scalar_cost

from optimizer.contract.read import read_portfolio
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.domain.settings import POLICIES
from optimizer.maths.outage import short_days
from optimizer.options import build as build_module
from optimizer.options.build import Built
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.options.resources import decisive, resources
from optimizer.prepare import prepare
from optimizer.segments.allowed import allowed_policies

SAMPLE = Path(__file__).parents[2] / "data" / "sample"

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


@settings(max_examples=25, deadline=None)
@given(portfolios(), st.randoms(use_true_random=False))
def test_costs_equal_the_model_in_plain_python(portfolio: Portfolio, random: Any) -> None:
    """
    Proves: every column of ten random options equals a scalar reading of MODEL 3.

    Sensitivity: any one term changed (a rate, a factor, I for R) differs beyond 1e-7.
    """
    options = every_option(portfolio)
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


class Columns(NamedTuple):
    """What pricing needs of each option."""

    sku: np.ndarray
    cost: np.ndarray
    assured_days: np.ndarray
    lot_days: np.ndarray
    use: np.ndarray
    profile: np.ndarray
    alternates: np.ndarray


def before_pruning(portfolio: Portfolio) -> Columns:
    """Return every option, its use of capital and of what is limited."""
    every = every_option(portfolio)
    costs = every.costs
    used = decisive(resources(portfolio, every.designs, costs))
    return Columns(
        sku=every.designs.sku,
        cost=costs.total,
        assured_days=costs.assured_days,
        lot_days=costs.lot_days,
        use=used.option_use,
        profile=every.profile,
        alternates=every.designs.alternates,
    )


def after_pruning(built: Built) -> Columns:
    """Return the options kept."""
    options = built.options
    rows = np.arange(len(options))
    return Columns(
        sku=options.sku,
        cost=options.cost,
        assured_days=options.assured_days,
        lot_days=options.lot_days,
        use=built.resources.option_use,
        profile=options.profile(rows),
        alternates=options.designs(rows).alternates,
    )


def priced(
    *,
    portfolio: Portfolio,
    options: Columns,
    scenarios: ScenarioSet,
    lost: np.ndarray,
    price: np.ndarray,
    weight: np.ndarray,
) -> np.ndarray:
    """Return what each option costs at resource prices and scenario weights, onboarding apart."""
    cover = options.assured_days[:, None], options.lot_days[:, None]
    every = np.arange(len(portfolio.skus))
    short = short_days(lost[options.profile].astype(float), *cover) @ weight
    shock = short_days(scenarios.price_days[:, 0].astype(float), *cover)
    dearer = shock @ (weight * (scenarios.price_multiplier[:, 0] - 1.0))
    hit = spend_per_day(portfolio, every) * (portfolio.skus.category == "mro")
    per_day = stockout_cost_per_day(portfolio, every)
    fixed = options.cost + price @ options.use
    return fixed + per_day[options.sku] * short + hit[options.sku] * dearer


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
    n_profiles = len(every_option(portfolio).profiles)
    lost = rng.integers(0, 60, (n_profiles, len(scenarios)))
    built = build_pruned(portfolio, scenarios, lost)
    assert built.resources.name == ("capital", "storage", "qualifications")
    price = rng.exponential(0.2, 3)
    weight = rng.dirichlet(np.ones(len(scenarios)))
    onboarded = portfolio.suppliers.onboarded | (rng.random(3) < 0.5)
    least = []
    for table in (before_pruning(portfolio), after_pruning(built)):
        value = priced(
            portfolio=portfolio,
            options=table,
            scenarios=scenarios,
            lost=lost,
            price=price,
            weight=weight,
        )
        chosen = table.alternates
        open_to = (chosen < 0) | onboarded[portfolio.sources.supplier[chosen]]
        value = np.where(open_to.all(axis=1), value, np.inf)
        least.append(np.minimum.reduceat(value, np.unique(table.sku, return_index=True)[1]))
    assert least[1] == pytest.approx(least[0], rel=1e-9, abs=1e-9)
    assert len(built.options) <= built.n_built


@pytest.mark.parametrize("block_size", [1, 2, 4096])
@pytest.mark.parametrize("seed", range(15))
def test_the_table_equals_the_long_way(
    seed: int, block_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: designs, costs, use and cover are bit for bit those of the plain way, in any blocks.

    Sensitivity: a rival's lost days read from the wrong profile keep other options.
    """
    monkeypatch.setattr(build_module, "SKUS_AT_ONCE", block_size)
    portfolio = random_portfolio(seed, "cvar", max_skus=12)
    wide = portfolio.settings.model_copy(update={"policies": POLICIES, "max_alternates": 2})
    check_against_the_long_way(replace(portfolio, settings=wide))


def test_the_sample_equals_the_long_way() -> None:
    """Proves: as above, on the bundled sample."""
    check_against_the_long_way(read_portfolio(SAMPLE))


def check_against_the_long_way(portfolio: Portfolio) -> None:
    """Compare `prepare`'s table with `plain_table`, both in the case's own money."""
    prepared = prepare(portfolio)
    case, options = prepared.case, prepared.case.options
    counted = case.portfolio
    plain = plain_table(counted, allowed_policies(counted), prepared.scenarios)
    designs = options.designs(np.arange(len(options)))
    for field in fields(designs):
        assert np.array_equal(getattr(designs, field.name), getattr(plain.designs, field.name))
    assert np.array_equal(options.sku, plain.designs.sku)
    assert np.array_equal(options.cost, plain.costs.total)
    assert np.array_equal(options.assured_days, plain.costs.assured_days)
    assert np.array_equal(options.lot_days, plain.costs.lot_days)
    used = resources(counted, plain.designs, plain.costs)
    rows = [used.name.index(name) for name in case.resources.name]
    assert np.array_equal(case.resources.option_use, used.option_use[rows])
    assert set(np.flatnonzero(np.isfinite(used.limit))) | {0} == set(rows)
