"""The ledger counts every comparison and collects all differences, to be reported together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.errors import VerificationError

RELATIVE: Final = 1e-9
"""Relative difference allowed between stated and recomputed numbers."""

ROUNDING: Final = 1e-12
"""Rounding allowed, relative to the numbers whose difference was taken."""


@dataclass(slots=True)
class Ledger:
    """Differences so far, the number of comparisons, and the worst relative difference."""

    differences: list[str] = field(default_factory=list)
    checks: int = 0
    worst: float = 0.0

    def require(self, holds: bool, text: str) -> None:
        """Record ``text`` unless the condition holds."""
        self.checks += 1
        if not holds:
            self.differences.append(text)

    def record(self, text: str) -> None:
        """Record one difference."""
        self.differences.append(text)

    def require_all(
        self,
        where: str,
        keys: Sequence[object],
        holds: BoolArray,
        stated: Sequence[object] | pd.Series[Any] | FloatArray,
        rule: str,
    ) -> None:
        """Record one difference per key whose value breaks the rule."""
        self.checks += len(keys)
        values = stated.iloc if isinstance(stated, pd.Series) else stated
        self.differences += [
            f"{where} {keys[i]}: found {shown(values[i])}, expected {rule}"
            for i in np.flatnonzero(~holds).tolist()
        ]

    def numbers(
        self,
        where: str,
        keys: Sequence[object],
        stated: FloatArray,
        expected: FloatArray,
        *,
        scale: FloatArray | float = 0.0,
        relative: float = RELATIVE,
    ) -> None:
        """
        Compare numbers key by key; NaN agrees with nothing, infinity only with itself.

        ``scale`` is the size of the numbers whose difference ``expected`` is.
        """
        self.checks += len(keys)
        distance = _distance(stated, expected)
        agree = distance <= relative * _size(expected) + ROUNDING * np.asarray(scale)
        self._note_worst(distance, np.maximum(_size(expected), scale))
        self.differences += [
            f"{where} {keys[i]}: found {shown(stated[i])}, expected {shown(expected[i])}"
            for i in np.flatnonzero(~agree).tolist()
        ]

    def number(
        self,
        where: str,
        stated: object,
        expected: float,
        *,
        scale: float = 0.0,
        relative: float = RELATIVE,
    ) -> None:
        """Compare one number; a value that is no number agrees with nothing."""
        self.checks += 1
        value, target = np.array([as_number(stated)]), np.array([expected])
        distance = _distance(value, target)
        self._note_worst(distance, np.maximum(_size(target), scale))
        if not distance[0] <= relative * _size(target)[0] + ROUNDING * scale:
            self.differences.append(f"{where}: found {shown(stated)}, expected {shown(expected)}")

    def settle(self) -> None:
        """Raise `VerificationError` if there are differences so far."""
        if self.differences:
            raise VerificationError(self.differences)

    def _note_worst(self, distance: FloatArray, size: FloatArray) -> None:
        comparable = np.isfinite(distance) & (size > 0.0)
        relative = distance[comparable] / size[comparable]
        self.worst = max(self.worst, float(relative.max(initial=0.0)))


def as_number(value: object) -> float:
    """Return a number as a float, and NaN for anything else (text, truth value, nothing)."""
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return float(value) if is_number else float("nan")  # type: ignore[arg-type]


def shown(value: object) -> str:
    """Return a value as a person would write it."""
    if value is None:
        return "nothing"
    if isinstance(value, np.generic):
        value = value.item()
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _distance(stated: FloatArray, expected: FloatArray) -> FloatArray:
    """Return |stated − expected|: 0 for equal infinities, infinity for unequal ones, else NaN."""
    with np.errstate(invalid="ignore"):
        distance: FloatArray = np.where(stated == expected, 0.0, np.abs(stated - expected))
    return distance


def _size(expected: FloatArray) -> FloatArray:
    """Return |expected|, and 0 for infinity so that only equality passes."""
    size: FloatArray = np.where(np.isinf(expected), 0.0, np.abs(expected))
    return size
