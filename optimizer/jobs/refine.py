"""Finer levels, reserves and lots around the best ones, until they no longer pay (MODEL 2)."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.plan import Outcome
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import with_table
from optimizer.engine.refine import carried, price_catalogue
from optimizer.jobs.prepare import Prepared, offering
from optimizer.options.fine import fine_catalogue

_PASSES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Refined:
    """
    A plan of the refined catalogue, and the case it was found in.

    Attributes
    ----------
    catalogue_gap
        Share of the objective that finer levels could still save, None where it is not proven.
    """

    prepared: Prepared
    outcome: Outcome
    catalogue_gap: float | None


def decide_refined(
    prepared: Prepared,
    log: Path | None = None,
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> Refined:
    """
    Return the best plan of the catalogue, refined until finer levels can save no more than asked.

    With the measure VaR the levels are refined, and nothing is proven of what others could save:
    prices alone do not prove a bound on VaR.
    """
    stop, settings = stop or Stop(), prepared.case.portfolio.settings
    ends, proof = time.monotonic() + settings.solver.time_limit, Proof()
    outcome = decide(prepared.case, log, observer, proof, stop)
    if not settings.catalogue.refine:
        return Refined(prepared=prepared, outcome=outcome, catalogue_gap=None)
    fine, gap = fine_catalogue(settings), None
    for _ in range(_PASSES):
        with step(observer, "refine") as tell:
            found = stop.unless_asked(
                lambda at=prepared, plan=outcome: price_catalogue(
                    at.case, at.mean, at.choices, fine, plan.prices, settings.catalogue.gap
                )
            )
            if found is None:
                break
            gap = (found.offered - found.fine) / abs(outcome.objective or 1.0)
            tell(f"{found.designs:,} finer designs; others could save {gap:.2%}")
        if gap <= settings.catalogue.gap or time.monotonic() >= ends:
            break
        choices = prepared.choices.with_fine(fine, found.sku, found.row)
        finer = offering(prepared, choices)
        finer = replace(finer, case=with_table(finer.case))
        proof = carried(proof, prepared.case.options, finer.case, outcome.prices)
        outcome, prepared = decide(finer.case, log, observer, proof, stop), finer
    return Refined(prepared=prepared, outcome=outcome, catalogue_gap=gap)
