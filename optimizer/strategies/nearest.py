"""A strategy's wish for every SKU, and the nearest option that the SKU may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.option import Catalogue, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError
from optimizer.options.alternates import alternate_sets
from optimizer.options.block import block
from optimizer.options.catalogue import catalogue
from optimizer.options.choices import offered_choices
from optimizer.options.designs import eligible_policies
from optimizer.options.holding import stock
from optimizer.options.rules import broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    A strategy's wish for a group of SKUs, alternates excepted.

    Attributes
    ----------
    policies
        Names of policies: the one wanted first, then fallbacks in order of preference.
    reserve_days
        Least reserve wanted; the smallest sufficient one is taken. [days of demand]
    lean
        Whether the lowest cycle service level is wanted; otherwise the highest.
    """

    policies: tuple[str, ...]
    reserve_days: float = 0.0
    lean: bool = False


class Nearest(NamedTuple):
    """
    The option of every SKU that comes nearest to its wish.

    Attributes
    ----------
    designs
        One row per SKU, without alternates.
    granted
        Whether the wish is fulfilled; always true without demand.  Shape ``(N,)``.
    """

    designs: Designs
    granted: BoolArray


def nearest(portfolio: Portfolio, wishes: Sequence[Wish], wish_of: IntArray) -> Nearest:
    """
    Return the first option that every SKU may have, in the order of preference of its wish.

    Parameters
    ----------
    portfolio
        Its SKUs, policies and locks; the policy mode is ignored.
    wishes
        The distinct wishes.
    wish_of
        Index of each SKU's wish.  Shape ``(N,)``.

    Raises
    ------
    BadInputError
        If a SKU has no option; every such SKU is listed.
    """
    options = catalogue(portfolio.settings)
    policies = list(portfolio.settings.policies)
    orders = np.stack([preference(options, policies, wish) for wish in wishes])
    everything = np.ones((len(portfolio.skus), len(policies)), dtype=np.bool_)
    eligible = eligible_policies(portfolio, everything)
    choice = np.full(len(portfolio.skus), -1)
    for rank in range(len(options)):
        left = np.flatnonzero(choice < 0)
        offered = orders[wish_of[left], rank]
        is_open = eligible[left, options.policy[offered]]
        sku, offered = left[is_open], offered[is_open]
        fits = _fits(portfolio, _designs(options, sku, offered))
        choice[sku[fits]] = offered[fits]
    if (choice < 0).any():
        sets = alternate_sets(portfolio)
        without = np.flatnonzero(choice < 0)
        raise BadInputError(
            block(portfolio, offered_choices(portfolio, everything), sets, without).problems
        )
    granted = np.stack([_grants(options, policies, wish) for wish in wishes])
    first = choice == orders[wish_of, 0]
    return Nearest(
        designs=_designs(options, np.arange(len(choice)), choice),
        granted=(first & granted[wish_of, choice]) | (portfolio.skus.demand_mean == 0.0),
    )


def preference(options: Catalogue, policies: Sequence[str], wish: Wish) -> IntArray:
    """
    Return the rows of the catalogue in order of preference.

    By policy; then the smallest sufficient reserve, or the largest if none suffices; then the
    shortest lot; then the service level; then the catalogue's order.

    Parameters
    ----------
    policies
        Names of the policies, in the order of `settings.policies`.
    """
    ranks = [_rank(policy, wish) for policy in policies]
    service_level = options.service_level if wish.lean else -options.service_level
    beyond = options.reserve_days - wish.reserve_days
    keys = (
        service_level,
        options.lot_days_min,
        np.maximum(beyond, 0.0),
        np.maximum(-beyond, 0.0),
        np.array(ranks, dtype=np.int64)[options.policy],
    )
    return np.asarray(np.lexsort(keys))


def _rank(policy: str, wish: Wish) -> int:
    return wish.policies.index(policy) if policy in wish.policies else len(wish.policies)


def _grants(options: Catalogue, policies: Sequence[str], wish: Wish) -> BoolArray:
    """Return which rows of the catalogue have the wanted policy and a sufficient reserve."""
    wanted = np.array([policy == wish.policies[0] for policy in policies], dtype=np.bool_)
    return wanted[options.policy] & (options.reserve_days >= wish.reserve_days)


def _designs(options: Catalogue, sku: IntArray, choice: IntArray) -> Designs:
    return options.designs(sku, choice, np.full((len(sku), 2), -1))


def _fits(portfolio: Portfolio, designs: Designs) -> BoolArray:
    return np.asarray(~broken(portfolio, designs, stock(portfolio, designs)).any(axis=0))
