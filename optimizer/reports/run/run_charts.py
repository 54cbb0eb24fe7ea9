"""The charts of a run: where the capital sits, what disruptions cost, what else could be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.run import RunTables
from optimizer.reports.kit.axis import Axis, covering
from optimizer.reports.kit.bar_chart import BarChart, Part
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.colors import Color
from optimizer.reports.kit.format import compact, count, money, percent, whole
from optimizer.reports.kit.line_chart import Line, LineChart, Upright
from optimizer.reports.kit.measures import MEASURES, policy_noun, policy_words
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.strategies_table import (
    LABELS,
    STRATEGY_PARTS,
    cost_parts,
    cost_range,
    priced_strategies,
)

HAZARDS: Final = 10
"""Hazards shown by name; the others are added up."""
_BINS: Final = 40
_CATEGORIES: Final = 9
_ROOM: Final = 1.3  # times the longest bar
_CURVE: Final = 400  # points of a curve over many futures


def capital_chart(tables: RunTables, facts: Facts) -> BarChart:
    """Draw the capital by policy, largest on top."""
    by_policy = tables.plan.groupby("policy")["capital"].sum()
    capital = _by_policy(by_policy)
    spoken = {policy_noun(str(name)): float(value) for name, value in by_policy.items()}
    return _bars(
        capital,
        Caption(
            finding=_largest(spoken, "of the capital is held by", "No capital is tied up."),
            what=f"Capital by policy [{facts.currency}]",
            source="plan.parquet",
        ),
        MEASURES["capital"].color,
        facts.currency,
    )


def category_chart(scorecard: Mapping[str, Any], facts: Facts) -> BarChart:
    """Draw the capital by category, largest on top, the smallest together."""
    capital = {
        name or "no category": row["capital"] for name, row in scorecard["categories"].items()
    }
    order = sorted(capital, key=lambda name: (-capital[name], name))
    shown = _with_others([(name, capital[name]) for name in order], _CATEGORIES)
    return _bars(
        shown,
        Caption(
            finding=_largest(shown, "of the capital sits in", "No capital is tied up."),
            what=f"Capital by category [{facts.currency}]",
            source="scorecard.json",
        ),
        MEASURES["capital"].color,
        facts.currency,
    )


def number_chart(tables: RunTables) -> BarChart:
    """Draw the number of SKUs by policy, the most on top."""
    numbers = _by_policy(tables.plan.groupby("policy")["sku"].count())
    top, most = max(numbers.items(), key=lambda item: item[1])
    chart = _bars(
        numbers,
        Caption(
            finding=f"{top} serves most SKUs: {whole(most)} of {len(tables.plan):,}.",
            what="Number of SKUs by policy",
            source="plan.parquet",
        ),
        "grey",
        "SKUs",
    )
    return replace(chart, labels=[whole(number) for number in numbers.values()])


def hazard_chart(scorecard: Mapping[str, Any], facts: Facts) -> BarChart:
    """Draw the expected loss by hazard, the dearest on top, the smallest together."""
    hurting = [
        (row["hazard"], row["expected_loss"])
        for row in scorecard["hazards"]
        if row["expected_loss"] > 0.0
    ]
    shown = _with_others(hurting, HAZARDS)
    return _bars(
        shown,
        Caption(
            finding=_largest(shown, "of the expected loss comes from", "No hazard costs anything."),
            what=f"Expected loss by hazard, exact, {facts.per_horizon} [{facts.currency}]",
            source="expected.parquet",
        ),
        MEASURES["expected_loss"].color,
        facts.currency,
    )


def concentration_sentence(plan: pd.DataFrame) -> str:
    """
    Say how few SKUs hold half of the capital.

    Examples
    --------
    >>> concentration_sentence(pd.DataFrame({"capital": [60.0, 30.0, 10.0]}))
    'Half of the capital sits in 1 of 3 SKUs.'
    """
    capital = np.sort(plan["capital"].to_numpy(dtype=np.float64))[::-1]
    total = float(capital.sum())
    if total <= 0.0:
        return "No capital is tied up."
    half = int(np.searchsorted(np.cumsum(capital), total / 2.0)) + 1
    return f"Half of the capital sits in {half:,} of {count(len(plan), 'SKU')}."


def loss_chart(tables: RunTables, facts: Facts) -> LineChart:
    """Draw the probability of each range of loss; mark the expected loss, VaR and CVaR."""
    loss = tables.scenarios["loss"].to_numpy(dtype=np.float64)
    top = max(float(loss.max()), facts.cvar) or 1.0
    across = _loss_axis(facts, top)
    weight, edges = np.histogram(
        loss, bins=_BINS, range=(0.0, top), weights=tables.scenarios["probability"]
    )
    tail_level = percent(facts.settings.risk.level)
    currency = facts.currency
    tips = [
        f"{compact(low)} to {money(high, currency)}: {percent(share)}"
        for low, high, share in zip(edges, edges[1:], weight, strict=False)
    ]
    return LineChart(
        caption=Caption(
            finding=f"With {tail_level} probability the loss {facts.within_horizon} is at most "
            f"{money(facts.var, currency)}.",
            what=f"Probability of each range of loss, over {count(len(loss), 'future')} [%]",
            source="scenarios.parquet",
        ),
        x=((edges[:-1] + edges[1:]) / 2.0).tolist(),
        x_name=_loss_name(facts),
        across=across,
        upwards=Axis(low=0.0, high=118.0 * (float(weight.max()) or 0.01)),
        columns=(Part(name="Probability", color="blue", values=(100.0 * weight).tolist()),),
        width=0.9 * float(edges[1]),
        uprights=_uprights(facts, across),
        tips=tips,
    )


def exceedance_chart(tables: RunTables, facts: Facts) -> LineChart:
    """Draw the probability that the loss is larger than any amount."""
    likely = tables.scenarios.groupby("loss")["probability"].sum()
    losing = likely[likely.index > 0.0]
    some = float(losing.sum())
    amounts = losing.index.to_numpy(dtype=np.float64)
    beyond = np.clip(some - losing.cumsum().to_numpy(dtype=np.float64), 0.0, 1.0)
    places = _thinned(len(amounts))
    x = np.concatenate([[0.0], amounts[places]])
    y = np.concatenate([[some], beyond[places]])
    top = max(float(x.max()), facts.cvar) or 1.0
    across = _loss_axis(facts, top)
    tips = [
        f"more than {money(at, facts.currency)}: {percent(share)}"
        for at, share in zip(x.tolist(), y.tolist(), strict=True)
    ]
    tail_share = percent(1.0 - facts.settings.risk.level)
    return LineChart(
        caption=Caption(
            finding=f"The chance of any loss {facts.within_horizon} is {percent(some)}; the worst "
            f"{tail_share} average {money(facts.cvar, facts.currency)}.",
            what=f"Probability of a larger loss, over {count(len(tables.scenarios), 'future')} [%]",
            source="scenarios.parquet",
        ),
        x=x.tolist(),
        x_name=_loss_name(facts),
        across=across,
        upwards=Axis(low=0.0, high=118.0 * (some or 0.01)),
        lines=(
            Line(
                name="Probability of a larger loss",
                color="blue",
                y=(100.0 * y).tolist(),
                steps=True,
            ),
        ),
        uprights=_uprights(facts, across),
        tips=tips,
    )


def strategy_chart(tables: RunTables, facts: Facts) -> BarChart:
    """Draw the parts of every strategy's cost, today on top; a bar beyond the others is cut."""
    priced = priced_strategies(tables.strategies)
    _, high = cost_range(priced)
    drawn = zip(cost_parts(priced).values(), STRATEGY_PARTS, strict=True)
    return BarChart(
        caption=Caption(
            finding=_best_sentence(priced["objective"], facts),
            what=f"Cost {facts.per_horizon} by strategy and part [{facts.currency}]; a bar with an "
            f"arrow goes on beyond the picture",
            source="strategies.csv",
        ),
        names=[LABELS[str(name)] for name in priced.index],
        parts=[Part(name=p.label, color=p.color, values=values.tolist()) for values, p in drawn],
        labels=[compact(total) for total in priced["objective"]],
        unit=facts.currency,
        end=_ROOM * high,
        strong=LABELS["best"],
    )


