"""Break-even: below the rate the plan does without, above it it does not; solved afresh."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.sensitivity.break_even_rates import Served, break_even, pooled_break_even
from tests.support.explained import (
    free_portfolio,
    made_lines,
    shared_portfolio,
    solved,
    with_rate,
)

_STEP = 1e-5  # relative, either side of a break-even
seeds = st.integers(0, 10_000)


def test_a_break_even_by_hand() -> None:
    """
    Proves: the break-even is where the best option without is as cheap as the best with.

    Without: 130 + 100 (f − 1).  With: 100 + 10 (f − 1), and 104 + 40 (f − 1).  The first is met at
    f = 1 − 30/90 = 2/3, where the second, 104 − 40/3 = 90.67, is cheaper than 96.67; that one is
    met at f = 1 − 26/60 = 17/30.  It saves 30 today.
    Sensitivity: looking at the chosen option alone gives 2/3.
    """
    lines = made_lines(
        np.array([100.0, 104.0, 130.0]), [0, 3], [0], outages=np.array([10.0, 40.0, 100.0])
    )
    has = np.array([True, True, False])
    found = break_even(lines, np.array([0]), has, np.array([np.inf]))
    assert found.factor[0] == pytest.approx(17.0 / 30.0)
    assert found.saving[0] == 30.0


@pytest.mark.parametrize(
    ("without", "slope", "factor"),
    [(101.0, 0.0, 0.0), (90.0, 30.0, 1.5), (90.0, 5.0, np.nan), (np.inf, 0.0, np.nan)],
)
def test_the_ends_of_a_break_even(without: float, slope: float, factor: float) -> None:
    """
    Proves: what pays without outages has 0; what does not pay today its rate above it, 1 + 10/20,
    and nothing where it never will (slope 5 against 10), or where no option is without it.
    """
    one_option = np.isinf(without)
    lines = made_lines(
        np.array([100.0, 100.0 if one_option else without]),
        [0, 2],
        [0],
        outages=np.array([10.0 if slope else 0.0, slope]),
    )
    has = np.array([True, one_option])
    found = break_even(lines, np.array([0]), has, np.array([4.0]))
    assert found.factor[0] == pytest.approx(factor, nan_ok=True)


def test_a_pool_by_hand() -> None:
    """
    Proves: a supplier breaks even where what its SKUs gain together meets its onboarding.

    Gains 100 f and 60 f − 30 against 70: together 160 f − 30 = 70 at f = 0.625 (the second is worth
    something from 0.5 on).  Sensitivity: each alone would break even at 0.7 and above 1.
    """
    served = Served(
        start=np.array([0, 2]),
        priced=np.array([0.0, 100.0, 0.0, 30.0]),
        outages=np.array([0.0, 100.0, 0.0, 60.0]),
        has=np.array([True, False, True, False]),
    )
    found = pooled_break_even(served, 70.0, np.inf)
    assert found.factor[0] == pytest.approx(0.625)
    assert found.saving[0] == pytest.approx(60.0)
    never = pooled_break_even(served, 1_000.0, 2.0)
    assert np.isnan(never.factor[0])


@settings(max_examples=25)
@given(seeds)
def test_below_the_break_even_the_plan_does_without(seed: int) -> None:
    """
    Proves: with the primary's hazard just below the break-even rate, the plan has no such source or
    no reserve; just above it has.

    Sensitivity: a break-even of the one chosen option keeps, just below, a smaller reserve.
    """
    portfolio = free_portfolio(seed)
    found = solved(portfolio).break_even
    for kind, sku, rate in zip(found.kind, found.sku, found.break_even_rate, strict=True):
        if not rate > 0.0:
            continue
        below, above = (
            solved(with_rate(portfolio, sku, rate * (1.0 + side * _STEP))).designs
            for side in (-1.0, 1.0)
        )
        if kind == "source":
            assert (below.alternates[sku] < 0).all()
            assert (above.alternates[sku] >= 0).any()
        else:
            assert below.reserve_days[sku] == 0.0
            assert above.reserve_days[sku] > 0.0


@settings(max_examples=25)
@given(seeds)
def test_below_the_break_even_nobody_is_onboarded(seed: int) -> None:
    """
    Proves: with the hazard of both primaries just below the pooled break-even, the supplier is not
    onboarded, just above it is.
    """
    portfolio = shared_portfolio(seed)
    found = solved(portfolio).break_even
    for row in np.flatnonzero((found.kind == "supplier") & (found.break_even_rate > 0.0)):
        rate = found.break_even_rate[row]
        below, above = (
            solved(with_rate(portfolio, 0, rate * (1.0 + side * _STEP))).designs
            for side in (-1.0, 1.0)
        )
        assert (below.alternates < 0).all()
        assert (above.alternates >= 0).any()
