"""The worst scenarios in words: what is lost, who is out, what surges or is dearer."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from optimizer.domain.run import RunTables
from optimizer.report.format import count, days

_SHOWN: Final = 4
"""Events told per scenario; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Future:
    """One scenario, in words."""

    scenario: int
    probability: float
    loss: float
    events: tuple[str, ...]


def worst_futures(tables: RunTables, *, number: int) -> tuple[Future, ...]:
    """Return the scenarios that lose most, largest loss first, none without a loss."""
    worst = tables.scenarios[tables.scenarios["loss"] > 0.0]
    worst = worst.sort_values(["loss", "scenario"], ascending=[False, True]).head(number)
    return tuple(
        Future(
            scenario=row["scenario"],
            probability=row["probability"],
            loss=row["loss"],
            events=_events(tables, row["scenario"]),
        )
        for row in _records(worst)
    )


def _events(tables: RunTables, scenario: int) -> tuple[str, ...]:
    outages = _of(tables.outages, scenario).sort_values(
        ["days", "supplier"], ascending=[False, True]
    )
    told = [f"{row['supplier']} out {days(row['days'])}" for row in _records(outages.head(_SHOWN))]
    if len(outages) > _SHOWN:
        told.append(f"{count(len(outages) - _SHOWN, 'more supplier')} out")
    shocks = _of(tables.shocks, scenario)
    told += [
        f"{row['category']} {row['kind']} × {row['multiplier']:.3g} for {days(row['days'])}"
        for row in _records(shocks)
    ]
    return tuple(told)


def _of(table: pd.DataFrame, scenario: int) -> pd.DataFrame:
    return table[table["scenario"] == scenario]


def _records(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return table.to_dict("records")
