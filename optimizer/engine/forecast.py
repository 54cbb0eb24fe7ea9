"""Forecast of a plan's costs, with confidence intervals, from independent batches of futures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.settings import Settings
from optimizer.domain.validation import Interval
from optimizer.engine.evaluate import Evaluation
from optimizer.maths.risk import cvar, cvar_at, unexpected_loss, value_at_risk
from optimizer.maths.statistics import paired_interval, section_interval

RETURN_PERIODS: Final = (2, 5, 10, 20, 50, 100)
"""Years."""


def figures(evaluation: Evaluation, settings: Settings) -> dict[str, float]:
    """Return a plan's objective, expected_loss (exact), var and cvar on one set of futures."""
    loss, probability, risk = evaluation.loss, evaluation.probability, settings.risk
    tail = {
        "var": value_at_risk(loss, probability, risk.level),
        "cvar": cvar(loss, probability, risk.level),
    }
    return {
        "objective": _objective(evaluation, settings, tail.get(risk.measure, 0.0)),
        "expected_loss": evaluation.expected,
        **tail,
    }


def objective_at(evaluation: Evaluation, settings: Settings, threshold: float) -> float:
    """
    Return the objective with CVaR at a fixed threshold.

    CVaR at a threshold chosen elsewhere (`cvar_at`) is an expectation, so its mean over sets of
    futures is at least the true CVaR; VaR has no such form and is that of these futures.
    """
    loss, probability, risk = evaluation.loss, evaluation.probability, settings.risk
    if risk.measure == "cvar":
        tail = cvar_at(loss, probability, risk.level, threshold)
    else:
        tail = value_at_risk(loss, probability, risk.level)
    return _objective(evaluation, settings, tail)


def forecast(batches: Sequence[Evaluation], settings: Settings) -> dict[str, Interval]:
    """Return the figures of all batches pooled, with confidence intervals from the batches."""
    whole, parts = figures(_pooled(batches), settings), _by_batch(batches, settings)
    return {name: _interval(value, parts[name]) for name, value in whole.items()}


def loss_by_return_period(batches: Sequence[Evaluation], settings: Settings) -> dict[int, Interval]:
    r"""
    Return the loss over the horizon exceeded once in T years, for T = 2 … 100 beyond the horizon.

    .. math:: \operatorname{VaR}_{1 - y/T}(L)
    """
    y = settings.horizon.years
    return {
        years: _quantile(batches, 1.0 - y / years) for years in RETURN_PERIODS if years >= 2.0 * y
    }


def _quantile(batches: Sequence[Evaluation], level: float) -> Interval:
    whole, *parts = (
        value_at_risk(one.loss, one.probability, level) for one in (_pooled(batches), *batches)
    )
    return _interval(whole, np.array(parts))


def dearer_by(
    first: Sequence[Evaluation], second: Sequence[Evaluation], settings: Settings
) -> Interval:
    """Return how much more the first plan costs than the second on the same scenarios."""
    pairs = [
        (
            figures(_pooled(batches), settings)["objective"],
            _by_batch(batches, settings)["objective"],
        )
        for batches in (first, second)
    ]
    if len(first) == 1:
        return _certain(pairs[0][0] - pairs[1][0])
    return paired_interval(*pairs[0], *pairs[1])


def _objective(evaluation: Evaluation, settings: Settings, tail: float) -> float:
    unexpected = unexpected_loss(tail, evaluation.expected)
    return evaluation.certain + evaluation.expected + settings.tail_charge * unexpected


def _pooled(batches: Sequence[Evaluation]) -> Evaluation:
    probability = np.concatenate([batch.probability for batch in batches]) / len(batches)
    return Evaluation(
        certain=batches[0].certain,
        expected=batches[0].expected,
        loss=np.concatenate([batch.loss for batch in batches]),
        probability=probability,
    )


def _by_batch(batches: Sequence[Evaluation], settings: Settings) -> dict[str, FloatArray]:
    rows = [figures(batch, settings) for batch in batches]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _interval(value: float, parts: FloatArray) -> Interval:
    return _certain(value) if len(parts) == 1 else section_interval(value, parts)


def _certain(value: float) -> Interval:
    """Return an interval of no width: every state was enumerated, nothing is estimated."""
    return Interval(estimate=value, low=value, high=value)
