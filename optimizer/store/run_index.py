"""The runs of a results folder as a table, read from their folders; there is no other index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.domain.manifest import About, Manifest
from optimizer.domain.paths import AnyPath
from optimizer.domain.plan_state import state_of
from optimizer.domain.run import is_name
from optimizer.errors import BadInputError
from optimizer.store.inputs import source_of
from optimizer.store.manifest import read_json, writer_of_another_format
from optimizer.store.run_folder import RUN_PLAN
from optimizer.store.state_log import states_of

COLUMNS: Final = (
    "run",
    "kind",
    "plans",
    "parent",
    "portfolio",
    "overrides",
    "status",
    "state",
    "plan_of",
    "objective",
    "bound",
    "gap",
    "budget",
    "currency",
    "measure",
    "seconds",
    "created",
)

_TEXTS: Final = (
    *("run", "kind", "parent", "portfolio", "status", "state", "plan_of", "currency", "measure"),
)


def runs(results: AnyPath = "results") -> pd.DataFrame:
    """
    Return all runs, frontiers and what-ifs of the folder, newest first.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`.  `kind` is ``run``, ``frontier``, ``risk weights``, ``what-if`` or
        ``alternatives``.  But for the first, `plans` is the number of budgets, weights, what-ifs or
        alternatives, and their runs, which name them as `parent`, follow by name.  `portfolio` is
        the path it was read from; `state` is ``draft``, ``approved`` or ``exported``, of runs only.
        A run whose manifest cannot be read is listed last with the status ``damaged``; for a run in
        another version's format, the status names that version.  No budget is NaN.
    """
    home = Path(results)
    folders = home.iterdir() if home.is_dir() else ()
    rows = [row for folder in folders if is_name(folder.name) for row in _rows(folder)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table = table.astype({"plans": "Int64", **dict.fromkeys(_TEXTS, "str")})
    table["created"] = pd.to_datetime(table["created"], utc=True)
    return _by_family(table)


def matching(
    table: pd.DataFrame,
    *,
    portfolio: str = "",
    status: str = "",
    measure: str = "",
    find: str = "",
) -> pd.DataFrame:
    """
    Return the rows that match all filters, with the frontiers and what-ifs they belong to.

    Parameters
    ----------
    portfolio
        Part of the portfolio's path.
    status, measure
        As in the table; empty for any.
    find
        Words that must all occur in the name, the portfolio or the overrides, in any case.
    """
    where = table["portfolio"].fillna("").str.casefold()
    overrides = table["overrides"].map(" ".join, na_action="ignore").astype("str")
    text = table["run"].str.casefold() + "\n" + where + "\n" + overrides.fillna("").str.casefold()
    fits = where.str.contains(portfolio.casefold(), regex=False)
    for name, wanted in (("status", status), ("measure", measure)):
        fits &= (table[name] == wanted) | (not wanted)
    for word in find.casefold().split():
        fits &= text.str.contains(word, regex=False)
    return with_parents(table, fits)


def with_parents(table: pd.DataFrame, fits: pd.Series[bool]) -> pd.DataFrame:
    """Return the rows that fit, with the frontiers and what-ifs they belong to."""
    return table[fits | table["run"].isin(table.loc[fits, "parent"].dropna())]


def _by_family(table: pd.DataFrame) -> pd.DataFrame:
    """Sort newest first, with runs that belong together kept below their parent."""
    family = table["parent"].fillna(table["run"])
    order = pd.DataFrame(
        {
            "newest": table["created"].groupby(family).transform("max"),
            "family": family,
            "is_child": table["parent"].notna(),
            "run": table["run"],
        }
    ).sort_values(["newest", "family", "is_child", "run"], ascending=[False, True, True, True])
    return table.loc[order.index].reset_index(drop=True)


def _rows(folder: Path) -> list[dict[str, Any]]:
    """Return the row of a folder, none if it is not a run, a frontier or what-ifs."""
    for file, (kind, read) in _KINDS.items():
        path = folder / file
        if path.is_file():
            try:
                said = read(read_json(path), folder)
            except (BadInputError, OSError, ValueError, AttributeError, KeyError, TypeError):
                said = {"status": "damaged"}
            return [{"run": folder.name, "kind": kind, **said}]
    return []


def _of_run(written: dict[str, Any], folder: Path) -> dict[str, Any]:
    writer = writer_of_another_format(written)
    if writer is not None:
        return {"status": f"of {writer}"}
    manifest = Manifest.model_validate(written)
    stated = manifest.model_dump(
        include={
            *("parent", "plan_of", "status", "objective", "bound", "gap", "seconds", "created")
        }
    )
    return {
        **stated,
        "state": state_of(states_of(folder, manifest.files.get(RUN_PLAN, ""))),
        "overrides": list(manifest.overrides),
        "portfolio": source_of(manifest.portfolio, folder.parent),
        "budget": manifest.settings.budget.capital,
        "currency": manifest.settings.currency,
        "measure": manifest.settings.risk.measure,
    }


def _of_sweep(written: dict[str, Any], folder: Path) -> dict[str, Any]:
    return {"plans": len(written["points"]), **_of_several(written["about"], folder)}


def _of_what_ifs(written: dict[str, Any], folder: Path) -> dict[str, Any]:
    without_base = len(written["what_ifs"]) - 1
    return {"plans": without_base, **_of_several(written["about"], folder)}


def _of_alternatives(written: dict[str, Any], folder: Path) -> dict[str, Any]:
    without_best = len(written["plans"]) - 1
    return {"plans": without_best, **_of_several(written["about"], folder)}


def _of_several(stated: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    about = About.model_validate(stated)
    return {
        "portfolio": source_of(about.portfolio, folder.parent),
        "overrides": list(about.overrides),
        "currency": about.settings.currency,
        "measure": about.settings.risk.measure,
        "seconds": about.seconds,
        "created": about.created,
    }


_KINDS: Final[Mapping[str, tuple[str, Callable[[dict[str, Any], Path], dict[str, Any]]]]] = {
    "manifest.json": ("run", _of_run),
    "frontier.json": ("frontier", _of_sweep),
    "risk_weights.json": ("risk weights", _of_sweep),
    "what_if.json": ("what-if", _of_what_ifs),
    "alternatives.json": ("alternatives", _of_alternatives),
}
MARKERS: Final = (*_KINDS, "audit.json", "comparison.json")
"""Files of which a folder has one that a command wrote; the last two kinds are not listed."""
