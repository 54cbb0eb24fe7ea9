"""Solves a case within the time, nodes and gap of its settings."""

from __future__ import annotations

from pathlib import Path

from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.plan import Outcome
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.exact.whole_model import Effort
from optimizer.engine.optimize import optimize


def decide(
    case: Case,
    log: Path | None = None,
    observer: Observer = SILENT,
    proof: Proof | None = None,
    stop: Stop | None = None,
) -> Outcome:
    """
    Return the best plan of a case within its time limit, node limit and gap.

    Parameters
    ----------
    proof
        Columns and prices of a neighbouring budget of the same portfolio: a warm start.
    stop
        The job's; the settings' time limit starts now.
    """
    settings, stop = case.portfolio.settings, stop or Stop()
    with step(observer, "solve") as tell:
        stop.begin_search(settings.solver.time_limit)
        effort = Effort(
            gap=settings.gap,
            stop=stop,
            log=log,
            observer=observer,
            node_limit=settings.solver.node_limit,
        )
        outcome = optimize(case, effort, proof or Proof())
        tell(
            f"{outcome.method} ({outcome.method_reason}), "
            f"stopped by {outcome.stopped_by}, gap {outcome.gap:.2e}"
        )
    return outcome
