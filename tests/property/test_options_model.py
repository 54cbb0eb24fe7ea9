"""The vectorised options against MODEL 3 in plain Python, and pruning against brute force."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import N_WEIGHTS, NODES, LostDays
from optimizer.domain.settings import POLICIES
from optimizer.options import build as build_module
from optimizer.options.build import Built
from optimizer.options.holding import stock
from optimizer.options.law import demand_during, positions
from optimizer.options.loss_curves import Struck, loss_curves, mean_losses, price_curves
from optimizer.options.resource_use import decisive, resources
from optimizer.options.table_part import rounded_down
from tests.support.options import build_pruned, design_of, every_option, everything, strikes
from tests.support.plain_options import plain_table
from tests.support.portfolios import make_portfolio
from tests.support.random_portfolios import random_portfolio
from tests.support.scalar_costs import scalar_option

money = st.one_of(st.just(0.0), st.floats(0.01, 100.0))


@st.composite
def a_sku(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a SKU, smooth to slow, in whole units, tenths or packs of twelve."""
    mean = draw(st.one_of(st.just(0.0), st.floats(0.02, 100.0)))
    decimals, multiple = draw(st.sampled_from([(0.0, 1.0), (0.0, 12.0), (1.0, 0.1), (3.0, 0.5)]))
    return {
        "unit_cost": draw(money),
        "demand_mean": mean,
        "demand_std": mean * draw(st.one_of(st.just(0.0), st.floats(0.01, 6.0))),
        "demand_mean_error": mean * draw(st.sampled_from([0.0, 0.02, 0.3])),
        "demand_interval_days": draw(st.sampled_from([1.0, 1.7, 40.0])),
        "demand_model": draw(st.sampled_from(["auto", "auto", "gamma"])),
        "unit_decimals": decimals,
        "order_multiple": multiple,
        "order_cost": draw(money),
        "min_order_qty": draw(st.sampled_from([0.0, 3.0, 50.0])),
        "min_stock": draw(st.sampled_from([0.0, 0.0, 2.0, 700.0])),
        "unit_margin": draw(money),
        "downtime_cost": draw(money),
        "obsolescence_rate": draw(st.floats(0.0, 0.5)),
        "volume": draw(st.floats(0.0, 1.0)),
        "shelf_life_days": draw(st.sampled_from([np.inf, np.inf, 400.0])),
        "category": draw(st.sampled_from(["mro", "paint"])),
    }


