"""Distinct rows of columns of any type."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, IntArray, TextArray


def distinct(columns: Sequence[FloatArray | IntArray | TextArray]) -> tuple[IntArray, IntArray]:
    """
    Return the first row of every distinct row, and which distinct row every row is.

    Parameters
    ----------
    columns
        At least one.  Shape ``(n,)`` each.

    Returns
    -------
    tuple of IntArray
        In order of first appearance.  Shapes ``(d,)`` and ``(n,)``.

    Examples
    --------
    >>> distinct([np.array([7, 7, 7]), np.array([0.5, 0.0, 0.5])])
    (array([0, 1]), array([0, 1, 0]))
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        value, values = pd.factorize(column)
        code = pd.factorize(code * len(values) + value)[0]
    first = np.flatnonzero(~pd.Series(code).duplicated().to_numpy())
    return first, code
