"""VaR and CVaR of discrete losses."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.maths.risk import cvar, cvar_at, expected_loss, value_at_risk

LOSS = np.array([30.0, 10.0, 40.0, 20.0])
EQUAL = np.full(4, 0.25)


@pytest.mark.parametrize(
    ("tail_level", "mean_of_the_worst"),
    [(0.0, 25.0), (0.5, 35.0), (0.6, 36.25), (0.75, 40.0), (0.9, 40.0)],
)
def test_cvar_by_hand(tail_level: float, mean_of_the_worst: float) -> None:
    """
    Proves: CVaR is the mean of the worst 1 − level: at .6, (.25·40 + .15·30)/.4 = 36.25.

    Sensitivity: dividing by the level instead gives 24.17 at .6; whole scenarios only gives 35.
    """
    assert cvar(LOSS, EQUAL, tail_level) == pytest.approx(mean_of_the_worst, abs=1e-12)


@pytest.mark.parametrize(("tail_level", "quantile"), [(0.5, 20.0), (0.6, 30.0), (0.75, 30.0)])
def test_value_at_risk_by_hand(tail_level: float, quantile: float) -> None:
    """
    Proves: VaR is the least v with P(L <= v) >= level; at exactly .75 it is 30.

    Sensitivity: a strict > instead of >= gives 40 at .75.
    """
    assert value_at_risk(LOSS, EQUAL, tail_level) == quantile


def test_value_at_risk_bears_rounding() -> None:
    """
    Proves: ten probabilities of .1 reach .8 at the eighth loss, though they sum to .8 − 1e-16.

    Sensitivity: without the tolerance VaR is the ninth loss, 8.
    """
    loss = np.arange(10.0)
    assert np.cumsum(np.full(10, 0.1))[7] < 0.8
    assert value_at_risk(loss, np.full(10, 0.1), 0.8) == 7.0


def test_an_impossible_scenario_changes_nothing() -> None:
    """Proves: a loss of −5 or 1000 with probability 0 is neither VaR at 0 nor at .999."""
    loss, probability = np.append(LOSS, [-5.0, 1000.0]), np.append(EQUAL, [0.0, 0.0])
    assert value_at_risk(loss, probability, 0.0) == 10.0
    assert value_at_risk(loss, probability, 0.999) == 40.0
    assert cvar(loss, probability, 0.9) == 40.0
    assert expected_loss(loss, probability) == 25.0


def test_cvar_at_a_threshold_by_hand() -> None:
    """
    Proves: at 20 it is 20 + (.25·20 + .25·10)/.4 = 38.75, at the VaR of 30 it is CVaR, 36.25.

    Sensitivity: dividing by the level gives 32.5 at 20.
    """
    assert cvar_at(LOSS, EQUAL, 0.6, 20.0) == pytest.approx(38.75, abs=1e-12)
    assert cvar_at(LOSS, EQUAL, 0.6, 30.0) == pytest.approx(36.25, abs=1e-12)
    assert all(cvar_at(LOSS, EQUAL, 0.6, v) >= 36.25 for v in np.linspace(0.0, 60.0, 25))
