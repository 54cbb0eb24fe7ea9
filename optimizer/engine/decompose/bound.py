"""
The lower bound by column generation (Dantzig–Wolfe), with smoothed prices (ALGORITHMS 2 and 3).

Each round solves the pricing problem at the current shadow prices, which proves a Lagrangian bound
and gives one column per block; the restricted master mixes the columns and gives the next prices.

Why column generation: only capital and other limits, suppliers and the tail couple the SKUs, so at
given prices each SKU chooses alone (ALGORITHMS 2).  Why smoothing: the master's prices swing while
it has few columns; steps from the best prices so far settle in 8 to 15 rounds (ALGORITHMS 3).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.plan import NO_PRICES, LossPrices
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.blocks import BLOCKS
from optimizer.engine.decompose.master import Column, Mixture, Stand, least_excess, mix
from optimizer.engine.decompose.onboarding import Opening, open_suppliers
from optimizer.engine.decompose.option_blocks import Near, RoundPrices
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.envelope import tail_of_duals
from optimizer.engine.exact.whole_model import Effort, InfeasibleError
from optimizer.errors import StoppedError

_ROUNDS = 80
_IDLE_ROUNDS, _PROGRESS = 8, 0.99
_FIRST_STEP, _BOLDER, _SHYER, _SHORTEST_STEP = 0.7, 1.2, 0.7, 0.3
_LEAST_SHARE = 1e-9
_ARITHMETIC = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Round:
    """One pricing round: its prices, the bound they prove, the priced plan and the onboardings."""

    prices: RoundPrices
    bound: float
    column: Column
    opening: Opening


@dataclass(slots=True)
class Proof:
    """
    Columns and the best round so far: the warm start of a neighbouring budget.

    They are of the model that prices on losses, `loss`, make of the case (`loss_limits`).

    Attributes
    ----------
    stand
        Where the master of the first columns ended.
    """

    columns: list[Column] = field(default_factory=list)
    best: Round | None = None
    loss: LossPrices = NO_PRICES
    stand: Stand | None = None

    def mix(self, model: PricingModel, stop: Stop) -> Mixture | None:
        """Return the best mixture of the columns, starting where the last one ended."""
        mixture = mix(self.columns, model, stop, self.stand)
        if mixture is not None:
            self.stand = mixture.stand
        return mixture

    def forget(self, mixture: Mixture) -> None:
        """Drop the columns that a mixture has no share of and does not stand on."""
        used = (mixture.share > _LEAST_SHARE).any(axis=1) | mixture.stand.basic(len(mixture.share))
        self.columns = [self.columns[k] for k in np.flatnonzero(used).tolist()]
        self.stand = mixture.stand.keeping(used)

    def add(self, new: Round) -> Round:
        """Keep a round's column, and return the best round so far."""
        self.columns.append(new.column)
        if self.best is None or new.bound > self.best.bound:
            self.best = new
        return self.best


def price_round(model: PricingModel, prices: RoundPrices) -> Round:
    """Solve the pricing problem: each SKU takes its cheapest option at these prices."""
    least, option = model.options.price(prices)
    opening = open_suppliers(model.links, least, model.opening_price(prices.resource))
    return Round(
        prices=prices,
        bound=_bound(model, prices, opening),
        column=column_of(model, option[opening.chosen_set]),
        opening=opening,
    )


def _within(other: Round, model: PricingModel) -> Round:
    """Return a round of another budget with the bound that its prices prove under these limits."""
    return replace(other, bound=_bound(model, other.prices, other.opening))


def _bound(model: PricingModel, prices: RoundPrices, opening: Opening) -> float:
    return float(opening.least.sum() - prices.resource @ model.limit)


def column_of(model: PricingModel, option: IntArray) -> Column:
    """Return cost, use, needed suppliers and losses of one option per SKU, block by block."""
    options = model.options
    block = options.block[options.sku_of(option)]
    needed = model.links.supplier[options.set_of(option)]
    needs = np.zeros((BLOCKS, len(model.onboarding_cost)), dtype=np.bool_)
    place, which = np.nonzero(needed >= 0)
    needs[block[place], needed[place, which]] = True
    sums, loss = options.total(option), options.losses(option)
    return Column(
        option=option,
        cost=sums.cost,
        mean=sums.mean,
        use=sums.use,
        needs=needs,
        loss=loss,
        worst=np.argsort(-loss.sum(axis=0), kind="stable"),
    )


