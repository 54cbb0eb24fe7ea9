"""The plan's certain costs (MODEL 3), recomputed from the stock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.verifier.decisions import Decisions
from optimizer.verifier.held import Held
from optimizer.verifier.ledger import Ledger
from optimizer.verifier.node_curves import shortage_cost
from optimizer.verifier.table_form import MONEY_COLUMNS, numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Money:
    """
    The money columns of the plan over the horizon.  Every column ``(N,)``. [currency]

    `qualification_cash` is paid once; `turnover` is the gross of fees, discounts and premiums that
    `purchasing` nets; `exposed` is the cost of shortages if nothing were held, the size of the
    numbers that `routine_stockout` is a difference of.
    """

    capital: FloatArray
    carrying: FloatArray
    ordering: FloatArray
    purchasing: FloatArray
    routine_stockout: FloatArray
    qualification: FloatArray
    qualification_cash: FloatArray
    turnover: FloatArray
    exposed: FloatArray


def money_of(portfolio: Portfolio, decisions: Decisions, stock: Held) -> Money:
    """Return the certain costs of every SKU under its decision."""
    skus, settings = portfolio.skus, portfolio.settings
    years, of_policy = settings.horizon.years, decisions.parameter
    value = skus.unit_cost * stock.mean_on_hand
    held = (settings.carrying.rate + skus.obsolescence_rate) * of_policy("holding_factor") * value
    rotated = of_policy("rotation") * skus.unit_cost * stock.reserve_units
    cycles = _cycles(portfolio, stock)
    spend = skus.demand_mean * settings.horizon.days * skus.unit_cost
    stood = np.abs(stock.outage_level) + stock.order_quantity
    all_waiting = skus.downtime_cost * settings.horizon.days
    premium = decisions.of_alternates(portfolio.sources.volume_share, 0.0)
    premium = premium * decisions.of_alternates(portfolio.sources.price_premium, 0.0)
    fee, discount = of_policy("fee"), of_policy("discount")
    cash = qualification_cash(portfolio, decisions).sum(axis=1)
    return Money(
        capital=value * of_policy("own_books"),
        carrying=years * (held + rotated),
        ordering=skus.order_cost * of_policy("order_cost_factor") * cycles,
        purchasing=spend * (fee - discount + premium.sum(axis=1)),
        routine_stockout=shortage_cost(portfolio) * stock.units_short * cycles
        + all_waiting * stock.waiting_share,
        qualification=cash * years / settings.qualification.life_years,
        qualification_cash=cash,
        turnover=spend * (fee + discount + np.abs(premium).sum(axis=1)),
        exposed=shortage_cost(portfolio) * stood * cycles + all_waiting,
    )


def check_money(
    portfolio: Portfolio, decisions: Decisions, stock: Held, money: Money, ledger: Ledger
) -> None:
    """Compare the plan's money columns with the recomputed ones."""
    value = portfolio.skus.unit_cost * (np.abs(stock.outage_level) + stock.order_quantity)
    differences_of = {
        "purchasing": money.turnover,
        "routine_stockout": money.exposed,
        "capital": value,
        "carrying": value,
    }
    for column in MONEY_COLUMNS:
        ledger.numbers(
            f"plan.{column}, SKU",
            decisions.names,
            numbers(decisions.rows, column),
            getattr(money, column),
            scale=differences_of.get(column, 0.0),
        )


def qualification_cash(portfolio: Portfolio, decisions: Decisions) -> FloatArray:
    """Return the one-time cost of each alternate that the plan qualifies.  ``(N, 2)``."""
    sources = portfolio.sources
    cost = np.where(sources.role == CANDIDATE, sources.qualification_cost, 0.0)
    idle = portfolio.skus.demand_mean == 0.0
    return np.where(idle[:, None], 0.0, decisions.of_alternates(cost, 0.0))


def _cycles(portfolio: Portfolio, stock: Held) -> FloatArray:
    """Return the order cycles in the horizon, 0 without demand.  Shape ``(N,)``."""
    idle = portfolio.skus.demand_mean == 0.0
    return portfolio.settings.horizon.days / np.where(idle, np.inf, stock.lot_days)
