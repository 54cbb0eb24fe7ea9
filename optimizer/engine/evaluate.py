"""Costs of a given plan on any set of futures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import FloatArray, freeze
from optimizer.engine.decompose.pricing_model import Case, pricing_model


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evaluation:
    """
    A plan's costs. [currency]

    Attributes
    ----------
    certain
        All costs except losses.
    expected
        Exact expected loss.
    loss
        Loss in each future.  Shape ``(S,)``.  :math:`L_s`
    probability
        Shape ``(S,)``.  :math:`p_s` [-]
    """

    certain: float
    expected: float
    loss: FloatArray
    probability: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


def evaluate(case: Case) -> Evaluation:
    """Evaluate the only plan of a case that has one option per SKU."""
    model = pricing_model(case)
    option = np.arange(model.options.n_skus)
    onboarding = model.onboarding_cost[model.opened_by(option)].sum()
    loss, sums = model.options.losses(option).sum(axis=0), model.options.total(option)
    return Evaluation(
        certain=float(sums.cost.sum() + onboarding) * case.money_unit,
        expected=float(sums.mean.sum()) * case.money_unit,
        loss=model.futures.by_future(loss) * case.money_unit,
        probability=case.probability,
    )
