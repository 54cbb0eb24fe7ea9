"""The build-ups of `scorecard.json` in words and rows, for the page and the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.metrics.build_up import RATES
from optimizer.reports.kit.format import money, percent
from optimizer.reports.kit.measures import CARRYING, SHORT
from optimizer.reports.kit.price_words import saves
from optimizer.reports.run.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryingPart:
    """
    A part of the carrying cost.

    `rate` is what the inputs state, None where it is no rate of the stock [1/yr]; `amount` is
    what the plan pays over the horizon [currency]; `share` is of all carrying [-].
    """

    label: str
    rate: float | None
    amount: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortPart:
    """A part of the cost of being short: routine stockouts (None: none), expected losses."""

    label: str
    routine: float | None
    disruptions: float


def carrying_parts(build_up: Mapping[str, Any]) -> list[CarryingPart]:
    """Return the parts of the carrying cost, in the order of the inputs."""
    amounts, rates = build_up["carrying"]["all"], build_up["carrying_rate"]
    total = sum(amounts.values()) or 1.0
    return [
        CarryingPart(
            label=part.label,
            rate=rates.get(name),
            amount=amounts[name],
            share=amounts[name] / total,
        )
        for name, part in CARRYING.items()
    ]


def short_parts(build_up: Mapping[str, Any]) -> list[ShortPart]:
    """Return the parts of the cost of being short."""
    routine, losses = build_up["routine_stockout"]["all"], build_up["expected_loss"]["all"]
    return [
        ShortPart(label=part.label, routine=routine.get(name), disruptions=losses[name])
        for name, part in SHORT.items()
    ]


def short_groups(build_up: Mapping[str, Any], group: str) -> dict[str, dict[str, float]]:
    """Return routine stockouts and disruptions together by `policies` or `categories`."""
    routine, losses = build_up["routine_stockout"][group], build_up["expected_loss"][group]
    both = {
        name: {part: losses[name][part] + routine[name].get(part, 0.0) for part in SHORT}
        for name in losses
    }
    return dict(sorted(both.items(), key=lambda item: -sum(item[1].values())))


def rate_sentence(build_up: Mapping[str, Any]) -> str:
    """Say the carrying rate of the inputs and its parts."""
    rates = build_up["carrying_rate"]
    if rates["all"] is None:
        return "There is no stock to carry."
    named = (*RATES, "obsolescence")
    parts = ", ".join(f"{CARRYING[name].label.lower()} {percent(rates[name])}" for name in named)
    return (
        f"Carrying stock costs {percent(rates['all'])} of its value a year: {parts} "
        "(obsolescence is the SKUs' own, weighted by mean inventory at cost)."
    )


def no_double_counting(build_up: Mapping[str, Any], facts: Facts) -> list[str]:
    """Say in which part the cost of capital is counted, and in which it is not."""
    capital = money(build_up["carrying"]["all"]["capital"], facts.currency)
    lives = facts.settings.qualification.life_years, facts.settings.onboarding.life_years
    return [
        (
            f"The cost of capital is counted once, in carrying: {capital} {facts.per_horizon}. "
            "No other part contains any of it."
        ),
        (
            f"Qualifications are written off over {lives[0]:g} years and onboardings over "
            f"{lives[1]:g}, without interest."
        ),
        *_price_of_the_budget(facts),
        (
            "Where a policy pays another share of the holding cost (vendor-managed stock, for "
            "instance), carrying is not rate × value."
        ),
    ]


def _price_of_the_budget(facts: Facts) -> list[str]:
    capital = next((limit for limit in facts.limits if limit.name == "capital"), None)
    if capital is None or capital.limit is None:
        return []
    rate = percent(facts.settings.carrying.capital)
    saved = saves(capital.price, capital.price_expected, facts.currency, facts.per_horizon)
    return [
        (
            f"The shadow price of the budget is not a cost: one more {facts.currency} of capital "
            f"would save {saved}, net of its own cost of capital of {rate} a year. It is shown "
            "beside the rate and in no total."
        )
    ]
