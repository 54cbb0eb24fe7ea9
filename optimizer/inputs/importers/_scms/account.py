"""The written account of an import: IMPORT.md, its tables as text, and portfolio.toml."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import fields
from math import floor, log10
from pathlib import Path

from optimizer.inputs.importers._report import ImportLedger
from optimizer.inputs.importers._scms.assumptions import Assumptions
from optimizer.inputs.importers._scms.site_hazards import Row
from optimizer.inputs.importers._scms.sites import locate
from optimizer.inputs.importers._scms.to_tables import Tables

ORIGIN = """\
# Where this portfolio comes from

Delivery lines of the "Supply Chain Shipment Pricing Dataset" (USAID, dataset a3rc-nmf6), joined
with a table of hazards by country (EM-DAT, CRED/UCLouvain, CC BY 4.0; INFORM 2020, EC JRC; World
Bank LPI). Money in USD, quantities in packs. SKU = molecule | dosage | form | pack; supplier =
manufacturing site; region = the site's country.

How each column was derived:

- demand: monthly quantities from the first active month to the last, empty months counted;
  demand_mean = mean / (365/12), demand_std = square root of (variance / (365/12)),
  demand_mean_error = deviation / (365/12) / square root of the number of months,
  demand_interval_days = (365/12) / -ln(1 - share of active months). demand.csv holds the months,
  for a backtest; the estimates in skus.csv take precedence.
- unit_cost: what the primary site charged for a pack, weighted by volume.
- primary: the site of the largest volume; every other site that delivered the SKU, here or
  elsewhere, is an alternate.
- price_premium: median pack price of the site / that of the primary - 1, over all years: prices
  fell, so a site that delivered only early looks expensive.
- role: qualified if the site delivered for this row within `qualified_months` of the last delivery
  of the data, else candidate.
- lead times: order to delivery, by SKU and site; if there are too few lines, by site; otherwise
  the overall median with the overall standard deviation.
- deliveries: the lines of the portfolio's SKUs, for an audit; ordered is empty where the data have
  no day, or one after the delivery or its schedule.
- otif: share of the site's lines delivered on or before schedule; the data do not show "in full".
- volume: median pack weight / density.
- hazards: region rate = outage_scale x relative hazard / hit_probability, so that a plant in a
  country of average hazard is hit outage_scale times a year; one plant stop per site. No surges,
  no price shocks.
"""


def portfolio_toml(tables: Tables, settings: Assumptions) -> str:
    """Return portfolio.toml; the budget is a multiple of the lead-time demand's value."""
    return (
        f'currency = "USD"\n\n[budget]\ncapital = {budget_of(tables, settings)}\n\n'
        '[risk]\nmeasure = "cvar"\n\n[demand]\nperiod = "month"\n'
    )


def budget_of(tables: Tables, settings: Assumptions) -> int:
    """Return the capital budget. [USD]"""
    return round_down(settings.budget_multiple * tables.lead_time_demand_value)


def account(
    inputs: Iterable[Path],
    tables: Tables,
    ledgers: Sequence[ImportLedger],
    notes: Sequence[str],
    settings: Assumptions,
) -> str:
    """Return IMPORT.md."""
    files = [[path.name, hashlib.sha256(path.read_bytes()).hexdigest()] for path in inputs]
    rows = [[ledger.name, ledger.read, ledger.used, _reasons(ledger)] for ledger in ledgers]
    sites = [[row["supplier"], *locate(str(row["supplier"]))] for row in tables.suppliers]
    assumed = [
        [f.name, getattr(settings, f.name), f.metadata["unit"], f.metadata["reason"]]
        for f in fields(settings)
    ]
    return "\n".join(
        [
            ORIGIN,
            section("Files read", ["file", "SHA-256"], files),
            section("Lines: read = used + set aside", ["of", "read", "used", "set aside"], rows),
            section("Fall-backs", ["estimate", "how often"], list(tables.fallbacks.items())),
            "## To know\n\n" + "".join(f"- {note}\n" for note in notes),
            section("Assumptions", ["setting", "value", "unit", "reason"], assumed),
            section("Sites", ["site", "country", "derived from"], sites),
        ]
    )


def section(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a heading and a Markdown table."""
    body = [header, ["---"] * len(header), *rows]
    lines = ("| " + " | ".join(_cell(value) for value in row) + " |" for row in body)
    return f"## {title}\n\n" + "\n".join(lines) + "\n"


def csv_text(rows: Sequence[Row]) -> str:
    """Return rows as CSV, numbers with six significant digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([plain(value) for value in row.values()] for row in rows)
    return out.getvalue()


def plain(value: object) -> str:
    """Return a number in at most six significant digits, anything else as text."""
    return f"{float(f'{value:.6g}'):.15g}" if isinstance(value, float) else str(value)


def round_down(amount: float) -> int:
    """Round down to two significant digits, for a round budget."""
    if amount < 1:
        return 0
    unit = 10 ** max(floor(log10(amount)) - 1, 0)
    return int(floor(amount / unit) * unit)


def _reasons(ledger: ImportLedger) -> str:
    return "; ".join(f"{reason}: {count}" for reason, count in ledger.set_aside.items()) or "none"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")
