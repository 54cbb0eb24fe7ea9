"""The runs of a results folder, as a table: the manifests are the truth, nothing else is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.domain.paths import AnyPath
from optimizer.domain.run import is_name
from optimizer.store.manifest import Manifest, read_json, writer_of_another_format

COLUMNS: Final = (
    "run",
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


def runs(results: AnyPath = "results") -> pd.DataFrame:
    """
    Return every run of the folder, newest first.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`.  A run whose manifest cannot be read is listed last with the status
        ``damaged``, one that another version wrote in its own format with the name of that; no
        budget is NaN.
    """
    home = Path(results)
    folders = home.glob("*/manifest.json") if home.is_dir() else ()
    rows = [_row(path) for path in folders if is_name(path.parent.name)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["created"] = pd.to_datetime(table["created"], utc=True)
    return table.sort_values(["created", "run"], ascending=[False, True], ignore_index=True)


def _row(path: Path) -> dict[str, Any]:
    name = path.parent.name
    try:
        written = read_json(path)
        writer = writer_of_another_format(written)
        if writer is not None:
            return {"run": name, "status": f"of {writer}"}
        manifest = Manifest.model_validate(written)
    except (OSError, ValueError, AttributeError):
        return {"run": name, "status": "damaged"}
    stated = manifest.model_dump(include={"status", "objective", "bound", "gap", "seconds"})
    return {
        "run": name,
        **stated,
        "budget": manifest.settings.budget.capital,
        "currency": manifest.settings.currency,
        "measure": manifest.settings.risk.measure,
        "created": manifest.created,
    }
