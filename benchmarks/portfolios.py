"""
Portfolios of any size from one seed: heavy-tailed values, shared regions, a budget that binds.

Nothing in them describes a real company.  Every distribution is a constant below; each table has
a random stream of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import (
    CANDIDATE,
    PRIMARY,
    QUALIFIED,
    Hazards,
    Portfolio,
    Skus,
    Sources,
    Suppliers,
    Tags,
)
from optimizer.domain.settings import Settings
from optimizer.options.costs import cost

BUDGET_FACTOR: Final = 4.0  # of what a lean plan ties up
SKUS_PER_SUPPLIER, FEWEST_SUPPLIERS = 200, 20
MOST_REGIONS, MOST_CATEGORIES = 50, 12

# SKUs.  Cost and daily demand are lognormal and negatively correlated; money in EUR.
COST_MEDIAN, COST_SIGMA = 12.0, 1.4
DEMAND_MEDIAN, DEMAND_SIGMA = 8.0, 1.3  # units per day
COST_DEMAND_CORRELATION: Final = -0.5
DAILY_CV_MEDIAN, DAILY_CV_SIGMA = 0.7, 0.5
DEMAND_ERROR: Final = 0.05  # standard error of a mean, as a share of it
ORDER_COST_MEDIAN, ORDER_COST_SIGMA = 80.0, 0.5
MIN_ORDER_SHARE, MIN_ORDER_DAYS = 0.25, (3.0, 15.0)
MARGIN, EXPEDITE, GOODWILL = (0.15, 0.60), (0.05, 0.40), (0.0, 0.20)  # of unit_cost, uniform
DOWNTIME_SHARE, DOWNTIME_MEDIAN, DOWNTIME_SIGMA = 0.25, 1_500.0, 1.2
PERISHABLE_SHARE, SHELF_LIVES = 0.12, (180.0, 365.0, 730.0)
OBSOLESCENCE: Final = (0.01, 0.10)

# Suppliers and sources.
SUPPLIER_SIZE_SIGMA: Final = 1.0  # of log size: the largest tenth serves a third of the SKUs
NOT_ONBOARDED_SHARE, ONBOARDING_MEDIAN, ONBOARDING_SIGMA = 0.10, 30_000.0, 0.6
VMI_SHARE: Final = 0.15
RIVALS: Final = 6  # suppliers of the same category that could step in for a supplier
ALTERNATES_SHARES: Final = (
    0.35,
    0.35,
    0.25,
    0.05,
)  # no, one, two, three alternates: one on average
QUALIFIED_SHARE: Final = 0.25  # of the alternates at suppliers already onboarded
REGION_LEAD_TIME: Final = (6.0, 75.0)  # days, log-uniform
LEAD_TIME_SPREAD, LEAD_TIME_CV = (0.7, 1.4), (0.08, 0.35)
PREMIUM_MEAN, PREMIUM_SD, PREMIUM_LEAST = 0.06, 0.09, -0.15
QUALIFICATION_MEDIAN, QUALIFICATION_SIGMA = 4_000.0, 0.7
RAMP_DAYS: Final = (14.0, 30.0, 45.0, 60.0, 90.0)
CAPACITIES: Final = (0.3, 0.5, 0.8, 1.0)
VOLUME_SHARE: Final = (0.05, 0.30)

# Hazards.
HAZARDS_PER_REGION: Final = 2
REGION_RATE_MEDIAN, REGION_RATE_SIGMA, REGION_HIT = 0.12, 0.7, (0.2, 0.9)
SUPPLIER_RATE_MEDIAN, SUPPLIER_RATE_SIGMA = 0.05, 0.6
OUTAGE_MEDIAN, OUTAGE_SIGMA, OUTAGE_RANGE = 18.0, 0.7, (3.0, 90.0)  # mean days
SURGING_SHARE, SURGE_MULTIPLIER, SURGE_DAYS = 0.3, (1.2, 1.8), (15.0, 60.0)
SHOCKED_SHARE, PRICE_MULTIPLIER, PRICE_DAYS = 0.25, (1.1, 1.6), (30.0, 120.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _World:
    """What the suppliers share: their categories, regions and rivals."""

    suppliers: Suppliers
    category: IntArray
    region: IntArray
    size: FloatArray
    rivals: IntArray  # (J, RIVALS), -1 for none


def make_portfolio(
    n_skus: int,
    n_scenarios: int,
    seed: int,
    *,
    skus_per_supplier: int = SKUS_PER_SUPPLIER,
    not_onboarded: float = NOT_ONBOARDED_SHARE,
) -> Portfolio:
    """Return the portfolio of this size and seed, under CVaR and `BUDGET_FACTOR`'s budget."""
    streams = np.random.SeedSequence(seed).spawn(4)
    rngs = [np.random.default_rng(stream) for stream in streams]
    n_suppliers = max(FEWEST_SUPPLIERS, n_skus // skus_per_supplier)
    world = _world(rngs[0], n_suppliers, not_onboarded)
    primary = _primaries(rngs[1], world, n_skus)
    sources = _sources(rngs[2], world, primary)
    portfolio = Portfolio(
        source="benchmark",
        settings=Settings.model_validate(_settings(n_scenarios, seed)),
        skus=_skus(rngs[1], world, primary, sources),
        suppliers=world.suppliers,
        tags=Tags(supplier=np.zeros(0, dtype=np.int64), tag=np.zeros(0, dtype=object)),
        sources=sources,
        hazards=_hazards(rngs[3], world),
        plan_in_force=None,
        history=None,
        inputs={},
        ledger={},
    )
    return with_capital(portfolio, round(BUDGET_FACTOR * least_capital(portfolio), 2))


def with_capital(portfolio: Portfolio, capital: float) -> Portfolio:
    """Return the portfolio with this capital budget."""
    budget = portfolio.settings.budget.model_copy(update={"capital": capital})
    return replace(portfolio, settings=portfolio.settings.model_copy(update={"budget": budget}))


def least_capital(portfolio: Portfolio) -> float:
    """Return the capital of a lean plan: VMI where it is offered, else JIT."""
    n_skus = len(portfolio.skus)
    lean = Designs(
        sku=np.arange(n_skus),
        policy=np.full(n_skus, list(portfolio.settings.policies).index("jit")),
        service_level=np.full(n_skus, portfolio.settings.policies["jit"].service_levels[0]),
        reserve_days=np.zeros(n_skus),
        lot_days_min=np.zeros(n_skus),
        lot_factor=np.ones(n_skus),
        reorder_point=np.full(n_skus, np.nan),
        order_quantity=np.full(n_skus, np.nan),
        alternates=np.full((n_skus, 2), -1),
    )
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    on_own_books = ~portfolio.suppliers.offers_vmi[primary]
    return float(cost(portfolio, lean).capital[on_own_books].sum())


def _settings(n_scenarios: int, seed: int) -> dict[str, Any]:
    return {
        "risk": {"measure": "cvar", "level": 0.95, "weight": 0.5},
        "scenarios": {"count": n_scenarios, "seed": seed},
        "solver": {"gap": 1e-4},
    }


def _world(rng: np.random.Generator, n: int, not_onboarded: float) -> _World:
    """Suppliers, dealt out over categories; the first of each category is onboarded."""
    n_categories = min(MOST_CATEGORIES, n // 4)
    category = np.arange(n) % n_categories
    region = rng.integers(0, min(MOST_REGIONS, n // 2), n)
    onboarded = (rng.random(n) >= not_onboarded) | (np.arange(n) < n_categories)
    onboarding = _lognormal(rng, ONBOARDING_MEDIAN, ONBOARDING_SIGMA, n).round(2)
    return _World(
        suppliers=Suppliers(
            supplier=_names("P", n),
            region=_names("R", MOST_REGIONS)[region],
            otif=rng.uniform(0.8, 0.99, n).round(3),
            ttr_days=rng.integers(20, 120, n).astype(np.float64),
            onboarded=onboarded,
            onboarding_cost=np.where(onboarded, 0.0, onboarding),
            offers_vmi=rng.random(n) < VMI_SHARE,
            financial_risk=rng.uniform(0.02, 0.3, n).round(3),
        ),
        category=category,
        region=region,
        size=_lognormal(rng, 1.0, SUPPLIER_SIZE_SIGMA, n),
        rivals=_rivals(rng, category),
    )


def _rivals(rng: np.random.Generator, category: IntArray) -> IntArray:
    """For every supplier up to `RIVALS` others of its category, -1 where there are no more."""
    rivals = np.full((len(category), RIVALS), -1)
    for supplier, own in enumerate(category):
        others = np.flatnonzero(category == own)
        found = rng.permutation(others[others != supplier])[:RIVALS]
        rivals[supplier, : len(found)] = found
    return rivals


def _primaries(rng: np.random.Generator, world: _World, n_skus: int) -> IntArray:
    """Draw the primary supplier of every SKU among the onboarded, the large ones more often."""
    weight = np.where(world.suppliers.onboarded, world.size, 0.0)
    return rng.choice(len(weight), size=n_skus, p=weight / weight.sum())


def _skus(rng: np.random.Generator, world: _World, primary: IntArray, sources: Sources) -> Skus:
    n = len(primary)
    value = rng.standard_normal((2, n))
    other = COST_DEMAND_CORRELATION * value[0]
    other += np.sqrt(1.0 - COST_DEMAND_CORRELATION**2) * value[1]
    unit_cost = (COST_MEDIAN * np.exp(COST_SIGMA * value[0])).clip(0.01).round(2)
    demand = (DEMAND_MEDIAN * np.exp(DEMAND_SIGMA * other)).clip(0.001).round(3)
    nothing, no_text = np.zeros(n), np.full(n, "", dtype=object)
    ordered = rng.random(n) < MIN_ORDER_SHARE
    return Skus(
        sku=_names("S", n),
        description=no_text,
        category=_names("C", MOST_CATEGORIES)[world.category[primary]],
        site=no_text,
        unit_cost=unit_cost,
        demand_mean=demand,
        demand_std=(demand * _lognormal(rng, DAILY_CV_MEDIAN, DAILY_CV_SIGMA, n)).round(4),
        demand_mean_error=(DEMAND_ERROR * demand).round(5),
        demand_interval_days=np.maximum(1.0, 1.0 / demand).round(2),
        demand_model=np.full(n, "auto", dtype=object),
        demand_class=no_text,
        launched=np.full(n, np.nan),
        ends=np.full(n, np.nan),
        order_cost=_lognormal(rng, ORDER_COST_MEDIAN, ORDER_COST_SIGMA, n).round(2),
        min_order_qty=np.where(ordered, demand * rng.uniform(*MIN_ORDER_DAYS, n), 0.0).round(),
        order_multiple=np.ones(n),
        unit_decimals=nothing,
        min_stock=nothing,
        unit_margin=(unit_cost * rng.uniform(*MARGIN, n)).round(4),
        expedite_cost=(unit_cost * rng.uniform(*EXPEDITE, n)).round(4),
        goodwill_cost=(unit_cost * rng.uniform(*GOODWILL, n)).round(4),
        downtime_cost=np.where(
            rng.random(n) < DOWNTIME_SHARE,
            _lognormal(rng, DOWNTIME_MEDIAN, DOWNTIME_SIGMA, n).round(2),
            0.0,
        ),
        obsolescence_rate=rng.uniform(*OBSOLESCENCE, n).round(3),
        shelf_life_days=np.where(
            rng.random(n) < PERISHABLE_SHARE, rng.choice(SHELF_LIVES, n), np.inf
        ),
        volume=_lognormal(rng, 0.002, 1.0, n).round(6),
        severity=rng.integers(1, 11, n).astype(np.float64),
        detection=rng.integers(1, 11, n).astype(np.float64),
        lock_policy=no_text,
        min_cover_days=nothing,
        max_cover_days=np.full(n, np.inf),
        primary=np.flatnonzero(sources.role == PRIMARY),
    )


def _sources(rng: np.random.Generator, world: _World, primary: IntArray) -> Sources:
    """Every SKU's primary, then its alternates: rivals of the primary."""
    n = len(primary)
    wanted = rng.choice(len(ALTERNATES_SHARES), size=n, p=ALTERNATES_SHARES)
    n_rivals = (world.rivals[primary] >= 0).sum(axis=1)
    first = rng.integers(0, np.maximum(n_rivals, 1))
    skus, suppliers = [np.arange(n)], [primary]
    for k in range(1, len(ALTERNATES_SHARES)):
        has = np.flatnonzero((wanted >= k) & (n_rivals >= k))
        place = (first[has] + k - 1) % n_rivals[has]
        skus.append(has)
        suppliers.append(world.rivals[primary[has], place])
    sku, supplier = np.concatenate(skus), np.concatenate(suppliers)
    role = _roles(rng, world, supplier, n)
    order = np.lexsort((supplier, role, sku))
    return _source_columns(rng, world, sku[order], supplier[order], role[order])


def _roles(rng: np.random.Generator, world: _World, supplier: IntArray, n_skus: int) -> IntArray:
    """The first source of every SKU is its primary; only known suppliers can be qualified."""
    known = world.suppliers.onboarded[supplier]
    qualified = known & (rng.random(len(supplier)) < QUALIFIED_SHARE)
    role = np.where(qualified, QUALIFIED, CANDIDATE)
    role[:n_skus] = PRIMARY
    return role


def _source_columns(
    rng: np.random.Generator, world: _World, sku: IntArray, supplier: IntArray, role: IntArray
) -> Sources:
    n = len(sku)
    alternate, candidate = role != PRIMARY, role == CANDIDATE
    low, high = np.log(REGION_LEAD_TIME)
    typical = np.exp(rng.uniform(low, high, MOST_REGIONS))
    lead_time = (typical[world.region[supplier]] * rng.uniform(*LEAD_TIME_SPREAD, n)).round(1)
    capacity = np.where(alternate, rng.choice(CAPACITIES, n), 1.0)
    premium = np.maximum(rng.normal(PREMIUM_MEAN, PREMIUM_SD, n), PREMIUM_LEAST).round(3)
    qualification = _lognormal(rng, QUALIFICATION_MEDIAN, QUALIFICATION_SIGMA, n).round(2)
    share = np.minimum(rng.uniform(*VOLUME_SHARE, n).round(3), capacity)
    return Sources(
        sku=sku,
        supplier=supplier,
        role=role,
        use=np.zeros(n, dtype=np.int64),
        lead_time_mean=lead_time,
        lead_time_std=(lead_time * rng.uniform(*LEAD_TIME_CV, n)).round(2),
        price_premium=np.where(alternate, premium, 0.0),
        qualification_cost=np.where(candidate, qualification, 0.0),
        ramp_days=np.where(candidate, rng.choice(RAMP_DAYS, n), 0.0),
        capacity_share=capacity,
        volume_share=np.where(alternate, share, 0.0),
        approved_until=np.full(len(sku), np.nan),
    )


def _hazards(rng: np.random.Generator, world: _World) -> Hazards:
    categories = np.unique(_names("C", MOST_CATEGORIES)[world.category])
    regions = np.repeat(np.unique(world.suppliers.region), HAZARDS_PER_REGION)
    surging = rng.permutation(categories)[: max(1, round(SURGING_SHARE * len(categories)))]
    shocked = rng.permutation(categories)[: max(1, round(SHOCKED_SHARE * len(categories)))]
    targets = [shocked, regions, world.suppliers.supplier, surging]
    kinds = ["price", "outage", "outage", "surge"]
    scopes = ["category", "region", "supplier", "category"]
    draws = [
        _shock(rng, len(shocked), PRICE_MULTIPLIER, PRICE_DAYS),
        _outage(rng, len(regions), REGION_RATE_MEDIAN, REGION_RATE_SIGMA, REGION_HIT),
        _outage(rng, len(world.size), SUPPLIER_RATE_MEDIAN, SUPPLIER_RATE_SIGMA, (1.0, 1.0)),
        _shock(rng, len(surging), SURGE_MULTIPLIER, SURGE_DAYS),
    ]
    lengths = [len(target) for target in targets]
    numbers = np.concatenate(draws, axis=1)
    return Hazards(
        hazard=_names("H", sum(lengths)),
        kind=np.repeat(np.array(kinds, dtype=object), lengths),
        scope=np.repeat(np.array(scopes, dtype=object), lengths),
        target=np.concatenate(targets),
        annual_rate=numbers[0].round(4),
        duration_mean_days=numbers[1].round(1),
        duration_cv=rng.uniform(0.4, 0.9, sum(lengths)).round(2),
        hit_probability=numbers[2].round(2),
        multiplier=numbers[3].round(2),
    )


def _outage(
    rng: np.random.Generator, n: int, median: float, sigma: float, hit: tuple[float, float]
) -> FloatArray:
    """Rate, mean days, hit probability and multiplier of outages.  Shape ``(4, n)``."""
    days = _lognormal(rng, OUTAGE_MEDIAN, OUTAGE_SIGMA, n).clip(*OUTAGE_RANGE)
    rate = _lognormal(rng, median, sigma, n)
    return np.stack([rate, days, rng.uniform(*hit, n), np.ones(n)])


def _shock(
    rng: np.random.Generator, n: int, multiplier: tuple[float, float], days: tuple[float, float]
) -> FloatArray:
    """Rate, mean days, hit probability and multiplier of shocks.  Shape ``(4, n)``."""
    rate, length = rng.uniform(0.1, 0.5, n), rng.uniform(*days, n)
    return np.stack([rate, length, np.ones(n), rng.uniform(*multiplier, n)])


def _lognormal(rng: np.random.Generator, median: float, sigma: float, n: int) -> FloatArray:
    return median * np.exp(sigma * rng.standard_normal(n))


def _names(letter: str, n: int) -> TextArray:
    """Names whose order as text is their order."""
    digits = len(str(max(n - 1, 0)))
    return np.array([f"{letter}{i:0{digits}d}" for i in range(n)], dtype=object)
