"""The runs of a results folder as a table, read from their folders; there is no other index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from optimizer.domain.manifest import About, Manifest
from optimizer.domain.paths import AnyPath
from optimizer.domain.plan_state import state_of
from optimizer.domain.run import is_name
from optimizer.errors import BadInputError
from optimizer.store.audit_folder import read_audit_head
from optimizer.store.comparison_folder import read_comparison_head
from optimizer.store.inputs import source_of
from optimizer.store.manifest import read_json, writer_of_another_format
from optimizer.store.run_folder import RUN_PLAN
from optimizer.store.shared.address import local
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
_DAMAGED: Final = (BadInputError, OSError, ValueError, AttributeError, KeyError, TypeError)
_IS_DAMAGED: Final[Mapping[str, Any]] = {"status": "damaged"}


def runs(results: AnyPath = "results") -> pd.DataFrame:
    """
    Return all runs, frontiers, what-ifs, audits and comparisons of the folder, newest first.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`.  `kind` is ``run``, ``frontier``, ``risk weights``, ``what-if``,
        ``alternatives``, ``audit`` or ``comparison``.  `plans` is the number of budgets, weights,
        what-ifs or alternatives, whose runs, which name them as `parent`, follow by name; of a
        comparison that of the runs compared.  `portfolio` is the path it was read from, of a
        comparison that of its first run; `state` is ``draft``, ``approved`` or ``exported``, of
        runs only.
        A run whose manifest cannot be read is listed last with the status ``damaged``; for a run in
        another version's format, the status names that version.  No budget is NaN.
    """
    home = local(results)
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


def stated_of(folder: Path) -> dict[str, Any] | None:
    """
    Return what a folder states of itself, None if no command wrote it.

    `COLUMNS` but `state`, which stands beside a run, with the portfolio's path as it is written;
    and of whole runs `plan_sha256`, of the plan that states are of.
    """
    for file, (kind, load, read) in _KINDS.items():
        path = folder / file
        if path.is_file():
            try:
                said = read(load(path))
            except _DAMAGED:
                said = dict(_IS_DAMAGED)
            return {"run": folder.name, "kind": kind, **said}
    return None


def _rows(folder: Path) -> list[dict[str, Any]]:
    """Return the row of a folder, none if no command wrote it."""
    row = stated_of(folder)
    if row is None:
        return []
    plan = row.pop("plan_sha256", None)
    try:
        if "portfolio" in row:
            row["portfolio"] = source_of(row["portfolio"], folder.parent)
        if plan is not None:
            row["state"] = state_of(states_of(folder, plan))
    except _DAMAGED:
        return [{"run": folder.name, "kind": row["kind"], **_IS_DAMAGED}]
    return [row]


def _of_run(written: dict[str, Any]) -> dict[str, Any]:
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
        "plan_sha256": manifest.files.get(RUN_PLAN, ""),
        "overrides": list(manifest.overrides),
        "portfolio": manifest.portfolio,
        "budget": manifest.settings.budget.capital,
        "currency": manifest.settings.currency,
        "measure": manifest.settings.risk.measure,
    }


def _of_sweep(written: dict[str, Any]) -> dict[str, Any]:
    return {"plans": len(written["points"]), **_of_several(written["about"])}


def _of_what_ifs(written: dict[str, Any]) -> dict[str, Any]:
    without_base = len(written["what_ifs"]) - 1
    return {"plans": without_base, **_of_several(written["about"])}


def _of_alternatives(written: dict[str, Any]) -> dict[str, Any]:
    without_best = len(written["plans"]) - 1
    return {"plans": without_best, **_of_several(written["about"])}


def _of_audit(written: dict[str, Any]) -> dict[str, Any]:
    return _of_several(written["about"])


def _of_comparison(written: dict[str, Any]) -> dict[str, Any]:
    """Return what holds for all its runs, and the portfolio of the first."""
    first = _of_several(written["about"])
    shared = ("portfolio", "currency", "seconds", "created")
    return {"plans": len(written["runs"]), **{name: first[name] for name in shared}}


def _of_several(stated: Mapping[str, Any]) -> dict[str, Any]:
    about = About.model_validate(stated)
    return {
        "portfolio": about.portfolio,
        "overrides": list(about.overrides),
        "currency": about.settings.currency,
        "measure": about.settings.risk.measure,
        "seconds": about.seconds,
        "created": about.created,
    }


class _Kind(NamedTuple):
    """What a folder is, how its file is read, and what the list says of it."""

    name: str
    load: Callable[[Path], dict[str, Any]]
    row: Callable[[dict[str, Any]], dict[str, Any]]


_KINDS: Final[Mapping[str, _Kind]] = {
    "manifest.json": _Kind("run", read_json, _of_run),
    "frontier.json": _Kind("frontier", read_json, _of_sweep),
    "risk_weights.json": _Kind("risk weights", read_json, _of_sweep),
    "what_if.json": _Kind("what-if", read_json, _of_what_ifs),
    "alternatives.json": _Kind("alternatives", read_json, _of_alternatives),
    "audit.json": _Kind("audit", read_audit_head, _of_audit),
    "comparison.json": _Kind("comparison", read_comparison_head, _of_comparison),
}
MARKERS: Final = tuple(_KINDS)
"""Files of which a folder has one that a command wrote."""
