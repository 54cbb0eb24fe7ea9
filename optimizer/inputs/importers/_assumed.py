"""Assumptions of importers: numbers and words, each with its unit and its reason."""

from __future__ import annotations

from dataclasses import field, fields
from math import isfinite
from typing import Any


def assumed(default: Any, unit: str, reason: str) -> Any:
    """Return a field of a dataclass whose metadata are unit and reason."""
    return field(default=default, metadata={"unit": unit, "reason": reason})


def check_numbers(assumptions: Any) -> None:
    """Raise `ValueError` where a number is negative or not finite."""
    values = {f.name: getattr(assumptions, f.name) for f in fields(assumptions)}
    numbers = {name: value for name, value in values.items() if not isinstance(value, str)}
    bad = {name: v for name, v in numbers.items() if not (isfinite(v) and v >= 0)}
    if bad:
        raise ValueError(f"must be finite and >= 0; found {bad}.")
