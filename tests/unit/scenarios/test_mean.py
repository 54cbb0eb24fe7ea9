"""The mean future, and the mean over given futures."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.scenarios.sampled_mean import mean_future, sample_weights
from optimizer.scenarios.strikes_by_supply import lost_days
from tests.support.hazards import hazard_portfolio, make_futures, make_profiles

SHOCK = {"scope": "category", "target": "food", "multiplier": 1.5}
HAZARDS = {
    "fire": {"target": "c", "annual_rate": 0.1, "duration_mean_days": 5.0},
    "flood": {
        "scope": "region",
        "target": "R",
        "annual_rate": 0.5,
        "duration_mean_days": 40.0,
        "hit_probability": 0.7,
    },
    "hype": SHOCK | {"kind": "surge", "annual_rate": 0.25, "duration_mean_days": 21.0},
}
SUPPLIERS = {"a": "R", "b": "R", "c": "S"}


def test_the_mean_future_by_hand() -> None:
    """
    Proves: fire .1·5 = .5 → 1 day; flood .5·40·.7 = 14 on both of its region; hype .25·21 = 5.25 →
    6 days of 1 + .5·5.25/6, which adds 2.625 days as the draws do on average.

    They begin at 365 · 0, 1 and 15 / 21.  Sensitivity: the hazards' own durations, 5 and 40.
    """
    future = mean_future(hazard_portfolio(HAZARDS, SUPPLIERS))
    strikes = future.strikes
    assert future.probability.tolist() == [1.0]
    assert strikes.hazard.tolist() == [0, 1, 1, 2]
    assert strikes.strike.tolist() == [0, 1, 1, 2]
    assert strikes.target.tolist() == [2, 0, 1, 0]
    assert strikes.days.tolist() == [1, 14, 14, 6]
    np.testing.assert_allclose(strikes.start_day, 365.0 * np.array([0, 1, 1, 15]) / 21.0)
    np.testing.assert_allclose(strikes.multiplier, [1.0, 1.0, 1.0, 1.4375])


def test_two_years_have_twice_the_mean() -> None:
    """Proves: the horizon's strikes, not a year's: .5·40·.7·2 = 28."""
    future = mean_future(hazard_portfolio(HAZARDS, SUPPLIERS, horizon_days=730))
    assert future.strikes.days.tolist() == [1, 28, 28, 11]


def test_no_hazards_no_strikes() -> None:
    """Proves: the mean of nothing is one future without strikes."""
    future = mean_future(hazard_portfolio({}, SUPPLIERS))
    assert (len(future), len(future.strikes)) == (1, 0)


def test_sample_weights_by_hand() -> None:
    """
    Proves: entries fall on the two nodes around them, times probability and factor, by hazard.

    12 days lie half between 10 and 14: .25 each at a probability of .5; 400 days put 1 on node 365
    and 35 on the days beyond; a price shock of 10 days and factor .5 puts .25 on node 10.
    """
    price = SHOCK | {"kind": "price"}
    portfolio = hazard_portfolio(HAZARDS | {"rally": price}, SUPPLIERS, longest_days=1000)
    strikes = [
        {"hazard": 0, "targets": [2], "start": 0.0, "days": 12},
        {"hazard": 0, "targets": [2], "start": 1.0, "days": 400},
        {"hazard": 3, "targets": [0], "start": 2.0, "days": 10, "multiplier": 1.5},
        {"hazard": 1, "targets": [0, 2], "start": 0.0, "days": 14, "scenario": 1},
    ]
    futures = make_futures(strikes, n=2, categories=["food"])
    lost = lost_days(portfolio, futures, make_profiles([(2, ()), (1, ())], ["food"]))
    mean = sample_weights(lost, futures.probability)
    assert mean.start.tolist() == [0, 2, 2, 3]
    assert mean.hazard.tolist() == [0, 1, 3]
    expected = np.zeros((3, 18))
    expected[0, [6, 7, 16, 17]] = [0.25, 0.25, 0.5, 17.5]
    expected[1, 7] = 0.5
    expected[2, 6] = 0.25
    np.testing.assert_allclose(mean.weight, expected, atol=1e-15)
    assert mean.total[0, 7] == pytest.approx(0.75)


def test_sample_weights_of_nothing() -> None:
    """Proves: futures without strikes have weights of no hazard."""
    futures = make_futures([])
    lost = lost_days(hazard_portfolio(HAZARDS, SUPPLIERS), futures, make_profiles([(0, ())]))
    mean = sample_weights(lost, futures.probability)
    assert mean.start.tolist() == [0, 0]
    assert mean.total.tolist() == [[0.0] * 18]
