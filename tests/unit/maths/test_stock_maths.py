"""Lots against the textbook, and rounding to whole units and packs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.maths.lot_size import economic_order_quantity, round_down, round_up


def array(*values: float) -> np.ndarray:
    return np.array(values)


def test_eoq_and_its_cost() -> None:
    """
    Proves: example 3.1's lot and cost; at 250 the cost is 69.725.

    Sensitivity: without the factor 2 the lot is 214.99.
    """
    lot = economic_order_quantity(array(8.0), array(1300.0), array(0.225))[0]
    assert lot == pytest.approx(304.0467800264368, abs=1e-10)
    cost = {q: 8 * 1300 / q + 0.225 * q / 2 for q in (lot, 250.0)}
    assert cost == pytest.approx({lot: 68.41052550594829, 250.0: 69.725}, abs=1e-9)


def test_all_units_discount() -> None:
    """
    Proves: the lot moved up to the break is the best of example 3.6: 800 at 978.60.

    i = .3, prices .75/.72/.68 from 0/400/800: lots EOQ moved to the break, total cost with spend.
    """
    price, at_least = array(0.75, 0.72, 0.68), array(0.0, 400.0, 800.0)
    lot = economic_order_quantity(np.full(3, 8.0), np.full(3, 1300.0), 0.3 * price)
    lot = np.maximum(lot, at_least)
    cost = price * 1300 + 8 * 1300 / lot + 0.3 * price * lot / 2
    assert lot[cost.argmin()] == 800.0
    assert cost.min() == pytest.approx(978.60, abs=1e-9)


@pytest.mark.parametrize(("order_cost", "holding", "lot"), [(8.0, 0.0, np.inf), (0.0, 0.0, 0.0)])
def test_eoq_where_holding_is_free(order_cost: float, holding: float, lot: float) -> None:
    """Proves: free holding means one endless order, unless ordering is free too: never NaN."""
    assert economic_order_quantity(array(order_cost), array(10.0), array(holding))[0] == lot


def test_a_negative_cost_is_refused() -> None:
    """Proves: the message counts and shows what is wrong; NaN does not slip through."""
    with pytest.raises(ValueError, match=r"holding_cost must be >= 0; 1 are not, first at 1: nan"):
        economic_order_quantity(array(1.0, 1.0), array(1.0, 1.0), array(1.0, np.nan))


@pytest.mark.parametrize(
    ("value", "step", "up", "down"),
    [
        (7.0, 1.0, 7.0, 7.0),
        (7.0 + 1e-10, 1.0, 7.0, 7.0),
        (7.0 - 1e-10, 1.0, 7.0, 7.0),
        (7.1, 1.0, 8.0, 7.0),
        (7.1, 12.0, 12.0, 0.0),
        (0.3, 0.1, 0.3, 0.3),
        (0.31, 0.1, 0.4, 0.3),
        (0.0, 5.0, 0.0, 0.0),
        (-1.5, 1.0, -1.0, -2.0),
        (1e12 + 1.0, 1.0, 1e12 + 1.0, 1e12 + 1.0),
    ],
)
def test_rounding_by_hand(value: float, step: float, up: float, down: float) -> None:
    """
    Proves: up to the next multiple, but what arithmetic alone adds, 1e-9 of a step or of the
    number, is forgiven: 3 · 0.1 is .3, not .4.
    """
    assert round_up(array(value), array(step))[0] == pytest.approx(up, rel=1e-8, abs=1e-12)
    assert round_down(array(value), array(step))[0] == pytest.approx(down, rel=1e-8, abs=1e-12)


@given(st.floats(0.0, 1e5), st.sampled_from([0.01, 0.5, 1.0, 12.0, 1000.0]))
def test_rounding_is_near_and_whole(value: float, step: float) -> None:
    """Proves: both are whole multiples, at most a step away, and rounding again changes nothing."""
    up, down = round_up(array(value), array(step)), round_down(array(value), array(step))
    slack = 1e-9 * max(step, value) + 1e-15
    assert value - slack <= up[0] <= value + step + slack
    assert value - step - slack <= down[0] <= value + slack
    for found in (up, down):
        assert found / step == pytest.approx(np.round(found / step), abs=1e-6)
        assert round_up(found, array(step))[0] == round_down(found, array(step))[0] == found[0]
