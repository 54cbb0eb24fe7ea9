"""The verifier's order of things: read, allow, recompute, compare, refuse or confirm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.engine.verify.decisions import (
    Decisions,
    check_allowed,
    check_cover,
    read_decisions,
)
from optimizer.engine.verify.futures import Futures, check_futures, futures_of
from optimizer.engine.verify.ledger import Ledger
from optimizer.engine.verify.limits import check_limits, resources_used
from optimizer.engine.verify.losses import Exposure, exposure_of, losses
from optimizer.engine.verify.money import Money, check_money, money_of
from optimizer.engine.verify.proof import (
    check_inputs,
    check_objective,
    check_proof,
    check_settings,
)
from optimizer.engine.verify.purchases import (
    check_onboardings,
    check_qualifications,
    onboarded,
)
from optimizer.engine.verify.reasons import check_reasons
from optimizer.engine.verify.stock import check_stock, stock_of
from optimizer.engine.verify.tables import check_columns, numbers
from optimizer.engine.verify.tail import Tail, tail_of

OF_TAIL: Final = 1e-6
"""Relative difference allowed to a share of the tail, where ties may be cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """
    A run that the verifier reproduces.

    Attributes
    ----------
    objective, expected_loss, var, cvar
        As recomputed. [currency]
    checks
        Numbers and rules compared.
    worst_difference
        Largest relative difference among them. [-]
    """

    objective: float
    expected_loss: float
    var: float
    cvar: float
    checks: int
    worst_difference: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Losses:
    """The plan's loss by scenario ``(S,)``, each SKU's mean and share of the tail ``(N,)``."""

    by_scenario: FloatArray
    expected: FloatArray
    tail_contribution: FloatArray
    tail: Tail


def verify(portfolio: Portfolio, run: RunTables) -> Verification:
    """
    Recompute a run from the portfolio and the run's own scenarios, sharing nothing with a solver.

    Parameters
    ----------
    portfolio
        The input, read afresh, with the settings of the run.
    run
        The run folder's tables.

    Returns
    -------
    Verification
        The recomputed figures, when every stated number and rule holds.

    Raises
    ------
    VerificationError
        Listing every difference.  Tables that cannot be read or aligned are told first; nothing
        is recomputed from them.
    """
    ledger = Ledger()
    check_columns(run, ledger)
    ledger.settle()
    check_settings(run.manifest, portfolio.settings, ledger)
    check_inputs(run.manifest, portfolio, ledger)
    check_futures(portfolio, run, ledger)
    decisions = read_decisions(portfolio, run.plan, ledger)
    futures = futures_of(portfolio, run)
    check_allowed(portfolio, decisions, ledger)
    stock = stock_of(portfolio, decisions)
    money = money_of(portfolio, decisions, stock)
    check_stock(portfolio, decisions, stock, ledger)
    check_cover(portfolio, decisions, stock.assured_days, stock.lot_days, ledger)
    check_money(portfolio, decisions, stock, money, ledger)
    check_qualifications(portfolio, decisions, run, ledger)
    check_onboardings(portfolio, decisions, run, ledger)
    check_reasons(portfolio, run, decisions, futures, ledger)
    exposure = exposure_of(portfolio, decisions, stock)
    lost = _losses(exposure, futures, portfolio.settings.risk.level)
    _check_losses(
        portfolio, decisions, exposure=exposure, futures=futures, lost=lost, ledger=ledger
    )
    bought = onboarded(portfolio, run)
    used = resources_used(portfolio, decisions, stock, money, bought)
    check_limits(run.manifest, used, portfolio.settings, ledger)
    objective = _check_totals(portfolio, run, money=money, bought=bought, lost=lost, ledger=ledger)
    check_proof(run.manifest, objective, portfolio.settings, ledger)
    ledger.settle()
    return Verification(
        objective=objective,
        expected_loss=float(lost.expected.sum()),
        var=lost.tail.var,
        cvar=lost.tail.cvar,
        checks=ledger.checks,
        worst_difference=ledger.worst,
    )


def _losses(exposure: Exposure, futures: Futures, level: float) -> Losses:
    by_scenario = np.zeros(len(futures.probability))
    expected, contribution = np.zeros_like(exposure.spend), np.zeros_like(exposure.spend)
    for i, loss in losses(exposure, futures):
        by_scenario += loss.sum(axis=1)
        expected[i] = futures.probability @ loss
    tail = tail_of(by_scenario, futures.probability, level)
    worst = np.flatnonzero(tail.weight > 0.0)
    for i, loss in losses(exposure, futures.only(worst)):
        contribution[i] = tail.weight[worst] @ loss
    return Losses(
        by_scenario=by_scenario, expected=expected, tail_contribution=contribution, tail=tail
    )


def _check_losses(
    portfolio: Portfolio,
    decisions: Decisions,
    *,
    exposure: Exposure,
    futures: Futures,
    lost: Losses,
    ledger: Ledger,
) -> None:
    """Compare every scenario's loss, and every SKU's mean loss and share of the CVaR."""
    scenarios = [str(s) for s in range(len(futures.loss))]
    largest = float(np.abs(lost.by_scenario).max())
    ledger.numbers(
        "scenarios.loss, scenario", scenarios, futures.loss, lost.by_scenario, scale=largest
    )
    of_horizon = (exposure.stockout_cost + exposure.spend) * portfolio.settings.horizon.days
    names, stated = decisions.names, numbers(decisions.rows, "expected_loss")
    ledger.numbers("plan.expected_loss, SKU", names, stated, lost.expected, scale=of_horizon)
    stated, own = numbers(decisions.rows, "tail_contribution"), lost.tail_contribution
    ledger.numbers(
        "plan.tail_contribution, SKU", names, stated, own, scale=of_horizon, relative=OF_TAIL
    )
    ledger.numbers(
        "plan.tail_contribution,",
        ["sum (the CVaR)"],
        stated.sum(keepdims=True),
        np.array([lost.tail.cvar]),
        scale=float(np.abs(own).sum()),
        relative=OF_TAIL,
    )


def _check_totals(
    portfolio: Portfolio,
    run: RunTables,
    *,
    money: Money,
    bought: IntArray,
    lost: Losses,
    ledger: Ledger,
) -> float:
    """Compare the manifest's components and objective; return the recomputed objective."""
    settings = portfolio.settings
    onboarding = portfolio.suppliers.onboarding_cost[bought]
    of_life = settings.horizon.years / settings.onboarding.life_years
    parts: dict[str, tuple[FloatArray, FloatArray]] = {
        "carrying": (money.carrying, money.carrying),
        "ordering": (money.ordering, money.ordering),
        "purchasing": (money.purchasing, money.turnover),
        "routine_stockout": (money.routine_stockout, money.routine_stockout),
        "qualification": (money.qualification, money.qualification),
        "onboarding": (onboarding * of_life, onboarding * of_life),
        "expected_loss": (lost.expected, np.abs(lost.expected)),
        "var": (np.array([lost.tail.var]), np.abs(lost.by_scenario).max(keepdims=True)),
        "cvar": (np.array([lost.tail.cvar]), np.abs(lost.by_scenario).max(keepdims=True)),
    }
    components = {name: float(part.sum()) for name, (part, _) in parts.items()}
    sizes = {name: float(size.sum()) for name, (_, size) in parts.items()}
    return check_objective(run.manifest, components, sizes, settings, ledger)
