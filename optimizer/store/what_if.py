"""The folder of a comparison: its rows as CSV and JSON, beside the runs of its scenarios."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.domain.what_if import Compared
from optimizer.store.manifest import write_json
from optimizer.store.publish import publish
from optimizer.store.tables import write_csv

_COUNTS: Final = ("decisions_changed", "qualified_more", "qualified_fewer")


def write_compared(results: Path, name: str, found: Compared) -> None:
    """Write ``scenarios.json`` and ``scenarios.csv``, whole or not at all."""

    def fill(folder: Path) -> None:
        write_json({"what_if": name, **compared_json(found)}, folder / "scenarios.json")
        write_csv(_table(found), folder / "scenarios.csv")

    publish(results, name, fill, replace=False)


def compared_json(found: Compared) -> dict[str, Any]:
    """Return a comparison as JSON takes it."""
    return {
        "currency": found.currency,
        "skus": found.n_skus,
        "robust": found.robust,
        "left_out": list(found.left_out),
        "scenarios": [asdict(row) for row in found.rows],
    }


def _table(found: Compared) -> pd.DataFrame:
    """Return the rows as a table; counts stay whole where some are missing."""
    table = pd.DataFrame([asdict(row) for row in found.rows])
    missing = [json.dumps(row.missing) if row.missing else "" for row in found.rows]
    return table.astype(dict.fromkeys(_COUNTS, "Int64")).assign(missing=missing)
