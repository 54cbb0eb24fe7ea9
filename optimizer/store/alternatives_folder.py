"""The folder of a run's near-optimal alternatives: plans and decisions, beside their runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pandas as pd
from pydantic import BaseModel

from optimizer.domain.alternatives import (
    BEST,
    AlternativePlan,
    Alternatives,
    SharedSupplier,
    flat_plan,
)
from optimizer.domain.manifest import About
from optimizer.store.manifest import read_json, write_json
from optimizer.store.publish import publish
from optimizer.store.run_folder import read_file, write_documents
from optimizer.store.table_files import write_csv

_JSON: Final = "alternatives.json"
_DECISIONS: Final = "decisions.csv"


class _Stated(BaseModel):
    """``alternatives.json``."""

    currency: str
    run: str
    within: float
    region: str
    not_found: dict[str, str]
    suppliers: tuple[SharedSupplier, ...]
    about: About
    plans: tuple[AlternativePlan, ...]


def write_alternatives(
    results: Path, name: str, found: Alternatives, documents: Mapping[str, str | bytes]
) -> None:
    """Write the folder of alternatives, page and workbook in it, whole or not at all."""

    def fill(folder: Path) -> None:
        write_json({"alternatives": name, **_json(found)}, folder / _JSON)
        write_csv(plans_table(found), folder / "alternatives.csv")
        write_csv(found.decisions, folder / _DECISIONS)
        write_documents(documents, folder)

    publish(results, name, fill, replace=False)


def is_alternatives(folder: Path) -> bool:
    """Return whether this is a folder of alternatives."""
    return (folder / _JSON).is_file()


def read_alternatives(folder: Path) -> Alternatives:
    """
    Read alternatives back.

    Raises
    ------
    BadInputError
        If a file is missing, damaged or of another form; the message names it.
    """
    return Alternatives(
        folder=folder,
        decisions=read_file(folder / _DECISIONS, _read_decisions),
        **read_file(folder / _JSON, _read_json),
    )


def _read_json(path: Path) -> dict[str, Any]:
    """Return the contents of the JSON; a ``ValueError`` says what is wrong with it."""
    stated = _Stated.model_validate(read_json(path))
    if not stated.plans or stated.plans[0].plan != BEST:
        raise ValueError(f"the first plan is not {BEST}")
    return dict(stated)


def _read_decisions(path: Path) -> pd.DataFrame:
    """Return the table of decisions as it was written."""
    names = pd.read_csv(path, encoding="utf-8", nrows=0).columns
    texts = [name for name in names if name == "sku" or name.endswith((":policy", ":alternates"))]
    rows = pd.read_csv(
        path, encoding="utf-8", keep_default_na=False, dtype=dict.fromkeys(texts, "str")
    )
    if not {"sku", "sure", "same_levels", f"{BEST}:policy"} <= set(rows.columns):
        raise ValueError("columns are missing")
    return rows


def plans_table(found: Alternatives) -> pd.DataFrame:
    """Return the rows of ``alternatives.csv``."""
    return pd.DataFrame([flat_plan(plan) for plan in found.plans])


def alternatives_json(found: Alternatives) -> dict[str, Any]:
    """Return alternatives as JSON data, the decisions among them."""
    return {**_json(found), "sure": found.sure, "decisions": found.decisions.to_dict("records")}


def _json(found: Alternatives) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "run": found.run,
        "within": found.within,
        "region": found.region,
        "not_found": dict(found.not_found),
        "suppliers": [asdict(one) for one in found.suppliers],
        "about": found.about.model_dump(mode="json"),
        "plans": [asdict(plan) for plan in found.plans],
    }
