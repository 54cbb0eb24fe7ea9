"""
Public delivery history of health commodities → a portfolio (importer ``scms``).

Reads the USAID Supply Chain Shipment Pricing Dataset and a table of hazards by country, and writes
skus, suppliers, sources, hazards, demand, deliveries, portfolio.toml and IMPORT.md, which documents
how each was derived.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from optimizer.domain.paths import AnyPath
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.importers._folder import refuse_taken, write_folder
from optimizer.inputs.importers._report import ImportLedger, ImportReport
from optimizer.inputs.importers._scms import estimates
from optimizer.inputs.importers._scms.account import account, budget_of, csv_text, portfolio_toml
from optimizer.inputs.importers._scms.assumptions import Assumptions
from optimizer.inputs.importers._scms.delivery_lines import read_lines
from optimizer.inputs.importers._scms.evidence import Evidence
from optimizer.inputs.importers._scms.portfolio_lines import cut
from optimizer.inputs.importers._scms.site_hazards import relative_hazards
from optimizer.inputs.importers._scms.sites import UNKNOWN, locate
from optimizer.inputs.importers._scms.to_tables import Tables, lay_out

__all__ = ["Assumptions", "import_portfolio"]


def import_portfolio(
    file: AnyPath, hazards: Path, out: Path, settings: Assumptions
) -> ImportReport:
    """
    Write a portfolio folder from the delivery history, completely or not at all.

    Raises
    ------
    BadInputError
        If a file is invalid (every reason is listed) or `out` is not free.
    """
    refuse_taken(out)
    path = Path(file)
    lines = read_lines(path)
    relative = relative_hazards(hazards, settings.hazard_measure)
    history = cut(lines, settings)
    if history.ledger.used == 0:
        raise BadInputError([_too_short(path, settings)])
    evidence = Evidence.gather(history.lines, settings)
    tables = lay_out(history.lines, evidence, relative, settings)
    ledgers = (
        history.ledger,
        estimates.price_ledger(lines),
        estimates.lead_time_ledger(lines),
        estimates.weight_ledger(lines),
    )
    notes = _notes(lines, tables, settings)
    write_folder(out, _files((path, hazards), tables, ledgers, notes, settings))
    return ImportReport(
        out=out,
        ledgers=ledgers,
        fallbacks=tables.fallbacks,
        notes=notes,
        tables={name: len(rows) for name, rows in _rows(tables).items()},
    )


def _files(
    inputs: Sequence[Path],
    tables: Tables,
    ledgers: Sequence[ImportLedger],
    notes: Sequence[str],
    settings: Assumptions,
) -> dict[str, str]:
    files = {f"{name}.csv": csv_text(rows) for name, rows in _rows(tables).items()}
    files["portfolio.toml"] = portfolio_toml(tables, settings)
    files["IMPORT.md"] = account(inputs, tables, ledgers, notes, settings)
    return files


def _rows(tables: Tables) -> dict[str, list[dict[str, object]]]:
    return {
        "skus": tables.skus,
        "suppliers": tables.suppliers,
        "sources": tables.sources,
        "hazards": tables.hazards,
        "demand": tables.demand,
        "deliveries": tables.deliveries,
    }


def _notes(lines: pd.DataFrame, tables: Tables, settings: Assumptions) -> tuple[str, ...]:
    nowhere = sorted(site for site in set(lines["site"]) if locate(site).country == UNKNOWN)
    named = ", ".join(f"{site} ({int((lines['site'] == site).sum())} lines)" for site in nowhere)
    budget, lead_time = budget_of(tables, settings), tables.lead_time_demand_value
    worth = f"one lead time of demand ({lead_time:,.0f} USD), rounded down to two digits"
    notes = [f"The budget is {budget:,} USD: {settings.budget_multiple:g} times {worth}."]
    if nowhere:
        notes.append(f"No country can be derived for {named}: region {UNKNOWN}, mean hazard.")
    return tuple(notes)


def _too_short(file: Path, settings: Assumptions) -> Problem:
    return Problem(
        file=file.name,
        rule=f"no SKU was delivered in {settings.active_months} months or more at a price",
        remedy="Lower active_months (and destination_active_months), or name a longer history.",
    )
