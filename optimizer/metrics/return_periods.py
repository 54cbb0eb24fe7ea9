"""Losses by return period: the loss exceeded once in so many horizons."""

from __future__ import annotations

from typing import Final

import pandas as pd

from optimizer.maths.risk import value_at_risk

_PERIODS: Final = (2, 5, 10, 20, 50, 100)


def loss_by_return_period(scenarios: pd.DataFrame) -> dict[str, float]:
    r"""
    Return the loss exceeded with probability 1/T per horizon, for T = 2 … 100.

    .. math:: \operatorname{VaR}_{1 - 1/T}(L)

    Periods too long for the number of futures are omitted.

    Parameters
    ----------
    scenarios
        Columns probability and loss.

    Examples
    --------
    >>> ten = pd.DataFrame({"probability": [0.1] * 10, "loss": [float(k) for k in range(10)]})
    >>> loss_by_return_period(ten)
    {'2': 4.0, '5': 7.0, '10': 8.0}
    """
    probability = scenarios["probability"].to_numpy(dtype=float)
    loss = scenarios["loss"].to_numpy(dtype=float)
    shown = [period for period in _PERIODS if period * probability.min() <= 1.0 + 1e-9]
    return {str(period): value_at_risk(loss, probability, 1.0 - 1.0 / period) for period in shown}
