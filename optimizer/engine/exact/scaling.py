"""Scales money and resources by powers of ten to near 1: tiny or huge units mislead solvers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from models.data import ModelData
from optimizer.domain.arrays import FloatArray
from optimizer.engine.exact.formulate import without_dust

_LARGEST = 1e5  # larger amounts leave a double no digits below the solver's tolerance of 1e-7
_LIMIT_MAGNITUDE = 3.0  # a scaled limit lies in [1e3, 1e4): the smallest uses stay above zero


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scaled:
    """
    A scaled model and its units.

    Attributes
    ----------
    money
        Currency per model unit of money.
    resource
        Resource per model unit.  Shape ``(R,)``.
    """

    data: ModelData
    money: float
    resource: FloatArray


def scale(data: ModelData) -> Scaled:
    """
    Return the model with a median cost of about 1 or less, and every limit in [1e3, 1e4).

    Losses that are dust in this unit are left out (`without_dust`).
    """
    money = _money(data)
    resource = power_of_ten(data.resource_limit) / 10.0**_LIMIT_MAGNITUDE
    return Scaled(
        money=money,
        resource=resource,
        data=replace(
            data,
            cost=data.cost / money,
            mean_loss=data.mean_loss / money,
            resource_use=data.resource_use / resource[:, None],
            resource_limit=data.resource_limit / resource,
            onboarding_cost=data.onboarding_cost / money,
            onboarding_use=data.onboarding_use / resource[:, None],
            event_loss=without_dust(sparse.csr_array(data.event_loss / money)),
            loss_low=data.loss_low / money,
            loss_high=data.loss_high / money,
            var_low=data.var_low / money,
            var_high=data.var_high / money,
            unexpected_high=data.unexpected_high / money,
            expected_limit=data.expected_limit / money,
            tail_limit=data.tail_limit / money,
        ),
    )


def _money(data: ModelData) -> float:
    """Return the money unit: near the median cost, but large enough that no amount exceeds 1e5."""
    amounts = np.abs(data.cost[data.cost != 0.0])
    if not len(amounts):
        return 1.0
    largest = max(amounts.max(), data.loss_high.max(initial=0.0))
    return max(float(power_of_ten(np.median(amounts))), float(power_of_ten(largest)) / _LARGEST)


def power_of_ten(amount: FloatArray | np.float64) -> FloatArray:
    """Return the largest power of ten not above each amount, 1 for an amount of 0."""
    positive = np.where(amount > 0.0, amount, 1.0)
    return np.asarray(10.0 ** np.floor(np.log10(positive) + 1e-9))
