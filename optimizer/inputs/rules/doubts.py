"""What is allowed but unusual: warnings about the tables."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.arrays import BoolArray
from optimizer.domain.settings import Settings
from optimizer.inputs.findings import Findings, short
from optimizer.inputs.rules.between_columns import CLOSE
from optimizer.inputs.rules.plausible import note_implausible
from optimizer.inputs.rules.references import UNKNOWN, Tables, positions

WILD_RATIO: Final = 5.0
DEAR_CARRYING: Final = 0.60
"""A carrying rate above this, twice the usual maximum, gives a warning. [1/yr]"""


def note_doubts(tables: Tables, settings: Settings, findings: Findings) -> None:
    """Add the warnings about complete and valid tables and settings."""
    _note_dear_carrying(tables, settings, findings)
    _note_blank_rows(tables, findings)
    _note_free_goods(tables, findings)
    _note_wild_demand(tables, findings)
    _note_long_lots(tables, findings)
    _note_one_region(tables, findings)
    note_implausible(tables, findings)
    _note_strangers(tables, findings)
    _note_uncounted(tables, findings)


def _note_dear_carrying(tables: Tables, settings: Settings, findings: Findings) -> None:
    """Check the total rate, with obsolescence weighted by the value of demand."""
    numbers = tables["skus"].numbers
    value = numbers["unit_cost"] * numbers["demand_mean"]
    lost = np.nan_to_num(numbers["obsolescence_rate"])  # empty cells are 0
    total = float(value.sum())
    obsolescence = float(value @ lost) / total if total else 0.0
    rate = settings.carrying.rate + obsolescence
    if rate > DEAR_CARRYING:
        findings.warnings.append(
            f"carrying stock costs {100.0 * rate:,.0f} % of its value a year (carrying "
            f"{100.0 * settings.carrying.rate:,.0f} %, obsolescence {100.0 * obsolescence:,.0f} % "
            "on average by the value of demand); 20 to 30 % in total is usual. Check whether the "
            "cost of capital is counted twice, or a rate is entered as a percentage (10 % is 0.10)."
        )


def _note_blank_rows(tables: Tables, findings: Findings) -> None:
    for table in tables.values():
        if table.cells.blank:
            findings.warnings.append(f"{table.cells.file}: {table.cells.blank} blank rows skipped.")


def _note_wild_demand(tables: Tables, findings: Findings) -> None:
    """Check for deviations that rare demand does not explain, such as that of a single demand."""
    numbers = tables["skus"].numbers
    mean, std = numbers["demand_mean"], numbers["demand_std"]
    interval = np.nan_to_num(numbers["demand_interval_days"], nan=1.0)
    wild = (mean > 0) & (std > WILD_RATIO * mean * np.sqrt(interval))
    if wild.any():
        findings.warnings.append(
            f"demand_std exceeds {WILD_RATIO:g} times demand_mean, by more than "
            f"demand_interval_days explains, for {_of_skus(wild, tables)}: this may be a few very "
            "large orders or a wrong unit; it makes safety stock expensive."
        )


def _note_free_goods(tables: Tables, findings: Findings) -> None:
    free = tables["skus"].numbers["unit_cost"] == 0.0
    if free.any():
        findings.warnings.append(
            f"unit_cost is 0 for {_of_skus(free, tables)}: such stock ties up no capital and "
            "costs nothing to carry."
        )


def _note_long_lots(tables: Tables, findings: Findings) -> None:
    """Compare the smallest lot that can be ordered with the sales within the shelf life."""
    numbers = tables["skus"].numbers
    unit = 10.0 ** -np.nan_to_num(numbers["unit_decimals"])
    multiple = np.where(np.isnan(numbers["order_multiple"]), unit, numbers["order_multiple"])
    least = np.maximum(np.nan_to_num(numbers["min_order_qty"]), multiple)
    least = np.ceil(least / multiple - CLOSE) * multiple
    keeps = numbers["shelf_life_days"] * numbers["demand_mean"]
    long = (least > keeps) & (keeps > 0)
    if long.any():
        findings.warnings.append(
            f"the smallest lot outlasts the shelf life of {_of_skus(long, tables)}: it is ordered "
            "nevertheless, and part of it will expire."
        )


def _note_one_region(tables: Tables, findings: Findings) -> None:
    regions = pc.unique(tables["suppliers"].texts["region"]).to_pylist()
    if len(regions) == 1 and len(tables["suppliers"]) > 1:
        findings.warnings.append(
            f'all suppliers are in one region, "{regions[0]}": '
            "no second source protects against a hazard of that region."
        )


def _note_strangers(tables: Tables, findings: Findings) -> None:
    if "plan" not in tables:
        return
    names = tables["plan"].texts["sku"]
    unknown = positions(names, tables["skus"].texts["sku"]) == UNKNOWN
    if unknown.any():
        strangers = names.to_numpy(zero_copy_only=False)[unknown].tolist()
        findings.warnings.append(f"plan: left out, not in skus: {_some(strangers)}.")


def _note_uncounted(tables: Tables, findings: Findings) -> None:
    if "stock" not in tables:
        return
    names = tables["skus"].texts["sku"]
    uncounted = positions(names, tables["stock"].texts["sku"]) == UNKNOWN
    if uncounted.any():
        findings.warnings.append(
            f"stock has no row for {_of_skus(uncounted, tables)}: their stock is taken to be at "
            "the level of the plan, not 0; write 0 where there is none."
        )


def _of_skus(marked: BoolArray, tables: Tables) -> str:
    """Return how many SKUs are marked, and the first of them."""
    names = tables["skus"].texts["sku"].filter(pa.array(marked))
    return f"{marked.sum()} of {len(marked)} SKUs, first {short(pc.min(names).as_py())}"


def _some(names: list[str]) -> str:
    shown = ", ".join(map(short, sorted(names)[:3]))
    return f"{len(names)} SKUs ({shown}{', …' if len(names) > 3 else ''})"
