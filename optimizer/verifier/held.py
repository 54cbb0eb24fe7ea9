r"""
What is held (MODEL 3), by other roads than a production implementation takes.

The quantile of lead-time demand is found by root finding or by counting up, units short, waiting
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
    The stock columns of the plan, and what they are made of.  Every column ``(N,)``.

    `outage_level` is what stands before the lot in an outage: reorder point and reserve. [unit]
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
    """Return what every SKU holds; one without demand only a stock that is insured."""
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

    Days of a lot mean nothing without demand and are then not compared.
    """
    demand = portfolio.skus.demand_mean
    level = (
        np.abs(stock.outage_level) + stock.order_quantity + stock.laws.mean(stock.laws.lead_time)
    )
    differences_of = {
        "safety_stock": level,
        "mean_on_hand": level,
        "cover_days": level / np.where(demand == 0.0, 1.0, demand),
        "fill_rate": np.ones(len(demand)),
        "waiting_share": np.ones(len(demand)),
    }
    for column in STOCK_COLUMNS:
        found, expected = numbers(decisions.rows, column), getattr(stock, column)
        if column == "lot_days":
            found = np.where(demand == 0.0, expected, found)
        scale = differences_of.get(column, 0.0)
        ledger.numbers(f"plan.{column}, SKU", decisions.names, found, expected, scale=scale)


def check_demand(portfolio: Portfolio, decisions: Decisions, ledger: Ledger) -> None:
    """Compare the plan's demand, as used, with the portfolio's."""
    for column in DEMAND_COLUMNS:
        found = numbers(decisions.rows, column)
        expected = getattr(portfolio.skus, column)
        ledger.numbers(f"plan.{column}, SKU", decisions.names, found, expected)
    law = np.where(laws_of(portfolio).discrete, "discrete", "gamma")
    stated = texts(decisions.rows, "demand_model")
    for name, kind in (("discrete", law == "discrete"), ("gamma", law == "gamma")):
        rows = np.flatnonzero(kind)
        ledger.require_all(
            "plan.demand_model, SKU",
            [decisions.names[i] for i in rows],
            np.array([stated[i] == name for i in rows], dtype=np.bool_),
            [stated[i] for i in rows],
            f'"{name}"',
        )


def _reorder_points(
    portfolio: Portfolio, decisions: Decisions, laws: DemandLaws, lot: FloatArray
) -> FloatArray:
    """Return the stated reorder points, else the policy's, else the insured stock less the lot."""
    skus = portfolio.skus
    on_demand = np.array([policy.reorder_point is not None for policy in decisions.policy])
    insured = skus.min_stock - lot
    wanted = np.where(on_demand, -1.0, quantile(laws, decisions.service_level))
    point = np.maximum(wanted, rounded_up(insured, laws.step))
    point = np.where(np.isfinite(decisions.reorder_point), decisions.reorder_point, point)
    return np.where(skus.demand_mean > 0.0, point, np.where(skus.min_stock > 0.0, insured, 0.0))


def quantile(laws: DemandLaws, level: FloatArray) -> FloatArray:
    """Return the lead-time demand that a level of all cycles stays within, in whole steps."""
    mean, variance = laws.mean(laws.lead_time), laws.variance(laws.lead_time)
    certain = is_certain(mean, variance)
    found = mean.copy()
    counted = np.flatnonzero(laws.discrete & (level > 0.0))
    found[counted] = least_covering(mean[counted], variance[counted], level[counted])
    gamma = np.flatnonzero(~laws.discrete & ~certain & (level > 0.0))
    found[gamma] = _gamma_quantile(mean[gamma], variance[gamma], level[gamma])
    return rounded_up(found, laws.step)


def _gamma_quantile(mean: FloatArray, variance: FloatArray, level: FloatArray) -> FloatArray:
    """Return the quantile by root finding; no quantile lies outside Cantelli's bounds."""
    shape, scale = mean**2 / variance, variance / mean
    below = shape - np.sqrt(shape * (1.0 - level) / level)
    low = np.where(below > 0.0, below, np.finfo(np.float64).tiny)
    high = shape + np.sqrt(shape * level / (1.0 - level))
    if not len(shape):
        return shape
    root = elementwise.find_root(_gamma_excess, (low, high), args=(shape, level)).x
    return np.asarray(root * scale)


def _gamma_excess(x: FloatArray, shape: FloatArray, level: FloatArray) -> FloatArray:
    excess: FloatArray = special.gammainc(shape, x) - level
    return excess
