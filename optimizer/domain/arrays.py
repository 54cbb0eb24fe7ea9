"""Array types, and the two chores every frozen type with arrays shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.object_]


def freeze(instance: Any) -> None:
    """Make every array field of a dataclass instance read-only."""
    for field in fields(instance):
        value = getattr(instance, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)


def require_length(instance: Any, n_rows: int) -> None:
    """Raise ``ValueError`` where an array field has not ``n_rows`` rows."""
    wrong: Mapping[str, int] = {
        field.name: len(value)
        for field in fields(instance)
        if isinstance(value := getattr(instance, field.name), np.ndarray) and len(value) != n_rows
    }
    if wrong:
        name = type(instance).__name__
        raise ValueError(f"{name}: every column must have {n_rows} rows; found {wrong}.")
