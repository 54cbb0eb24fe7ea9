"""What the runs of a results folder decided for one SKU, one after the other."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow.parquet as pq

from optimizer.domain.paths import AnyPath
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.did_you_mean import did_you_mean
from optimizer.store.run_folder import RUN_PLAN, read_file
from optimizer.store.run_index import runs

_OF_PLAN: Final = (
    *("policy", "service_level", "reserve_days", "reorder_point", "reserve_units"),
    *("order_quantity", "safety_stock", "alternates", "demand_mean", "capital"),
)
HISTORY: Final = ("run", "created", "state", "plan_of", *_OF_PLAN)


def history(sku: str, results: AnyPath = "results") -> pd.DataFrame:
    """
    Return what every run decided for a SKU, oldest first; points of sweeps and what-ifs aside.

    Returns
    -------
    pandas.DataFrame
        `HISTORY`: the run, when it ended, its state, the run whose plan was in force, and what
        ``plan.csv`` says [unit, day, currency].

    Raises
    ------
    BadInputError
        If no run has the SKU, or a plan is damaged.
    """
    home, listed = Path(results), runs(results)
    own = listed[(listed["kind"] == "run") & listed["parent"].isna() & listed["objective"].notna()]
    decided = [_rows(home / run / RUN_PLAN, sku).assign(run=run) for run in own["run"]]
    if not any(map(len, decided)):
        raise BadInputError([_unknown(sku, [home / run / RUN_PLAN for run in own["run"]])])
    rows = own.merge(pd.concat(decided), on="run")
    return rows.sort_values(["created", "run"], ignore_index=True)[list(HISTORY)]


def _rows(plan: Path, sku: str) -> pd.DataFrame:
    """Return a SKU's decision in a plan, no row where it has none."""
    only = partial(pq.read_table, filters=[("sku", "==", sku)], page_checksum_verification=True)
    rows: pd.DataFrame = read_file(plan, only).select(["sku", *_OF_PLAN]).to_pandas()
    return rows


def _unknown(sku: str, plans: list[Path]) -> Problem:
    if not plans:
        remedy = "Solve first, or name the folder of the runs: --results DIR."
        return Problem(file="SKU", value=sku, rule="there is no run yet", remedy=remedy)
    names = pq.read_table(plans[0], columns=["sku"])["sku"].to_pylist()
    return Problem(
        file="SKU", value=sku, rule="no run has such a SKU", remedy=did_you_mean(sku, names)
    )
