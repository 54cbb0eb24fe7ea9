"""Today, just in time, just in case and this plan, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import pandas as pd

from optimizer.domain.run import RunTables
from optimizer.reports.kit.format import alike, count, money, money_full, percent
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.limit_words import read_limits
from optimizer.reports.run.premium_words import premium_sentences
from optimizer.reports.run.strategies_table import BASE, LABELS, priced_strategies

_SAME: Final = 1e-9  # relative: an amount that differs by arithmetic only
_SOLVED: Final = ("best", "neutral")  # within the budget whatever it is
_ALIKE: Final = 5e-4  # relative: a difference that would show as 0.0 %


def every_sentence(tables: RunTables, facts: Facts) -> list[str]:
    """Say what `strategy_sentences` says, who falls back, and which limits are exceeded."""
    priced = priced_strategies(tables.strategies)
    return [
        *strategy_sentences(tables, facts),
        *premium_sentences(tables, facts),
        *_stand_ins(priced),
        *_exceeding(priced, tables, facts),
    ]


def strategy_sentences(tables: RunTables, facts: Facts) -> list[str]:
    """Compare this plan with today, and say whether at equal capital."""
    if tables.strategies.empty:
        return []
    priced = priced_strategies(tables.strategies)
    if "today" in priced.index:
        return [_against_today(priced, facts), *_equal_capital(priced, facts)]
    return [_missing_today(tables.strategies), *_equal_capital(priced, facts)]


def _missing_today(strategies: pd.DataFrame) -> str:
    notes = strategies.loc[strategies["strategy"] == "today", "note"].tolist()
    if not notes:
        return "Today is not compared: the portfolio has no plan table."
    return f"Today is not compared: {notes[0]}"


def _against_today(priced: pd.DataFrame, facts: Facts) -> str:
    """Say in one sentence what this plan changes against today."""
    names = ("objective", "expected_cost", "capital", "expected_loss", "cvar")
    pairs = [(float(priced[name]["best"]), float(priced[name]["today"])) for name in names]
    amounts = alike([abs(value - base) for value, base in pairs], facts.currency)
    cost, expected_cost, capital, expected, cvar = (
        _difference(value, base, amount)
        for (value, base), amount in zip(pairs, amounts, strict=True)
    )
    books = f", in expected cost {expected_cost}" if facts.has_charge else ""
    return (
        f"Against today's plan this one costs {cost} {facts.per_horizon}{books}; its capital is "
        f"{capital}; to disruptions it loses {expected} on average and {cvar} in the worst "
        f"{percent(1.0 - facts.settings.risk.level)} of {facts.horizons}."
    )


def _difference(value: float, base: float, amount: str) -> str:
    """Say by which amount a value is more or less than the base, with its share of it."""
    distance = abs(value - base)
    if distance <= _ALIKE * abs(base):
        return "the same" if distance <= _SAME * abs(base) else "about the same"
    share = f" ({percent(distance / abs(base))})" if base else ""
    return f"{amount} {'less' if value < base else 'more'}{share}"


def _equal_capital(priced: pd.DataFrame, facts: Facts) -> list[str]:
    """Say whether a strategy's capital is the plan's budget."""
    budget, used = facts.settings.budget.capital, float(priced["capital"]["best"])
    drawn = priced["capital"].drop(_SOLVED, errors="ignore")
    others = {str(name): float(capital) for name, capital in drawn.items()}
    equal = [name for name, capital in others.items() if _is_same(budget, capital)]
    if equal:
        sentences = [_at_equal_capital(priced, name, facts) for name in equal]
        is_left = used < (1.0 - _ALIKE) * others[equal[0]]
        unused = f"This plan draws {_amount(used, facts)} of it."
        return [*sentences, unused] if is_left else sentences
    name = "today" if "today" in others else BASE
    if _is_same(used, others[name]):
        return [f"At equal capital with {LABELS[name].lower()}: both draw {_amount(used, facts)}."]
    mine, theirs = alike((used, others[name]), facts.currency)
    if mine == theirs:
        mine, theirs = (f"{value:,.12g} {facts.currency}" for value in (used, others[name]))
    draws = f"this plan draws {mine}, {LABELS[name].lower()} {theirs}"
    remedy = f"solve with {LABELS[name].lower()}'s capital as the budget"
    return [f"Not at equal capital: {draws}. To compare at equal capital, {remedy}."]


def _at_equal_capital(priced: pd.DataFrame, name: str, facts: Facts) -> str:
    amount = _amount(float(priced["capital"][name]), facts)
    said = f"At equal capital with {LABELS[name].lower()}: the budget is the {amount} that it draws"
    if name == "today":
        return f"{said}."
    cost = priced["objective"]
    amount = money(abs(cost["best"] - cost[name]), facts.currency)
    less = _difference(cost["best"], cost[name], amount)
    return f"{said}, and this plan costs {less} {facts.per_horizon}."


def _amount(value: float, facts: Facts) -> str:
    """Return an amount to the unit, or with three digits if it is small."""
    return (money_full if value >= 1e3 else money)(value, facts.currency)


def _is_same(one: float | None, other: float) -> bool:
    return one is not None and math.isclose(one, other, rel_tol=_SAME)


def _stand_ins(priced: pd.DataFrame) -> Iterator[str]:
    """Say how many SKUs use a fallback option."""
    for name, number in priced["stand_ins"].items():
        if number > 0.0:
            yield (
                f"{LABELS[str(name)]}: what the rule wants is not open to "
                f"{count(round(number), 'SKU')}; they use the nearest option as a fallback, or go "
                "without a second source."
            )


def _exceeding(priced: pd.DataFrame, tables: RunTables, facts: Facts) -> Iterator[str]:
    """Say which limits of the run a strategy does not keep."""
    limits = read_limits(tables.manifest.resources, facts.currency)
    label = {limit.name: f"{limit.label[0].lower()}{limit.label[1:]}" for limit in limits}
    label["tts_covers_ttr"] = "survival of critical SKUs until their supplier has recovered"
    for name, exceeds in priced["exceeds"].items():
        if exceeds:
            over = ", ".join(label.get(limit, limit) for limit in exceeds.split(";"))
            yield f"{LABELS[str(name)]} does not keep limits of this run: {over}."
