"""What a plan loses: in every scenario, and SKU by SKU."""

from __future__ import annotations

from optimizer.domain.arrays import IntArray
from optimizer.domain.plan import PlanLosses
from optimizer.engine.kernel import sku_losses, sum_losses
from optimizer.engine.pricing_model import PricingModel
from optimizer.maths.risk import cvar, expected_loss, tail_weights, value_at_risk


def plan_losses(model: PricingModel, option: IntArray, level: float) -> PlanLosses:
    """Return the losses of a plan, ``option`` being the chosen one of every SKU. [money unit]"""
    probability = model.probability
    scenario = sum_losses(model.table, option).sum(axis=0)
    in_tail = tail_weights(scenario, probability, level)
    return PlanLosses(
        scenario=scenario,
        expected_by_sku=sku_losses(model.table, option, probability),
        tail_by_sku=sku_losses(model.table, option, in_tail),
        expected=expected_loss(scenario, probability),
        value_at_risk=value_at_risk(scenario, probability, level),
        cvar=cvar(scenario, probability, level),
    )
