"""Days short of a stock drawn down evenly."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.maths.outage import short_days


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
