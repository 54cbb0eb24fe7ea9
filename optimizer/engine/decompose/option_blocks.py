"""
The options of every SKU as the decomposition reads them, wherever they are kept.

Prices go in, and totals, the few options within reach, and the columns of some options come out:
blocks of SKUs may live on other machines, and kilobytes travel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from optimizer.domain.arrays import ByteArray, Float32Array, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoundPrices:
    """Prices of one round: of the resources ``(R,)``, and what the tail weighs ``(S,)``."""

    resource: FloatArray
    tail: FloatArray

    def towards(self, other: RoundPrices, step: float) -> RoundPrices:
        """Return the prices a step of the way to other ones; a convex mixture stays valid."""
        return RoundPrices(
            resource=(1.0 - step) * self.resource + step * other.resource,
            tail=(1.0 - step) * self.tail + step * other.tail,
        )


class PricedSets(NamedTuple):
    """
    The cheapest option of every set of alternates.

    `least` is its priced cost, ``inf`` where a set has no option, `option` its row, -1 likewise;
    of equal options the first.  Shape ``(A,)`` each.
    """

    least: FloatArray
    option: IntArray


class Near(NamedTuple):
    """
    The options priced no higher than a threshold.

    `rows` ascend, `price` is theirs; `beyond` is the least price of all others, ``inf`` for none.
    """

    rows: IntArray
    price: FloatArray
    beyond: float


class Freeing(NamedTuple):
    """Options of different SKUs that free some of a limit: how much, and what a unit costs."""

    rows: IntArray
    freed: FloatArray
    unit_price: FloatArray


class Sums(NamedTuple):
    """Certain cost and expected loss ``(B,)``, and use of the limits ``(R, B)``, by block."""

    cost: FloatArray
    mean: FloatArray
    use: FloatArray


class Columns(NamedTuple):
    """
    Some options, whole.

    Attributes
    ----------
    sku, alternate_set, profile, price_profile
        Rows of the SKUs, of the sets of alternates, and of the profiles that strike them, -1 for
        no price shock.  Shape ``(n,)``.
    cost, mean
        Certain cost, and expected loss.  Shape ``(n,)``. [money unit]
    use
        Of the limited resources.  Shape ``(R, n)``.
    curves
        Loss at every node.  Shape ``(n, 17)``. [money unit]
    lot_days
        Shape ``(n,)``. [day]
    slope, spend
        Loss of a day beyond the last node; demand of a day at unit cost.  Shape ``(n,)``.
        [money unit/day]
    """

    sku: IntArray
    alternate_set: IntArray
    profile: IntArray
    price_profile: IntArray
    cost: FloatArray
    mean: FloatArray
    use: FloatArray
    curves: FloatArray | Float32Array
    lot_days: FloatArray
    slope: FloatArray
    spend: FloatArray


class OptionBlocks(Protocol):
    """The options of N SKUs, A sets of alternates and R limits, on S scenarios."""

    @property
    def n_skus(self) -> int:
        """N."""

    @property
    def n_options(self) -> int:
        """O."""

    @property
    def n_terms(self) -> int:
        """How many terms a whole model would hold at most: costs, curves and hat weights."""

    @property
    def block(self) -> ByteArray:
        """Block of each SKU, whose sums stand apart.  Shape ``(N,)``."""

    def sku_of(self, rows: IntArray) -> IntArray:
        """Return the SKU of some options."""

    def set_of(self, rows: IntArray) -> IntArray:
        """Return the set of alternates of some options."""

    def price(self, prices: RoundPrices) -> PricedSets:
        """Return the cheapest option of every set of alternates."""

    def price_of(self, rows: IntArray, prices: RoundPrices) -> FloatArray:
        """Return the priced cost of some options, without what their links pay."""

    def least_use(self, resource_price: FloatArray) -> PricedSets:
        """Return the option of every set whose use of the limits alone costs least."""

    def below(
        self, prices: RoundPrices, of_set: FloatArray, threshold: float, most: int | None = None
    ) -> Near:
        """
        Return the options whose price, with what their set adds ``(A,)``, is below a threshold.

        Of more than `most` of them the cheapest, all that are equally cheap included.
        """

    def freeing(
        self, option: IntArray, tail: FloatArray, slack: FloatArray, exceeded: int
    ) -> Freeing:
        """
        Return the move of every SKU that frees an exceeded limit at the least cost for a unit.

        Parameters
        ----------
        option
            The plan.  Shape ``(N,)``.
        tail
            What one more unit of loss in each scenario costs.  Shape ``(S,)``.
        slack
            What the plan leaves of every limit, below 0 of the exceeded.  Shape ``(R,)``.
        exceeded
            Which limit to free; no move alone may exceed another one.
        """

    def losses(self, option: IntArray) -> FloatArray:
        """Return what options of different SKUs lose together, by block.  Shape ``(B, S)``."""

    def losses_by_sku(self, option: IntArray, weight: FloatArray) -> FloatArray:
        """Return the loss of every SKU at its option, weighed by scenario.  Shape ``(N,)``."""

    def total(self, option: IntArray) -> Sums:
        """Return what options of different SKUs cost, lose on average and use, by block."""

    def use(self, rows: IntArray) -> FloatArray:
        """Return what some options use of the limits.  Shape ``(R, n)``."""

    def take(self, rows: IntArray) -> Columns:
        """Return some options, whole, in this order."""
