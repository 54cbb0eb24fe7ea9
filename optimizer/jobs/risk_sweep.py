"""What appetite for risk costs: the portfolio's own budget at several weights of risk."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

import numpy as np
from pydantic import TypeAdapter

from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.plan import Outcome
from optimizer.domain.plan_figures import PlanFigures
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.risk_sweep import RiskPoint, RiskSweep, against_none
from optimizer.domain.risk_weight import with_risk_weight
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case, with_table
from optimizer.engine.optimize import outcome_of
from optimizer.engine.sweep import with_plan
from optimizer.errors import BadInputError, Problem, StoppedError
from optimizer.jobs.about import AS_IT_COMES, Request
from optimizer.jobs.futures import pilot, prepare_run, with_count
from optimizer.jobs.prepare import Prepared
from optimizer.jobs.refine import refined_for
from optimizer.jobs.spot_check import spot_check
from optimizer.jobs.sweeping import Place, Sweep, publish_point, published, sweeping
from optimizer.reports.documents import risk_sweep_documents
from optimizer.store.names import automatic_name
from optimizer.store.risk_sweep_folder import write_risk_sweep

_POINT: Final = TypeAdapter(RiskPoint)
_Plan = tuple[RiskPoint, Outcome]


def risk_sweep(
    portfolio: Portfolio,
    weights: Sequence[float],
    request: Request = AS_IT_COMES,
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> RiskSweep:
    """
    Solve a portfolio at every weight of risk; write a run for each, and the sweep beside them.

    All plans have the portfolio's own limits and the same futures.  Each is verified and its run
    written before the next weight is solved; where that ended early, by a crash or by an error, the
    same call goes on from the runs that are there.

    Parameters
    ----------
    weights
        ω, ascending from 0 to 1; 0, which every premium is against, and the portfolio's own, if it
        is not above them all, are added. [/yr]
    request
        The runs are called ``NAME-01``, ``NAME-02``, …, the sweep's folder ``NAME``.  None of these
        may exist, whatever its `replace` says, but runs of the same sweep, unfinished.
    stop
        Looked at all the time; when left out, Ctrl-C is heard.  The weights solved so far are
        verified and written.

    Raises
    ------
    BadInputError
        If the weights do not ascend from 0 to 1, the risk measure charges nothing, a name is taken,
        a SKU has no option, or an input has changed since it was read; if an unfinished sweep of
        this name is of something else.
    NoPlanError
        If no plan meets the limits.
    StoppedError
        If it was stopped before any plan was found, or a second time.
    VerificationError
        If the verifier does not reproduce a plan; the runs written before it stay.
    """
    began = time.monotonic()
    _check(portfolio, weights)
    own = portfolio.settings.risk.weight
    every = sorted({0.0, *weights, *([own] if own < weights[-1] else [])})
    name = request.name or automatic_name(request.results, datetime.now().astimezone().date())
    with sweeping(
        portfolio,
        request,
        observer,
        stop,
        name=name,
        count=len(every),
        began=began,
        terms={"weights": every},
    ) as common:
        portfolio = with_count(portfolio)
        heaviest = with_risk_weight(portfolio, every[-1])
        mixture = pilot(with_risk_weight(portfolio, own or every[-1]), observer)
        prepared = prepare_run(heaviest, observer, mixture)
        prepared = _refined(prepared, [every[-1], own, every[0]], common)
        prepared = replace(prepared, case=with_table(prepared.case))
        spot_check(heaviest, prepared, observer)
        found = _swept(common, portfolio, prepared, every)
        write_risk_sweep(request.results, name, found, risk_sweep_documents(found))
    return found


def _refined(prepared: Prepared, weights: Sequence[float], common: Sweep) -> Prepared:
    """Return what is prepared with the finer designs that pay at any of these weights."""

    def best(case: Case, proof: Proof) -> Outcome:
        return decide(case, observer=common.observer, proof=proof, stop=common.stop)

    cases = [partial(_case_at, weight=weight) for weight in dict.fromkeys(weights)]
    return refined_for(prepared, cases, best, common.stop, common.observer)


def _check(portfolio: Portfolio, weights: Sequence[float]) -> None:
    """Refuse weights that are no range, and a portfolio that charges nothing for risk."""
    values = np.asarray(weights, dtype=np.float64)
    rule = remedy = ""
    if not len(values) or not np.all((values >= 0.0) & (values <= 1.0)):
        rule, remedy = "every weight must be from 0 to 1", "Give, for instance, 0, 0.5 and 1."
    elif not np.all(np.diff(values) > 0.0) or values[-1] == 0.0:
        rule, remedy = "weights must ascend to one above 0", "Give each once, the largest last."
    elif portfolio.settings.risk.measure == "expected":
        rule = "risk.measure expected charges nothing for risk, whatever the weight"
        remedy = "Set risk.measure to cvar or var."
    if rule:
        shown = ", ".join(f"{value:g}" for value in values[:5].tolist())
        raise BadInputError([Problem(file="risk weights", value=shown, rule=rule, remedy=remedy)])


def _swept(
    common: Sweep, portfolio: Portfolio, prepared: Prepared, weights: Sequence[float]
) -> RiskSweep:
    """Solve, verify and publish weight by weight; return the sweep they make."""

    def case_of(point: Mapping[str, Any]) -> Case:
        return _at(prepared, float(point["risk_weight"])).case

    stated = [_POINT.validate_python(point) for point in common.journal.points]
    plans = [*zip(stated, published(common, prepared, case_of), strict=True)]
    common.begin()
    for number, weight in enumerate(weights[len(plans) :], start=len(plans) + 1):
        here = _at(prepared, weight)
        try:
            outcome = decide(here.case, observer=common.observer, stop=common.stop)
        except StoppedError:
            if not plans:
                raise
            break
        at = Place(number, with_risk_weight(portfolio, weight), here)
        plans.append(_publish(common, at, outcome, plans))
        if common.stop.interrupted:
            break
    settings = portfolio.settings
    points = [point for point, _ in plans]
    return RiskSweep(
        folder=common.request.results / common.name,
        currency=settings.currency,
        points=against_none(points, settings.horizon.years, settings.risk.weight),
        about=common.about(portfolio, (outcome for _, outcome in plans)),
        left_out=len(weights) - len(plans),
    )


def _at(prepared: Prepared, weight: float) -> Prepared:
    """Return what is prepared, at a weight."""
    return replace(prepared, case=_case_at(prepared.case, weight))


def _case_at(case: Case, weight: float) -> Case:
    return replace(case, portfolio=with_risk_weight(case.portfolio, weight))


def _publish(common: Sweep, at: Place, outcome: Outcome, plans: Sequence[_Plan]) -> _Plan:
    """Publish the plan found at a weight, or that of a smaller one if it is cheaper there."""
    weight = weight_of = at.portfolio.settings.risk.weight
    for point, found in plans:
        other = outcome_of(at.prepared.case, found.plan.option)
        if other.objective < outcome.objective:
            outcome, weight_of = with_plan(outcome, other), point.weight_of

    def point_of(figures: PlanFigures) -> RiskPoint:
        return RiskPoint(**vars(figures), risk_weight=weight, weight_of=weight_of)

    return publish_point(common, at, outcome, point_of), outcome
