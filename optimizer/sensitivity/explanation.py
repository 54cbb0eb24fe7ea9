"""Why one SKU is as it is: what `ballast explain` says, in numbers and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedOption:
    """
    An option and what it costs over the horizon, priced. [currency]

    Attributes
    ----------
    option
        In words.
    certain
        By part: carrying, ordering, purchasing, routine_stockout, qualification.
    capital
        It draws on the budget.
    expected_loss
        To disruptions, by cause: outage, surge, price.
    risk_charge
        What its losses add to the plan's risk charge, at the plan's prices; below 0 where it loses
        less in the worst futures than on average.
    scarce
        Use of every resource that has a price, at that price, by name.
    onboarding
        Of suppliers for this SKU alone, their cash at the price of capital.
    total
        The sum of all but `capital`.
    """

    option: str
    certain: Mapping[str, float]
    capital: float
    expected_loss: Mapping[str, float]
    risk_charge: float
    scarce: Mapping[str, float]
    onboarding: float
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """
    An input in which the choice can flip: its value today, the nearest flips, what they lead to.

    Values are None and words empty where there is no flip.
    """

    today: float
    below: float | None
    becomes_below: str
    above: float | None
    becomes_above: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """
    What an outage costs whose days of supply are lost in full.

    `as_empty_days` is how many days without any stock cost as much, None where a day costs nothing.
    """

    days: int
    loss: float
    as_empty_days: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurt:
    """
    A future that this SKU loses in.  Days in days, the loss in currency.

    `strikes` are those that touch it, the earliest first: outages of its suppliers, surges and
    price shocks of its category.  `weight` is what one more unit of loss adds to the risk charge.
    """

    scenario: int
    probability: float
    weight: float
    strikes: tuple[str, ...]
    lost_days: float
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explanation:
    """
    All of it.

    Attributes
    ----------
    primary, region
        Its primary supplier and that supplier's region.
    outages_a_year
        How often the primary is struck.
    formula
        What the formulas gave, by name, in the units of `docs/run-folder.md`.
    curve
        What outages of some lengths cost.
    runner_up
        None where there is no other option; `gap` is how much dearer it is.
    flips
        ``capital_price``, ``stockout_cost``, ``outage_probability`` (within a year).
    worst
        The futures it loses most in, at most five, of `futures`.
    time_to_survive, time_to_recover
        Mean cover, and the primary's stated days; None without demand, or where none is stated.
    break_even
        The rows of ``break_even.csv`` that are of it, and of suppliers onboarded for it.
    """

    run: str
    sku: str
    description: str
    currency: str
    horizon_days: int
    primary: str
    region: str
    outages_a_year: float
    reason: str
    formula: Mapping[str, float | str]
    curve: tuple[Outage, ...]
    prices: Mapping[str, float]
    chosen: PricedOption
    runner_up: PricedOption | None
    gap: float | None
    flips: Mapping[str, Flip]
    worst: tuple[Hurt, ...]
    futures: int
    time_to_survive: float | None
    time_to_recover: float | None
    break_even: pd.DataFrame