def _best_sentence(cost: pd.Series[float], facts: Facts) -> str:
    """Say what this plan costs against today, or against the cheapest of the others."""
    others = cost.drop("best")
    base = "today" if "today" in others.index else str(others.idxmin())
    less = float(others[base] - cost["best"])
    share = percent(abs(less) / abs(float(others[base]))) if others[base] else ""
    name = LABELS[base].lower()
    word = "less" if less >= 0.0 else "more"
    return f"This plan costs {money(abs(less), facts.currency)} ({share}) {word} than {name}."


def _by_policy(values: pd.Series[Any]) -> dict[str, float]:
    ordered = values.sort_values(kind="stable", ascending=False)
    return {policy_words(str(name)): float(value) for name, value in ordered.items()}


def _with_others(rows: Sequence[tuple[str, float]], most: int) -> dict[str, float]:
    """Return the first rows, and the sum of the others as one."""
    shown = dict(rows[:most])
    if others := rows[most:]:
        shown[f"{len(others):,} others"] = sum(value for _, value in others)
    return shown


def _largest(values: Mapping[str, float], of_what: str, none: str) -> str:
    """Say which has the largest share."""
    total = sum(values.values())
    if total <= 0.0:
        return none
    name, most = max(values.items(), key=lambda item: item[1])
    return f"{percent(most / total)} {of_what} {name}."


def _bars(values: Mapping[str, float], caption: Caption, color: Color, unit: str) -> BarChart:
    return BarChart(
        caption=caption,
        names=list(values),
        parts=(Part(name="", color=color, values=list(values.values())),),
        labels=[compact(value) for value in values.values()],
        unit=unit,
    )


def _thinned(number: int) -> list[int]:
    """Return the places of a curve's points: all of few, and of the tail's where many."""
    if number <= _CURVE:
        return list(range(number))
    body = np.linspace(0, number - 1, _CURVE // 2).astype(int)
    tail = np.arange(max(0, number - _CURVE // 2), number)
    return sorted({*body.tolist(), *tail.tolist()})


def _loss_name(facts: Facts) -> str:
    return f"Loss to disruptions {facts.per_horizon} [{facts.currency}]"


def _loss_axis(facts: Facts, top: float) -> Axis:
    return Axis(low=0.0, high=max(covering([top]).high, 1.45 * facts.cvar))


def _uprights(facts: Facts, across: Axis) -> list[Upright]:
    """Return VaR above, CVaR below to its right, the mean lowest: no label hides another."""
    tail_level = percent(facts.settings.risk.level)
    marks: tuple[tuple[str, float, Color, float, bool], ...] = (
        ("Expected loss", facts.expected_loss, MEASURES["expected_loss"].color, 0.64, False),
        (f"VaR {tail_level}", facts.var, MEASURES["var"].color, 1.0, across.at(facts.var) > 35.0),
        (f"CVaR {tail_level}", facts.cvar, MEASURES["cvar"].color, 0.82, False),
    )
    return [
        Upright(
            name=name,
            amount=money(value, facts.currency),
            color=color,
            x=value,
            height=height,
            is_left=is_left,
        )
        for name, value, color, height, is_left in marks
    ]
