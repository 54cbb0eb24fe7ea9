"""The sequence of checks: read, check what is allowed, recompute, compare, confirm or reject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.verifier.advice import check_reasons
from optimizer.verifier.campbell import expected_losses
from optimizer.verifier.certain_costs import Money, check_money, money_of
from optimizer.verifier.decisions import (
    Decisions,
    check_allowed,
    check_cover,
    read_decisions,
)
from optimizer.verifier.drawn_strikes import DrawnFutures, check_futures, futures_of
from optimizer.verifier.expected import check_expected, worst_losses
from optimizer.verifier.hazard_reach import HazardReach, reach_of
from optimizer.verifier.held import Held, check_demand, check_stock, stock_of
from optimizer.verifier.ledger import Ledger
from optimizer.verifier.limits_kept import (
    check_limits,
    check_stability,
    losses_used,
    resources_used,
)
from optimizer.verifier.losses import losses_by_scenario, weighted_losses
from optimizer.verifier.lots import least_lot
from optimizer.verifier.node_curves import Curves, check_curves, read_curves
from optimizer.verifier.proof import (
    check_format,
    check_inputs,
    check_objective,
    check_proof,
    check_settings,
)
from optimizer.verifier.purchases import (
    check_onboardings,
    check_qualifications,
    onboarded,
)
from optimizer.verifier.sourcing import Sourcing, sourcing_of
from optimizer.verifier.survival import check_survival
from optimizer.verifier.table_form import check_columns, numbers
from optimizer.verifier.tail import Tail, tail_of
from optimizer.verifier.todays_stock import check_stock_facts

OF_TAIL: Final = 1e-6
"""Relative difference allowed in tail contributions, where ties may be split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """
    A run that the verifier reproduces.

    Attributes
    ----------
    objective, expected_loss, var, cvar
        Recomputed figures. [currency]
    checks
        Numbers and rules compared.
    worst_difference
        Largest relative difference among them. [-]
    bound, proven_bound
        The bound stated, and the bound proven again; None if that was not tried. [currency]
    """

    objective: float
    expected_loss: float
    var: float
    cvar: float
    checks: int
    worst_difference: float
    bound: float
    proven_bound: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Losses:
    """
    The plan's losses to disruptions.

    `by_scenario` ``(S,)``; `expected` and `worst` by SKU and hazard ``(N, M)``;
    `tail_contribution` ``(N,)``. [currency]
    """

    by_scenario: FloatArray
    expected: FloatArray
    worst: FloatArray
    tail_contribution: FloatArray
    tail: Tail


def verify(portfolio: Portfolio, run: RunTables) -> Verification:
    """
    Recompute a run from the portfolio and the run's strikes, sharing no code with the solver.

    Parameters
    ----------
    portfolio
        The inputs, read again, with the settings of the run.
    run
        The run folder's tables.

    Returns
    -------
    Verification
        The recomputed figures, if every stated number and rule holds.

    Raises
    ------
    VerificationError
        Lists every difference.  Tables that cannot be read or aligned are reported first; nothing
        is recomputed from them.
    """
    ledger, reach = Ledger(), reach_of(portfolio)
    stated = run.manifest.model_dump(mode="json")
    check_format(stated, ledger)
    check_columns(run, ledger)
    ledger.settle()
    check_settings(stated, portfolio.settings, ledger)
    check_inputs(stated, portfolio, ledger)
    check_futures(portfolio, reach, run, ledger)
    curves = read_curves(portfolio, run, ledger)
    decisions = read_decisions(portfolio, run.plan, ledger)
    futures = futures_of(portfolio, run)
    stock, money = _check_plan(portfolio, decisions, ledger)
    check_qualifications(portfolio, decisions, run, ledger)
    check_onboardings(portfolio, decisions, run, ledger)
    check_reasons(portfolio, run, decisions, futures=futures, reach=reach, ledger=ledger)
    check_curves(portfolio, stock, curves, ledger)
    sourcing = sourcing_of(portfolio, decisions)
    check_survival(portfolio, sourcing, stock.cover_days, ledger)
    lost = losses_of(portfolio, sourcing, curves, futures=futures, reach=reach)
    _check_losses(portfolio, decisions, run, futures=futures, lost=lost, ledger=ledger)
    bought = onboarded(portfolio, run)
    used = resources_used(portfolio, decisions, stock, money, bought)
    used |= losses_used(float(lost.expected.sum()), lost.tail.cvar, portfolio.settings)
    check_limits(stated, used, portfolio.settings, ledger)
    check_stability(portfolio, decisions, stock, ledger)
    check_stock_facts(portfolio, decisions, stock, stated.get("stock_on_hand"), ledger)
    objective = _check_totals(
        portfolio, stated, money=money, bought=bought, lost=lost, ledger=ledger
    )
    check_proof(stated, objective, portfolio.settings, ledger)
    ledger.settle()
    return Verification(
        objective=objective,
        expected_loss=float(lost.expected.sum()),
        var=lost.tail.var,
        cvar=lost.tail.cvar,
        checks=ledger.checks,
        worst_difference=ledger.worst,
        bound=run.manifest.proven_bound,
    )


