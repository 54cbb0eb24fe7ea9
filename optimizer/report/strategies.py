"""Today, just in time, just in case and this plan beside each other, in figures and in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.run import RunTables
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.maths.resilience import added, resilience_return
from optimizer.report.facts import Facts
from optimizer.report.format import alike, compact, count, money, money_full, percent
from optimizer.report.limits import read_limits

Kind = Literal["money", "share", "amount", "count", "ratio"]

LABELS: Final = {
    "today": "Today",
    "jit": "Just in time",
    "jic": "Just in case",
    "best": "This plan",
}
_BASE: Final = "jit"
_SAME: Final = 1e-9  # relative: an amount that differs by arithmetic only
_DWARFS: Final = 3.0  # times the next longest: a bar that leaves nothing to see of the others
_ALIKE: Final = 5e-4  # relative: a difference that would show as 0.0 %
_RISKS: Final = ("expected_loss", "var", "cvar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One figure of every strategy.

    Attributes
    ----------
    values
        NaN where there is none.
    without
        What stands there instead.
    """

    label: str
    kind: Kind
    unit: str
    values: tuple[float, ...]
    without: str = "-"
    is_total: bool = False

    @property
    def cells(self) -> list[str]:
        """The values as people read them, without their unit."""
        return [self.without if math.isnan(value) else self._shown(value) for value in self.values]

    def _shown(self, value: float) -> str:
        if self.kind == "ratio":
            return compact(value)
        if self.kind == "share":
            return percent(value)
        return f"{value:,.1f}" if self.kind == "amount" else f"{value:,.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A table: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The strategies as they are shown: what they cost, what they return, what it means."""

    figures: Block
    returns: Block
    sentences: tuple[str, ...]


def comparison(tables: RunTables, facts: Facts) -> Comparison | None:
    """Return the strategies of a run; None where it has none, as in old runs."""
    if tables.strategies.empty:
        return None
    priced = priced_strategies(tables.strategies)
    return Comparison(
        figures=_figures(priced, facts),
        returns=_returns(priced, facts),
        sentences=(
            *strategy_sentences(tables, facts),
            *_stand_ins(priced),
            *_exceeding(priced, tables, facts),
        ),
    )


