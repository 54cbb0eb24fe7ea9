r"""
Shapley values: what each player of a game makes of its worth, whatever the order they join in.

A coalition is a bit mask: bit i is set where player i has joined.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.maths.intervals import Interval, mean_interval


def shapley(with_player: FloatArray, without: FloatArray) -> FloatArray:
    r"""
    Return the Shapley value of every player, all coalitions known.

    .. math:: \varphi_i = \sum_{S \not\ni i} \frac{|S|!\,(n - |S| - 1)!}{n!}\,[v(S \cup i) - v(S)]

    Parameters
    ----------
    with_player, without
        Worth of every coalition, where a player has just joined it and where one is to join it:
        twice the same for the value, an upper and a lower bound of it for a bound on the value.
        Rows are bit masks.  Shape ``(2**n, F)``.

    Returns
    -------
    FloatArray
        In the unit of the worth.  Shape ``(n, F)``.

    Examples
    --------
    A left glove and two right ones, a pair is worth 1: the left one makes 2/3, each other 1/6.

    >>> pairs = np.array([[0.0], [0.0], [0.0], [1.0], [0.0], [1.0], [0.0], [1.0]])
    >>> shapley(pairs, pairs).ravel().round(4).tolist()
    [0.6667, 0.1667, 0.1667]

    References
    ----------
    .. [1] Shapley, L.S. (1953). A value for n-person games. *Contributions to the Theory of Games
       II*, 307–317. Eq. (12).
    """
    masks = np.arange(len(without))
    n = len(masks).bit_length() - 1
    if len(masks) != 1 << n or len(with_player) != len(masks):
        raise ValueError(f"{1 << n} coalitions of {n} players wanted; found {len(masks)}.")
    size = np.bitwise_count(masks)
    factorial = [math.factorial(k) for k in range(n + 1)]
    weight = np.array(
        [factorial[k] * factorial[n - k - 1] / factorial[n] for k in range(n)], dtype=np.float64
    )
    found = np.zeros((n, without.shape[1]))
    for player in range(n):
        before = masks[(masks >> player) & 1 == 0]
        made = with_player[before | 1 << player] - without[before]
        found[player] = weight[size[before]] @ made
    return found


def sampled_orders(n_players: int, n_pairs: int, rng: np.random.Generator) -> IntArray:
    """
    Return orders in which players join: random ones, each followed by its reverse.

    Returns
    -------
    IntArray
        Shape ``(2 * n_pairs, n_players)``.
    """
    orders = np.array([rng.permutation(n_players) for _ in range(n_pairs)], dtype=np.int64)
    return np.stack([orders, orders[:, ::-1]], axis=1).reshape(2 * n_pairs, n_players)


def coalitions_of(orders: IntArray) -> list[int]:
    """Return the coalitions that form as players join in these orders, the empty one included."""
    joined = np.cumsum(np.left_shift(1, orders), axis=1)
    return sorted({0, *joined.ravel().tolist()})


def sampled_shapley(
    orders: IntArray,
    with_player: Mapping[int, FloatArray],
    without: Mapping[int, FloatArray],
    confidence: float,
) -> Interval:
    """
    Return the Shapley value of every player from some orders alone, with Student's interval.

    An order and its reverse are one replication.  The centres add up exactly as the values do.

    Parameters
    ----------
    orders
        As `sampled_orders` returns them, of two pairs or more.
    with_player, without
        As for `shapley`, by mask.  Each of shape ``(F,)``.
    confidence
        In (0, 1). [-]

    Returns
    -------
    Interval
        Shape ``(n, F)``.

    References
    ----------
    .. [1] Castro, J., Gómez, D. and Tejada, J. (2009). Polynomial calculation of the Shapley value
       based on sampling. *Computers & Operations Research* 36, 1726–1730.
    """
    made = np.zeros((*orders.shape, len(without[0])))
    for row, order in enumerate(orders.tolist()):
        mask = 0
        for player in order:
            joined = mask | 1 << player
            made[row, player] = with_player[joined] - without[mask]
            mask = joined
    pairs = (made[0::2] + made[1::2]) / 2.0
    return mean_interval(pairs, confidence)
