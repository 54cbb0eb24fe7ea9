"""
The interface through which the decomposition reads the options, wherever they are stored.

Prices go in; totals, the few options of small reduced cost and the columns of selected options
come out.  So blocks of SKUs can live on other machines: a round sends kilobytes (ALGORITHMS 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

from optimizer.domain.arrays import ByteArray, Float32Array, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoundPrices:
    """Prices of one round: shadow prices of the limits ``(R,)``, and tail weights ``(S,)``."""

    resource: FloatArray
    tail: FloatArray

    def towards(self, other: RoundPrices, step: float) -> RoundPrices:
        """Return prices a step of the way to others: feasible, being a convex combination."""
        return RoundPrices(
            resource=(1.0 - step) * self.resource + step * other.resource,
            tail=(1.0 - step) * self.tail + step * other.tail,
        )


class PricedSets(NamedTuple):
    """
    The cheapest option of every set of alternates.

    `least` is its priced cost and `option` its row, ``inf`` and -1 for a set without options; the
    first of equally cheap options counts.  Shape ``(A,)`` each.
    """

    least: FloatArray
    option: IntArray


class Near(NamedTuple):
    """
    The options priced at most at a threshold.

    `rows` ascend, with their `price`; `beyond` is the least price of all others, ``inf`` for none.
    """

    rows: IntArray
    price: FloatArray
    beyond: float


class Freeing(NamedTuple):
    """Options of different SKUs that free part of a limit: amount freed, and cost per unit."""

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
    All columns of selected options.

    Attributes
    ----------
    sku, alternate_set, profile, price_profile
        Rows of the SKU, the set of alternates, the outage profile and the price-shock profile; -1
        for no price shock.  Shape ``(n,)``.
    cost, mean
        Certain cost, and expected loss.  Shape ``(n,)``. [money unit]
    use
        Use of each limited resource.  Shape ``(R, n)``.
    curves
        Loss at every node.  Shape ``(n, 17)``. [money unit]
    lot_days
        Shape ``(n,)``. [day]
    slope, spend
        Loss per day beyond the last node; daily demand at unit cost.  Shape ``(n,)``.
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
        """Upper bound on the terms of a whole model: costs, curves and hat weights."""

    @property
    def block(self) -> ByteArray:
        """Block of each SKU; totals are kept per block.  Shape ``(N,)``."""

    def without(self, rows: IntArray) -> Self:
        """Return the options of which these are in no set, and priced infinitely in `below`."""

    def divided(self, by: float) -> Self:
        """Return the options with their certain costs divided."""

    def rows_of(self, sku: int) -> IntArray:
        """Return the options of a SKU that may be chosen."""

    def sku_of(self, rows: IntArray) -> IntArray:
        """Return the SKU of each of these options."""

    def set_of(self, rows: IntArray) -> IntArray:
        """Return the set of alternates of each of these options."""

    def price(self, prices: RoundPrices) -> PricedSets:
        """Return the cheapest option of every set of alternates."""

    def price_of(self, rows: IntArray, prices: RoundPrices) -> FloatArray:
        """Return the priced cost of these options, link prices excluded."""

    def least_use(self, resource_price: FloatArray) -> PricedSets:
        """Return the option of every set whose use of the limits costs least; costs are ignored."""

    def below(
        self, prices: RoundPrices, of_set: FloatArray, threshold: float, most: int | None = None
    ) -> Near:
        """
        Return the options whose price plus their set's surcharge ``(A,)`` is at most the threshold.

        If these are more than `most`, the cheapest are returned, ties included; none of an
        infinite surcharge ever is.
        """

    def freeing(
        self, option: IntArray, tail: FloatArray, slack: FloatArray, exceeded: int
    ) -> Freeing:
        """
        Return each SKU's move that frees an exceeded limit at the least cost per unit.

        Parameters
        ----------
        option
            The plan.  Shape ``(N,)``.
        tail
            Marginal cost of loss in each scenario.  Shape ``(S,)``. [-]
        slack
            What the plan leaves of every limit, below 0 if exceeded.  Shape ``(R,)``.
        exceeded
            Which limit to free; no move may, by itself, exceed another one.
        """

    def losses(self, option: IntArray) -> FloatArray:
        """Return the total loss of one option per SKU, by block.  Shape ``(B, S)``."""

    def losses_of(self, rows: IntArray, scenarios: IntArray) -> FloatArray:
        """Return the loss of each of these options in some scenarios.  Shape ``(n, S')``."""

    def losses_by_sku(self, option: IntArray, weight: FloatArray) -> FloatArray:
        """Return each SKU's weighted sum of losses over the scenarios.  Shape ``(N,)``."""

    def total(self, option: IntArray) -> Sums:
        """Return total cost, expected loss and resource use of one option per SKU, by block."""

    def use(self, rows: IntArray) -> FloatArray:
        """Return how much of each limit these options use.  Shape ``(R, n)``."""

    def take(self, rows: IntArray) -> Columns:
        """Return all columns of these options, in this order."""
