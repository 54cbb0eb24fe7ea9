"""The worst futures in words: what is lost, and what strikes when, whom, for how long."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from optimizer.domain.run import RunTables
from optimizer.reports.kit.format import count, days
from optimizer.sensitivity.worst import when_it_begins

_STRIKES: Final = 5
"""Strikes told per future, the longest; the others are counted."""
_NAMES: Final = 3
"""Suppliers named per strike; the others are counted."""
_RAISED: Final = {"surge": "demand", "price": "price"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Future:
    """One future, in words; its strikes in the order of their days."""

    scenario: int
    probability: float
    loss: float
    strikes: tuple[str, ...]


def worst_futures(
    tables: RunTables, scorecard: Mapping[str, Any], *, number: int
) -> tuple[Future, ...]:
    """Return the futures that lose most, largest loss first, none without a loss."""
    kinds = {row["hazard"]: row["kind"] for row in scorecard["hazards"]}
    worst = tables.scenarios[tables.scenarios["loss"] > 0.0]
    worst = worst.sort_values(["loss", "scenario"], ascending=[False, True]).head(number)
    struck = tables.strikes[tables.strikes["scenario"].isin(worst["scenario"])]
    return tuple(
        Future(
            scenario=row["scenario"],
            probability=row["probability"],
            loss=row["loss"],
            strikes=_strikes(struck[struck["scenario"] == row["scenario"]], kinds),
        )
        for row in worst.to_dict("records")
    )


def _strikes(rows: pd.DataFrame, kinds: Mapping[str, str]) -> tuple[str, ...]:
    """Return the strikes within the horizon: the longest few, in the order of their days."""
    found = [
        (first["days"], first["start_day"], _in_words(first, targets, kinds))
        for first, targets in _each(rows[rows["start_day"] >= 0.0])
    ]
    longest = sorted(found, key=lambda strike: -strike[0])[:_STRIKES]
    told = [words for _, _, words in sorted(longest, key=lambda strike: strike[1])]
    more = [f"{count(len(found) - _STRIKES, 'shorter strike')}"] if len(found) > _STRIKES else []
    return (*told, *more)


def _each(rows: pd.DataFrame) -> list[tuple[dict[Hashable, Any], list[str]]]:
    """Return the first row of every strike, and all its targets."""
    firsts = rows.drop_duplicates("strike").sort_values("strike").to_dict("records")
    targets: dict[Any, list[str]] = {first["strike"]: [] for first in firsts}
    for strike, target in zip(rows["strike"], rows["target"].astype(str), strict=True):
        targets[strike].append(target)
    return [(first, targets[first["strike"]]) for first in firsts]


def _in_words(row: Mapping[Hashable, Any], targets: list[str], kinds: Mapping[str, str]) -> str:
    """Return one strike, ``day 120: Port strike, Alfa and Beta out 45 days``."""
    kind = kinds.get(row["hazard"], "outage")
    when, lasting = when_it_begins(row["start_day"]), days(row["days"])
    if kind == "outage":
        return f"{when}: {row['hazard']}, {_names(targets)} out {lasting}"
    raised = f"{_RAISED[kind]} × {row['multiplier']:.3g} for {lasting}"
    return f"{when}: {row['hazard']}, {targets[0]} {raised}"


def _names(targets: list[str]) -> str:
    """
    Return whom a strike hits.

    Examples
    --------
    >>> _names(["A"]), _names(["A", "B"]), _names(["A", "B", "C", "D", "E"])
    ('A', 'A and B', 'A, B, C and 2 more')
    """
    if len(targets) > _NAMES:
        return f"{', '.join(targets[:_NAMES])} and {len(targets) - _NAMES:,} more"
    *most, last = targets
    return f"{', '.join(most)} and {last}" if most else last
