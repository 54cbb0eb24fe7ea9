"""What is allowed but worth a word: warnings about the tables."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow.compute as pc

from optimizer.contract.findings import Findings
from optimizer.contract.references import UNKNOWN, Tables, positions
from optimizer.domain.settings import Settings

WILD_RATIO: Final = 5.0
DEAR_CARRYING: Final = 0.60
"""A carrying rate beyond it, twice the upper end of what is usual, deserves a word. [1/yr]"""

LONGEST_NAME: Final = 40
"""Of a name in a warning."""


def note_doubts(tables: Tables, settings: Settings, findings: Findings) -> None:
    """Add the warnings that complete and sound tables and settings give rise to."""
    _note_dear_carrying(tables, settings, findings)
    _note_blank_rows(tables, findings)
    _note_wild_demand(tables, findings)
    _note_one_region(tables, findings)
    _note_strangers_in_plan(tables, findings)


def _note_dear_carrying(tables: Tables, settings: Settings, findings: Findings) -> None:
    """Look at the rate in all, obsolescence weighted by the value of demand."""
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
            "on average by the value of demand); 20 to 30 % in all is usual. See whether the cost "
            "of capital is counted twice, or a percentage stands for a fraction (10 % is 0.10)."
        )


def _note_blank_rows(tables: Tables, findings: Findings) -> None:
    for table in tables.values():
        if table.cells.blank:
            findings.warnings.append(f"{table.cells.file}: {table.cells.blank} blank rows skipped.")


def _note_wild_demand(tables: Tables, findings: Findings) -> None:
    mean, std = (tables["skus"].numbers[name] for name in ("demand_mean", "demand_std"))
    wild = (mean > 0) & (std > WILD_RATIO * mean)
    if wild.any():
        first = tables["skus"].texts["sku"][int(np.flatnonzero(wild)[0])].as_py()
        findings.warnings.append(
            f"demand_std exceeds {WILD_RATIO:g} times demand_mean for {wild.sum()} of {len(wild)} "
            f"SKUs, first {_short(first)}: rare, large orders (or a unit mistaken), "
            "for which safety stock is dear."
        )


def _note_one_region(tables: Tables, findings: Findings) -> None:
    regions = pc.unique(tables["suppliers"].texts["region"]).to_pylist()
    if len(regions) == 1 and len(tables["suppliers"]) > 1:
        findings.warnings.append(
            f'all suppliers are in one region, "{regions[0]}": '
            "no second source hedges a hazard of that region."
        )


def _note_strangers_in_plan(tables: Tables, findings: Findings) -> None:
    if "plan" not in tables:
        return
    names = tables["plan"].texts["sku"]
    unknown = positions(names, tables["skus"].texts["sku"]) == UNKNOWN
    if unknown.any():
        strangers = names.to_numpy(zero_copy_only=False)[unknown].tolist()
        findings.warnings.append(f"plan: not in skus and left out: {_some(strangers)}.")


def _some(names: list[str]) -> str:
    shown = ", ".join(map(_short, sorted(names)[:3]))
    return f"{len(names)} SKUs ({shown}{', …' if len(names) > 3 else ''})"


def _short(name: str) -> str:
    return f'"{name}"' if len(name) <= LONGEST_NAME else f'"{name[: LONGEST_NAME - 1]}…"'
