"""What a plan is expected to cost, from its costs in independent batches of scenarios."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.settings import Risk
from optimizer.domain.validation import Interval
from optimizer.engine.evaluate import Evaluation
from optimizer.maths.risk import cvar, cvar_at, expected_loss, value_at_risk
from optimizer.maths.statistics import paired_interval, section_interval


def figures(found: Evaluation, risk: Risk) -> dict[str, float]:
    """Return objective, expected_loss, var and cvar of a plan on one set of scenarios."""
    loss, probability = found.loss, found.probability
    expected = expected_loss(loss, probability)
    tail = {
        "var": value_at_risk(loss, probability, risk.level),
        "cvar": cvar(loss, probability, risk.level),
    }
    return {
        "objective": _objective(found, risk, expected, tail.get(risk.measure, 0.0)),
        "expected_loss": expected,
        **tail,
    }


def objective_at(found: Evaluation, risk: Risk, threshold: float) -> float:
    """
    Return the objective as an expectation where there is one.

    CVaR is taken at a threshold chosen elsewhere (`cvar_at`), so that its mean over scenario sets
    is at least the true one; VaR has no such form and is that of the scenarios.
    """
    loss, probability = found.loss, found.probability
    if risk.measure == "cvar":
        tail = cvar_at(loss, probability, risk.level, threshold)
    else:
        tail = value_at_risk(loss, probability, risk.level)
    return _objective(found, risk, expected_loss(loss, probability), tail)


def forecast(batches: Sequence[Evaluation], risk: Risk) -> dict[str, Interval]:
    """Return the figures of all batches pooled, with the intervals that the batches give."""
    whole, parts = figures(_pooled(batches), risk), _by_batch(batches, risk)
    return {name: _interval(value, parts[name]) for name, value in whole.items()}


def dearer_by(first: Sequence[Evaluation], second: Sequence[Evaluation], risk: Risk) -> Interval:
    """Return how much more the first plan costs than the second on the same scenarios."""
    pairs = [
        (figures(_pooled(batches), risk)["objective"], _by_batch(batches, risk)["objective"])
        for batches in (first, second)
    ]
    if len(first) == 1:
        return _certain(pairs[0][0] - pairs[1][0])
    return paired_interval(*pairs[0], *pairs[1])


def _objective(found: Evaluation, risk: Risk, expected: float, tail: float) -> float:
    weight = risk.tail_weight
    return found.certain + (1.0 - weight) * expected + (weight * tail if weight else 0.0)


def _pooled(batches: Sequence[Evaluation]) -> Evaluation:
    probability = np.concatenate([batch.probability for batch in batches]) / len(batches)
    return Evaluation(
        certain=batches[0].certain,
        loss=np.concatenate([batch.loss for batch in batches]),
        probability=probability,
    )


def _by_batch(batches: Sequence[Evaluation], risk: Risk) -> dict[str, FloatArray]:
    rows = [figures(batch, risk) for batch in batches]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _interval(value: float, parts: FloatArray) -> Interval:
    return _certain(value) if len(parts) == 1 else section_interval(value, parts)


def _certain(value: float) -> Interval:
    """Every state was counted: nothing is estimated."""
    return Interval(estimate=value, low=value, high=value)