def priced_strategies(strategies: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have figures, by strategy."""
    return strategies.dropna(subset=["objective"]).set_index("strategy")


def strategy_sentences(tables: RunTables, facts: Facts) -> list[str]:
    """Say what this plan is against today, and whether at equal capital."""
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
    cost, capital, expected, cvar = (
        _difference(priced[name]["best"], priced[name]["today"], facts.currency)
        for name in ("objective", "capital", "expected_loss", "cvar")
    )
    return (
        f"Against today's plan this one costs {cost} {facts.per_horizon}, its capital is "
        f"{capital}; to disruptions it loses {expected} on average and {cvar} in the worst "
        f"{percent(1.0 - facts.settings.risk.level)} of {facts.horizons}."
    )


def _difference(value: float, base: float, currency: str) -> str:
    """Say how much more or less a value is than the base, with its share of it."""
    distance = abs(value - base)
    if distance <= _ALIKE * abs(base):
        return "the same" if distance <= _SAME * abs(base) else "about the same"
    share = f" ({percent(distance / abs(base))})" if base else ""
    return f"{money(distance, currency)} {'less' if value < base else 'more'}{share}"


def _equal_capital(priced: pd.DataFrame, facts: Facts) -> list[str]:
    """Say whose capital this plan has as its budget, if anybody's."""
    budget, used = facts.settings.budget.capital, float(priced["capital"]["best"])
    others = {str(name): float(drawn) for name, drawn in priced["capital"].drop("best").items()}
    equal = [name for name, capital in others.items() if _is_same(budget, capital)]
    if equal:
        told = [_at_equal_capital(priced, name, facts) for name in equal]
        is_left = used < (1.0 - _ALIKE) * others[equal[0]]
        unused = f"This plan needs no more than {_amount(used, facts)} of it."
        return [*told, unused] if is_left else told
    name = "today" if "today" in others else _BASE
    if _is_same(used, others[name]):
        return [f"At equal capital with {LABELS[name].lower()}: both draw {_amount(used, facts)}."]
    mine, theirs = alike((used, others[name]), facts.currency)
    if mine == theirs:
        mine, theirs = (f"{value:,.12g} {facts.currency}" for value in (used, others[name]))
    draws = f"this plan draws {mine}, {LABELS[name].lower()} {theirs}"
    return [f"Not at equal capital: {draws}; `--budget {name}` compares at equal capital."]


def _at_equal_capital(priced: pd.DataFrame, name: str, facts: Facts) -> str:
    amount = _amount(float(priced["capital"][name]), facts)
    said = f"At equal capital with {LABELS[name].lower()}: the budget is the {amount} that it draws"
    if name == "today":
        return f"{said}."
    cost = priced["objective"]
    less = _difference(cost["best"], cost[name], facts.currency)
    return f"{said}, and this plan costs {less} {facts.per_horizon}."


def _amount(value: float, facts: Facts) -> str:
    """Return an amount to the unit, or with three digits where it is small."""
    return (money_full if value >= 1e3 else money)(value, facts.currency)


def _is_same(one: float | None, other: float) -> bool:
    return one is not None and math.isclose(one, other, rel_tol=_SAME)


def _stand_ins(priced: pd.DataFrame) -> Iterator[str]:
    """Say how many SKUs may not take what their strategy wants."""
    for name, number in priced["stand_ins"].items():
        if number > 0.0:
            yield (
                f"{LABELS[str(name)]}: what the rule wants is not open to "
                f"{count(round(number), 'SKU')}; the nearest option stands in, or there is no "
                "second source."
            )


def _exceeding(priced: pd.DataFrame, tables: RunTables, facts: Facts) -> Iterator[str]:
    """Say which limits of the run a strategy does not keep."""
    limits = read_limits(tables.manifest["resources"], facts.currency)
    label = {limit.name: f"{limit.label[0].lower()}{limit.label[1:]}" for limit in limits}
    for name, exceeds in priced["exceeds"].items():
        if exceeds:
            over = ", ".join(label.get(limit, limit) for limit in exceeds.split(";"))
            yield f"{LABELS[str(name)]} exceeds limits of this run: {over}."


def _figures(priced: pd.DataFrame, facts: Facts) -> Block:
    """Return what every strategy ties up, costs and loses."""
    unit, level = facts.currency, percent(facts.settings.risk.level)
    parts = cost_parts(priced)
    rows = (
        _row(priced["capital"], "Capital drawn", "money", unit),
        *(_row(part, label, "money", unit) for label, part in parts.items()),
        _row(priced["objective"], "Total cost", "money", unit, is_total=True),
        _row(priced["expected_loss"], "Expected loss to disruptions", "money", unit),
        _row(priced["var"], f"VaR {level}", "money", unit),
        _row(priced["cvar"], f"CVaR {level}", "money", unit),
        _row(priced["fill_rate"], "Fill rate", "share", "of demand value"),
        _row(priced["turns"], "Turns", "amount", "1/year"),
        _row(priced["alternates"], "Alternate sources in use", "count", "sources"),
        _row(priced["qualifications"], "of these to qualify", "count", "sources"),
        _row(priced["onboardings"], "Suppliers to onboard", "count", "suppliers"),
        _row(priced["stand_ins"], "SKUs with a stand-in", "count", "SKUs"),
    )
    return Block(columns=tuple(LABELS[name] for name in priced.index), rows=rows)


def cost_parts(priced: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Return the parts whose sum is each strategy's cost."""
    sources = priced["qualification"] + priced["onboarding"]
    certain = ["carrying", "ordering", "purchasing", "routine_stockout"]
    outside = priced[certain].sum(axis=1) + sources
    return {
        "Carrying stock": priced["carrying"],
        "Ordering": priced["ordering"],
        "Purchasing, against the primary at list cost": priced["purchasing"],
        "Routine stockouts": priced["routine_stockout"],
        "New sources, the horizon's share": sources,
        "Losses to disruptions, weighed": priced["objective"] - outside,
    }


def cost_range(priced: pd.DataFrame) -> tuple[float, float]:
    """Return where the bars of `cost_parts` begin and end; one that dwarfs the others is cut."""
    parts = pd.DataFrame(cost_parts(priced))
    begin = parts.clip(upper=0.0).sum(axis=1).min()
    *_, second, longest = np.sort(parts.clip(lower=0.0).sum(axis=1).to_numpy())
    return float(begin), float(second if longest > _DWARFS * second else longest) or 1.0


def yearly_cost(priced: pd.DataFrame, years: float) -> pd.Series[float]:
    """Return what each strategy costs a year but for stockouts and losses. [currency/yr]"""
    spent = ["carrying", "ordering", "purchasing", "qualification", "onboarding"]
    return priced[spent].sum(axis=1) / years


def _returns(priced: pd.DataFrame, facts: Facts) -> Block:
    """Return what every strategy avoids against just in time, and for how much."""
    years = facts.horizon_days / DAYS_PER_YEAR
    others = priced.drop(_BASE)
    capital = _more(priced["capital"])
    spent = _more(yearly_cost(priced, years))
    routine = (priced["routine_stockout"][_BASE] - others["routine_stockout"]) / years
    avoided = {name: 0.0 - _more(priced[name]) for name in _RISKS}
    unit, per = facts.currency, f"{facts.currency} per {facts.currency}"
    said = _risk_names(facts)
    rows = (
        _row(capital, "Additional capital", "money", unit),
        _row(spent, "Additional cost a year", "money", f"{unit} a year"),
        *(_row(avoided[name], f"Avoided {said[name]}", "money", unit) for name in _RISKS),
        *(
            _row(
                resilience_return(avoided[name], capital),
                f"Avoided {said[name]} per {facts.currency} of capital",
                "ratio",
                per,
                "ties up no more",
            )
            for name in _RISKS
        ),
        *(
            _row(
                resilience_return(avoided[name], spent),
                f"Avoided {said[name]} per {facts.currency} a year",
                "ratio",
                f"{per} a year",
                "costs no more",
            )
            for name in _RISKS
        ),
        _row(routine, "Beside it: routine stockouts avoided", "money", f"{unit} a year"),
    )
    return Block(columns=tuple(LABELS[name] for name in others.index), rows=rows)


def _more(amount: pd.Series[float]) -> FloatArray:
    """Return how much more each strategy has than just in time."""
    return added(np.asarray(amount.drop(_BASE), dtype=np.float64), float(amount[_BASE]))


def _risk_names(facts: Facts) -> Mapping[str, str]:
    level = percent(facts.settings.risk.level)
    return {"expected_loss": "expected loss", "var": f"VaR {level}", "cvar": f"CVaR {level}"}


def _row(
    values: pd.Series[float] | FloatArray,
    label: str,
    kind: Kind,
    unit: str,
    without: str = "-",
    *,
    is_total: bool = False,
) -> Row:
    return Row(
        label=label,
        kind=kind,
        unit=unit,
        values=tuple(np.asarray(values, dtype=np.float64).tolist()),
        without=without,
        is_total=is_total,
    )
