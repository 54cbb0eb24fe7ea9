"""Array types, and the two chores every frozen type with arrays shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
ByteArray = npt.NDArray[np.uint8]
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


def ranges(first: IntArray, count: IntArray) -> tuple[IntArray, IntArray]:
    """
    Return every position of many ranges, one after the other, and whose range it is.

    Examples
    --------
    >>> ranges(np.array([5, 0]), np.array([2, 3]))
    (array([0, 0, 1, 1, 1]), array([5, 6, 0, 1, 2]))
    """
    owner = np.repeat(np.arange(len(first)), count)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    return owner, np.repeat(first, count) + within
