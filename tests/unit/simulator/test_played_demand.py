"""Demand as drawn has the mean, the variance and the lumps that the model counts with."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.simulator.compound_demand import Law, draw_demand, draw_factor, law_of
from tests.support.simulation import make_plant, seeded

N = 400_000


def law(mean: float, sd: float, interval: float, *, whole: bool) -> Law:
    plant = make_plant(
        demand_mean=mean, demand_std=sd, demand_interval_days=interval, whole_units=whole
    )
    return law_of(plant, 0)


def drawn(own: Law) -> np.ndarray:
    return np.ravel(draw_demand(own, np.ones(1), seeded(7)("demand"), (1, N)))


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    ("mean", "sd", "interval"),
    [
        (10.0, 3.0, 1.0),
        (10.0, 30.0, 1.0),
        (10.0, 80.0, 50.0),
        (10.0, 9.0, 1.5),
        (2.5, 1.6, 1.0),
        (2.5, 2.6, 1.0),
        (0.3, 1.0, 5.0),
        (0.05, 0.25, 1.0),
        (0.1, 0.5, 20.0),
    ],
)
def test_mean_and_variance_of_a_day(mean: float, sd: float, interval: float, whole: bool) -> None:
    """
    Proves: 400,000 days have the mean and the variance asked for, within 5 standard errors.

    Sensitivity: lumps of m without their own variance would have u = m: 10 ± 10 for 10 ± 30.
    """
    days = drawn(law(mean, sd, interval, whole=whole))
    deviation = (days - mean) ** 2
    assert abs(days.mean() - mean) <= 5.0 * days.std() / np.sqrt(N)
    assert abs(deviation.mean() - sd**2) <= 5.0 * deviation.std() / np.sqrt(N)
    assert (days >= 0.0).all()
    if whole:
        assert (days == np.floor(days)).all()


def test_demand_comes_as_rarely_as_its_interval_says() -> None:
    """Proves: A = 50 days between events: 1 - exp(-1/50) of the days have any, 1.98 %."""
    days = drawn(law(10.0, 80.0, 50.0, whole=False))
    assert (days > 0.0).mean() == pytest.approx(1.0 - np.exp(-0.02), abs=0.001)


def test_an_even_interval_is_one_event_a_day_at_most() -> None:
    """
    Proves: D 10, A 1.5 with less variance than Poisson lumps have: 2 of 3 days, of 15 in the mean.

    E J² = 1.5 · (90 + 100) = 285, so the variance of a lump is 60.
    """
    own = law(10.0, np.sqrt(90.0), 1.5, whole=False)
    assert not own.many
    assert (own.events, own.size, own.spread) == pytest.approx((2.0 / 3.0, 15.0, 60.0))
    assert (drawn(own) > 0.0).mean() == pytest.approx(2.0 / 3.0, abs=0.005)


def test_whole_units_come_one_at_least() -> None:
    """Proves: D .05 every day is Poisson: lumps of 1, not of .05."""
    own = law(0.05, np.sqrt(0.05), 1.0, whole=True)
    assert (own.many, own.whole) == (True, True)
    assert (own.events, own.size, own.spread) == pytest.approx((0.05, 1.0, 0.0), abs=1e-12)


def test_certain_demand_is_certain() -> None:
    """Proves: without a deviation every day is the mean, to the last bit."""
    assert (drawn(law(10.0, 0.0, 1.0, whole=False)) == 10.0).all()


@pytest.mark.parametrize(("sd", "interval"), [(3.0, 1.0), (30.0, 1.0), (80.0, 50.0)])
def test_the_true_mean_varies_by_its_error(sd: float, interval: float) -> None:
    """
    Proves: D 10 ± 4: over 50 days X has variance 50 σ² + 50² ε², in the interval.

    Sensitivity: scaling lumps of Poisson events would add 16 % to the first term.
    """
    n, t = 40_000, 50
    plant = make_plant(demand_std=sd, demand_interval_days=interval, demand_mean_error=4.0)
    factor = draw_factor(plant, 0, seeded(3)("mean"), n)
    days = draw_demand(law_of(plant, 0), factor[:, None], seeded(3)("demand"), (n, t))
    total = days.sum(axis=1)
    square = (total - 500.0) ** 2
    assert abs(square.mean() - (t * sd**2 + t**2 * 16.0)) <= 5.0 * square.std() / np.sqrt(n)
    assert abs(total.mean() - 500.0) <= 5.0 * total.std() / np.sqrt(n)
