"""Sentences on plans side by side, of budgets and of what-ifs alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from optimizer.domain.manifest import About
from optimizer.domain.plan_figures import PlanFigures
from optimizer.domain.settings import Settings
from optimizer.reports.kit.document import Figure, amount
from optimizer.reports.kit.format import (
    ROUNDING,
    alike,
    count,
    moment,
    money_full,
    percent,
    percent_up,
)
from optimizer.reports.kit.series import widest_gap

STOPPED: Final = "stopped before the gap asked for"


def is_proven(rows: Sequence[PlanFigures]) -> bool:
    """Return whether every plan is within the gap asked for."""
    return all(row.status == "optimal" for row in rows)


def proof(rows: Sequence[PlanFigures], where: str, why: str = STOPPED) -> str:
    """
    Say how far from the best any plan can be.

    Parameters
    ----------
    where
        Where all of them stand, ``at every budget``.
    why
        Why some are not within the gap asked for.
    """
    refined = [row.catalogue_gap for row in rows if row.catalogue_gap is not None]
    levels = f", levels refined to {percent_up(max(refined))}" if refined else ""
    apart = max(row.gap + (row.catalogue_gap or 0.0) for row in rows)
    if apart <= ROUNDING:
        return f"Proven {where} to rounding: no plan is cheaper."
    widest = percent_up(apart)
    if is_proven(rows):
        return f"Proven {where}{levels}: no plan can be cheaper by more than {widest}."
    open_ended = sum(row.status != "optimal" for row in rows)
    return (
        f"{open_ended:,} of {count(len(rows), 'plan')} {why}: "
        f"better ones may exist, cheaper by {widest} at most."
    )


def made_of(row: PlanFigures, currency: str) -> str:
    """Say the two that a cost is made of, as a clause."""
    expected, charge = alike((row.expected_cost, row.risk_charge), currency)
    if not row.risk_charge:
        return "all of it expected cost"
    return f"expected cost {expected} and risk charge {charge}"


def losses(row: PlanFigures, tail_level: float, currency: str) -> str:
    """Say what a plan may lose and what it serves, as a clause."""
    expected, var, cvar = alike((row.expected_loss, row.var, row.cvar), currency)
    fill = "" if row.fill_rate is None else f"; fill rate {percent(row.fill_rate)}"
    tail = f"VaR {percent(tail_level)} {var}, CVaR {cvar}"
    return f"expected loss to disruptions {expected}, {tail}{fill}."


def plan_figures(row: PlanFigures, tail_level: float, note: str) -> list[Figure]:
    """Return what a plan's cost is made of, what it may lose and what it serves."""
    tail = percent(tail_level)
    return [
        amount("Expected cost", row.expected_cost, note),
        amount("Risk charge", row.risk_charge, note),
        amount("Expected loss", row.expected_loss, note),
        amount(f"VaR {tail}", row.var, note),
        amount(f"CVaR {tail}", row.cvar, note),
        Figure(label="Fill rate", kind="share", value=row.fill_rate, note=note),
    ]


def gap_figure(rows: Sequence[PlanFigures], note: str) -> Figure:
    """Return how far from the best any of the plans can be."""
    widest = widest_gap(rows)
    return Figure(label="Widest proven gap", kind="gap", value=widest, note=note, is_tile=True)


def shared_facts(about: About, settings: Settings, *, whose: str, shared: str) -> dict[str, str]:
    """
    Return how the plans came about, as far as it is the same for all of them.

    Parameters
    ----------
    whose
        Settings they are, " of base", empty where there is but one of each.
    shared
        Who shares the futures.
    """
    versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
    return {
        f"Horizon{whose}": f"{settings.horizon.days} days",
        f"Risk{whose}": _risk(settings),
        "Futures": (
            f"{settings.n_futures:,} for the tail, seed {settings.scenarios.seed}, {shared}"
        ),
        "Portfolio": PurePath(about.portfolio).name,
        "Written": f"{moment(about.created)} by Ballast {about.ballast}, {versions}",
    }


def how_solved(about: About) -> str:
    """Say by which method, and how long it took."""
    method = about.method.replace("decompose", "decomposition")
    return f"{method}, {about.seconds:.1f} s in all"


def own_capital(settings: Settings, currency: str) -> str:
    """Say the portfolio's own budget."""
    capital = settings.budget.capital
    return "none" if capital is None else money_full(capital, currency)


def _risk(settings: Settings) -> str:
    risk = settings.risk
    if not settings.tail_charge:
        return "none charged: the expected cost alone counts"
    measure = {"var": "VaR", "cvar": "CVaR"}[risk.measure]
    return (
        f"{measure} at {percent(risk.level)}, {percent(risk.yearly_charge)} a year charged on what "
        "it exceeds the expected loss by"
    )
