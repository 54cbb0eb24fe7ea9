"""Days short, one by one and by the table."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.maths.outage import half_squared_excess, outage_table, short_days


@pytest.mark.parametrize(
    ("lost", "short"),
    [(3.0, 0.0), (4.0, 0.0), (5.0, 0.25), (6.0, 1.0), (10.0, 5.0)],
)
def test_short_days_by_hand(lost: float, short: float) -> None:
    """
    Proves: with 4 days assured and a lot of 2, cover is uniform on [4, 6].

    At 5 lost: mean of (5 − U)+ = 1²/(2·2) = .25; at 10: 10 − 5 = 5.
    Sensitivity: cover taken as its mean, 5 days, gives 0 at 5 and 1 at 6.
    """
    assert short_days(np.array([lost]), np.array([4.0]), np.array([2.0]))[0] == short


def test_a_long_loss_keeps_its_digits() -> None:
    """
    Proves: a lot of a millionth of a day over 3000 lost days: short = 3000 − a − q/2 to 1e-12.

    Sensitivity: the difference of squares as written loses seven digits.
    """
    short = short_days(np.array([3000.0]), np.array([1.0]), np.array([1e-6]))[0]
    assert short == pytest.approx(3000.0 - 1.0 - 0.5e-6, rel=1e-15)


def test_table_by_hand() -> None:
    """
    Proves: losses 0, 2, 5 with weights .5, .3, .2 beyond day 1: weight .5, first moment
    .3·1 + .2·4 = 1.1, second .3·1 + .2·16 = 3.5.

    Sensitivity: counting lost >= k instead of > k makes the weight at day 2 .5 instead of .2.
    """
    table = outage_table(np.array([[0, 2, 5]]), np.array([0.5, 0.3, 0.2]))
    assert table.shape == (1, 6, 3)
    assert table[0, 1] == pytest.approx([0.5, 1.1, 3.5])
    assert table[0, 2, 0] == pytest.approx(0.2)


def test_table_has_no_loss_beyond_its_end() -> None:
    """Proves: cover beyond every loss, even 1e6 days, gives exactly 0, not 0·inf."""
    table = outage_table(np.array([[0, 2, 5]]), np.array([0.5, 0.3, 0.2]))
    beyond = half_squared_excess(table, np.zeros(3, dtype=int), np.array([5.0, 1e6, np.inf]))
    assert beyond.tolist() == [0.0, 0.0, 0.0]


def test_negative_lost_days_lose_nothing() -> None:
    """Proves: a falling demand (lost −3) is no credit: H(0) = ½·.5·2² = 1, not 3.25."""
    table = outage_table(np.array([[-3, 2]]), np.array([0.5, 0.5]))
    assert half_squared_excess(table, np.array([0]), np.array([0.0]))[0] == 1.0
