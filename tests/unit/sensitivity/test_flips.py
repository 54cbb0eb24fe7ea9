"""Flips: past one the choice is another, short of it it is not; solved afresh on either side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.portfolio import Portfolio
from optimizer.engine.decide import decide
from optimizer.errors import NoPlanError
from optimizer.jobs.decided import view_of
from optimizer.jobs.prepare import prepare
from optimizer.sensitivity.flips import flips
from optimizer.sensitivity.plans import rationale
from optimizer.sensitivity.runner_up import all_flips, runner_up
from optimizer.sensitivity.view import lines_of, losses_of, offered
from tests.support.explained import (
    free_portfolio,
    made_lines,
    plain_options,
    solved,
    with_rate,
    with_stockout_cost,
)
from tests.support.random_portfolios import random_portfolio

_STEP = 1e-5  # relative, either side of a flip
seeds = st.integers(0, 10_000)


def test_crossings_by_hand() -> None:
    """
    Proves: the nearest crossing on either side counts, of options that are dearer today.

    At x = 10 the chosen costs 100 and falls by 2 a unit.  110 with slope 0 meets it at
    10 − 10/2 = 5; 130 with slope −8 at 10 + 30/6 = 15; 106 with slope −1 at 4; 90 is cheaper
    today, and has no say though it crosses at 10 + 10/2 = 15 with slope 0.
    Sensitivity: a sign turned round swaps 5 and 15; counting the cheaper one gives option 4 above.
    """
    lines = made_lines(np.array([100.0, 110.0, 130.0, 106.0, 90.0]), [0, 5], [0])
    found = flips(lines, np.array([-2.0, 0.0, -8.0, -1.0, 0.0]), 10.0)
    assert (found.below[0], found.option_below[0]) == (5.0, 1)
    assert (found.above[0], found.option_above[0]) == (15.0, 2)
    assert found.nearest(np.array([10.0]))[0] == 15.0
    bounded = flips(lines, np.array([-2.0, 0.0, -8.0, -1.0, 0.0]), 10.0, 15.0)
    assert (np.isnan(bounded.above[0]), bounded.option_above[0]) == (True, -1)


def test_a_sku_with_one_option_never_flips() -> None:
    """Proves: without another option there is neither a runner-up nor a flip."""
    lines = made_lines(np.array([5.0]), [0, 1], [0])
    second, gap = runner_up(lines)
    assert second[0] == -1
    assert np.isnan(gap[0])
    assert np.isnan(flips(lines, np.array([1.0]), 1.0).nearest(1.0))[0]


@settings(max_examples=15)
@given(seeds)
def test_past_the_stockout_cost_the_choice_is_another(seed: int) -> None:
    """
    Proves: daily stockout cost moved just past its flip changes the choice, just short does not.

    Sensitivity: a slope without the routine stockouts, or with the price shocks, misses by per
    cents.
    """
    portfolio = free_portfolio(seed)
    found = solved(portfolio)
    for sku in range(2):
        today, flip = found.reasons.stockout_cost[sku], found.reasons.flip_stockout_cost[sku]
        if np.isnan(flip):
            continue
        outward = np.sign(flip - today)
        past, short = (
            solved(with_stockout_cost(portfolio, sku, flip * (1.0 + side * outward * _STEP)))
            for side in (1.0, -1.0)
        )
        assert past.words(sku) != found.words(sku)
        assert short.words(sku) == found.words(sku)


@settings(max_examples=15)
@given(seeds)
def test_past_the_outage_probability_the_choice_is_another(seed: int) -> None:
    """
    Proves: the rate of the primary's hazard moved just past the flip changes the choice, just
    short does not; the surge and the price shock stay as they are.

    Sensitivity: a slope with the surge's losses among the outages' misses by per cents.
    """
    portfolio = free_portfolio(seed)
    found = solved(portfolio)
    for sku in range(2):
        today = found.reasons.outage_probability[sku]
        flip = found.reasons.flip_outage_probability[sku]
        assert today == pytest.approx(-np.expm1(-portfolio.hazards.annual_rate[sku]))
        if np.isnan(flip):
            continue
        outward = np.sign(flip - today)
        past, short = (
            solved(with_rate(portfolio, sku, rate))
            for rate in -np.log1p(-flip * (1.0 + np.array([1.0, -1.0]) * outward * _STEP))
        )
        assert past.words(sku) != found.words(sku)
        assert short.words(sku) == found.words(sku)


@settings(max_examples=15)
@given(seeds)
def test_past_the_price_of_capital_the_choice_is_another(seed: int) -> None:
    """
    Proves: with capital at a price just past the flip another option costs least, just short the
    chosen one does, by plain sums over every option and every hazard.

    Sensitivity: capital without the cash of qualifications flips elsewhere.
    """
    portfolio = free_portfolio(seed)
    found = solved(portfolio)
    for sku, flip in enumerate(found.reasons.flip_price):
        if np.isfinite(flip):
            past, short = flip * (1.0 + _STEP), flip * (1.0 - _STEP)
            assert least_at(portfolio, sku, past) != found.words(sku)
            assert least_at(portfolio, sku, short) == found.words(sku)
        else:
            assert least_at(portfolio, sku, 1e9) == found.words(sku)


def least_at(portfolio: Portfolio, sku: int, price: float) -> tuple[object, ...]:
    """Return the choice of a SKU that costs least when capital has a price."""
    options = plain_options(portfolio)
    costs, d = options.built.costs, options.built.designs
    cost = costs.total + options.expected + price * (costs.capital + costs.qualification_cash)
    rows = np.flatnonzero(d.sku == sku)
    best = rows[np.argmin(cost[rows])]
    numbers = (d.policy, d.service_level, d.reserve_days, d.lot_days_min, d.lot_factor)
    return *(float(column[best]) for column in numbers), tuple(d.alternates[best].tolist())


@pytest.mark.parametrize("seed", range(12))
def test_at_every_flip_two_options_cost_the_same(seed: int) -> None:
    """
    Proves: under budgets and CVaR, with onboarding, an input at its flip makes two options equal.

    The priced cost is summed anew from the lines' parts with the input moved.
    """
    portfolio = random_portfolio(seed, "cvar")
    prepared = prepare(portfolio)
    try:
        outcome = decide(prepared.case)
    except NoPlanError:
        return
    view = view_of(portfolio, prepared, outcome)
    every = np.arange(len(portfolio.skus))
    lines = lines_of(view, offered(view, every))
    inputs = view.inputs(every)
    slopes = (lines.capital, lines.stockout, lines.outages)
    values = (np.full(len(every), inputs.capital_price), inputs.stockout_cost, np.ones(len(every)))
    for found, slope, today in zip(all_flips(lines, inputs), slopes, values, strict=True):
        for sku in every:
            for flip, other in (
                (found.below[sku], found.option_below[sku]),
                (found.above[sku], found.option_above[sku]),
            ):
                if other >= 0:
                    cost = lines.priced + slope * (flip - today[sku])
                    mine = cost[lines.chosen[sku]]
                    assert cost[other] == pytest.approx(mine, rel=1e-7, abs=1e-7)
                    assert lines.start[sku] <= other < lines.start[sku + 1]


@pytest.mark.parametrize("seed", range(8))
def test_priced_costs_are_those_of_plain_sums(seed: int) -> None:
    """
    Proves: an option's priced cost is what is certain, its expected loss, hazard by hazard, and
    what each future's loss beyond it adds to the risk charge; the runner-up is the second least.

    Every future is summed strike by strike.  Sensitivity: with the futures' part added to the whole
    expected loss, and not to what is left of it, a CVaR plan's is too dear by Σw · E.
    """
    portfolio = random_portfolio(seed, "cvar")
    onboarded = np.ones(len(portfolio.suppliers), dtype=np.bool_)
    portfolio = replace(portfolio, suppliers=replace(portfolio.suppliers, onboarded=onboarded))
    prepared = prepare(portfolio)
    try:
        outcome = decide(prepared.case)
    except NoPlanError:
        return
    prices = replace(outcome.prices, resource=np.zeros_like(outcome.prices.resource))
    view = view_of(portfolio, prepared, replace(outcome, prices=prices))
    lines = lines_of(view, offered(view, np.arange(len(portfolio.skus))))
    options = plain_options(portfolio)
    charge = (options.loss - options.expected[:, None]) @ prices.tail_weight
    plain = options.built.costs.total + options.expected + charge
    assert lines.priced == pytest.approx(plain, rel=1e-9, abs=1e-9)
    reasons, _ = rationale(view)
    for sku in range(len(portfolio.skus)):
        cost = plain[lines.start[sku] : lines.start[sku + 1]]
        chosen = lines.chosen[sku] - lines.start[sku]
        others = np.delete(cost, chosen)
        if len(others):
            gap = others.min() - cost[chosen]
            assert reasons.runner_up_gap[sku] == pytest.approx(gap, rel=1e-6, abs=1e-6)


def test_the_parts_of_a_plan_are_told_by_cause() -> None:
    """
    Proves: outages, surges and price shocks add up to the expected loss, and losses at the plan's
    prices to it and the risk charge; the factor on outages moves the outages' part alone.
    """
    portfolio = random_portfolio(3, "cvar")
    prepared = prepare(portfolio)
    outcome = decide(prepared.case)
    view = view_of(portfolio, prepared, outcome)
    offer = offered(view, np.arange(len(portfolio.skus)))
    lines, expected = lines_of(view, offer), losses_of(view, offer.built, view.outlook.expected)
    priced = losses_of(view, offer.built, view.outlook.priced)
    told = expected.outage + expected.surge + expected.dearer
    assert told == pytest.approx(plain_options(portfolio).expected, rel=1e-9, abs=1e-9)
    assert lines.loss == pytest.approx(priced.outage + priced.surge + priced.dearer, rel=1e-12)
    assert lines.outages == pytest.approx(priced.outage)
    assert expected.outage.max() > 0.0
