"""Losses of a plan: on average, in every future, and per SKU."""

from __future__ import annotations

import numpy as np

from optimizer.domain.plan import PlanLosses
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.maths.risk import cvar, tail_weights, value_at_risk


def plan_losses(model: PricingModel, tail_level: float) -> PlanLosses:
    """Return the losses of the only plan of a model with one option per SKU. [money unit]"""
    probability, option = model.probability, np.arange(model.options.n_skus)
    loss = model.options.losses(option).sum(axis=0)
    in_tail = tail_weights(loss, probability, tail_level)
    expected = model.options.take(option).mean
    return PlanLosses(
        scenario=model.futures.by_future(loss),
        expected_by_sku=expected,
        tail_by_sku=model.options.losses_by_sku(option, in_tail),
        expected=float(expected.sum()),
        value_at_risk=value_at_risk(loss, probability, tail_level),
        cvar=cvar(loss, probability, tail_level),
    )
