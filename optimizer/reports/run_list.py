"""The list of runs as people read it: amounts with unit, gaps in percent, local times."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from optimizer.reports.kit.format import money, percent_up

HEADINGS: Final = ("run", "created", "status", "cost", "gap", "budget", "risk")


def run_rows(runs: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return a row of texts for every run, as `HEADINGS`; what a run does not say is blank."""
    return [_row(run) for run in runs.to_dict("records")]


def _row(run: Mapping[Hashable, Any]) -> tuple[str, ...]:
    known = {name: value for name, value in run.items() if not pd.isna(value)}
    return (
        known["run"],
        f"{known['created'].to_pydatetime().astimezone():%Y-%m-%d %H:%M}"
        if "created" in known
        else "",
        known["status"],
        money(known["objective"], known["currency"]) if "objective" in known else "",
        percent_up(known["gap"]) if "gap" in known else "",
        money(known["budget"], known["currency"]) if "budget" in known else "",
        known.get("measure", ""),
    )
