"""Whether two samples differ, by ranks within strata."""

from __future__ import annotations

import numpy as np
from scipy import stats

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray


def stratified_rank_test(value: FloatArray, is_later: BoolArray, stratum: IntArray) -> float | None:
    r"""
    Return van Elteren's two-sided p-value that later values differ from earlier ones.

    .. math:: z = \frac{\sum_k w_k (R_k - E R_k)}{\sqrt{\sum_k w_k^2 \mathrm{Var}\,R_k}},
              \qquad w_k = \frac{1}{n_k + 1}

    with :math:`R_k` the rank sum of the later values within stratum k, variances corrected for
    ties.  With one stratum it is Wilcoxon's test in its normal approximation.

    Parameters
    ----------
    value, is_later, stratum
        Shape ``(n,)`` each; a stratum by any whole number.

    Returns
    -------
    float | None
        None where no stratum holds different values of both samples.

    Examples
    --------
    Ranks 4, 5, 6 of the later ones: (15 - 10.5) / sqrt(3 · 3 · 7 / 12) = 1.964.

    >>> value = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    >>> round(stratified_rank_test(value, value > 3.0, np.zeros(6, dtype=int)), 4)
    0.0495

    References
    ----------
    .. [1] van Elteren, P.H. (1960). On the combination of independent two-sample tests of
       Wilcoxon. *Bulletin of the International Statistical Institute* 37, 351-361.
    """
    excess, variance = 0.0, 0.0
    order = np.argsort(stratum, kind="stable")
    cuts = np.flatnonzero(np.diff(stratum[order])) + 1
    for rows in np.split(order, cuts):
        n, later = len(rows), is_later[rows]
        n_later = int(later.sum())
        if not 0 < n_later < n:
            continue
        ranks = stats.rankdata(value[rows])
        of_one = float(((ranks - (n + 1) / 2.0) ** 2).sum()) / (n * (n - 1))
        weight = 1.0 / (n + 1)
        excess += weight * (float(ranks[later].sum()) - n_later * (n + 1) / 2.0)
        variance += weight**2 * n_later * (n - n_later) * of_one
    if variance <= 0.0:
        return None
    return float(2.0 * stats.norm.sf(abs(excess) / np.sqrt(variance)))
