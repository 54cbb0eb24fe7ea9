"""
Hazards for the regions and suppliers of a portfolio (importer ``hazards``).

Reads the portfolio's suppliers and a table of hazards by country, and writes hazards.csv, to be put
in the portfolio, rates.csv, what-ifs of rates half and twice as high, and IMPORT.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path, PurePath
from typing import Final

import numpy as np

from optimizer.domain.address import without_password
from optimizer.domain.paths import AnyPath
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.findings import Findings
from optimizer.inputs.importers._folder import refuse_taken, write_folder
from optimizer.inputs.importers._hazard_rules import (
    HazardRules,
    Row,
    failure_hazard,
    region_hazard,
    relative_of,
    stop_hazard,
)
from optimizer.inputs.importers._report import ImportLedger, ImportReport
from optimizer.inputs.importers._scms.account import csv_text
from optimizer.inputs.importers._scms.site_hazards import relative_hazards
from optimizer.inputs.read import open_source
from optimizer.inputs.readers.cells import Table

Assumptions = HazardRules
HALF_AND_DOUBLE: Final = """\
name,description,hazards.rate_factor
half,Every hazard strikes half as often,0.5
double,Every hazard strikes twice as often,2
"""


def import_portfolio(
    file: AnyPath, hazards: Path, out: Path, settings: HazardRules
) -> ImportReport:
    """
    Write the hazards of a portfolio's regions and suppliers, completely or not at all.

    Parameters
    ----------
    file
        The portfolio: a folder, a workbook or a database; only its suppliers must be sound.

    Raises
    ------
    BadInputError
        If the suppliers or the table of hazards are invalid, or `out` is not free.
    """
    refuse_taken(out)
    suppliers = _suppliers(file)
    relative = relative_hazards(hazards, settings.hazard_measure)
    regions = sorted(set(suppliers.texts["region"].to_pylist()))
    rows = [
        *(_of_region(region, relative, settings) for region in regions),
        *_of_suppliers(suppliers, settings),
    ]
    unknown = [region for region in regions if relative_of(region, relative) is None]
    notes = _notes(unknown, len(regions))
    ledger = ImportLedger(name="suppliers", read=len(suppliers), used=len(suppliers), set_aside={})
    files = {
        "hazards.csv": csv_text(rows),
        "rates.csv": HALF_AND_DOUBLE,
        "IMPORT.md": _account(file, hazards, rows, notes, settings),
    }
    write_folder(out, files)
    return ImportReport(
        out=out,
        ledgers=(ledger,),
        fallbacks={"regions without a country": len(unknown)},
        notes=notes,
        tables={"hazards": len(rows)},
    )


def _suppliers(path: AnyPath) -> Table:
    """Return the suppliers of a portfolio, whose other tables may be unfinished."""
    findings = Findings()
    tables = open_source(path, findings).tables
    table = tables.get("suppliers")
    file = None if table is None else table.cells.file
    own = [p for p in findings.problems() if table is None or p.file == file]
    if own:
        raise BadInputError(own)
    if table is None:
        rule, remedy = "has no table suppliers", "Name a portfolio with suppliers."
        raise BadInputError([Problem(file=without_password(path), rule=rule, remedy=remedy)])
    return table


def _of_region(region: str, relative: Mapping[str, float], settings: HazardRules) -> Row:
    known = relative_of(region, relative)
    return region_hazard(region, 1.0 if known is None else known, settings)


def _of_suppliers(suppliers: Table, settings: HazardRules) -> list[Row]:
    names = suppliers.texts["supplier"].to_pylist()
    otif = np.nan_to_num(suppliers.numbers["otif"], nan=settings.otif_normal)
    ttr = np.nan_to_num(suppliers.numbers["ttr_days"])
    failing = np.nan_to_num(suppliers.numbers["financial_risk"])
    each = list(zip(names, otif.tolist(), failing.tolist(), ttr.tolist(), strict=True))
    stops = [stop_hazard(name, share, days, settings) for name, share, _, days in each]
    failures = [failure_hazard(name, risk, days, settings) for name, _, risk, days in each]
    return stops + [row for row in failures if row is not None]


def _notes(unknown: Sequence[str], n_regions: int) -> tuple[str, ...]:
    put = (
        "Put hazards.csv in the portfolio in place of its own; tags, surges and price shocks are "
        "not in it: add those that you know."
    )
    notes = [
        put,
        "What rates wrong by two would cost: ballast what-if PORTFOLIO rates.csv",
    ]
    if unknown:
        named = ", ".join(unknown[:10]) + (", …" if len(unknown) > 10 else "")
        notes.insert(
            0,
            f"{len(unknown)} of {n_regions} regions are no country of the table and get the mean "
            f"hazard: {named}.",
        )
    return tuple(notes)


def _account(
    file: AnyPath, hazards: Path, rows: Sequence[Row], notes: Sequence[str], settings: HazardRules
) -> str:
    assumed = [
        f"| {f.name} | {getattr(settings, f.name)} | {f.metadata['unit']} "
        f"| {f.metadata['reason']} |"
        for f in fields(settings)
    ]
    name = PurePath(without_password(file)).name
    lines = [
        "# Hazards by rule",
        "",
        f"{len(rows)} hazards for the suppliers of {name}, from {hazards.name}.",
        "",
        *(f"- {note}" for note in notes),
        "",
        "| rule | value | unit | reason |",
        "|---|---|---|---|",
        *assumed,
    ]
    return "\n".join(lines) + "\n"
