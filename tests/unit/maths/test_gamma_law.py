"""Gamma demand against a level: integrals, simulation, extreme shapes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import integrate, special, stats
from stockpyl import loss_functions as oracle

from optimizer.maths.demand import Moments
from optimizer.maths.gamma_law import (
    _half_square,
    _law,
    _tail,
    gamma_excess,
    gamma_positions,
    gamma_quantile,
)
from optimizer.maths.uniform_expansion import N_POWERS


def excess(level: float, mean: float, sd: float) -> tuple[float, float]:
    found = gamma_excess(np.array([level]), Moments(np.array([mean]), np.array([sd**2])))
    return float(found[0][0]), float(found[1][0])


def test_a_second_implementation() -> None:
    """Proves: G1 is stockpyl's gamma loss at shape 2.5 and scale 1.6."""
    first, second = excess(7.0, 4.0, np.sqrt(2.5) * 1.6)
    assert first == pytest.approx(oracle.gamma_loss(7.0, 2.5, 1.6)[0], abs=1e-12)
    assert second == pytest.approx(oracle.gamma_second_loss(7.0, 2.5, 1.6)[0], abs=1e-9)


@pytest.mark.parametrize("level", [0.0, 2.0, 40.0, 80.0])
def test_the_tail_keeps_its_digits(level: float) -> None:
    """
    Proves: an exponential of mean 2: G1 = 2·e^(-x/2), G2 = 4·e^(-x/2), 40 means out to 11 digits.

    Sensitivity: 1 − P(k, x) in place of Q(k, x) is 0 from 37 means on.
    """
    first, second = excess(level, 2.0, 2.0)
    assert first == pytest.approx(2.0 * np.exp(-level / 2.0), rel=1e-11, abs=0.0)
    assert second == pytest.approx(4.0 * np.exp(-level / 2.0), rel=1e-9, abs=0.0)


@pytest.mark.parametrize("level", [0.0, -3.0, -1e6])
def test_below_nothing_it_is_exact(level: float) -> None:
    """Proves: at x <= 0, G1 = mean − x, G2 = ½·(sd² + (mean − x)²), to the last digit."""
    assert excess(level, 5.0, 3.0) == (5.0 - level, 0.5 * ((5.0 - level) ** 2 + 9.0))


@pytest.mark.parametrize("shape", [1e-6, 1e-3, 0.1, 0.3, 1.0, 4.0, 5.9, 6.1, 20.0, 300.0, 1e5, 9e9])
def test_the_incomplete_gamma_is_scipys(shape: float) -> None:
    """
    Proves: series, continued fraction and uniform expansion give Q(k, x) to 12 digits from 4
    deviations below to 12 above, scipy's own being good to some 3e-13, and its argument k (1 + m)
    to 1e-16 of k, which is 1e-16 √k deviations.

    Sensitivity: the expansion's series cut after four orders is off by 1e-7 at shape 6.
    """
    powers, digits = np.empty(N_POWERS), 1e-12 + 2e-15 * np.sqrt(shape)
    law = _law(1.0, 1.0 / shape, powers)
    for z in (-4.0, -2.0, -1.0, -0.2, 0.0, 0.2, 0.6, 1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 12.0):
        m = z / np.sqrt(law[2])
        if m > -1.0:
            half = _half_square(m)
            density = np.exp(-law[2] * half - law[3])
            expected = special.gammaincc(law[2], law[2] * (1.0 + m))
            found = _tail(m, half, density, law, powers)
            assert found == pytest.approx(expected, rel=digits, abs=0.0)


def test_beyond_all_demand() -> None:
    """Proves: 200 means out, e^-200, is 0; 20 deviations below the mean the plain rest."""
    assert excess(400.0, 2.0, 2.0) == (0.0, 0.0)
    assert excess(800.0, 1000.0, 10.0) == (200.0, 0.5 * (200.0**2 + 100.0))


def test_constant_demand() -> None:
    """Proves: a deviation of 0, or below 1e-5 of the mean, leaves the plain shortfall."""
    for sd in (0.0, 1e-5):
        assert excess(12.0, 15.0, sd) == (3.0, 4.5)
        assert excess(18.0, 15.0, sd) == (0.0, 0.0)
    assert excess(0.5, 0.0, 0.0) == (0.0, 0.0)


@pytest.mark.parametrize("sd", [0.02, 0.5, 3.0, 20.0, 300.0])
@pytest.mark.parametrize("height", [1e-3, 0.5, 1.0, 1.5, 4.0])
def test_closed_forms_are_the_integrals(sd: float, height: float) -> None:
    """
    Proves: G1 and G2 are the integrals of P(X > u) and of (u − x)·P(X > u) from x on.

    Shapes 250,000 to 0.001.  Sensitivity: sd squared, or Q(k, x) for Q(k + 1, x), fails at once.
    """
    mean, level = 10.0, 10.0 * height
    law = stats.gamma((mean / sd) ** 2, scale=sd**2 / mean)
    ends = [level, *(p for p in law.isf([0.9, 0.5, 0.1, 1e-3, 1e-6, 1e-10, 1e-17]) if p > level)]
    first = second = 0.0
    for a, b in itertools.pairwise(ends):
        first += integrate.quad(law.sf, a, b, epsabs=0, epsrel=1e-11, limit=300)[0]
        second += integrate.quad(
            lambda u: (u - level) * law.sf(u), a, b, epsabs=0, epsrel=1e-11, limit=300
        )[0]
    found = excess(level, mean, sd)
    assert found[0] == pytest.approx(first, rel=1e-8, abs=1e-12)
    assert found[1] == pytest.approx(second, rel=1e-8, abs=1e-12)


