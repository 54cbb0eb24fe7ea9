"""Loss functions against the textbook, a second implementation and the integral."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats
from stockpyl import loss_functions as oracle
from stockpyl import rq

from optimizer.maths.loss_functions import (
    gamma_loss,
    normal_loss,
    poisson_loss,
    standard_normal_loss,
)


def array(*values: float) -> np.ndarray:
    return np.array(values)


def test_golden_numbers_of_the_textbook() -> None:
    """
    Proves: the four closed forms give Snyder & Shen's numbers.

    Sensitivity: forgetting that sd scales the loss gives .0833 instead of .2499 for N(8, 3).
    """
    assert standard_normal_loss(array(0.3, -1.4)) == pytest.approx(
        [0.266761242117210, 1.436668142708465], abs=1e-14
    )
    assert normal_loss(array(11.0), array(8.0), array(3.0)) == pytest.approx(
        [0.249946411763059], abs=1e-14
    )
    assert poisson_loss(array(18.0), array(15.0)) == pytest.approx([0.5176095282584722], abs=1e-13)
    assert oracle.gamma_loss(7.0, 2.5, 1.6)[0] == pytest.approx(
        gamma_loss(array(7.0), array(4.0), array(np.sqrt(2.5) * 1.6))[0], abs=1e-12
    )


def test_cost_of_an_r_q_policy() -> None:
    """
    Proves: the normal loss prices the whole cycle of an (r, Q) policy (example 5.1).

    (K d + integral of h (y - mu) + (h + p) n(y) from r to r + Q) / Q = 78.071.
    Sensitivity: with the loss at r only, without r + Q, the cost is not 78.07.
    """
    h, p, order_cost, d, r, q = 0.225, 7.5, 8.0, 1300.0, 126.8, 328.5
    mu, sd = d / 12, 150 * np.sqrt(1 / 12)

    def rate(y: float) -> float:
        return float(h * (y - mu) + (h + p) * normal_loss(array(y), array(mu), array(sd))[0])

    cost = (order_cost * d + integrate.quad(rate, r, r + q)[0]) / q
    assert cost == pytest.approx(78.07116250928294, abs=1e-9)
    assert cost == pytest.approx(rq.r_q_cost(r, q, h, p, order_cost, d, 150, 1 / 12), abs=1e-9)


@pytest.mark.parametrize(("z", "asymptotic"), [(20.0, 400.0), (30.0, 900.0)])
def test_far_tail_keeps_its_digits(z: float, asymptotic: float) -> None:
    """
    Proves: far out, L(z) = phi(z)/z^2 · (1 − 3/z^2 + 15/z^4 − 105/z^6 ...), to 1e-6.

    Sensitivity: phi(z) − z·(1 − cdf(z)) is 0 from z = 9 on.
    """
    series = 1 - 3 / asymptotic + 15 / asymptotic**2 - 105 / asymptotic**3
    expected = stats.norm.pdf(z) / asymptotic * series
    assert standard_normal_loss(array(z))[0] == pytest.approx(expected, rel=1e-6, abs=0.0)


def test_gamma_tail_against_the_exponential() -> None:
    """
    Proves: with sd = mean the loss is mean·exp(−level/mean), 200 means out to 12 digits.

    Sensitivity: with 1 − P(k, x) in place of Q(k, x) it is 0 from 37 means on.
    """
    level = array(0.0, 2.0, 80.0, 400.0)
    expected = 2.0 * np.exp(-level / 2.0)
    found = gamma_loss(level, np.full(4, 2.0), np.full(4, 2.0))
    assert found == pytest.approx(expected, rel=1e-11, abs=0.0)


def test_certain_demand() -> None:
    """Proves: without spread the loss is the plain shortfall, 15 − 12 = 3, and never negative."""
    loss = normal_loss(array(12.0, 18.0), array(15.0, 15.0), array(0.0, 0.0))
    assert loss.tolist() == [3.0, 0.0]


def test_poisson_sum() -> None:
    """
    Proves: expected backorders at stock 0 are the mean, and at 1 the mean less P(X > 0).

    Mean 4: 4 and 4 − (1 − e^-4) = 3.018316.  Sensitivity: P(X >= 1) taken as P(X > 1) gives 3.0916.
    """
    assert poisson_loss(array(0.0, 1.0), array(4.0, 4.0)) == pytest.approx([4.0, 3.018315638888734])


@pytest.mark.parametrize("sd", [-1.0, np.nan])
def test_a_negative_or_missing_sd_is_refused(sd: float) -> None:
    """Proves: the message counts and shows what is wrong; NaN does not slip through."""
    with pytest.raises(ValueError, match=r"sd must be >= 0; 1 are not, first at 1"):
        normal_loss(array(1.0, 1.0), array(1.0, 1.0), array(1.0, sd))


def test_a_part_of_a_unit_is_no_poisson_level() -> None:
    """Proves: a Poisson level of 1.5 units is refused, not rounded."""
    with pytest.raises(ValueError, match="level must be whole and >= 0"):
        poisson_loss(array(1.5), array(2.0))


def test_next_to_no_spread_is_no_spread() -> None:
    """
    Proves: with sd 1e-160 the loss is the plain shortfall, without overflow.

    Sensitivity: squaring z = 1e160 warns, and the warning is an error here.
    """
    level, mean, sd = array(11.0, 9.0), array(10.0, 10.0), array(1e-160, 1e-160)
    assert normal_loss(level, mean, sd).tolist() == [0.0, 1.0]
