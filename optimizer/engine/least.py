r"""
The plan that has least of something among those that cost no more than so much.

A plan that minimizes cost + λ · amount has least of it among all plans that cost no more than it
does, so the largest λ whose plan is still within the limit is sought.  Plans between two such
charges, off the convex hull of cost and amount, are not seen: another plan within the limit may
have less still.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.plan import Outcome
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case, with_table
from optimizer.engine.optimize import outcome_of
from optimizer.engine.refine import carried
from optimizer.errors import StoppedError

_SOLVES: Final = 9
_STEP: Final = 8.0  # between charges, until one is too large
_FINEST: Final = 1e-3  # of what can be lessened: no charge finds a smaller difference
_LEAST: Final = 1e-9  # of an amount, below it there is nothing to lessen


class Least(NamedTuple):
    """A plan with less of something: costed without a charge, unproven; and how much it has."""

    outcome: Outcome
    amount: float


class _Charged(NamedTuple):
    """A charged case solved, from which the next one starts."""

    outcome: Outcome
    proof: Proof


Decide = Callable[[Case, Proof], Outcome]


def least_within(  # noqa: PLR0917
    case: Case, use: FloatArray, best: Outcome, most: float, decide: Decide, stop: Stop
) -> Least | None:
    """
    Return the plan with the least amount found that costs no more than so much; None if none.

    Parameters
    ----------
    case
        Solved to the gap of its settings.
    use
        What every option has of it, at least 0.  Shape ``(O,)``.
    best
        A plan of the case: its objective and its amount are what is set out from.
    most
        What a plan may cost. [currency]
    """
    case = case if case.table else with_table(case)
    amount = float(use[best.plan.option].sum())
    floor = float(np.minimum.reduceat(use, case.options.start[:-1]).sum())
    found: Least | None = None
    if amount - floor <= _LEAST * max(amount, 1.0) or most <= best.objective:
        return None
    charge, before = (most - best.objective) / (amount - floor), None
    within, beyond, largest = 0.0, np.inf, charge / _FINEST
    for _ in range(_SOLVES):
        try:
            before = _solved(case, use, charge, decide, before)
        except StoppedError:
            break
        here = outcome_of(case, before.outcome.plan.option)
        has = float(use[here.plan.option].sum())
        if here.objective <= most:
            within = charge
            if has < (found.amount if found else amount) - _LEAST * max(amount, 1.0):
                found = Least(here, has)
        else:
            beyond = charge
        is_least = found is not None and found.amount - floor <= _LEAST * max(amount, 1.0)
        if stop.interrupted or is_least or within >= largest:
            break
        charge = min(_between(within, beyond, charge), largest)
    return found


def _between(within: float, beyond: float, charge: float) -> float:
    """Return the charge to try next."""
    if np.isinf(beyond):
        return _STEP * charge
    return float(np.sqrt(within * beyond)) if within else charge / _STEP


def _solved(
    case: Case, use: FloatArray, charge: float, decide: Decide, before: _Charged | None
) -> _Charged:
    """Solve the case with a charge on what options have. [currency per unit of the amount]"""
    assert case.table is not None  # noqa: S101  least_within has made it
    table, futures = case.table
    dearer = case.options.cost + use * (charge / case.money_unit)
    priced = replace(
        case,
        options=replace(case.options, cost=dearer),
        table=(table._replace(cost=dearer), futures),
    )
    proof = Proof()
    if before is not None and before.proof.columns:
        proof = carried(before.proof, case.options, priced, before.outcome.prices)
    return _Charged(decide(priced, proof), proof)
