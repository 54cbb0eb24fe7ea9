"""A history laid out by day: rows within their period, the days before the cut, blocks of them."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.simulator import Past
from optimizer.simulator.past import BLOCK_DAYS, as_it_came, laid_out, resampled


def make_past(rows: list[tuple[int, int, float]], first_day: int = 0) -> Past:
    """One SKU whose rows are (day, span, quantity)."""
    day, span, quantity = (np.array(column) for column in zip(*rows, strict=True))
    return Past(
        start=np.array([0, len(rows)]),
        day=day,
        span=span,
        quantity=quantity.astype(np.float64),
        first_day=np.array([first_day]),
        cut=70,
        days=100,
    )


def test_a_month_of_demand_comes_on_one_of_its_days() -> None:
    """
    Proves: 500 times laid out, 7 units of day 30 to 59 come on one of these days, each of them at
    times; a day's own row stays where it is.
    """
    past = make_past([(0, 1, 3.0), (30, 30, 7.0)])
    demand = laid_out(past, 0, np.random.default_rng(1), 500)
    assert (demand[:, 0] == 3.0).all()
    assert (demand[:, 30:60].max(axis=1) == 7.0).all()
    assert demand.sum(axis=1) == pytest.approx(np.full(500, 10.0))
    assert (demand[:, 30:60].sum(axis=0) > 0.0).all()


def test_what_came_follows_the_days_before_it() -> None:
    """Proves: 5 settling days are days 65 to 69; 80 of them begin again from day 60 of the 70."""
    past = make_past([(0, 1, 1.0)])
    demand = np.arange(100.0)[None, :]
    came = as_it_came(past, demand, 5)[0]
    assert came.tolist() == [*range(65, 70), *range(70, 100)]
    longer = as_it_came(past, demand, 80)[0]
    assert longer[:10].tolist() == list(range(60, 70))
    assert longer[10:80].tolist() == list(range(70))


def test_blocks_of_the_own_first_part() -> None:
    """
    Proves: a SKU that began on day 40 has blocks of 28 days from 40 to 69, round and round.

    Sensitivity: blocks of the whole table would hold days before 40 or after 69.
    """
    past = make_past([(40, 1, 1.0)], first_day=40)
    demand = np.tile(np.arange(100.0), (300, 1))
    drawn = resampled(past, 0, demand, 5, np.random.default_rng(2))
    assert drawn.shape == (300, 35)
    assert (drawn.min(), drawn.max()) == (40.0, 69.0)
    within = drawn[:, :BLOCK_DAYS]
    step = np.diff(within, axis=1)
    assert np.isin(step, [1.0, -29.0]).all()
    assert drawn.mean() == pytest.approx(54.5, abs=0.5)


def test_a_sku_that_began_after_the_cut_is_resampled_from_its_last_day() -> None:
    """Proves: no demand before the cut: the resampled days have none; nothing fails."""
    past = make_past([(80, 1, 5.0)], first_day=80)
    demand = laid_out(past, 0, np.random.default_rng(3), 4)
    assert resampled(past, 0, demand, 5, np.random.default_rng(4)).sum() == 0.0
    assert as_it_came(past, demand, 5).sum() == 20.0
