"""The folder of a sweep over weights of risk: its points, beside their runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd
from pydantic import BaseModel

from optimizer.domain.manifest import About
from optimizer.domain.risk_sweep import RiskPoint, RiskSweep, flat_risk_point
from optimizer.store.manifest import read_json, write_json
from optimizer.store.publish import publish
from optimizer.store.run_folder import read_file, write_documents
from optimizer.store.table_files import write_csv

_JSON: Final = "risk_weights.json"


class _Stated(BaseModel):
    """``risk_weights.json``."""

    currency: str
    left_out: int
    about: About
    points: tuple[RiskPoint, ...]


def write_risk_sweep(
    results: Path, name: str, sweep: RiskSweep, documents: Mapping[str, str | bytes]
) -> None:
    """Write the folder of a sweep, its page and workbook in it, whole or not at all."""

    def fill(folder: Path) -> None:
        write_json({"risk_weights": name, **risk_sweep_json(sweep)}, folder / _JSON)
        write_csv(risk_points_table(sweep), folder / "risk_weights.csv")
        write_documents(documents, folder)

    publish(results, name, fill, replace=False)


def is_risk_sweep(folder: Path) -> bool:
    """Return whether this is the folder of a sweep over weights of risk."""
    return (folder / _JSON).is_file()


def read_risk_sweep(folder: Path) -> RiskSweep:
    """
    Read a sweep back.

    Raises
    ------
    BadInputError
        If ``risk_weights.json`` is missing, damaged or of another form; the message names it.
    """
    return RiskSweep(folder=folder, **read_file(folder / _JSON, _read_json))


def _read_json(path: Path) -> dict[str, Any]:
    """Return the contents of the JSON; a ``ValueError`` says what is wrong with it."""
    stated = _Stated.model_validate(read_json(path))
    if not stated.points or stated.points[0].risk_weight:
        raise ValueError("the first point is not the one that charges nothing for risk")
    return dict(stated)


def risk_points_table(sweep: RiskSweep) -> pd.DataFrame:
    """Return the rows of ``risk_weights.csv``."""
    return pd.DataFrame([flat_risk_point(point) for point in sweep.points])


def risk_sweep_json(sweep: RiskSweep) -> dict[str, Any]:
    """Return a sweep as JSON data."""
    return {
        "currency": sweep.currency,
        "left_out": sweep.left_out,
        "about": sweep.about.model_dump(mode="json"),
        "points": [flat_risk_point(point) for point in sweep.points],
    }
