"""Charts of the build-ups of carrying and shortage costs: one bar per policy, stacked by part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.reports.kit.bar_chart import BarChart, Part
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.format import compact, percent
from optimizer.reports.kit.measures import CARRYING, SHORT, Measure, policy_words
from optimizer.reports.run.facts import Facts


def carrying_chart(build_up: Mapping[str, Any], facts: Facts) -> BarChart:
    """Draw the carrying cost of each policy by part, the largest on top."""
    bars = {policy_words(name): row for name, row in build_up["carrying"]["policies"].items()}
    return _stacked(
        bars,
        CARRYING,
        Caption(
            finding=_largest(
                build_up["carrying"]["all"], CARRYING, "carrying", "There is no stock to carry."
            ),
            what=f"Carrying by policy and part, {facts.per_horizon} [{facts.currency}]",
            source="scorecard.json",
        ),
        facts,
    )


def short_chart(build_up: Mapping[str, Any], facts: Facts) -> BarChart:
    """Draw routine stockouts and expected losses by part."""
    routine, losses = build_up["routine_stockout"]["all"], build_up["expected_loss"]["all"]
    both = {part: losses.get(part, 0.0) + routine.get(part, 0.0) for part in SHORT}
    return _stacked(
        {"Routine stockouts": routine, "Disruptions": losses},
        SHORT,
        Caption(
            finding=_largest(both, SHORT, "the cost of being short", "Being short costs nothing."),
            what=f"Cost of being short by part, {facts.per_horizon} [{facts.currency}]",
            source="scorecard.json",
        ),
        facts,
    )


def _largest(
    amounts: Mapping[str, float], parts: Mapping[str, Measure], of_what: str, none: str
) -> str:
    """Say which part is the largest."""
    total = sum(amounts.values())
    if total <= 0.0:
        return none
    name = max(amounts, key=lambda part: amounts[part])
    return f"{percent(amounts[name] / total)} of {of_what} is {parts[name].label.lower()}."


def _stacked(
    bars: Mapping[str, Mapping[str, float]],
    parts: Mapping[str, Measure],
    caption: Caption,
    facts: Facts,
) -> BarChart:
    return BarChart(
        caption=caption,
        names=list(bars),
        parts=[
            Part(
                name=measure.label,
                color=measure.color,
                values=[amounts.get(part, 0.0) for amounts in bars.values()],
            )
            for part, measure in parts.items()
        ],
        labels=[compact(sum(amounts.values())) for amounts in bars.values()],
        unit=facts.currency,
    )
