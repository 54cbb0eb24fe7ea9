"""The plan that would be best if risk cost nothing: what the premium for the tail is against."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from optimizer.domain.decided import Decided
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import NO_LOSS_LIMITS
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.errors import StoppedError
from optimizer.jobs.prepare import Prepared
from optimizer.strategies import NEUTRAL, Strategy

_MOST_SKUS: Final = 20_000
_MOST_SECONDS: Final = 30.0


def risk_neutral(prepared: Prepared, decided: Decided, stop: Stop) -> list[Strategy]:
    """
    Return the plan of the same options and limits, but those on losses, at ω = 0, or nothing.

    Nothing where risk costs nothing anyway, of more than 20,000 SKUs, and where no plan is found
    in half a minute.  The decided plan itself where none is found that is cheaper on average.
    """
    case = prepared.case
    if not decided.portfolio.settings.tail_charge or len(decided.portfolio.skus) > _MOST_SKUS:
        return []
    try:
        outcome = decide(replace(case, portfolio=_without_charge(case.portfolio)), stop=stop)
    except StoppedError:
        return []
    options = case.options.designs(outcome.plan.option)
    own = decided.certain_cost + float(decided.expected_by_sku.sum())
    return [Strategy(name=NEUTRAL, designs=options if outcome.objective < own else decided.designs)]


def _without_charge(portfolio: Portfolio) -> Portfolio:
    settings = portfolio.settings
    seconds = min(settings.solver.time_limit, _MOST_SECONDS)
    free = settings.having(
        risk={"weight": 0.0},
        limits=NO_LOSS_LIMITS,
        solver={"method": "decompose", "time_limit": seconds},
    )
    return replace(portfolio, settings=free)
