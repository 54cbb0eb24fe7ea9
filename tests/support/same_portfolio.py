"""Whether two portfolios are the same to the last bit, wherever they were read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final

import numpy as np

from optimizer.domain.portfolio import Portfolio

WHERE: Final = ("source", "inputs", "elsewhere", "overrides", "warnings")
"""What says where a portfolio was read from, not what is in it; warnings call tables by name."""


def differences(one: Portfolio, other: Portfolio) -> list[str]:
    """Return the names of the fields that differ; an array differs in any bit, but -0 is 0."""
    return [name for name in _differing(one, other, "") if name not in WHERE]


def _differing(one: Any, other: Any, above: str) -> Iterator[str]:
    for field in fields(one):
        name, a, b = above + field.name, getattr(one, field.name), getattr(other, field.name)
        if is_dataclass(a) and is_dataclass(b):
            yield from _differing(a, b, f"{name}.")
        elif isinstance(a, np.ndarray):
            if a.dtype != b.dtype or a.shape != b.shape or not _same(a, b):
                yield name
        elif a != b:
            yield name


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    if a.dtype.kind == "f":
        return (a + 0.0).tobytes() == (b + 0.0).tobytes()
    return a.tolist() == b.tolist()
