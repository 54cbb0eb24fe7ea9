"""Why a plan is as it is: what came second, where choices flip, where things break even."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from optimizer.domain.arrays import FloatArray, IntArray, TextArray, freeze, require_length
from optimizer.domain.option import Designs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reasons:
    """
    Why each SKU got its option, at the relaxation's prices.  Shape ``(N,)`` where not said.

    Attributes
    ----------
    text
        In words.
    runner_up
        The option next best, of the SKUs that have another one, in their order.
    runner_up_gap
        How much dearer it is, priced; NaN where there is none. [currency]
    stockout_cost
        Daily stockout cost today.  :math:`\\kappa` [currency/day]
    outage_probability
        That the primary supplier is struck within a year, by the rates of its hazards. [-]
    flip_price, flip_stockout_cost, flip_outage_probability
        Value nearest to today's at which another option, dearer today, is as good; NaN for none.
        [currency per unit of capital over the horizon], [currency/day], [-]
    """

    text: TextArray
    runner_up: Designs
    runner_up_gap: FloatArray
    stockout_cost: FloatArray
    outage_probability: FloatArray
    flip_price: FloatArray
    flip_stockout_cost: FloatArray
    flip_outage_probability: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BreakEvens:
    """
    What the plan buys against outages, and the outage rate below which it no longer pays.

    Attributes
    ----------
    kind
        ``source``: an alternate of a SKU; ``supplier``: one onboarded, for all SKUs it serves;
        ``reserve``: the stockpile of a SKU.  Shape ``(m,)``.
    sku, supplier
        Rows of the portfolio, -1 where it is of none.  Shape ``(m,)``.
    cost
        Spent once: qualification, onboarding, the value of the reserve. [currency]
    saving
        Against the best plan without it, at the plan's prices; NaN where there is none.
        [currency/yr]
    outage_rate, break_even_rate
        Strikes on the primary supplier, the mean of them for a supplier: today's, and that below
        which it no longer pays; NaN where it never pays. [1/yr]
    """

    kind: TextArray
    sku: IntArray
    supplier: IntArray
    cost: FloatArray
    saving: FloatArray
    outage_rate: FloatArray
    break_even_rate: FloatArray

    def __post_init__(self) -> None:
        require_length(self, len(self.kind))
        freeze(self)

    def __len__(self) -> int:
        return len(self.kind)


class Rationale(NamedTuple):
    """Why a plan is as it is."""

    reasons: Reasons
    break_evens: BreakEvens
