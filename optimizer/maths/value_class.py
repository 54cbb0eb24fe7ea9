"""ABC: which SKUs make up most of the annual value."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray, TextArray


def value_class(annual_value: FloatArray, shares: tuple[float, float]) -> TextArray:
    """
    Return A, B or C by cumulative annual value.

    Parameters
    ----------
    annual_value
        Shape ``(N,)``.  >= 0 [currency/yr]
    shares
        A up to the first share of the total annual value, B up to the second, C beyond.

    Returns
    -------
    TextArray
        Shape ``(N,)``.  The SKU that crosses a share still belongs to the class below it; a SKU
        without value is C; of equal values the first row comes first.

    Examples
    --------
    Shares before each: 0, 0.5, 0.75, 0.90, 0.96.

    >>> value_class(np.array([50.0, 25.0, 15.0, 6.0, 4.0]), (0.8, 0.95)).tolist()
    ['A', 'A', 'A', 'B', 'C']

    References
    ----------
    .. [1] Silver, E.A., Pyke, D.F. and Thomas, D.J. (2017). *Inventory and Production Management
       in Supply Chains*, 4th ed. Section 2.5.
    """
    order = np.argsort(-annual_value, kind="stable")
    before = np.zeros(len(annual_value))
    before[order] = np.cumsum(annual_value[order]) - annual_value[order]
    total = annual_value.sum()
    a_share, b_share = shares
    valued = annual_value > 0.0
    is_a, is_b = valued & (before < a_share * total), valued & (before < b_share * total)
    return np.where(is_a, "A", np.where(is_b, "B", "C")).astype(object)
