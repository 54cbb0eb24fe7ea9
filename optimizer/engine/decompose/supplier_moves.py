"""
Moves of a whole supplier: drop one with all that it serves, or swap it for another.

Onboarding is paid once for all SKUs that a supplier serves, so no move of one SKU sees that the
supplier does not pay.  These moves are priced as the supplier's break-even is, and taken if they
lower the objective itself; of two plans that cost the same, the one with fewer suppliers is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, ranges
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.moves import (
    TIE,
    Judge,
    fit,
    improve,
    objective_of,
    tail_of,
    within_limits,
)
from optimizer.engine.decompose.onboarding import Links, first_least
from optimizer.engine.decompose.option_blocks import PricedSets, RoundPrices

_MOST_SUPPLIERS = 100  # moved, one after the other
_MOST_MOVES = 20  # tried, the most promising first
_NOBODY = -1


class _Move(NamedTuple):
    """By how much a move changes the priced cost, and the SKUs that take another option."""

    change: float
    skus: IntArray
    option: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Priced:
    """
    A plan and all sets of alternates, priced.

    Attributes
    ----------
    needed
        Suppliers that the plan's option of every SKU needs, -1 for none.  Shape ``(N, 2)``.
    current
        Priced cost of the plan's option of every SKU.  Shape ``(N,)``. [money unit]
    opening
        Price of onboarding every supplier, and of nobody.  Shape ``(K + 1,)``. [money unit]
    may
        Whether the plan needs the supplier onboarded; true of nobody.  Shape ``(K + 1,)``.
    """

    links: Links
    needed: IntArray
    current: FloatArray
    sets: PricedSets
    opening: FloatArray
    may: BoolArray

    def served(self, supplier: int) -> IntArray:
        """Return the SKUs whose option needs the supplier onboarded."""
        return np.flatnonzero((self.needed == supplier).any(axis=1))

    def entrants(self, dropped: int) -> list[int]:
        """Return nobody, and the suppliers not onboarded that serve an SKU of the dropped one."""
        _, sets = self._sets_of(self.served(dropped))
        could = np.unique(self.links.supplier[sets])
        return [_NOBODY, *could[~self.may[could]].tolist()]

    def move(self, dropped: int, taken: int) -> _Move:
        """Drop a supplier, and take another for its SKUs and wherever that is cheaper."""
        may = self.may.copy()
        may[dropped], may[taken] = False, True
        must = self.served(dropped)
        of_taken = self.links.sku_of_pair[self.links.supplier_of_pair == taken]
        skus = np.union1d(must, of_taken)
        start, sets = self._sets_of(skus)
        needed = self.links.supplier[sets]
        bound_to_move = np.isin(skus, must)
        open_ = np.repeat(bound_to_move, np.diff(start)) | (needed == taken).any(axis=1)
        least = np.where(open_ & may[needed].all(axis=1), self.sets.least[sets], np.inf)
        best = first_least(least, start)
        moves = bound_to_move | (least[best] < self.current[skus])
        change = (least[best] - self.current[skus])[moves].sum()
        change += self.opening[taken] - self.opening[dropped]
        return _Move(float(change), skus[moves], self.sets.option[sets[best]][moves])

    def _sets_of(self, skus: IntArray) -> tuple[IntArray, IntArray]:
        """Return where the sets of each of these SKUs start and end, and the sets."""
        first = self.links.set_start[skus]
        count = self.links.set_start[skus + 1] - first
        return np.concatenate([[0], np.cumsum(count)]), ranges(first, count)[1]


def polish(judge: Judge, option: IntArray, resource_price: FloatArray, stop: Stop) -> IntArray:
    """
    Improve a plan within the limits by moves of SKUs and of suppliers.

    Parameters
    ----------
    option
        Chosen option of every SKU.  Shape ``(N,)``.
    resource_price
        Shadow prices of the limits, by which moves are ranked.  Shape ``(R,)``.
    stop
        With no time left, one round of moves of SKUs is still tried.
    """
    option = improve(judge, _without_losers(judge, option, resource_price, stop), stop)
    better = _without_losers(judge, option, resource_price, stop)
    return option if better is option else improve(judge, better, stop)


def _without_losers(judge: Judge, option: IntArray, price: FloatArray, stop: Stop) -> IntArray:
    """Move suppliers as long as that makes the plan better."""
    for _ in range(_MOST_SUPPLIERS):
        better = _moved(judge, option, price, stop)
        if better is None:
            break
        option = better
    return option


def _moved(judge: Judge, option: IntArray, price: FloatArray, stop: Stop) -> IntArray | None:
    """Return the plan after the first move of a supplier that makes it better, None if none."""
    opened = np.flatnonzero(judge.model.opened_by(option)).tolist()
    if not opened or stop.seconds_left == 0.0:
        return None
    objective = objective_of(judge, option)
    priced = _priced(judge, option, price)
    every = (priced.move(j, k) for j in opened for k in priced.entrants(j))
    moves = [move for move in every if move.change <= TIE * abs(objective)]
    for move in sorted(moves, key=lambda move: move.change)[:_MOST_MOVES]:
        other = option.copy()
        other[move.skus] = move.option
        other = fit(judge, other)
        if within_limits(judge, other) and _is_better(judge, other, option, objective):
            return other
        if stop.seconds_left == 0.0:
            break
    return None


def _is_better(judge: Judge, other: IntArray, option: IntArray, objective: float) -> bool:
    """Whether another plan is cheaper, or costs the same and onboards fewer suppliers."""
    saved, tie = objective - objective_of(judge, other), TIE * abs(objective)
    fewer = judge.model.opened_by(other).sum() < judge.model.opened_by(option).sum()
    return bool(saved > tie or (fewer and saved >= -tie))


def _priced(judge: Judge, option: IntArray, resource_price: FloatArray) -> _Priced:
    model = judge.model
    prices = RoundPrices(resource=resource_price, tail=tail_of(judge, option))
    return _Priced(
        links=model.links,
        needed=model.links.supplier[model.options.set_of(option)],
        current=model.options.price_of(option, prices),
        sets=model.options.price(prices),
        opening=np.append(model.opening_price(resource_price), 0.0),
        may=np.append(model.opened_by(option), True),
    )
