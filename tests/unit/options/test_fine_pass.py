"""The fine catalogue and its pricing pass, against every design of it costed one by one."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import ServiceFloor, Settings
from optimizer.engine.decide import decide
from optimizer.engine.refine import catalogue_prices
from optimizer.jobs.fine_bound import DESIGNS_A_SKU, fine_bound
from optimizer.jobs.prepare import Prepared, offering, prepare
from optimizer.options import fine_pass, fine_stock
from optimizer.options.capital_by_quarter import CAPITAL_BY_QUARTER
from optimizer.options.choices import design_keys, offered_choices, with_plan
from optimizer.options.costs import cost
from optimizer.options.fine import LOT_FACTORS, fine_catalogue
from optimizer.options.fine_designs import Charges
from optimizer.options.fine_pass import Found, Known, Offers, price_fine
from optimizer.options.fine_stock import FineStock, KnownStock, StockOfBlock
from optimizer.options.holding import stock
from optimizer.options.loss_curves import Struck, loss_curves, mean_losses
from optimizer.options.resource_use import resources
from optimizer.options.rules import broken
from optimizer.options.survival import survives
from tests.support.random_portfolios import random_portfolio
from tests.support.stocked import with_stock
from tests.unit.jobs.test_futures import risky, with_settings

TOLERANCE = 1e-9


def found_and_prices(prepared: Prepared, at: Any = None) -> tuple[Found, Any]:
    """Return what the pass finds at these prices, those of the best plan if left out, and them."""
    at = at or catalogue_prices(prepared.case, prepared.mean, decide(prepared.case).prices)
    return priced(prepared, at), at


def priced(prepared: Prepared, at: Any) -> Found:
    """Return what the pass finds at these prices."""
    case, options, choices = prepared.case, prepared.case.options, prepared.choices
    return price_fine(
        case.portfolio,
        Offers(choices.fine, choices.eligible, options.sets, options.profile_of_set,
               options.price_profile),
        Charges(resource=at.resource, weights=at.weights),
        Known(at.least, at.surcharge, np.full(len(at.of_sku), TOLERANCE)),
        DESIGNS_A_SKU,
        stocks=prepared.fine_stock,
    )  # fmt: skip


def every_price(prepared: Prepared, at: Any) -> np.ndarray[Any, Any]:
    """Return the least price of every set over all designs of the fine catalogue.  ``(A,)``"""
    portfolio, fine = prepared.case.portfolio, prepared.choices.fine.catalogue
    options = prepared.case.options
    least = np.full(len(options.sets), np.inf)
    for place, (sku, sources) in enumerate(
        zip(options.sets.sku.tolist(), options.sets.sources, strict=True)
    ):
        if portfolio.skus.demand_mean[sku] == 0.0:
            continue
        rows = np.flatnonzero(prepared.choices.eligible[sku, fine.policy])
        skus = np.full(len(rows), sku)
        designs = fine.designs(skus, rows, np.tile(sources, (len(rows), 1)))
        price = _price(portfolio, prepared, at, designs, place)
        held = stock(portfolio, designs)
        kept = ~broken(portfolio, designs, held).any(axis=0)
        kept &= survives(portfolio, designs, held.cover_days)
        least[place] = price[kept].min(initial=np.inf)
    return least


def _price(
    portfolio: Portfolio, prepared: Prepared, at: Any, designs: Designs, place: int
) -> np.ndarray[Any, Any]:
    """Price designs as options are priced: costs, use of resources, weights on their curves."""
    options, every = prepared.case.options, np.arange(len(designs))
    costs = cost(portfolio, designs)
    curves = loss_curves(portfolio, designs, stock(portfolio, designs))
    struck = Struck(
        designs.sku, every,
        np.full(len(every), options.profile_of_set[place]), options.price_profile[designs.sku],
    )  # fmt: skip
    price = costs.total + mean_losses(portfolio, struck, curves, costs.lot_days, at.weights)
    used = resources(portfolio, designs, costs)
    for name, use in zip(used.name, used.option_use, strict=True):
        price = price + at.resource.get(name, 0.0) * use
    return np.asarray(price)


@pytest.mark.parametrize("seed", range(8))
def test_the_pass_finds_the_least_price_of_the_whole_fine_catalogue(seed: int) -> None:
    """
    Proves: what is said of cells holds for every design in them: no set of alternates has a cheaper
    one than the bound, and the cheapest of each SKU is found; with limits, price shocks, whole
    units, waiting that costs, cover limits and shelf lives as they are drawn.

    Sensitivity: a tangent taken as steep as at the wrong end, a routine left in the curve, or a
    chord where demand is convex puts bounds above prices within these seeds.
    """
    _assert_found(prepare(random_portfolio(seed, "cvar", max_skus=5)))


@pytest.mark.parametrize("seed", [3, 4, 6, 8])
def test_service_floors_and_survival_are_bounded_too(seed: int) -> None:
    """
    Proves: the same where a floor on fill rates has a price, which falls with stock as the cost of
    units short does, and where half the SKUs must outlast their suppliers' outage, which is a
    matter of stock and alternates together.

    Sensitivity: without the floor's price in what falls, or with a least cover that is the same for
    every set of alternates, bounds lie above prices.
    """
    portfolio, rng = random_portfolio(seed, "cvar", max_skus=5), np.random.default_rng(seed)
    severity = rng.choice([1.0, 10.0], len(portfolio.skus))
    limits = {
        "service": (ServiceFloor(segment="A", fill_rate=0.9),),
        "tts_covers_ttr": 6,
    }
    prepared = prepare(
        replace(
            portfolio,
            skus=replace(portfolio.skus, severity=severity),
            suppliers=replace(portfolio.suppliers, ttr_days=np.array([9.0, 14.0, 20.0])),
            settings=portfolio.settings.having(
                limits=limits, budget={"capital": None, "category": {}}
            ),
        )
    )
    _found, at = found_and_prices(prepared)
    _assert_found(prepared, at._replace(resource={**at.resource, "service:segment:A": 3.0}))


def _assert_found(prepared: Prepared, at: Any = None) -> None:
    """Assert that a pass at these prices finds what pricing every design finds."""
    found, at = found_and_prices(prepared, at)
    truth = np.minimum(every_price(prepared, at), at.least)
    size = np.abs(truth[np.isfinite(truth)]).max()
    assert np.all(found.least <= truth + 1e-9 * size)
    sets = prepared.case.options.sets
    for sku in range(len(at.of_sku)):
        mine = slice(sets.start[sku], sets.start[sku + 1])
        best = (truth + at.surcharge)[mine].min()
        assert (found.least + at.surcharge)[mine].min() == pytest.approx(best, abs=1e-8 * size)


@pytest.mark.parametrize("seed", range(8))
def test_charges_for_capital_by_quarter_are_bounded_too(seed: int) -> None:
    """
    Proves: where capital by quarter is charged, which rises only above today's stock, no design is
    cheaper than its cell's bound, and the cheapest of each SKU is found.

    Sensitivity: charging every unit of stock as if nothing stood today puts bounds above prices
    within these seeds.
    """
    rng = np.random.default_rng(seed)
    prepared = prepare(with_stock(random_portfolio(seed, "cvar", max_skus=5), rng))
    free = with_settings(prepared.case.portfolio, budget={"quarters": None, "capital": None})
    free = with_settings(free, budget={"category": {}}, limits={"qualifications": None})
    _, at = found_and_prices(prepare(free))
    charged = {name: float(rng.uniform(0.0, 0.5)) for name in CAPITAL_BY_QUARTER}
    at = at._replace(resource={**at.resource, **charged}, least=np.full_like(at.least, np.inf))
    found = priced(prepared, at)
    truth = every_price(prepared, at)
    size = np.abs(truth[np.isfinite(truth)]).max()
    assert np.all(found.least <= truth + 1e-9 * size)
    sets = prepared.case.options.sets
    for sku in range(len(at.of_sku)):
        mine = slice(sets.start[sku], sets.start[sku + 1])
        best = (truth + at.surcharge)[mine].min()
        assert (found.least + at.surcharge)[mine].min() == pytest.approx(best, abs=1e-8 * size)


@pytest.mark.parametrize("share", [0.0, 1e-6, 0.1])
@pytest.mark.parametrize("seed", [2, 5])
def test_what_earlier_passes_worked_out_changes_nothing(
    seed: int, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: a pass finds the same, bit for bit, from nothing and after passes at other prices,
    whether all, some or none of what they worked out found room; and it then works out less.
    """
    monkeypatch.setattr(fine_pass, "SKUS_AT_ONCE", 2)
    monkeypatch.setattr(fine_stock, "_SHARE", share)
    prepared = prepare(random_portfolio(seed, "cvar", max_skus=5))
    cold, at = found_and_prices(prepared)
    warm = replace(prepared, fine_stock=KnownStock())
    dear = at._replace(resource={name: 3.0 * price + 1.0 for name, price in at.resource.items()})
    other = priced(warm, dear)
    worked_out: list[int] = []
    really = StockOfBlock._worked_out

    def counted(block: StockOfBlock, code: np.ndarray[Any, Any]) -> FineStock:
        worked_out.append(len(code))
        return really(block, code)

    monkeypatch.setattr(StockOfBlock, "_worked_out", counted)
    found = priced(warm, at)
    for one, same in zip(cold, found, strict=True):
        np.testing.assert_array_equal(one, same)
    assert (sum(worked_out) < found.designs) == (share > 0.0)
    assert other.designs != found.designs