lead_time = {
    "lead_time_mean": st.one_of(st.just(0.0), st.floats(0.5, 100.0)),
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
def portfolios(draw: st.DrawFn, n_skus: int = 3, **limits: Any) -> Portfolio:
    """Draw SKUs of one primary and two alternates each; some suppliers not onboarded."""
    skus = [{**draw(a_sku()), "sku": f"S{i}"} for i in range(n_skus)]
    sources: list[dict[str, Any]] = []
    for sku in range(n_skus):
        alternates = [{**draw(an_alternate), "sku": sku, "supplier": 1 + j} for j in range(2)]
        alternates.sort(key=lambda row: row["role"] != "qualified")
        primary = draw(st.fixed_dictionaries(lead_time))
        sources += [{**primary, "sku": sku, "supplier": 0}, *alternates]
    suppliers = [
        {"supplier": "Alfa", "offers_vmi": True},
        {"supplier": "Beta", "onboarded": draw(st.booleans())},
        {"supplier": "Gamma", "onboarded": draw(st.booleans()), "onboarding_cost": 30.0},
    ]
    horizon = draw(st.sampled_from([90, 365, 700]))
    fenced = {"stockpile": {"ring_fenced": draw(st.booleans())}}
    hazard = {"hazard": "rally", "kind": "price", "scope": "category", "target": "mro"}
    return make_portfolio(
        skus,
        sources,
        suppliers=suppliers,
        hazards=[hazard],
        max_alternates=2,
        horizon={"days": horizon},
        policies=fenced,
        **limits,
    )


@settings(max_examples=20)
@given(portfolios(n_skus=1), st.randoms(use_true_random=False))
def test_options_equal_the_model_in_plain_python(portfolio: Portfolio, random: Any) -> None:
    """
    Proves: every column of four random options, and the loss curves of two of them, equal a
    scalar reading of MODEL 3 by quadrature and scipy's laws.

    Sensitivity: any one term changed (a rate, a factor, I for R, s for r) differs beyond 1e-6.
    """
    options = every_option(portfolio)
    largest = 1.0 + portfolio.skus.demand_mean[0] * 500.0
    for place, row in enumerate(random.sample(range(len(options)), min(4, len(options)))):
        design = {f.name: getattr(options.designs, f.name)[row] for f in fields(options.designs)}
        expected = scalar_option(portfolio, design)
        curve = expected.pop("curve")
        for name, value in expected.items():
            found = getattr(options.costs, name)[row]
            assert found == pytest.approx(value, rel=1e-6, abs=1e-7 * largest), name
        if place < 2:
            slope = options.stockout_cost_per_day[0]
            assert options.curves[row] == pytest.approx(curve, rel=1e-6, abs=1e-6 * (1 + slope))


steady_lead_time = st.floats(0.5, 100.0).flatmap(
    lambda mean: st.fixed_dictionaries(
        {"lead_time_mean": st.just(mean), "lead_time_std": st.floats(0.0, mean)}
    )
)


@settings(max_examples=30)
@given(a_sku(), steady_lead_time)
def test_shape_of_the_curves(sku: dict[str, Any], source: dict[str, Any]) -> None:
    """
    Proves: curves begin at 0, are never negative, never above κ a day, and grow with the days
    lost, where lead times spread by no more than their mean; a ring-fenced reserve lowers them.

    A reserve that serves in routine lowers them only together with what routine charges, which is
    taken off: what is backordered beyond the outage's begin falls with the service level, but for
    2 % of the days' demand, as laws fitted to two moments are not ordered far in their tails.
    """
    portfolio = make_portfolio(
        [{"sku": "S", **sku}],
        [{"sku": 0, "supplier": 0, **source}],
        policies={"stockpile": {"ring_fenced": True}},
    )
    slope = every_option(portfolio).stockout_cost_per_day[0]
    slack = 1e-9 * (1.0 + slope) * (1.0 + NODES)
    curves = []
    for policy, days in (
        ("jit", 0.0),
        ("safety_stock", 0.0),
        ("stockpile", 7.0),
        ("stockpile", 30.0),
    ):
        designs = design_of(portfolio, policy, reserve_days=days)
        curve = loss_curves(portfolio, designs, stock(portfolio, designs))[0]
        assert curve[0] == 0.0
        assert (curve >= 0.0).all()
        assert (curve <= slope * NODES + slack).all()
        assert (np.diff(curve) >= -slack[1:]).all()
        curves.append(curve)
    assert (curves[3] <= curves[2] + slack).all()
    owed = [beyond_routine(portfolio, level) for level in (0.5, 0.8, 0.95, 0.999)]
    assert (np.diff(owed, axis=0) <= 0.02 * sku["demand_mean"] * NODES + slack).all()


def beyond_routine(portfolio: Portfolio, service_level: float) -> np.ndarray:
    """Return the backorders at the nodes beyond those at the outage's begin."""
    held = stock(portfolio, design_of(portfolio, "safety_stock", service_level=service_level))
    lot = np.maximum(held.order_quantity, 1.0)
    demand = demand_during(portfolio, np.array([0]), NODES)
    owed = positions(portfolio, np.array([0]), held.reorder_point, lot, demand).backorders[0]
    return np.asarray(owed - owed[0])


class Columns(NamedTuple):
    """What pricing needs of each option."""

    sku: np.ndarray
    cost: np.ndarray
    expected: np.ndarray
    curves: np.ndarray
    lot_days: np.ndarray
    use: np.ndarray
    profile: np.ndarray
    alternates: np.ndarray


def before_pruning(portfolio: Portfolio, weights: np.ndarray) -> Columns:
    """Return every option, its use of capital and of what is limited, its curve as it is priced."""
    every = every_option(portfolio)
    sku = every.designs.sku
    struck = Struck(sku, np.arange(len(sku)), every.profile, every.price_profile[sku])
    used = decisive(resources(portfolio, every.designs, every.costs))
    return Columns(
        sku=sku,
        cost=every.costs.total,
        expected=mean_losses(portfolio, struck, every.curves, every.costs.lot_days, weights),
        curves=rounded_down(every.curves),
        lot_days=every.costs.lot_days,
        use=used.option_use,
        profile=every.profile,
        alternates=every.designs.alternates,
    )


def after_pruning(built: Built) -> Columns:
    """Return the options kept."""
    options = built.options
    rows = np.arange(len(options))
    designs = options.designs(rows)
    return Columns(
        sku=options.sku,
        cost=options.cost,
        expected=options.expected_loss,
        curves=options.loss_curves[options.curve],
        lot_days=options.lot_days[options.curve],
        use=built.resources.option_use,
        profile=options.profile(rows),
        alternates=designs.alternates,
    )


def tail_losses(
    portfolio: Portfolio, options: Columns, lost: LostDays, weight: np.ndarray
) -> np.ndarray:
    """Return the weighted loss of each option, strike by strike; one price shock of 40 days."""
    every = every_option(portfolio)
    dearer = price_curves(portfolio, options.sku, options.lot_days)
    scenario, losses = lost.scenario_of_strike[lost.strike], []
    for o, row in enumerate(options.profile.tolist()):
        slope, curve = every.stockout_cost_per_day[options.sku[o]], options.curves[o]
        entries = slice(lost.start[row], lost.start[row + 1])
        days = lost.days[entries]
        each = np.interp(days, NODES, curve) + slope * np.maximum(days - NODES[-1], 0.0)
        shock = np.interp(40.0, NODES, dearer[o]) * (every.price_profile[options.sku[o]] >= 0)
        losses.append(each @ weight[scenario[entries]] + shock)
    return np.array(losses)


@settings(max_examples=20)
@given(
    portfolios(budget={"capital": 1e5}, limits={"storage": 1e4, "qualifications": 2}),
    st.integers(0, 2**31),
)
def test_pruning_keeps_the_best_option_at_any_price(portfolio: Portfolio, seed: int) -> None:
    """
    Proves: per SKU and set of onboarded suppliers the least priced cost is the same after pruning.

    Prices are random on the limited resources (capital, storage, qualifications), weights of the
    futures and of the mean random too.  Sensitivity: comparing the curves at one node, or lost
    days in sum, fails.
    """
    rng = np.random.default_rng(seed)
    n_profiles = len(every_option(portfolio).profiles)
    lost = random_strikes(rng, n_profiles, longest=400)
    weights = rng.exponential(0.1, (n_profiles, N_WEIGHTS))
    built = build_pruned(portfolio, lost, weights)
    assert built.resources.name == ("capital", "storage", "qualifications")
    price, tail = rng.exponential(0.2, 3), rng.random() * portfolio.settings.tail_charge
    weight = rng.dirichlet(np.ones(lost.n_scenarios))
    onboarded = portfolio.suppliers.onboarded | (rng.random(3) < 0.5)
    least = []
    for table in (before_pruning(portfolio, weights), after_pruning(built)):
        value = table.cost + price @ table.use + (1.0 - tail) * table.expected
        value += tail * tail_losses(portfolio, table, lost, weight)
        chosen = table.alternates
        open_to = (chosen < 0) | onboarded[portfolio.sources.supplier[chosen]]
        value = np.where(open_to.all(axis=1), value, np.inf)
        least.append(np.minimum.reduceat(value, np.unique(table.sku, return_index=True)[1]))
    assert least[1] == pytest.approx(least[0], rel=1e-9, abs=1e-9)
    assert len(built.options) <= built.n_built


def random_strikes(rng: np.random.Generator, n_profiles: int, longest: int) -> LostDays:
    """Return up to six strikes a profile in four futures; some profiles lose what others do."""
    rows = [
        sorted((int(rng.integers(0, 4)), float(rng.integers(1, longest))) for _ in range(n))
        for n in rng.integers(0, 7, n_profiles)
    ]
    for row in range(1, n_profiles):
        if rng.random() < 0.5:
            rows[row] = [
                (s, max(days - 1.0, 0.5)) for s, days in rows[row - 1] if rng.random() < 0.8
            ]
    return strikes(rows, 4)


@pytest.mark.parametrize("block_size", [1, 2, 4096])
@pytest.mark.parametrize("seed", range(6))
def test_the_table_equals_the_long_way(
    seed: int, block_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: designs, costs, curves and use are bit for bit those of the plain way, in any blocks.

    Sensitivity: a rival's lost days read from the wrong profile keep other options.
    """
    monkeypatch.setattr(build_module, "SKUS_AT_ONCE", block_size)
    portfolio = random_portfolio(seed, "cvar", max_skus=6)
    wide = portfolio.settings.model_copy(update={"policies": POLICIES, "max_alternates": 2})
    portfolio = replace(portfolio, settings=wide)
    rng = np.random.default_rng(seed)
    n_profiles = len(every_option(portfolio).profiles)
    lost = random_strikes(rng, n_profiles, longest=200)
    weights = rng.exponential(0.1, (n_profiles, N_WEIGHTS))
    built = build_pruned(portfolio, lost, weights)
    plain = plain_table(portfolio, everything(portfolio), lost, weights)
    designs = built.options.designs(np.arange(len(built.options)))
    for field in fields(designs):
        same = getattr(designs, field.name), getattr(plain.designs, field.name)
        assert np.array_equal(*same, equal_nan=True), field.name
    assert built.n_built == plain.n_built
    assert np.array_equal(built.options.sku, plain.designs.sku)
    assert np.array_equal(built.options.cost, plain.costs.total)
    assert np.array_equal(built.options.lot_days[built.options.curve], plain.costs.lot_days)
    assert np.array_equal(
        built.options.loss_curves[built.options.curve], rounded_down(plain.curves)
    )
    assert built.options.expected_loss == pytest.approx(plain.expected_loss, rel=1e-12)
    used = resources(portfolio, plain.designs, plain.costs)
    rows = [used.name.index(name) for name in built.resources.name]
    assert np.array_equal(built.resources.option_use, used.option_use[rows])
    assert set(np.flatnonzero(np.isfinite(used.limit))) | {0} == set(rows)
    assert len(np.unique(built.options.curve)) == len(built.options.loss_curves)
