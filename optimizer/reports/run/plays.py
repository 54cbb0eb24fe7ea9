"""Results of simulations, backtests and validations of a run's plan, for page and workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from optimizer.domain.validation import Validation
from optimizer.reports.run.backtest_words import Section, backtest_section
from optimizer.reports.run.simulation_summary import (
    POLICY_HEADINGS,
    misled_sentences,
    policy_rows,
    summarise_simulation,
)
from optimizer.reports.run.validation_words import HEADINGS, forecast_rows, validation_sentences
from optimizer.store.manifest import read_json
from optimizer.store.run_folder import read_file


class PlayOfRun(NamedTuple):
    """A play or a validation: the name of its file, its title, and what there is to tell of it."""

    name: str
    title: str
    section: Section


def played(run: Path) -> list[PlayOfRun]:
    """
    Return what plays and fresh futures found of a run's plan, as far as it was asked.

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


def _validation(document: Mapping[str, Any]) -> Section:
    found = TypeAdapter(Validation).validate_python(
        {key: value for key, value in document.items() if key != "advice"}
    )
    rows = [tuple(row) for row in forecast_rows(found)]
    return Section(validation_sentences(found), [("Promised beside fresh futures", HEADINGS, rows)])


_PLAYS: Final[Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Section]]]] = {
    "simulation": ("The plan, played day by day", _simulation),
    "backtest": ("The plan, held against history", backtest_section),
    "validation": ("The plan, held against others", _validation),
}