def losses_of(
    portfolio: Portfolio,
    sourcing: Sourcing,
    curves: Curves,
    *,
    futures: DrawnFutures,
    reach: HazardReach,
) -> Losses:
    """Return the losses of a plan with these sources and curves."""
    by_scenario = losses_by_scenario(portfolio, sourcing, curves, futures)
    tail = tail_of(by_scenario, futures.probability, portfolio.settings.risk.level)
    worst = futures.only(tail.weight > 0.0)
    return Losses(
        by_scenario=by_scenario,
        expected=expected_losses(portfolio, sourcing, curves, reach),
        worst=worst_losses(portfolio, curves, reach),
        tail_contribution=weighted_losses(portfolio, sourcing, curves, worst, tail.weight),
        tail=tail,
    )


def _check_plan(portfolio: Portfolio, decisions: Decisions, ledger: Ledger) -> tuple[Held, Money]:
    """Check the plan's choices, stock and money."""
    check_allowed(portfolio, decisions, ledger)
    check_demand(portfolio, decisions, ledger)
    stock = stock_of(portfolio, decisions)
    money = money_of(portfolio, decisions, stock)
    check_stock(portfolio, decisions, stock, ledger)
    per_day = np.where(portfolio.skus.demand_mean > 0.0, portfolio.skus.demand_mean, 1.0)
    check_cover(
        portfolio,
        decisions,
        oldest=(stock.order_quantity + stock.reserve_units) / per_day,
        cover=stock.cover_days,
        least=(stock.reserve_units == 0.0) & (stock.order_quantity <= least_lot(portfolio)),
        ledger=ledger,
    )
    check_money(portfolio, decisions, stock, money, ledger)
    return stock, money


def _check_losses(
    portfolio: Portfolio,
    decisions: Decisions,
    run: RunTables,
    *,
    futures: DrawnFutures,
    lost: Losses,
    ledger: Ledger,
) -> None:
    """Compare every scenario's loss, and every SKU's mean loss and share of the CVaR."""
    largest = float(np.abs(lost.by_scenario).max())
    scenarios = range(len(futures.loss))
    ledger.numbers(
        "scenarios.loss, scenario", scenarios, futures.loss, lost.by_scenario, scale=largest
    )
    names = decisions.names
    check_expected(portfolio, names, run, expected=lost.expected, worst=lost.worst, ledger=ledger)
    of_horizon = lost.worst.sum(axis=1)
    stated = numbers(decisions.rows, "expected_loss")
    expected = lost.expected.sum(axis=1)
    ledger.numbers("plan.expected_loss, SKU", names, stated, expected, scale=of_horizon)
    stated, expected = numbers(decisions.rows, "tail_contribution"), lost.tail_contribution
    ledger.numbers(
        "plan.tail_contribution, SKU", names, stated, expected, scale=largest, relative=OF_TAIL
    )
    ledger.numbers(
        "plan.tail_contribution,",
        ["sum (the CVaR)"],
        stated.sum(keepdims=True),
        np.array([lost.tail.cvar]),
        scale=float(np.abs(expected).sum()),
        relative=OF_TAIL,
    )


def _check_totals(
    portfolio: Portfolio,
    stated: Mapping[str, Any],
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
    largest = np.abs(lost.by_scenario).max(keepdims=True)
    parts: dict[str, tuple[FloatArray, FloatArray]] = {
        "carrying": (money.carrying, money.carrying),
        "ordering": (money.ordering, money.ordering),
        "purchasing": (money.purchasing, money.turnover),
        "routine_stockout": (money.routine_stockout, money.exposed),
        "qualification": (money.qualification, money.qualification),
        "onboarding": (onboarding * of_life, onboarding * of_life),
        "expected_loss": (lost.expected, np.abs(lost.expected)),
        "var": (np.array([lost.tail.var]), largest),
        "cvar": (np.array([lost.tail.cvar]), largest),
    }
    components = {name: float(part.sum()) for name, (part, _) in parts.items()}
    sizes = {name: float(size.sum()) for name, (_, size) in parts.items()}
    return check_objective(stated, components, sizes, settings, ledger)
