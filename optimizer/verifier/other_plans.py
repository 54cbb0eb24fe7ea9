"""Recomputes the strategies that a run compares with its plan, from their decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.verifier.certain_costs import Money, money_of
from optimizer.verifier.decisions import Decisions, read_decisions
from optimizer.verifier.drawn_strikes import DrawnFutures, futures_of
from optimizer.verifier.hazard_reach import HazardReach, reach_of
from optimizer.verifier.held import Held, stock_of
from optimizer.verifier.ledger import RELATIVE, Ledger
from optimizer.verifier.limits_kept import limits_of, losses_used, resources_used
from optimizer.verifier.node_curves import curves_of
from optimizer.verifier.proof import CERTAIN, totals_of
from optimizer.verifier.sourcing import sourcing_of
from optimizer.verifier.survival import days_without_supply, survivors
from optimizer.verifier.verify_run import losses_of

OF_LOSS = 1e-8
"""Relative difference allowed in figures that depend on curves the run does not state."""
_OVER = 1e-9
_TOTALS = ("expected_cost", "risk_charge", "objective")


def verify_strategies(
    portfolio: Portfolio, run: RunTables, decisions: Mapping[str, pd.DataFrame]
) -> None:
    """
    Recompute the strategies from their decisions and the run's strikes; limits do not apply.

    Parameters
    ----------
    decisions
        By strategy, the decision columns of `plan`: sku, policy, service_level, reserve_days,
        lot_days_min, lot_factor and alternates; also reorder_point and order_quantity, NaN if they
        follow from the policy.  Strategies without decisions are not recomputed; the row of the
        plan itself, ``best``, is compared with the manifest.

    Raises
    ------
    VerificationError
        Lists every difference.
    """
    ledger = Ledger()
    futures, reach = futures_of(portfolio, run), reach_of(portfolio)
    rows = {row["strategy"]: row for row in run.strategies.to_dict("records")}
    for name, chosen in decisions.items():
        ledger.require(name in rows, f"strategies, {name}: found no row, expected one")
        if name in rows:
            _check(portfolio, futures, reach, chosen=chosen, stated=rows[name], ledger=ledger)
    _check_best(run.manifest.model_dump(mode="json"), rows, ledger)
    ledger.settle()


def _check_best(
    manifest: Mapping[str, Any], rows: Mapping[str, Mapping[Any, Any]], ledger: Ledger
) -> None:
    if "best" not in rows:
        ledger.record("strategies, best: found no row, expected one")
        return
    parts = manifest["components"]
    expected = {**parts, **{name: manifest[name] for name in _TOTALS}}
    expected["capital"] = manifest["resources"]["capital"]["used"]
    scale = sum(map(abs, parts.values()))
    for name, value in expected.items():
        ledger.number(f"strategies, best, {name}", rows["best"][name], value, scale=scale)


def _check(
    portfolio: Portfolio,
    futures: DrawnFutures,
    reach: HazardReach,
    *,
    chosen: pd.DataFrame,
    stated: Mapping[Any, Any],
    ledger: Ledger,
) -> None:
    decisions = read_decisions(portfolio, chosen, ledger, by_rule=False)
    stock = stock_of(portfolio, decisions)
    money = money_of(portfolio, decisions, stock)
    bought = _to_onboard(portfolio, decisions)
    used = resources_used(portfolio, decisions, stock, money, bought)
    components, sizes = _components(portfolio, money, bought)
    lost, largest = _losses(portfolio, decisions, stock, futures, reach)
    used |= losses_used(lost["expected_loss"], lost["cvar"], portfolio.settings)
    sizes |= dict.fromkeys(lost, largest)
    totals = totals_of({**components, **lost}, portfolio.settings)
    expected = {
        **components,
        **lost,
        **{name: getattr(totals, name) for name in _TOTALS},
        "capital": used["capital"],
        **_service(portfolio, stock),
        "alternates": float((decisions.alternates >= 0).sum()),
        "qualifications": used["qualifications"],
        "onboardings": used["onboardings"],
    }
    sizes |= dict.fromkeys(_TOTALS, sum(sizes.values()))
    where = f"strategies, {stated['strategy']}"
    for name, value in expected.items():
        if not (np.isnan(value) and np.isnan(stated[name])):
            scale = sizes.get(name, 0.0)
            relative = OF_LOSS if name in (*lost, *_TOTALS) else RELATIVE
            ledger.number(f"{where}, {name}", stated[name], value, scale=scale, relative=relative)
    over = _over(portfolio, used)
    needed = days_without_supply(portfolio, sourcing_of(portfolio, decisions))
    if not survivors(portfolio, needed, stock.cover_days).all():
        over.add("tts_covers_ttr")
    exceeds = set(filter(None, str(stated["exceeds"]).split(";")))
    ledger.require(
        exceeds == over,
        f"{where}, exceeds: found {sorted(exceeds)}, expected {sorted(over)}",
    )


def _to_onboard(portfolio: Portfolio, decisions: Decisions) -> IntArray:
    """Return the rows of suppliers of alternates that are not yet onboarded."""
    onboarded = np.append(portfolio.suppliers.onboarded, True)
    used = np.append(portfolio.sources.supplier, -1)[decisions.alternates]
    return np.unique(used[~onboarded[used]]).astype(np.int64)


def _components(
    portfolio: Portfolio, money: Money, bought: IntArray
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the certain costs, and the size of the amounts that each nets."""
    settings = portfolio.settings
    cash = float(portfolio.suppliers.onboarding_cost[bought].sum())
    onboarding = cash * settings.horizon.years / settings.onboarding.life_years
    parts = {name: float(getattr(money, name).sum()) for name in CERTAIN if name != "onboarding"}
    sizes = {
        **parts,
        "purchasing": float(money.turnover.sum()),
        "routine_stockout": float(money.exposed.sum()),
        "onboarding": onboarding,
    }
    return {**parts, "onboarding": onboarding}, sizes


def _losses(
    portfolio: Portfolio,
    decisions: Decisions,
    stock: Held,
    futures: DrawnFutures,
    reach: HazardReach,
) -> tuple[dict[str, float], float]:
    """Return expected loss, VaR and CVaR, and the size of the numbers behind their curves."""
    lost = losses_of(
        portfolio,
        sourcing_of(portfolio, decisions),
        curves_of(portfolio, stock),
        futures=futures,
        reach=reach,
    )
    worst = float(lost.worst.sum())
    mean = float(lost.expected.sum())
    return {"expected_loss": mean, "var": lost.tail.var, "cvar": lost.tail.cvar}, worst


def _service(portfolio: Portfolio, stock: Held) -> dict[str, float]:
    """Return the share of demand value served from stock, and turns of the stock at cost."""
    skus = portfolio.skus
    spend: FloatArray = skus.unit_cost * skus.demand_mean
    held = float((skus.unit_cost * stock.mean_on_hand).sum())
    total = float(spend.sum())
    served = float((spend * stock.fill_rate).sum())
    return {
        "fill_rate": served / total if total else np.nan,
        "turns": 365.0 * total / held if held else np.nan,
    }


def _over(portfolio: Portfolio, used: Mapping[str, float]) -> set[str]:
    limits = limits_of(portfolio.settings).items()
    return {name for name, most in limits if most is not None and used[name] > most * (1 + _OVER)}
