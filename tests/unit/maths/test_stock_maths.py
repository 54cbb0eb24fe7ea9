"""Lot, reorder point and shortage against the textbook and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from optimizer.maths.loss_functions import normal_loss
from optimizer.maths.stock import (
    economic_order_quantity,
    lead_time_demand,
    safety_stock,
    units_short,
)


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


def test_newsvendor() -> None:
    """
    Proves: example 4.3: S = 56.604 and cost 1.9976, from the quantile and the loss.

    Sensitivity: the quantile at p instead of p/(h + p) is 54.195.
    """
    h, p, mean, sd = 0.18, 0.7, array(50.0), array(8.0)
    level = mean + safety_stock(mean, sd, array(p / (h + p)))
    assert level[0] == pytest.approx(56.60395592743389, abs=1e-10)
    cost = h * (level - mean) + (h + p) * normal_loss(level, mean, sd)
    assert cost[0] == pytest.approx(1.997605193176645, abs=1e-12)


def test_lead_time_demand_adds_both_spreads() -> None:
    """Proves: var = L·var(demand) + D²·var(lead time) = 4·9 + 100·.25 = 61, not 4·9 + 10·.25."""
    mean, sd = lead_time_demand(array(10.0), array(3.0), array(4.0), array(0.5))
    assert (mean[0], sd[0] ** 2) == pytest.approx((40.0, 61.0))


def test_the_distribution_changes_where_sd_exceeds_half_the_mean() -> None:
    """
    Proves: at sd = mean/2 still normal (1.6449·5 = 8.224), just above gamma (9.384).

    Sensitivity: a normal for both gives 8.224 twice.
    """
    stock = safety_stock(array(10.0, 10.0), array(5.0, 5.0 + 1e-9), array(0.95, 0.95))
    assert stock[0] == pytest.approx(5 * stats.norm.ppf(0.95), abs=1e-12)
    assert stock[1] == pytest.approx(stats.gamma.ppf(0.95, 4, scale=2.5) - 10, abs=1e-6)


def test_safety_stock_is_never_negative() -> None:
    """Proves: a quantile below the mean (normal at .3, gamma's median) gives 0, not a debt."""
    stock = safety_stock(array(10.0, 10.0), array(2.0, 20.0), array(0.3, 0.5))
    assert stock.tolist() == [0.0, 0.0]


def test_nothing_is_short_where_nothing_is_uncertain() -> None:
    """Proves: sd = 0 or mean = 0 gives safety stock 0 and units short 0 (MODEL 3)."""
    mean, sd, level = array(40.0, 0.0), array(0.0, 5.0), array(0.99, 0.99)
    assert safety_stock(mean, sd, level).tolist() == [0.0, 0.0]
    assert units_short(array(10.0, 10.0), array(5.0, 5.0), mean, sd).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("sd", [8.0, 40.0])
def test_units_short_is_the_integral_of_the_stockout_probability(sd: float) -> None:
    """
    Proves: n = integral of P(X > x) from r to r + Q, for normal (sd 8) and gamma (sd 40).

    Sensitivity: E[(X − r)+] alone, without r + Q, is larger by the share of small lots.
    """
    mean, r, q = 50.0, 55.0, 6.0
    shape = (mean / sd) ** 2
    law = stats.norm(mean, sd) if sd <= 25 else stats.gamma(shape, scale=mean / shape)
    expected = integrate.quad(law.sf, r, r + q)[0]
    found = units_short(array(r), array(q), array(mean), array(sd))[0]
    assert found == pytest.approx(expected, abs=1e-9)
