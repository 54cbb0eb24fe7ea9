"""The verifier's own formulas against textbooks, closed forms and sums by hand."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

import optimizer.engine.verify as package
from optimizer.engine.verify.ledger import Ledger
from optimizer.engine.verify.losses import _short
from optimizer.engine.verify.stock import safety_stock, shortage
from optimizer.engine.verify.tail import tail_of


def test_units_short_of_a_normal_match_the_textbook() -> None:
    """
    Proves: the integral over an endless lot is the loss function.

    N(8, 3) at 11: .249946411763059 (Snyder & Shen); the lot of 1000 is endless here.
    """
    short = shortage(np.array([8.0]), np.array([3.0]), np.array([3.0]), np.array([1000.0]))
    # sd 3 is under half of the mean 8, so this is the normal
    assert short[0] == pytest.approx(0.249946411763059, rel=1e-12)


@pytest.mark.parametrize("sd", [0.55, 0.8, 2.0, 10.0, 30.0])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.999])
@pytest.mark.parametrize("lot", [0.01, 1.0, 400.0])
def test_units_short_of_a_gamma_match_the_closed_form(sd: float, level: float, lot: float) -> None:
    """
    Proves: quantile and integral agree with scipy's gamma and its partial expectation.

    E(X - r)+ = mean * SF(k + 1) - r * SF(k).  The normal would differ in the first digit.
    """
    shape, scale = 1.0 / sd**2, sd**2
    one = np.ones(1)
    buffer = safety_stock(one, one * sd, one * level)
    point = 1.0 + buffer[0]
    assert point == pytest.approx(max(1.0, stats.gamma.ppf(level, shape, scale=scale)), rel=1e-10)

    def beyond(x: float) -> float:
        tail = special.gammaincc([shape + 1.0, shape], x / scale)
        return float(tail[0] - x * tail[1])

    short = shortage(one, one * sd, buffer, one * lot)
    assert short[0] == pytest.approx(beyond(point) - beyond(point + lot), rel=1e-9, abs=1e-13)


def test_certain_lead_time_demand_needs_no_buffer() -> None:
    """Proves: without uncertainty, or without lead-time demand, SS = n = 0."""
    mean, sd = np.array([10.0, 0.0]), np.array([0.0, 5.0])
    assert safety_stock(mean, sd, np.full(2, 0.99)).tolist() == [0.0, 0.0]
    assert shortage(mean, sd, np.zeros(2), np.ones(2)).tolist() == [0.0, 0.0]


def test_days_short_by_hand() -> None:
    """
    Proves: a reserve is there, a lot by half.

    10 days of cover, lot of 8: an outage of 14 leaves (4^2 - 0)/16 = 1 day short, one of 30
    leaves (20^2 - 12^2)/16 = 16, one of 10 none.  Counting on the whole lot gives 0, 12 and 0.
    """
    lost = np.array([[14.0], [30.0], [10.0]])
    short = _short(lost, np.array([10.0]), np.array([8.0]))
    assert short.ravel().tolist() == [1.0, 16.0, 0.0]


@pytest.mark.parametrize(
    ("level", "var", "cvar"), [(0.6, 30.0, 36.25), (0.9, 40.0, 40.0), (0.0, 10.0, 25.0)]
)
def test_tail_golden_numbers(level: float, var: float, cvar: float) -> None:
    """
    Proves: VaR is the quantile and CVaR the mean of the worst 1 - level.

    Worst 40%: (0.25 * 40 + 0.15 * 30) / 0.4 = 36.25; dividing by 0.6 would give 24.17.
    """
    tail = tail_of(np.array([30.0, 10.0, 40.0, 20.0]), np.full(4, 0.25), level)
    assert (tail.var, tail.cvar) == (var, pytest.approx(cvar))
    assert tail.weight @ np.array([30.0, 10.0, 40.0, 20.0]) == pytest.approx(cvar)


def test_ties_at_var_share_in_proportion() -> None:
    """
    Proves: what 40 leaves of the worst half, .25, goes to two losses of 30 as .1 : .4.

    In weights of the tail: .25/.5 = .5 for 40, .1 and .4 for the ties, which differ by rounding.
    """
    loss = np.array([30.0, 30.0 * (1 + 1e-15), 40.0, 0.0])
    tail = tail_of(loss, np.array([0.1, 0.4, 0.25, 0.25]), 0.5)
    assert tail.weight == pytest.approx([0.1, 0.4, 0.5, 0.0])


def test_the_sum_of_many_probabilities_does_not_move_the_quantile() -> None:
    """Proves: 190 times 1/200 counts as .95, whichever way it rounds; one further is 191."""
    tail = tail_of(np.arange(1.0, 201.0), np.full(200, 1.0 / 200.0), 0.95)
    assert tail.var == 190.0


@pytest.mark.parametrize(
    ("found", "expected", "agree"),
    [
        (1.0 + 5e-10, 1.0, True),
        (1.0 + 2e-9, 1.0, False),
        (np.nan, 1.0, False),
        (np.nan, np.nan, False),
        (1.0, np.nan, False),
        (np.inf, np.inf, True),
        (-np.inf, np.inf, False),
        (1e300, np.inf, False),
        (np.inf, 1.0, False),
        (1e-300, 0.0, False),
    ],
)
def test_what_agrees(found: float, expected: float, agree: bool) -> None:
    """Proves: 1e-9 relative agrees; NaN with nothing, infinity with itself, 0 with 0 alone."""
    one, many = Ledger(), Ledger()
    one.number("x", found, expected)
    many.numbers("x", ["k"], np.array([found]), np.array([expected]))
    assert (not one.differences, not many.differences) == (agree, agree)


def test_the_verifier_shares_nothing_with_the_solver() -> None:
    """Proves: it imports domain types, errors, numpy, scipy and pandas, and itself."""
    allowed = ("optimizer.domain", "optimizer.errors", "optimizer.engine.verify")
    others = {"__future__", "collections", "dataclasses", "itertools", "typing"}
    others |= {"numpy", "scipy", "pandas"}
    for file in Path(package.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names.append(str(node.module))
            for name in names:
                assert name.startswith(allowed) or name.split(".")[0] in others, (file.name, name)
