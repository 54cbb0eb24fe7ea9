"""The explanation of one SKU's decision, in the numbers and names that `ballast explain` shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedOption:
    """
    An option with its priced cost over the horizon, part by part. [currency]

    Attributes
    ----------
    option
        The option in words.
    certain
        Certain cost by part: carrying, ordering, purchasing, routine_stockout, qualification.
    capital
        Capital that it draws from the budget.
    expected_loss
        Expected loss to disruptions, by cause: outage, surge, price.
    risk_charge
        Marginal contribution to the plan's risk charge; below 0 if the option loses less in the
        worst futures than on average.
    scarce
        Use of every resource with a shadow price, at that price, by name.
    onboarding
        Cost of suppliers onboarded for this SKU alone, their cash at the shadow price of capital.
    total
        The sum of all parts except `capital`.
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
    An input's value today, the nearest values at which the choice flips, and what it becomes.

    Values are None and words empty if there is no flip.
    """

    today: float
    below: float | None
    becomes_below: str
    above: float | None
    becomes_above: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """
    Loss of an outage of so many lost days.

    `as_empty_days` is the number of days without stock that cost as much, None if a day costs
    nothing.
    """

    days: int
    loss: float
    as_empty_days: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstFuture:
    """
    A future in which this SKU has a loss. [day] and [currency]

    `strikes` are those that affect the SKU, the earliest first: outages of its suppliers, demand
    surges and price shocks of its category.  `weight` is the marginal risk charge of a loss there.
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
    The explanation of one SKU's decision.

    Attributes
    ----------
    primary, region
        The primary supplier and its region.
    outages_a_year
        Strikes on the primary per year.
    formula
        Values of the formulas, by name, in the units of `docs/run-folder.md`.
    curve
        Losses of outages of several lengths.
    prices, prices_expected
        Shadow price of each scarce resource, and how much of it is expected cost, None where that
        is not known. [currency per unit]
    runner_up
        The next best option, None if there is no other; `gap` is how much dearer it is.
    flips
        By input: ``capital_price``, ``stockout_cost``, ``outage_probability`` (within a year).
    worst
        The futures with the largest losses, at most five, of `futures`.
    time_to_survive, time_to_recover
        Mean cover, and the primary's stated days; None without demand, or if none are stated.
    break_even
        The SKU's rows of ``break_even.csv``, and those of suppliers onboarded for it.
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
    prices_expected: Mapping[str, float | None]
    chosen: PricedOption
    runner_up: PricedOption | None
    gap: float | None
    flips: Mapping[str, Flip]
    worst: tuple[WorstFuture, ...]
    futures: int
    time_to_survive: float | None
    time_to_recover: float | None
    break_even: pd.DataFrame
