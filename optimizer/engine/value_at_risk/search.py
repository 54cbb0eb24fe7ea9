"""State of the search for a VaR plan: the model, all columns, conflicts and the incumbent."""

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

_FIRST, _POOL = 8, 60  # columns offered to the restricted master: the first and the last


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conflict:
    """
    Scenarios one of which every plan cheaper than `bound` ignores, and the prices that prove it.

    Attributes
    ----------
    kept
        Shape ``(S,)``.
    whole
        Whether the proof holds for whole plans only: no plan made of the options that the prices
        leave open is cheaper.
    """

    kept: BoolArray
    bound: float
    prices: RoundPrices
    whole: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Search:
    """The model, all columns so far, conflicts, proven bound, the incumbent and its losses."""

    model: PricingModel
    tail_level: float
    effort: Effort
    columns: list[Column]
    conflicts: list[Conflict] = field(default_factory=list)
    proven: list[Conflict] = field(default_factory=list)
    best: Solved | None = None
    loss: FloatArray = field(default_factory=lambda: np.zeros(0))
    bound: float = -np.inf

    def keeping(self, kept: BoolArray) -> PricingModel:
        """Return the model whose tail measure is the greatest loss in the kept scenarios."""
        return replace(self.model, tail_cap=greatest_cap(kept))

    @property
    def pool(self) -> list[Column]:
        """The columns for finding conflicts: the frugal first ones, and the latest."""
        return [*self.columns[:_FIRST], *self.columns[_FIRST:][-_POOL:]]

    @property
    def may_ignore(self) -> float:
        """Total probability of the scenarios that VaR may ignore."""
        return may_ignore(self.model.probability, self.tail_level)

    @property
    def objective(self) -> float:
        """Objective of the incumbent, infinite without one."""
        return np.inf if self.best is None else self.best.objective

    @property
    def closed(self) -> bool:
        """Whether the incumbent is proven within the gap."""
        return self.objective - self.bound <= self.effort.gap * abs(self.objective)

    def keep_best(self, option: IntArray, prices: RoundPrices) -> FloatArray:
        """
        Take a plan within the limits as incumbent if it is the cheapest so far by VaR.

        Parameters
        ----------
        prices
            Prices at which the plan was found.

        Returns
        -------
        FloatArray
            The plan's losses.  Shape ``(S,)``. [money unit]
        """
        loss: FloatArray = self.model.options.losses(option).sum(axis=0)
        judge = Judge(model=self.model, tail_level=self.tail_level, is_var=True)
        objective = objective_of(judge, option)
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


def may_ignore(probability: FloatArray, tail_level: float) -> float:
    """Return the total probability that VaR may ignore; at least one scenario is kept."""
    rest = 1.0 - float(probability[probability > 0.0].min())
    return min(1.0 - tail_level, rest) + PROBABILITY_TOLERANCE


def on_heavy(kept: BoolArray, prices: RoundPrices, light: float) -> tuple[RoundPrices, BoolArray]:
    """
    Concentrate the tail weights on the heaviest kept scenarios; return prices and scenarios.

    Parameters
    ----------
    kept
        Whether a scenario may carry weight.  Shape ``(S,)``.
    light
        Share of the total weight up to which a scenario is dropped. [-]
    """
    borne = np.where(kept, prices.tail, 0.0)
    heavy = np.where(borne > light * borne.sum(), borne, 0.0)
    if not heavy.any():
        return replace(prices, tail=heavy), heavy > 0.0
    return replace(prices, tail=prices.tail.sum() * heavy / heavy.sum()), heavy > 0.0


def kept_of(search: Search, loss: FloatArray, ignored: BoolArray) -> BoolArray:
    """Return the scenarios kept when the worst beyond `ignored` are ignored too.  ``(S,)``"""
    probability = search.model.probability
    kept = np.logical_not(ignored)
    left = search.may_ignore - float(probability[ignored].sum())
    for s in np.argsort(-loss, kind="stable").tolist():
        if kept[s] and probability[s] <= left and kept.sum() > 1:
            kept[s] = False
            left -= probability[s]
    return kept