def prove(
    model: PricingModel, effort: Effort, gap: float, proof: Proof
) -> tuple[Round, Mixture | None]:
    """
    Generate columns until the restricted master's value is within the gap of the bound.

    Parameters
    ----------
    effort
        Its deadline ends the rounds; its observer hears of every better bound.
    gap
        Relative distance of the master's value from the bound at which to stop.
    proof
        Empty, or that of a neighbouring budget as a warm start: columns and prices stay, the
        bound is recomputed because it holds for one budget only.  Extended in place.

    Returns
    -------
    tuple of Round and Mixture or None
        The best round; no mixture if the effort ran out before the master had a solution.

    Raises
    ------
    InfeasibleError
        If no mixture of plans meets the limits.
    """
    first = proof.best or proof.add(price_round(model, free_prices(model)))
    best = proof.best = _within(first, model)
    try:
        mixture = _afford(model, effort.stop, proof)
    except StoppedError:
        return best, None
    step, distance = _FIRST_STEP, [apart(mixture, best)]
    while distance[-1] > gap and not _settled(distance) and effort.seconds_left:
        target = RoundPrices(resource=mixture.resource, tail=mixture.tail)
        try:
            new = price_round(model, best.prices.towards(target, step))
            better = new.bound > best.bound
            best = proof.add(new)
            mixture = proof.mix(model, effort.stop) or mixture
        except StoppedError:
            break
        step = min(step * _BOLDER, 1.0) if better else max(step * _SHYER, _SHORTEST_STEP)
        effort.progress(None, best.bound)
        distance.append(apart(mixture, best))
    return best, mixture


def _settled(distance: list[float]) -> bool:
    """Whether to stop: the rounds are used up, or the last few hardly narrowed the distance."""
    recent = distance[-1 - _IDLE_ROUNDS :]
    idle = len(recent) > _IDLE_ROUNDS and recent[-1] > _PROGRESS * recent[0]
    return idle or len(distance) > _ROUNDS


def apart(mixture: Mixture, best: Round) -> float:
    """Return how far above its bound a mixture is, as a share of its value. [-]"""
    return (mixture.value - best.bound) / max(abs(mixture.value), np.finfo(np.float64).tiny)


def near_bound(model: PricingModel, best: Round, room: float, most: int | None = None) -> Near:
    """
    Return the options of reduced cost up to `room`; plans below bound + room contain no others.

    An option's reduced cost says by how much, at least, a plan with it exceeds the bound.

    Parameters
    ----------
    room
        Largest reduced cost. [money unit]
    most
        Return only this many, those of the smallest reduced cost.
    """
    least = np.repeat(best.opening.least, np.diff(model.links.set_start))
    of_set = best.opening.link_price - least
    return model.options.below(best.prices, of_set, room, most)


def free_prices(model: PricingModel) -> RoundPrices:
    """Return the first prices: limits free, the tail weighted by probability."""
    tail = tail_of_duals(model.probability * model.tail_charge, model.tail_charge, model.tail_cap)
    return RoundPrices(resource=np.zeros(len(model.limit)), tail=tail)


def _afford(model: PricingModel, stop: Stop, proof: Proof) -> Mixture:
    """Phase one: add the most frugal plans until a mixture meets the limits or none can."""
    for _ in range(_ROUNDS):
        mixture = proof.mix(model, stop)
        if mixture is not None:
            return mixture
        price = least_excess(proof.columns, model, stop)
        least_use, frugal = _most_frugal(model, price)
        if least_use > price @ model.limit + _ARITHMETIC:
            break
        proof.columns.append(frugal)
    raise InfeasibleError


def _most_frugal(model: PricingModel, price: FloatArray) -> tuple[float, Column]:
    """Return the least cost of using the limits at these prices, and the plan that has it."""
    least, option = model.options.least_use(price)
    opening = open_suppliers(model.links, least, price @ model.onboarding_use)
    return float(opening.least.sum()), column_of(model, option[opening.chosen_set])
