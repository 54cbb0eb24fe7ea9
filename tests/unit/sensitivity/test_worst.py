"""The futures that hurt a SKU, against plain sums strike by strike; and how often it is struck."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.engine.decide import decide
from optimizer.jobs.decided import view_of
from optimizer.jobs.prepare import prepare
from optimizer.metrics.outage_rates import outage_rates, within_a_year
from optimizer.sensitivity.view import offered
from optimizer.sensitivity.worst import curve_at, worst_of
from tests.support.explained import free_portfolio, plain_options
from tests.support.portfolios import make_portfolio


def test_the_worst_futures_are_those_of_plain_sums() -> None:
    """
    Proves: losses are sums over strikes of the curve at their lost days, price shocks included, the
    largest first; a future without any is not told.
    """
    portfolio = free_portfolio(5)
    prepared = prepare(portfolio)
    outcome = decide(prepared.case)
    view = view_of(portfolio, prepared, outcome)
    plain = plain_options(portfolio)
    for sku in range(2):
        built = offered(view, np.array([sku])).built
        first = int(np.searchsorted(plain.built.designs.sku, sku))
        for row in (0, len(built.designs) - 1):
            told = worst_of(view, outcome.prices.tail_weight, built, row)
            expected = np.sort(plain.loss[first + row])[::-1]
            expected = expected[expected > 0.0][:5]
            assert [hurt.loss for hurt in told] == pytest.approx(expected.tolist())
            assert all(hurt.strikes for hurt in told)


def test_a_curve_is_straight_between_nodes_and_beyond() -> None:
    """
    Proves: between the nodes 3 and 5 a value of 4 days is their mean, (9 + 25)/2 = 17; 10 days
    beyond 365 add 10 of the slope.  Sensitivity: a curve that ends flat says 133,225.
    """
    curve = np.array([0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365.0]) ** 2
    found = curve_at(np.array([4.0, 375.0]), curve, 700.0)
    assert found.tolist() == [17.0, 365.0**2 + 7_000.0]


def test_strikes_a_year_add_up_over_hazards() -> None:
    """
    Proves: .3 by its name, .5 · .2 through its region, .1 through its port: .5 for Alfa, and within
    a year it is struck with probability 1 − e^−.5; surges and what lasts no time do not count.
    """
    outage = {"kind": "outage", "duration_mean_days": 10.0}
    portfolio = make_portfolio(
        [{"sku": "a", "category": "fans"}],
        [{"sku": 0, "supplier": 0}],
        suppliers=[
            {"supplier": "Alfa", "region": "East"},
            {"supplier": "Beta", "region": "East"},
            {"supplier": "Gamma", "region": "West"},
        ],
        hazards=[
            {"hazard": "boom", "scope": "category", "target": "fans", "annual_rate": 9.0}
            | {**outage, "kind": "surge"},
            {"hazard": "fire", "scope": "supplier", "target": "Alfa", "annual_rate": 0.3, **outage},
            {"hazard": "myth", "scope": "supplier", "target": "Alfa", "annual_rate": 7.0},
            {"hazard": "port", "scope": "tag", "target": "Kobe", "annual_rate": 0.1, **outage},
            {"hazard": "quake", "scope": "region", "target": "East", "annual_rate": 0.5}
            | {"hit_probability": 0.2, **outage},
        ],
        tags=[(0, "Kobe"), (2, "Kobe")],
    )
    rates = outage_rates(portfolio)
    assert rates == pytest.approx([0.5, 0.1, 0.1])
    assert within_a_year(rates)[0] == pytest.approx(1.0 - np.exp(-0.5))
