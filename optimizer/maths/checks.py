"""One way to refuse an array outside its domain."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray


def require(name: str, values: FloatArray, good: BoolArray, rule: str) -> None:
    """
    Raise where a value is not good.

    Parameters
    ----------
    name
        What the caller calls the array.
    values
        The array.  Shape ``(N,)``.
    good
        Where it may be used; write it so that NaN is not good.  Shape ``(N,)``.
    rule
        What must hold, as in ``>= 0``.

    Raises
    ------
    ValueError
        If any value is not good; the message counts them and shows the first.

    Examples
    --------
    >>> sd = np.array([1.0, -2.0])
    >>> require("sd", sd, sd >= 0.0, ">= 0")
    Traceback (most recent call last):
    ValueError: sd must be >= 0; 1 are not, first at 1: -2.0.
    """
    if not np.all(good):
        bad = np.flatnonzero(~good)
        first = np.ravel(values)[bad[0]]
        raise ValueError(f"{name} must be {rule}; {bad.size} are not, first at {bad[0]}: {first}.")
