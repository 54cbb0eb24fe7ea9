r"""
Stock held (MODEL 3), by other methods than the optimiser's.

The quantile of lead-time demand comes from root finding or from counting up; units short, waiting
and backorders are areas under its tail (`areas`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.optimize import elementwise

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.verifier.areas import least_covering
from optimizer.verifier.decisions import Decisions
from optimizer.verifier.demand_laws import DemandLaws, areas, is_certain, laws_of, units_short
from optimizer.verifier.ledger import Ledger
from optimizer.verifier.lots import lots, rounded_up
from optimizer.verifier.table_form import DEMAND_COLUMNS, STOCK_COLUMNS, numbers, texts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """
    The stock columns of the plan, and their parts.  Every column ``(N,)``.

    `outage_level` is the stock below the lot in an outage: reorder point plus reserve. [unit]
    """

    laws: DemandLaws
    units_short: FloatArray
    outage_level: FloatArray
    order_quantity: FloatArray
    reorder_point: FloatArray
    safety_stock: FloatArray
    reserve_units: FloatArray
    mean_on_hand: FloatArray
    lot_days: FloatArray
    cover_days: FloatArray
    fill_rate: FloatArray
    waiting_share: FloatArray


def stock_of(portfolio: Portfolio, decisions: Decisions) -> Held:
    """Return every SKU's stock; without demand, only a minimum stock is held."""
    demand, laws = portfolio.skus.demand_mean, laws_of(portfolio)
    idle = demand == 0.0
    per_day = np.where(idle, 1.0, demand)
    lot = lots(portfolio, decisions)
    per_lot = np.where(idle, 1.0, lot)
    point = _reorder_points(portfolio, decisions, laws, lot)
    reserve = rounded_up(decisions.reserve_days * demand, laws.step)
    fenced = np.array([policy.ring_fenced for policy in decisions.policy])
    routine = point + np.where(fenced, 0.0, reserve)
    short = np.where(idle, 0.0, units_short(laws, routine, lot))
    area = areas(laws, routine, lot, laws.lead_time[:, None])
    mean = laws.mean(laws.lead_time)
    nobody = idle | (laws.lead_time == 0.0)
    backorders = np.where(nobody, 0.0, area.backorders[:, 0] / per_lot)
    on_hand = point + reserve + (lot + laws.step) / 2.0 - mean + backorders
    on_hand = np.where(idle, point + lot, on_hand)
    return Held(
        laws=laws,
        units_short=short,
        outage_level=point + reserve,
        order_quantity=lot,
        reorder_point=point,
        safety_stock=point + reserve - mean,
        reserve_units=reserve,
        mean_on_hand=on_hand,
        lot_days=np.where(idle, 0.0, lot / per_day),
        cover_days=np.where(idle, np.inf, on_hand / per_day),
        fill_rate=1.0 - short / per_lot,
        waiting_share=np.where(nobody, 0.0, area.waiting[:, 0] / per_lot),
    )


def check_stock(portfolio: Portfolio, decisions: Decisions, stock: Held, ledger: Ledger) -> None:
    """
    Compare the plan's stock columns with the recomputed ones.

    Without demand, days of a lot are meaningless and not compared.
    """
    demand = portfolio.skus.demand_mean
    size = np.abs(stock.outage_level) + stock.order_quantity + stock.laws.mean(stock.laws.lead_time)
    differences_of = {
        "safety_stock": size,
        "mean_on_hand": size,
        "cover_days": size / np.where(demand == 0.0, 1.0, demand),
        "fill_rate": np.ones(len(demand)),
        "waiting_share": np.ones(len(demand)),
    }
    for column in STOCK_COLUMNS:
        stated, expected = numbers(decisions.rows, column), getattr(stock, column)
        if column == "lot_days":
            stated = np.where(demand == 0.0, expected, stated)
        scale = differences_of.get(column, 0.0)
        ledger.numbers(f"plan.{column}, SKU", decisions.names, stated, expected, scale=scale)


def check_demand(portfolio: Portfolio, decisions: Decisions, ledger: Ledger) -> None:
    """Compare the demand that the plan states with the portfolio's."""
    for column in DEMAND_COLUMNS:
        stated = numbers(decisions.rows, column)
        expected = getattr(portfolio.skus, column)
        ledger.numbers(f"plan.{column}, SKU", decisions.names, stated, expected)
    law = np.where(laws_of(portfolio).discrete, "discrete", "gamma")
    models = texts(decisions.rows, "demand_model")
    for name, kind in (("discrete", law == "discrete"), ("gamma", law == "gamma")):
        rows = np.flatnonzero(kind)
        ledger.require_all(
            "plan.demand_model, SKU",
            [decisions.names[i] for i in rows],
            np.array([models[i] == name for i in rows], dtype=np.bool_),
            [models[i] for i in rows],
            f'"{name}"',
        )


def _reorder_points(
    portfolio: Portfolio, decisions: Decisions, laws: DemandLaws, lot: FloatArray
) -> FloatArray:
    """Return stated reorder points, else the policy's; the minimum stock less the lot at least."""
    skus = portfolio.skus
    on_demand = np.array([policy.reorder_point is not None for policy in decisions.policy])
    minimum = skus.min_stock - lot
    wanted = np.where(on_demand, -1.0, quantile(laws, decisions.service_level))
    point = np.maximum(wanted, rounded_up(minimum, laws.step))
    point = np.where(np.isfinite(decisions.reorder_point), decisions.reorder_point, point)
    return np.where(skus.demand_mean > 0.0, point, np.where(skus.min_stock > 0.0, minimum, 0.0))


def quantile(laws: DemandLaws, service_level: FloatArray) -> FloatArray:
    """Return the quantile of lead-time demand at the cycle service level, in whole steps."""
    mean, variance = laws.mean(laws.lead_time), laws.variance(laws.lead_time)
    certain = is_certain(mean, variance)
    demand = mean.copy()
    counted = np.flatnonzero(laws.discrete & (service_level > 0.0))
    demand[counted] = least_covering(mean[counted], variance[counted], service_level[counted])
    gamma = np.flatnonzero(~laws.discrete & ~certain & (service_level > 0.0))
    demand[gamma] = _gamma_quantile(mean[gamma], variance[gamma], service_level[gamma])
    return rounded_up(demand, laws.step)


def _gamma_quantile(
    mean: FloatArray, variance: FloatArray, service_level: FloatArray
) -> FloatArray:
    """Return the quantile by root finding between Cantelli's bounds."""
    shape, scale = mean**2 / variance, variance / mean
    below = shape - np.sqrt(shape * (1.0 - service_level) / service_level)
    low = np.where(below > 0.0, below, np.finfo(np.float64).tiny)
    high = shape + np.sqrt(shape * service_level / (1.0 - service_level))
    if not len(shape):
        return shape
    root = elementwise.find_root(_gamma_excess, (low, high), args=(shape, service_level)).x
    return np.asarray(root * scale)


def _gamma_excess(x: FloatArray, shape: FloatArray, service_level: FloatArray) -> FloatArray:
    excess: FloatArray = special.gammainc(shape, x) - service_level
    return excess
