"""The ledger: every comparison is counted, every difference is kept and told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.errors import VerificationError

RELATIVE: Final = 1e-9
"""Recomputed and stated numbers may differ by this much, relative."""

ROUNDING: Final = 1e-12
"""Rounding allowed relative to the numbers a difference was taken of."""


@dataclass(slots=True)
class Ledger:
    """Ledger found so far, how many numbers were compared, and the worst that passed."""

    differences: list[str] = field(default_factory=list)
    checks: int = 0
    worst: float = 0.0

    def require(self, holds: bool, text: str) -> None:
        """Keep ``text`` unless it holds."""
        self.checks += 1
        if not holds:
            self.differences.append(text)

    def refuse(self, text: str) -> None:
        """Keep one difference."""
        self.differences.append(text)

    def require_all(
        self,
        where: str,
        keys: Sequence[object],
        holds: BoolArray,
        found: Sequence[object] | pd.Series[Any] | FloatArray,
        rule: str,
    ) -> None:
        """Keep one difference per key whose value does not hold to the rule."""
        self.checks += len(keys)
        values = found.iloc if isinstance(found, pd.Series) else found
        self.differences += [
            f"{where} {keys[i]}: found {shown(values[i])}, expected {rule}"
            for i in np.flatnonzero(~holds).tolist()
        ]

    def numbers(
        self,
        where: str,
        keys: Sequence[object],
        found: FloatArray,
        expected: FloatArray,
        *,
        scale: FloatArray | float = 0.0,
        relative: float = RELATIVE,
    ) -> None:
        """
        Compare numbers key by key; NaN agrees with nothing, infinity with itself only.

        ``scale`` is the size of the numbers that ``expected`` is a difference of.
        """
        self.checks += len(keys)
        distance = _distance(found, expected)
        agree = distance <= relative * _size(expected) + ROUNDING * np.asarray(scale)
        self._note_worst(distance, np.maximum(_size(expected), scale))
        self.differences += [
            f"{where} {keys[i]}: found {shown(found[i])}, expected {shown(expected[i])}"
            for i in np.flatnonzero(~agree).tolist()
        ]

    def number(
        self,
        where: str,
        found: object,
        expected: float,
        *,
        scale: float = 0.0,
        relative: float = RELATIVE,
    ) -> None:
        """Compare one number; what is not a number agrees with nothing."""
        self.checks += 1
        value, target = np.array([as_number(found)]), np.array([expected])
        distance = _distance(value, target)
        self._note_worst(distance, np.maximum(_size(target), scale))
        if not distance[0] <= relative * _size(target)[0] + ROUNDING * scale:
            self.differences.append(f"{where}: found {shown(found)}, expected {shown(expected)}")

    def settle(self) -> None:
        """Raise `VerificationError` if anything differs so far."""
        if self.differences:
            raise VerificationError(self.differences)

    def _note_worst(self, distance: FloatArray, size: FloatArray) -> None:
        known = np.isfinite(distance) & (size > 0.0)
        if known.any():
            self.worst = max(self.worst, float(np.max(distance[known] / size[known])))


def as_number(value: object) -> float:
    """Return a number as it is and NaN for anything else (a text, a truth value, nothing)."""
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return float(value) if is_number else float("nan")  # type: ignore[arg-type]


def shown(value: object) -> str:
    """Return a value as a person would write it."""
    if value is None:
        return "nothing"
    if isinstance(value, np.generic):
        value = value.item()
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _distance(found: FloatArray, expected: FloatArray) -> FloatArray:
    """Return |found − expected|: 0 for equal infinities, infinity for unequal ones, else NaN."""
    with np.errstate(invalid="ignore"):
        distance: FloatArray = np.where(found == expected, 0.0, np.abs(found - expected))
    return distance


def _size(expected: FloatArray) -> FloatArray:
    """Return |expected|, 0 where it is infinite so that only equality passes."""
    size: FloatArray = np.where(np.isinf(expected), 0.0, np.abs(expected))
    return size
