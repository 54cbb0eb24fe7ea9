"""Today, just in time, just in case and this plan beside each other, in figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.run import RunTables
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.maths.resilience import added, resilience_return
from optimizer.reports.kit.format import NONE, compact, percent, signed, whole
from optimizer.reports.kit.measures import PARTS, Measure
from optimizer.reports.run.facts import Facts

Kind = Literal["money", "share", "units", "count", "number"]

LABELS: Final = {
    "today": "Today",
    "jit": "Just in time",
    "jic": "Just in case",
    "neutral": "Risk-neutral",
    "best": "This plan",
}
STRATEGY_PARTS: Final = (
    *(PARTS[name] for name in ("carrying", "ordering", "purchasing", "routine_stockout")),
    Measure(label="New sources", kind="money", unit="¤", color="green", note="the horizon's share"),
    *(PARTS[name] for name in ("expected_loss", "risk_charge")),
)
"""The parts of a strategy's cost; those of qualifying and onboarding as one."""
BASE: Final = "jit"
"""What the others' returns are against."""

_DWARFS: Final = 3.0  # times the next longest: a bar that leaves nothing to see of the others
_RISKS: Final = ("expected_loss", "var", "cvar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One figure of every strategy.

    Attributes
    ----------
    values
        The figures, NaN if missing.
    without
        Text shown instead of a missing figure.
    """

    label: str
    kind: Kind
    unit: str
    values: tuple[float, ...]
    without: str = NONE
    is_total: bool = False

    @property
    def cells(self) -> list[str]:
        """The values as people read them, without their unit."""
        return [self.without if math.isnan(value) else self._shown(value) for value in self.values]

    def _shown(self, value: float) -> str:
        if self.kind == "number":
            return compact(value)
        if self.kind == "share":
            return percent(value)
        return signed(f"{value:,.1f}") if self.kind == "units" else whole(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyBlock:
    """A table: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategiesTable:
    """The strategies as they are shown: what they cost, and what they return."""

    figures: StrategyBlock
    returns: StrategyBlock


def strategies_table(tables: RunTables, facts: Facts) -> StrategiesTable | None:
    """Return the strategies of a run; None where it has none, as a point of a frontier."""
    if tables.strategies.empty:
        return None
    priced = priced_strategies(tables.strategies)
    return StrategiesTable(figures=_figures(priced, facts), returns=_returns(priced, facts))


def priced_strategies(strategies: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have figures, by strategy."""
    return strategies.dropna(subset=["objective"]).set_index("strategy")


def _figures(priced: pd.DataFrame, facts: Facts) -> StrategyBlock:
    """Return capital, costs and losses of every strategy."""
    unit, tail_level = facts.currency, percent(facts.settings.risk.level)
    parts = cost_parts(priced)
    rows = (
        _row(priced["capital"], "Capital drawn", "money", unit),
        *(_row(part, label, "money", unit) for label, part in parts.items()),
        _row(priced["objective"], "Total cost", "money", unit, is_total=True),
        _row(priced["expected_cost"], "Of it expected cost", "money", unit),
        _row(priced["var"], f"VaR {tail_level}", "money", unit),
        _row(priced["cvar"], f"CVaR {tail_level}", "money", unit),
        _row(priced["fill_rate"], "Fill rate", "share", "of demand value"),
        _row(priced["turns"], "Turns", "units", "1/year"),
        _row(priced["alternates"], "Alternate sources in use", "count", "sources"),
        _row(priced["qualifications"], "of these to qualify", "count", "sources"),
        _row(priced["onboardings"], "Suppliers to onboard", "count", "suppliers"),
        _row(priced["stand_ins"], "SKUs using a fallback option", "count", "SKUs"),
    )
    return StrategyBlock(columns=tuple(LABELS[name] for name in priced.index), rows=rows)


def cost_parts(priced: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Return the parts whose sum is each strategy's cost."""
    amounts = (
        *(priced[name] for name in ("carrying", "ordering", "purchasing", "routine_stockout")),
        priced["qualification"] + priced["onboarding"],
        *(priced[name] for name in ("expected_loss", "risk_charge")),
    )
    return {part.full: amount for part, amount in zip(STRATEGY_PARTS, amounts, strict=True)}


def cost_range(priced: pd.DataFrame) -> tuple[float, float]:
    """Return where the bars of `cost_parts` begin and end; one that dwarfs the others is cut."""
    parts = pd.DataFrame(cost_parts(priced))
    begin = parts.clip(upper=0.0).sum(axis=1).min()
    *_, second, longest = np.sort(parts.clip(lower=0.0).sum(axis=1).to_numpy())
    return float(begin), float(second if longest > _DWARFS * second else longest) or 1.0


def yearly_cost(priced: pd.DataFrame, years: float) -> pd.Series[float]:
    """Return each strategy's yearly cost without stockouts and losses. [currency/yr]"""
    spent = ["carrying", "ordering", "purchasing", "qualification", "onboarding"]
    return priced[spent].sum(axis=1) / years


def _returns(priced: pd.DataFrame, facts: Facts) -> StrategyBlock:
    """Return the losses that every strategy avoids against just in time, and their price."""
    years = facts.horizon_days / DAYS_PER_YEAR
    others = priced.drop(BASE)
    capital = _more(priced["capital"])
    spent = _more(yearly_cost(priced, years))
    routine = (priced["routine_stockout"][BASE] - others["routine_stockout"]) / years
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
                "number",
                per,
                "ties up no more",
            )
            for name in _RISKS
        ),
        *(
            _row(
                resilience_return(avoided[name], spent),
                f"Avoided {said[name]} per {facts.currency} a year",
                "number",
                f"{per} a year",
                "costs no more",
            )
            for name in _RISKS
        ),
        _row(routine, "Beside it: routine stockouts avoided", "money", f"{unit} a year"),
    )
    return StrategyBlock(columns=tuple(LABELS[name] for name in others.index), rows=rows)


def _more(amount: pd.Series[float]) -> FloatArray:
    """Return how much more each strategy has than just in time."""
    return added(np.asarray(amount.drop(BASE), dtype=np.float64), float(amount[BASE]))


def _risk_names(facts: Facts) -> Mapping[str, str]:
    tail_level = percent(facts.settings.risk.level)
    return {
        "expected_loss": "expected loss",
        "var": f"VaR {tail_level}",
        "cvar": f"CVaR {tail_level}",
    }


def _row(
    values: pd.Series[float] | FloatArray,
    label: str,
    kind: Kind,
    unit: str,
    without: str = NONE,
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
