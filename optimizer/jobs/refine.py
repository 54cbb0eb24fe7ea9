"""Finer levels, reserves and lots around the best ones, until they no longer pay (MODEL 2)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.plan import Outcome
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case, with_table
from optimizer.engine.refine import carried
from optimizer.errors import NoPlanError, StoppedError
from optimizer.jobs.fine_bound import FineBound, fine_bound
from optimizer.jobs.how_long import Foretelling
from optimizer.jobs.prepare import Prepared, offering
from optimizer.options.choices import Choices

Decide = Callable[[Case, Proof], Outcome]
_PASSES: Final = 8
_LOOSE_GAP: Final = 1e-3
_FIRST_LOOK: Final = 0.1  # of a SKU's price: the prices of the first pass do not last
_FAR: Final = 0.05  # of a plan's cost: saved by finer levels, they change much of it
_ROUGH_GAP: Final = 3e-4
_MANY: Final = 1_000  # SKUs; of fewer a thorough pass more takes no time worth saving


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
    if not settings.catalogue.refine:
        proof = proof or Proof()
        return Refined(prepared=prepared, outcome=decide(prepared.case, proof), proof=proof)
    if not _is_var(prepared.case):
        return _refine(prepared, decide, stop, observer, proof or Proof())
    stand_in = replace(prepared, case=_loosely(prepared.case))
    choices = _refine(stand_in, decide, stop, observer, Proof()).prepared.choices
    finer = offering(prepared, choices)
    return Refined(prepared=finer, outcome=decide(finer.case, Proof()), proof=Proof())


def refined_for(
    prepared: Prepared,
    cases: Iterable[Callable[[Case], Case]],
    decide: Decide,
    stop: Stop,
    observer: Observer = SILENT,
) -> Prepared:
    """
    Return what is prepared with the finer designs that pay at any of some cases, for all of them.

    Each is refined until finer levels save no more than asked; of many SKUs the first alone, since
    near the last case one pass finds nearly all.

    Parameters
    ----------
    cases
        Each turns the prepared case into one that the refined catalogue should serve, such as one
        of another budget; one without a plan offers nothing.

    Raises
    ------
    StoppedError
        If it was stopped: there is no plan yet.
    """
    if not prepared.case.portfolio.settings.catalogue.refine:
        return prepared
    many = len(prepared.case.portfolio.skus) >= _MANY
    for number, at in enumerate(cases):
        paying = _found_choices if many and number else _refined_choices
        here = replace(prepared, case=at(prepared.case))
        here = replace(here, case=_loosely(here.case))
        try:
            choices = paying(here, decide, stop, observer)
        except NoPlanError:
            continue
        if stop.interrupted:
            raise StoppedError("interrupt")
        prepared = offering(prepared, choices)
    return prepared


def _refined_choices(prepared: Prepared, decide: Decide, stop: Stop, observer: Observer) -> Choices:
    """Return the choices that make finer levels save no more than asked."""
    return _refine(prepared, decide, stop, observer, Proof()).prepared.choices


def _found_choices(prepared: Prepared, decide: Decide, stop: Stop, observer: Observer) -> Choices:
    """Return the choices with what one pass finds besides."""
    found = _pass(prepared, decide(prepared.case, Proof()), stop, observer)
    return prepared.choices.with_fine(found.sku, found.row) if found else prepared.choices


def catalogue_gap(
    prepared: Prepared, outcome: Outcome, stop: Stop, observer: Observer = SILENT
) -> float | None:
    """Return the share of the objective that finer levels could save; None if not proven."""
    settings = prepared.case.portfolio.settings
    if not settings.catalogue.refine or _is_var(prepared.case):
        return None
    found = _pass(prepared, outcome, stop, observer)
    return None if found is None else _left_open(found, outcome)


def _refine(
    prepared: Prepared,
    decide: Decide,
    stop: Stop,
    observer: Observer,
    proof: Proof,
) -> Refined:
    """
    Solve, and offer what a pass over the fine catalogue finds, until it finds nothing more.

    Of many SKUs the first pass looks for great savings alone, and a plan that finer levels will
    change much is found roughly.
    """
    settings = prepared.case.portfolio.settings
    rough = many = len(prepared.case.portfolio.skus) >= _MANY
    ends = time.monotonic() + settings.solver.time_limit
    outcome = decide(_roughly(prepared.case) if rough else prepared.case, proof)
    refined, found = Refined(prepared=prepared, outcome=outcome, proof=proof), None
    for number in range(_PASSES):
        unseen = _FIRST_LOOK if many and number == 0 else None
        found = _pass(refined.prepared, refined.outcome, stop, observer, unseen=unseen)
        if found is None:
            return refined
        refined = replace(refined, catalogue_gap=_left_open(found, refined.outcome))
        saved = _saved(found, refined.outcome)
        if time.monotonic() >= ends or stop.interrupted or saved <= settings.catalogue.gap:
            break
        rough = many and saved > _FAR
        refined = _solved_again(refined, found, decide, observer, rough=rough)
        if many and not rough and (refined.catalogue_gap or 0.0) <= settings.catalogue.gap:
            break
    if rough and found is not None and not stop.interrupted:
        outcome = decide(refined.prepared.case, refined.proof)
        refined = replace(refined, outcome=outcome, catalogue_gap=_left_open(found, outcome))
    return refined


def _pass(
    prepared: Prepared,
    outcome: Outcome,
    stop: Stop,
    observer: Observer,
    *,
    unseen: float | None = None,
) -> FineBound | None:
    """Price the whole fine catalogue; None where somebody asked for the end."""
    with step(observer, "refine") as tell:
        foretold, prices = Foretelling(observer), outcome.prices
        found = stop.unless_asked(partial(fine_bound, prepared, prices, foretold, unseen=unseen))
        if found is not None:
            saved = _saved(found, outcome)
            tell(f"{found.designs:,} finer designs; others could save up to {saved:.2%}")
    return found


def _solved_again(
    refined: Refined, found: FineBound, decide: Decide, observer: Observer, *, rough: bool
) -> Refined:
    """
    Offer what was found besides, and solve again from the prices and columns there are.

    What the pass proves of the fine catalogue holds for the new plan too.
    """
    before = refined.prepared
    with step(observer, "options") as tell:
        finer = offering(before, before.choices.with_fine(found.sku, found.row))
        finer = replace(finer, case=with_table(finer.case))
        tell(f"{len(finer.case.options):,} with the finer ones")
    proof = carried(refined.proof, before.case.options, finer.case, refined.outcome.prices)
    outcome = decide(_roughly(finer.case) if rough else finer.case, proof)
    gap = _left_open(found, outcome)
    return Refined(prepared=finer, outcome=outcome, proof=proof, catalogue_gap=gap)


def _saved(found: FineBound, outcome: Outcome) -> float:
    """Return the share that finer levels could save beyond those offered, at the same prices."""
    return (found.offered - found.fine) / abs(outcome.objective or 1.0)


def _left_open(found: FineBound, outcome: Outcome) -> float:
    """Return the share between a plan's bound, branches included, and the fine catalogue's."""
    return max(outcome.bound - found.fine, 0.0) / abs(outcome.objective or 1.0)


def _is_var(case: Case) -> bool:
    return case.portfolio.settings.charges_var


def _roughly(case: Case) -> Case:
    """Return the case as it is solved for a plan that will change: to a wider gap."""
    settings = case.portfolio.settings
    wider = settings.having(solver={"gap": max(settings.gap, _ROUGH_GAP)})
    return replace(case, portfolio=replace(case.portfolio, settings=wider))


def _loosely(case: Case) -> Case:
    """Return the case as it is solved for its prices alone: to a loose gap, CVaR for VaR."""
    settings = case.portfolio.settings
    measure = "cvar" if _is_var(case) else settings.risk.measure
    loose = settings.having(risk={"measure": measure}, solver={"gap": _LOOSE_GAP})
    return replace(case, portfolio=replace(case.portfolio, settings=loose))
