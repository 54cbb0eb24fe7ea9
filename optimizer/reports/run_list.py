"""The list of runs as people read it: amounts with unit, gaps in percent, local times."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.reports.kit.format import count, money, percent_up

HEADINGS: Final = (
    "run",
    "created",
    "status",
    "cost",
    "gap",
    "budget",
    "risk",
    "portfolio",
    "overrides",
)


_HOLDS: Final[Mapping[str, tuple[str, str]]] = {
    "frontier": ("frontier of ", "budget"),
    "risk weights": ("", "risk weight"),
    "what-if": ("", "what-if"),
    "alternatives": ("", "alternative"),
    "comparison": ("comparison of ", "run"),
}


def run_rows(runs: pd.DataFrame) -> list[tuple[str, ...]]:
    """
    Return a row of texts for every run, as `HEADINGS`; what a run does not say is blank.

    The runs of a frontier, of what-ifs or of alternatives are indented.
    """
    return [_row(run) for run in runs.to_dict("records")]


def none_matching(runs: pd.DataFrame) -> str:
    """Say that none of the runs fits, and what there is to ask for."""
    status, measure = (
        ", ".join(sorted(runs[name].dropna().unique())) for name in ("status", "measure")
    )
    return f"No run fits. There are those of status {status} and of measure {measure}."


def _row(run: Mapping[Hashable, Any]) -> tuple[str, ...]:
    entry = {
        name: value for name, value in run.items() if isinstance(value, list) or pd.notna(value)
    }
    return (
        f"{'  ' if 'parent' in entry else ''}{entry['run']}",
        f"{entry['created'].to_pydatetime().astimezone():%Y-%m-%d %H:%M}"
        if "created" in entry
        else "",
        _status(entry),
        money(entry["objective"], entry["currency"]) if "objective" in entry else "",
        percent_up(entry["gap"]) if "gap" in entry else "",
        money(entry["budget"], entry["currency"]) if "budget" in entry else "",
        entry.get("measure", ""),
        _near(entry["portfolio"]) if "portfolio" in entry else "",
        ", ".join(entry.get("overrides", ())),
    )


def _status(entry: Mapping[Hashable, Any]) -> str:
    if "status" in entry:
        state = entry.get("state", "draft")
        return str(entry["status"]) + (f", {state}" if state != "draft" else "")
    if entry["kind"] == "audit":
        return "audit"
    before, noun = _HOLDS[entry["kind"]]
    return f"{before}{count(entry['plans'], noun)}"


def _near(portfolio: str) -> str:
    """Return a path from here where it is below, else in full."""
    path, here = Path(portfolio), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else portfolio
