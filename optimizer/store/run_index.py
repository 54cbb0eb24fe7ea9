"""The runs of a results folder, as a table: what stands in their folders, nothing else is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.domain.paths import AnyPath
from optimizer.domain.run import is_name
from optimizer.store.about import About
from optimizer.store.inputs import source_of
from optimizer.store.manifest import Manifest, read_json, writer_of_another_format

COLUMNS: Final = (
    "run",
    "kind",
    "plans",
    "parent",
    "portfolio",
    "overrides",
    "status",
    "objective",
    "bound",
    "gap",
    "budget",
    "currency",
    "measure",
    "seconds",
    "created",
)

_TEXTS: Final = ("run", "kind", "parent", "portfolio", "status", "currency", "measure")


def runs(results: AnyPath = "results") -> pd.DataFrame:
    """
    Return every run of the folder, every frontier and all what-ifs, newest first.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`.  `kind` is ``run``, ``frontier`` or ``what-if``; the latter two have as `plans`
        how many budgets or what-ifs they hold, and the runs of these, whose `parent` they are,
        below them by name.  `portfolio` is where that was.  A run whose manifest cannot be read is
        listed last with the status ``damaged``, one that another version wrote in its own format
        with the name of that; no budget is NaN.
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
    Return the rows that fit all of these, and the frontiers and what-ifs of the runs among them.

    Parameters
    ----------
    portfolio
        Part of its path.
    status, measure
        As in the table; any when empty.
    find
        Words that all stand in the name, the portfolio or the overrides, capitals or not.
    """
    where = table["portfolio"].fillna("").str.casefold()
    overrides = table["overrides"].map(" ".join, na_action="ignore").astype("str")
    text = table["run"].str.casefold() + "\n" + where + "\n" + overrides.fillna("").str.casefold()
    fits = where.str.contains(portfolio.casefold(), regex=False)
    for name, wanted in (("status", status), ("measure", measure)):
        fits &= (table[name] == wanted) | (not wanted)
    for word in find.casefold().split():
        fits &= text.str.contains(word, regex=False)
    return table[fits | table["run"].isin(table.loc[fits, "parent"].dropna())]


def _by_family(table: pd.DataFrame) -> pd.DataFrame:
    """Return the newest first, but what belongs together together and the parent before it."""
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
    """Return the row of a folder, none where it is neither a run nor several."""
    for file, (kind, read) in _KINDS.items():
        path = folder / file
        if path.is_file():
            try:
                said = read(read_json(path), folder.parent)
            except (OSError, ValueError, AttributeError, KeyError, TypeError):
                said = {"status": "damaged"}
            return [{"run": folder.name, "kind": kind, **said}]
    return []


def _of_run(written: dict[str, Any], results: Path) -> dict[str, Any]:
    writer = writer_of_another_format(written)
    if writer is not None:
        return {"status": f"of {writer}"}
    manifest = Manifest.model_validate(written)
    stated = manifest.model_dump(
        include={"parent", "overrides", "status", "objective", "bound", "gap", "seconds", "created"}
    )
    return {
        **stated,
        "portfolio": str(source_of(manifest.portfolio, results)),
        "budget": manifest.settings.budget.capital,
        "currency": manifest.settings.currency,
        "measure": manifest.settings.risk.measure,
    }


def _of_frontier(written: dict[str, Any], results: Path) -> dict[str, Any]:
    return {"plans": len(written["points"]), **_of_several(written["about"], results)}


def _of_what_ifs(written: dict[str, Any], results: Path) -> dict[str, Any]:
    without_base = len(written["what_ifs"]) - 1
    return {"plans": without_base, **_of_several(written["about"], results)}


def _of_several(stated: Mapping[str, Any], results: Path) -> dict[str, Any]:
    about = About.model_validate(stated)
    return {
        "portfolio": str(source_of(about.portfolio, results)),
        "overrides": list(stated["overrides"]),
        "currency": about.settings.currency,
        "measure": about.settings.risk.measure,
        "seconds": about.seconds,
        "created": about.created,
    }


_KINDS: Final[Mapping[str, tuple[str, Callable[[dict[str, Any], Path], dict[str, Any]]]]] = {
    "manifest.json": ("run", _of_run),
    "frontier.json": ("frontier", _of_frontier),
    "what_if.json": ("what-if", _of_what_ifs),
}
