"""What the search for a VaR plan knows: the model, every column priced, proofs, the best plan."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.engine.decompose.master import Column
from optimizer.engine.decompose.moves import Judge, objective_of
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.envelope import greatest_cap
from optimizer.engine.exact.whole_model import Effort, Solved
from optimizer.maths.risk import PROBABILITY_TOLERANCE

_FIRST, _POOL = 8, 60  # columns that the mixtures are made of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conflict:
    """
    Scenarios of which every plan cheaper than `bound` ignores one, and the prices that prove it.

    Attributes
    ----------
    kept
        Shape ``(S,)``.
    whole
        Whether the prices prove it of whole plans only: of the options that they leave open,
        no plan is cheaper.
    """

    kept: BoolArray
    bound: float
    prices: RoundPrices
    whole: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Search:
    """The model, every column priced so far, what is proven, the best plan and its losses."""

    model: PricingModel
    level: float
    effort: Effort
    columns: list[Column]
    conflicts: list[Conflict] = field(default_factory=list)
    proven: list[Conflict] = field(default_factory=list)
    best: Solved | None = None
    loss: FloatArray = field(default_factory=lambda: np.zeros(0))
    bound: float = -np.inf

    def keeping(self, kept: BoolArray) -> PricingModel:
        """Return the model whose tail is the greatest loss in the kept scenarios."""
        return replace(self.model, tail_cap=greatest_cap(kept))

    @property
    def pool(self) -> list[Column]:
        """The columns a conflict is looked for with: the frugal ones, and the last."""
        return [*self.columns[:_FIRST], *self.columns[_FIRST:][-_POOL:]]

    @property
    def may_ignore(self) -> float:
        """Probability that a plan may ignore."""
        return may_ignore(self.model.probability, self.level)

    @property
    def objective(self) -> float:
        """Of the best plan, infinite without one."""
        return np.inf if self.best is None else self.best.objective

    @property
    def closed(self) -> bool:
        """Whether the best plan is proven within the gap."""
        return self.objective - self.bound <= self.effort.gap * abs(self.objective)

    def keep_best(self, option: IntArray, prices: RoundPrices) -> FloatArray:
        """
        Keep a plan within the limits where it is the cheapest yet by the VaR objective.

        Parameters
        ----------
        prices
            At which the plan was found.

        Returns
        -------
        FloatArray
            Its losses.  Shape ``(S,)``. [money unit]
        """
        loss: FloatArray = self.model.options.losses(option).sum(axis=0)
        objective = objective_of(Judge(model=self.model, level=self.level, is_var=True), option)
        if objective < self.objective:
            self.loss = loss
            self.best = Solved(
                option=option,
                objective=objective,
                bound=self.bound,
                stopped_by="gap",
                resource_price=prices.resource,
                tail_weight=prices.tail,
            )
            self.effort.progress(objective, self.bound)
        return loss


def may_ignore(probability: FloatArray, level: float) -> float:
    """Return the probability of the scenarios that VaR may leave out; it keeps one at least."""
    rest = 1.0 - float(probability[probability > 0.0].min())
    return min(1.0 - level, rest) + PROBABILITY_TOLERANCE


def on_heavy(kept: BoolArray, prices: RoundPrices, light: float) -> tuple[RoundPrices, BoolArray]:
    """
    Return prices whose tail weighs only the scenarios that bear most of it, and those.  ``(S,)``

    Parameters
    ----------
    kept
        The scenarios that may bear weight.  Shape ``(S,)``.
    light
        Share of the tail's weight up to which a scenario is left out. [-]
    """
    borne = np.where(kept, prices.tail, 0.0)
    heavy = np.where(borne > light * borne.sum(), borne, 0.0)
    if not heavy.any():
        return replace(prices, tail=heavy), heavy > 0.0
    return replace(prices, tail=prices.tail.sum() * heavy / heavy.sum()), heavy > 0.0


def kept_of(search: Search, loss: FloatArray, ignored: BoolArray) -> BoolArray:
    """Return the scenarios left when the worst others that may be are ignored too.  ``(S,)``"""
    probability = search.model.probability
    kept = np.logical_not(ignored)
    left = search.may_ignore - float(probability[ignored].sum())
    for s in np.argsort(-loss, kind="stable").tolist():
        if kept[s] and probability[s] <= left and kept.sum() > 1:
            kept[s] = False
            left -= probability[s]
    return kept