def test_it_tends_to_the_normal() -> None:
    """
    Proves: at shape 1e9.6 the standardised losses are the normal's to 1e-4 in ± 6 deviations.

    Sensitivity: ln Γ taken as it is, near 1e11, loses the density's first digits.
    """
    mean, sd = 1.0, 1.6e-5
    z = np.array([-6.0, -3.0, -0.5, 0.0, 0.5, 3.0, 6.0])
    demand = Moments(np.full(7, mean), np.full(7, sd**2))
    first, second = gamma_excess(mean + z * sd, demand)
    loss = stats.norm.pdf(z) - z * stats.norm.sf(z)
    half = 0.5 * ((z**2 + 1.0) * stats.norm.sf(z) - z * stats.norm.pdf(z))
    assert first / sd == pytest.approx(loss, rel=3e-3, abs=1e-9)
    assert second / sd**2 == pytest.approx(half, rel=3e-3, abs=1e-9)
    assert first[3] / sd == pytest.approx(loss[3], rel=1e-4)


def test_tiny_shape() -> None:
    """
    Proves: at shape 1e-6, where nearly nothing is asked for and then a million means, G1(mean) is
    mean·(1 + k·(ln k + γ − ...)) in (0.99997, 1) of the mean, G2 half the second moment.
    """
    first, second = excess(1.0, 1.0, 1e3)
    series = 1.0 - 1e-6 * (-np.log(1e-6) - np.euler_gamma)
    assert first == pytest.approx(series, abs=2e-6)
    assert second == pytest.approx(0.5 * (1e6 + 1.0) - 1.0, rel=1e-5)


def test_positions_are_differences_over_the_lot() -> None:
    """Proves: rows of several groups equal [G(x) − G(x + Q)]/Q of each alone."""
    rng = np.random.default_rng(7)
    group = np.sort(rng.integers(0, 3, 12))
    level, lot = rng.uniform(-2.0, 40.0, 12), rng.uniform(0.1, 30.0, 12)
    mean = rng.uniform(1.0, 30.0, (3, 4))
    variance = (mean * rng.uniform(0.0, 3.0, (3, 4))) ** 2
    waiting, owed, _ = gamma_positions(group, level, lot, Moments(mean, variance))
    for row, of in enumerate(group):
        for t in range(4):
            sd = np.sqrt(variance[of, t])
            near, far = (excess(x, mean[of, t], sd) for x in (level[row], level[row] + lot[row]))
            expected = [(a - b) / lot[row] for a, b in zip(near, far, strict=True)]
            assert [waiting[row, t], owed[row, t]] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_by_simulation() -> None:
    """Proves: 400,000 draws of shape 1.44 give G1 and G2 within 4 standard errors."""
    rng = np.random.default_rng(5)
    mean, sd, level = 12.0, 10.0, 15.0
    over = np.maximum(rng.gamma(1.44, mean / 1.44, 400_000) - level, 0.0)
    for sample, found in zip((over, 0.5 * over**2), excess(level, mean, sd), strict=True):
        assert abs(sample.mean() - found) <= 4.0 * sample.std() / np.sqrt(len(sample))


def test_quantiles() -> None:
    """
    Proves: quantiles are scipy's, the mean where demand is constant, and tiny, not NaN, at shape
    1e-6, where half of the time nothing is asked for.
    """
    mean, sd = np.array([10.0, 10.0, 10.0, 1.0]), np.array([5.0, 0.0, 2.0, 1e3])
    found = gamma_quantile(np.array([0.95, 0.95, 0.999, 0.5]), Moments(mean, sd**2))
    assert found[0] == pytest.approx(stats.gamma.ppf(0.95, 4.0, scale=2.5), rel=1e-12)
    assert found[1] == 10.0
    assert found[2] == pytest.approx(stats.gamma.ppf(0.999, 25.0, scale=0.4), rel=1e-12)
    assert found[3] == 0.0


def test_the_density_of_all_shapes() -> None:
    """Proves: around the change to Stirling's series (shape 12) nothing jumps: 13 digits."""
    for shape in (11.999, 12.0, 12.001, 40.0):
        found = excess(1.1, 1.0, shape**-0.5)[0]
        above = special.gammaincc([shape + 1.0, shape], 1.1 * shape)
        assert found == pytest.approx(above[0] - 1.1 * above[1], rel=1e-12)
