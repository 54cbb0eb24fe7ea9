"""A frontier's folder: the points and what lies between them, beside the runs of the points."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.domain.frontier import Frontier
from optimizer.store.manifest import write_json
from optimizer.store.publish import check_all_free, publish
from optimizer.store.tables import write_csv


def run_name(frontier: str, place: int, count: int) -> str:
    """
    Return the name of a point's run, such that names sort as the budgets do.

    Examples
    --------
    >>> run_name("2027", 3, 20), run_name("2027", 3, 120)
    ('2027-03', '2027-003')
    """
    return f"{frontier}-{place:0{max(2, len(str(count)))}d}"


def check_frontier_free(results: Path, name: str, count: int) -> None:
    """Raise ``BadInputError`` where the frontier's name or that of a run is bad or taken."""
    runs = (run_name(name, place, count) for place in range(1, count + 1))
    check_all_free(results, (name, *runs))


def write_frontier(results: Path, name: str, found: Frontier) -> None:
    """Write ``frontier.json``, ``frontier.csv`` and ``next_money.csv``, whole or not at all."""

    def fill(folder: Path) -> None:
        write_json({"frontier": name, **frontier_json(found)}, folder / "frontier.json")
        write_csv(pd.DataFrame([asdict(point) for point in found.points]), folder / "frontier.csv")
        write_csv(found.next_money, folder / "next_money.csv")

    publish(results, name, fill, replace=False)


def frontier_json(found: Frontier) -> dict[str, Any]:
    """Return a frontier as JSON takes it, without its table of changes."""
    return {
        "currency": found.currency,
        "left_out": found.left_out,
        "points": [asdict(point) for point in found.points],
    }
