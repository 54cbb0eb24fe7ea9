"""Properties of the maths under the options."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.maths.demand import Moments
from optimizer.maths.discrete_law import discrete_positions
from optimizer.maths.gamma_law import gamma_excess, gamma_quantile
from optimizer.maths.outage import short_days
from optimizer.maths.risk import cvar, unexpected_loss, value_at_risk

days = st.floats(0.0, 400.0)
lot = st.floats(1.0, 200.0)
scenario = st.tuples(st.integers(-5, 400), st.floats(0.0, 1.0))


@given(days, days, lot, st.floats(0.0, 50.0), st.floats(0.0, 50.0))
def test_more_cover_is_never_shorter(
    lost: float, a: float, q: float, more_a: float, more_q: float
) -> None:
    """Proves: short falls in a and in q, grows no faster than lost, and lies in [0, lost]."""
    base, later, longer, further = short_days(
        np.array([lost, lost, lost, lost + more_a]),
        np.array([a, a + more_a, a, a]),
        np.array([q, q, q + more_q, q]),
    )
    assert 0.0 <= base <= lost
    assert later <= base + 1e-9
    assert longer <= base + 1e-9
    assert base - 1e-9 <= further <= base + more_a + 1e-9


@given(st.floats(0.01, 1e4), st.floats(1e-6, 1e3), st.floats(0.0, 6.0), st.floats(0.0, 2.0))
def test_gamma_excess_falls_and_bends(
    mean: float, spread: float, height: float, more: float
) -> None:
    """
    Proves: from shape 1e-6 to constants, G1 and G2 fall with the level, G1 by no more than it
    rises, G2 by between G1 at either end; G1 is no less than the plain shortfall.
    """
    level = mean * np.array([height, height + more])
    demand = Moments(np.full(2, mean), np.full(2, (spread * mean) ** 2))
    first, second = gamma_excess(level, demand)
    rise = level[1] - level[0]
    slack = 1e-9 * mean * max(1.0, spread)
    assert first[0] - rise - slack <= first[1] <= first[0] + slack
    assert (first >= np.maximum(mean - level, 0.0) - slack).all()
    slack *= mean * (height + more + 1.0 + spread)
    assert rise * first[1] - slack <= second[0] - second[1] <= rise * first[0] + slack


@given(st.floats(0.01, 1e4), st.floats(1e-3, 2.0), st.floats(0.5, 0.999))
def test_a_quantile_is_exceeded_by_the_rest(mean: float, spread: float, level: float) -> None:
    """Proves: −dG1/dx at the quantile of p is 1 − p, by a small difference."""
    demand = Moments(np.array([mean]), np.array([(spread * mean) ** 2]))
    x = gamma_quantile(np.array([level]), demand)
    step = 1e-4 * min(spread, 1.0) * mean * (1.0 - level)
    above, below = gamma_excess(x + step, demand)[0], gamma_excess(x - step, demand)[0]
    slope = float(((below - above) / (2.0 * step))[0])
    assert slope == pytest.approx(1.0 - level, rel=2e-3, abs=1e-6)


@given(
    st.floats(0.0, 60.0),
    st.floats(0.3, 40.0),
    st.integers(-3, 80),
    st.integers(1, 60),
    st.integers(0, 20),
)
def test_whole_units_wait_less_with_more(
    mean: float, index: float, level: int, lot_size: int, more: int
) -> None:
    """
    Proves: shares lie in [0, 1]; both fall with the level; backorders fall by the waiting share
    for every unit more, as E(X − k)⁺ does by P(X > k).
    """
    demand = Moments(np.array([[mean]]), np.array([[index * mean]]))
    levels = np.array([level, level + 1, level + 1 + more])
    waiting, owed, _ = discrete_positions(np.zeros(3, dtype=int), levels, levels + lot_size, demand)
    assert (waiting >= 0.0).all()
    assert (waiting <= 1.0).all()
    assert (np.diff(waiting[:, 0]) <= 1e-12).all()
    assert (np.diff(owed[:, 0]) <= 1e-12).all()
    assert owed[0, 0] - owed[1, 0] == pytest.approx(waiting[0, 0], abs=1e-9)


@given(st.lists(scenario, min_size=1, max_size=20), st.floats(0.0, 0.99))
def test_order_of_the_risk_measures(scenarios: list[tuple[int, float]], tail_level: float) -> None:
    """
    Proves: max >= CVaR >= VaR and CVaR >= mean, and CVaR is its own minimum over v; what it is
    beyond the mean is the unexpected loss, and never below 0.
    """
    loss = np.array([float(s[0]) for s in scenarios])
    weight = np.array([s[1] for s in scenarios]) + 1e-3
    probability = weight / weight.sum()
    tail, quantile = (
        cvar(loss, probability, tail_level),
        value_at_risk(loss, probability, tail_level),
    )
    assert loss.max() + 1e-9 >= tail >= quantile - 1e-9
    assert tail >= probability @ loss - 1e-9
    objective = [v + probability @ np.maximum(loss - v, 0.0) / (1 - tail_level) for v in loss]
    assert tail == pytest.approx(min(objective), abs=1e-6)
    assert unexpected_loss(quantile, tail) == 0.0 or quantile > tail
    assert unexpected_loss(tail, quantile) == pytest.approx(max(tail - quantile, 0.0))
