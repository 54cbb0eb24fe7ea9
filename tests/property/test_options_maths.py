"""Properties of the maths under the options."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from optimizer.maths.loss_functions import gamma_loss, normal_loss
from optimizer.maths.outage import half_squared_excess, outage_table, short_days
from optimizer.maths.risk import cvar, value_at_risk

days = st.floats(0.0, 400.0)
lot = st.floats(1.0, 200.0)
scenario = st.tuples(st.integers(-5, 400), st.floats(0.0, 1.0))


@given(st.lists(scenario, min_size=1, max_size=20), days, lot)
def test_table_identity(
    scenarios: list[tuple[int, float]], assured: float, lot_days: float
) -> None:
    """
    Proves: sum_s w_s short(lost_s; a, q) = (H(a) − H(a + q))/q, for any weights, not only whole a.

    Sensitivity: reading the table at the nearest whole day is wrong by up to a day's weight.
    """
    lost, weight = np.array([s[0] for s in scenarios]), np.array([s[1] for s in scenarios])
    one_by_one = weight @ short_days(lost.astype(float), np.array([assured]), np.array([lot_days]))
    table = outage_table(lost[None, :], weight)
    a = np.array([assured, assured + lot_days])
    near, far = half_squared_excess(table, np.zeros(2, dtype=np.int64), a)
    assert (near - far) / lot_days == pytest.approx(one_by_one, rel=1e-9, abs=1e-7)


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


@given(st.floats(0.5, 50.0), st.floats(0.05, 2.5), st.floats(0.0, 4.0))
def test_losses_are_the_integral_of_the_tail(mean: float, spread: float, height: float) -> None:
    """
    Proves: both closed forms equal the integral of P(X > x) above the level.

    Sensitivity: shape and scale swapped, or sd squared, fail at once.
    """
    sd, level = spread * mean, height * mean
    shape = 1.0 / spread**2
    laws = (
        (normal_loss, stats.norm(mean, sd)),
        (gamma_loss, stats.gamma(shape, scale=mean / shape)),
    )
    for loss, law in laws:
        end = law.isf(1e-15)
        area = integrate.quad(law.sf, level, max(level, end), limit=200)[0]
        found = loss(np.array([level]), np.array([mean]), np.array([sd]))[0]
        assert found == pytest.approx(area, rel=1e-6, abs=1e-7 * mean)


@given(st.lists(scenario, min_size=1, max_size=20), st.floats(0.0, 0.99))
def test_order_of_the_risk_measures(scenarios: list[tuple[int, float]], tail_level: float) -> None:
    """Proves: max >= CVaR >= VaR and CVaR >= mean, and CVaR is its own minimum over v."""
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
