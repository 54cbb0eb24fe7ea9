"""Finer levels, reserves and lots around the best ones, until they no longer pay (MODEL 2)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.plan import Outcome
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case, with_table
from optimizer.engine.refine import carried
from optimizer.jobs.fine_bound import FineBound, fine_bound
from optimizer.jobs.prepare import Prepared, offering

Decide = Callable[[Case, Proof], Outcome]
_PASSES: Final = 8
_STAND_IN_GAP: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Refined:
    """
    A plan of the refined catalogue, and the case it was found in.

    Attributes
    ----------
    proof
        Of the plan: the warm start of a neighbouring budget.
    catalogue_gap
        Share of the objective that finer levels could still save; None where it is not proven.
    """

    prepared: Prepared
    outcome: Outcome
    proof: Proof
    catalogue_gap: float | None = None


def decide_refined(
    prepared: Prepared,
    decide: Decide,
    stop: Stop,
    observer: Observer = SILENT,
    proof: Proof | None = None,
) -> Refined:
    """
    Return the best plan of the catalogue, refined until finer levels can save no more than asked.

    For VaR the levels are refined by CVaR in its place, and nothing is proven of what others could
    save: prices do not prove a bound on VaR.

    Parameters
    ----------
    decide
        Solves a case, with a proof as a warm start.
    proof
        Of a neighbouring budget.
    """
    settings = prepared.case.portfolio.settings
    is_var = settings.risk.measure == "var" and settings.tail_charge > 0.0
    if not settings.catalogue.refine:
        proof = proof or Proof()
        return Refined(prepared=prepared, outcome=decide(prepared.case, proof), proof=proof)
    if not is_var:
        return _refine(prepared, decide, stop, observer, proof or Proof())
    stand_in = replace(prepared, case=_by_cvar(prepared.case))
    choices = _refine(stand_in, decide, stop, observer, Proof()).prepared.choices
    finer = offering(prepared, choices)
    return Refined(prepared=finer, outcome=decide(finer.case, Proof()), proof=Proof())


def _refine(
    prepared: Prepared, decide: Decide, stop: Stop, observer: Observer, proof: Proof
) -> Refined:
    """Solve, and offer what a pass over the fine catalogue finds, until it finds nothing more."""
    settings = prepared.case.portfolio.settings
    ends = time.monotonic() + settings.solver.time_limit
    refined = Refined(prepared=prepared, outcome=decide(prepared.case, proof), proof=proof)
    for _ in range(_PASSES):
        found = _pass(refined, stop, observer)
        if found is None:
            return refined
        gap = (found.offered - found.fine) / abs(refined.outcome.objective or 1.0)
        refined = replace(refined, catalogue_gap=gap)
        if gap <= settings.catalogue.gap or time.monotonic() >= ends or stop.interrupted:
            break
        refined = _solved_again(refined, found, decide)
    return refined


def _pass(refined: Refined, stop: Stop, observer: Observer) -> FineBound | None:
    """Price the whole fine catalogue; None where somebody asked for the end."""
    prepared, outcome = refined.prepared, refined.outcome
    with step(observer, "refine") as tell:
        found = stop.unless_asked(partial(fine_bound, prepared, outcome.prices))
        if found is not None:
            saved = (found.offered - found.fine) / abs(outcome.objective or 1.0)
            tell(f"{found.designs:,} finer designs; others could save {saved:.2%}")
    return found


def _solved_again(refined: Refined, found: FineBound, decide: Decide) -> Refined:
    """Offer what was found besides, and solve again from the prices and columns there are."""
    before = refined.prepared
    finer = offering(before, before.choices.with_fine(found.sku, found.row))
    finer = replace(finer, case=with_table(finer.case))
    proof = carried(refined.proof, before.case.options, finer.case, refined.outcome.prices)
    return Refined(prepared=finer, outcome=decide(finer.case, proof), proof=proof)


def _by_cvar(case: Case) -> Case:
    settings = case.portfolio.settings
    changed: dict[str, Any] = {
        "risk": settings.risk.model_copy(update={"measure": "cvar"}),
        "solver": settings.solver.model_copy(update={"gap": _STAND_IN_GAP}),
    }
    by_cvar = settings.model_copy(update=changed)
    return replace(case, portfolio=replace(case.portfolio, settings=by_cvar))
