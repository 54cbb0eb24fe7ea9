"""What is allowed but worth a word: warnings about the tables."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow.compute as pc

from optimizer.contract.findings import Findings
from optimizer.contract.references import UNKNOWN, Tables, positions

WILD_RATIO: Final = 5.0
LONGEST_NAME: Final = 40
"""Of a name in a warning."""


def note_doubts(tables: Tables, findings: Findings) -> None:
    """Add the warnings that complete and sound tables give rise to."""
    _note_blank_rows(tables, findings)
    _note_wild_demand(tables, findings)
    _note_one_region(tables, findings)
    _note_strangers_in_plan(tables, findings)


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
