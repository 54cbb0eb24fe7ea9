"""Shares of the tail add up to it, and bad futures to their losses, day by day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures, LostDays
from optimizer.engine.decide import decide
from optimizer.jobs.prepare import prepare
from optimizer.maths.risk import cvar, value_at_risk
from optimizer.options.by_hazard import StruckCurves
from optimizer.options.chosen import own_sets
from optimizer.options.costs import cost_of_stock, spend_per_day, stockout_cost_per_day
from optimizer.options.holding import stock
from optimizer.options.loss_curves import loss_curves, price_curves
from optimizer.options.profiles import outage_profiles
from optimizer.scenarios.strikes_by_supply import lost_days
from optimizer.sensitivity.tail_shares import at_var, tail_shares
from optimizer.sensitivity.worst_stories import telling_futures, worst_stories
from tests.support.portfolios import make_portfolio
from tests.support.random_portfolios import random_portfolio

Struck = tuple[tuple[StruckCurves, ...], LostDays, Futures, FloatArray]


def struck(portfolio: Portfolio) -> Struck:
    """Return the best plan's curves, what strikes it, and its loss in every future."""
    free = {"budget": {"capital": None, "category": {}}, "limits": {"qualifications": None}}
    prepared = prepare(replace(portfolio, settings=portfolio.settings.having(**free)))
    outcome = decide(prepared.case)
    designs = prepared.case.options.designs(outcome.plan.option)
    held = stock(portfolio, designs)
    profiles, profile, price_profile = outage_profiles(portfolio, own_sets(designs))
    lots = cost_of_stock(portfolio, designs, held).lot_days
    kinds = (
        StruckCurves(
            loss_curves(portfolio, designs, held),
            stockout_cost_per_day(portfolio, designs.sku),
            profile,
        ),
        StruckCurves(
            price_curves(portfolio, designs.sku, lots),
            spend_per_day(portfolio, designs.sku),
            price_profile,
        ),
    )
    lost = lost_days(portfolio, prepared.futures, profiles)
    return kinds, lost, prepared.futures, np.asarray(outcome.losses.scenario)


@pytest.mark.parametrize("seed", range(30))
def test_shares_add_up_to_var_and_cvar(seed: int) -> None:
    """Proves: to a billionth, on random portfolios with outages, surges and price shocks."""
    portfolio = random_portfolio(700 + seed, "cvar")
    kinds, lost, futures, loss = struck(portfolio)
    level = portfolio.settings.risk.level
    shares = tail_shares(kinds, lost, loss, futures.probability, level)
    for found, whole in (
        (shares.var, value_at_risk(loss, futures.probability, level)),
        (shares.cvar, cvar(loss, futures.probability, level)),
    ):
        assert found.sum() == pytest.approx(whole, rel=1e-9, abs=1e-9)
    pairs = list(zip(shares.sku.tolist(), shares.hazard.tolist(), strict=True))
    assert pairs == sorted(set(pairs))


def test_a_share_is_the_mean_loss_in_the_tail() -> None:
    """
    Proves: with one outage hazard and one SKU per supplier, each share of CVaR is that SKU's own
    loss in the tail, future by future, summed by hand.
    """
    portfolio = make_portfolio(
        [{"sku": "S0", "unit_margin": 50.0}, {"sku": "S1", "unit_margin": 9.0}],
        [{"sku": 0, "supplier": 0}, {"sku": 1, "supplier": 1}],
        hazards=[
            {"hazard": f"h{row}", "kind": "outage", "scope": "supplier", "target": name,
             "annual_rate": 2.0, "duration_mean_days": 40.0, "duration_cv": 0.5,
             "hit_probability": 1.0, "multiplier": 1.0}
            for row, name in enumerate(("Alfa", "Beta"))
        ],
        risk={"measure": "cvar", "level": 0.75, "weight": 0.5},
        scenarios={"count": 60},
    )  # fmt: skip
    kinds, lost, futures, loss = struck(portfolio)
    shares = tail_shares(kinds, lost, loss, futures.probability, 0.75)
    by_hand = np.zeros((2, 60))
    nodes = np.array([0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365], float)
    strikes = futures.strikes
    for row in range(len(strikes)):
        if strikes.start_day[row] >= 0.0:
            sku, days = int(strikes.target[row]), float(strikes.days[row])
            curve, slope = kinds[0].curve[sku], kinds[0].slope[sku]
            beyond = max(days - 365.0, 0.0) * slope
            by_hand[sku, strikes.scenario[row]] += np.interp(days, nodes, curve) + beyond
    np.testing.assert_allclose(by_hand.sum(axis=0), loss, rtol=1e-9, atol=1e-9)
    worst = np.argsort(-loss)[:15]  # a quarter of 60, all equally probable
    np.testing.assert_allclose(shares.cvar, by_hand[:, worst].mean(axis=1), rtol=1e-9)
    assert shares.hazard.tolist() == shares.sku.tolist() == [0, 1]


def test_ties_at_var_share_it() -> None:
    """Proves: equal losses, but for arithmetic, weigh by their probability."""
    loss = np.array([1.0, 5.0, 5.0 * (1 + 1e-12), 8.0])
    weights = at_var(loss, np.array([0.4, 0.1, 0.3, 0.2]), 0.45)
    np.testing.assert_allclose(weights, [0.0, 0.25, 0.75, 0.0])


@pytest.mark.parametrize("seed", range(12))
def test_a_story_adds_up_to_its_loss(seed: int) -> None:
    """
    Proves: what the days of a future cost, and what its strikes cost, each add up to its loss; no
    SKU is short before the strike begins or after it ends; the days are all within the strikes.
    """
    portfolio = random_portfolio(760 + seed, "cvar")
    kinds, lost, futures, loss = struck(portfolio)
    telling = telling_futures(loss, futures.probability, [0.2, 0.5])
    assert len(telling) == len(set(telling))
    for story in worst_stories(kinds, lost, futures, loss, telling):
        assert story.loss == pytest.approx(loss[story.scenario])
        assert story.by_day.sum() == pytest.approx(story.loss, rel=1e-9)
        small = 0.01 * sum(len(kind.profile) for kind in kinds)  # below a cent none is told
        told = sum(blow.loss for blow in story.blows)
        assert told == pytest.approx(story.loss, rel=1e-9, abs=small)
        assert (story.by_day >= -1e-9 * story.loss).all()
        for blow in story.blows:
            begin = np.floor(futures.strikes.start_day[blow.strike]) + 1
            last = begin + futures.strikes.days[blow.strike] - 1
            assert all(begin <= one.day <= last for one in blow.worst)


def test_telling_futures_are_the_worst_and_the_rare() -> None:
    """Proves: the worst, then the first with so much probability at or above; none twice."""
    loss, probability = np.array([3.0, 9.0, 0.0, 6.0]), np.array([0.25, 0.05, 0.5, 0.2])
    assert telling_futures(loss, probability, [0.05, 0.25, 0.4, 1.0]) == [1, 3, 0]
