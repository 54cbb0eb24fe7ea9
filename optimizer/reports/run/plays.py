"""Results of simulations and backtests of a run's plan, for page and workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from optimizer.reports.run.backtest_words import Section, backtest_section
from optimizer.reports.run.simulation_summary import (
    POLICY_HEADINGS,
    misled_sentences,
    policy_rows,
    summarise_simulation,
)
from optimizer.store.manifest import read_json
from optimizer.store.run_folder import read_file


class PlayOfRun(NamedTuple):
    """A play: the name of its file, the title it goes by, and what there is to tell of it."""

    name: str
    title: str
    section: Section


def played(run: Path) -> list[PlayOfRun]:
    """
    Return the simulation and backtest of a run's plan, if there are any.

    Raises
    ------
    BadInputError
        If a file of one is damaged.
    """
    return [
        PlayOfRun(name, title, tell(read_file(path, read_json)))
        for name, (title, tell) in _PLAYS.items()
        if (path := run / f"{name}.json").is_file()
    ]


def _simulation(document: Mapping[str, Any]) -> Section:
    rows = [tuple(row) for row in policy_rows(document)]
    return Section(
        [*summarise_simulation(document), *misled_sentences(document)],
        [("Promised beside played, by policy", POLICY_HEADINGS, rows)],
    )


_PLAYS: Final[Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Section]]]] = {
    "simulation": ("The plan, played day by day", _simulation),
    "backtest": ("The plan, held against history", backtest_section),
}