def test_a_reserve_that_is_ring_fenced_and_a_least_stock_are_bounded_too() -> None:
    """
    Proves: where routine does not see the reserve, and where the reorder point falls as the lot
    grows, the least price of the fine catalogue is found all the same.
    """
    portfolio = risky(3)
    policies = dict(portfolio.settings.policies)
    policies["stockpile"] = policies["stockpile"].model_copy(update={"ring_fenced": True})
    settings = portfolio.settings.model_copy(update={"policies": policies})
    demand = portfolio.skus.demand_mean
    skus = replace(portfolio.skus, min_stock=np.where(demand > 0.0, 30.0 * demand, 0.0))
    prepared = prepare(replace(portfolio, settings=settings, skus=skus))
    found, at = found_and_prices(prepared)
    truth = np.minimum(every_price(prepared, at), at.least)
    size = np.abs(truth[np.isfinite(truth)]).max()
    assert np.all(found.least <= truth + 1e-9 * size)
    assert found.least.sum() >= truth.sum() - 0.2 * np.abs(truth).sum()


def test_the_fine_catalogue_is_the_contracts() -> None:
    """
    Proves: levels are equal steps of the normal quantile apart and end where the policy's do, lot
    factors go from a half to two in steps of 2^(2/7) with 1 among them, reserves stay in range.
    """
    fine, settings = fine_catalogue(Settings()), Settings()
    assert len(fine.catalogue) == 9 + 6 * 270 + 9 + 2_700
    position = list(settings.policies).index("safety_stock")
    levels = np.unique(fine.catalogue.service_level[fine.catalogue.policy == position])
    steps = np.diff([NormalDist().inv_cdf(level) for level in levels])
    assert (len(levels), levels[0], levels[-1]) == (30, 0.95, 0.999)
    assert steps == pytest.approx(steps[0])
    assert (
        pytest.approx([0.5, 0.6095, 0.7430, 0.9057, 1.0, 1.1041, 1.3459, 1.6407, 2.0], abs=1e-4)
        == LOT_FACTORS
    )
    stockpile = fine.catalogue.policy == list(settings.policies).index("stockpile")
    reserves = np.unique(fine.catalogue.reserve_days[stockpile]).tolist()
    assert reserves == [7, 10, 14, 21, 30, 45, 60, 90, 120, 180]


def test_fine_designs_are_offered_besides_and_found_again() -> None:
    """
    Proves: offering what a pass found makes the pass find nothing more, at the same prices; and a
    plan with fine designs is found among the choices that are offered for its reasons.
    """
    prepared = prepare(with_settings(risky(2), solver={"gap": 0.0}))
    outcome = decide(prepared.case)
    found = fine_bound(prepared, outcome.prices)
    assert found.fine < found.offered
    choices = prepared.choices.with_fine(found.sku, found.row)
    again = fine_bound(offering(prepared, choices), outcome.prices)
    assert again.offered == pytest.approx(found.fine, rel=1e-4)
    finer = offering(prepared, choices).case
    plan = finer.options.designs(decide(finer).plan.option)
    base = offered_choices(prepared.case.portfolio, np.ones_like(prepared.choices.eligible))
    known = with_plan(base, prepared.case.portfolio, plan)
    sku, row = known.open_to(prepared.case.portfolio, np.arange(len(plan)))
    keys = set(zip(sku.tolist(), (design_keys(known.catalogue)[r] for r in row), strict=True))
    assert all(key in keys for key in enumerate(design_keys(plan)))
