"""A portfolio in memory → the folder of tables that `read_portfolio` reads."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from optimizer.domain.portfolio import ROLES, USES, Portfolio

_NOT_READ = ("demand_class", "primary")  # found by the reader
_DATES = ("launched", "ends", "approved_until")  # which these portfolios never state


def write_portfolio(
    portfolio: Portfolio, folder: Path, kind: Literal["parquet", "csv"] = "parquet"
) -> None:
    """Write the tables and the settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "portfolio.toml").write_text(_settings(portfolio), encoding="utf-8")
    sources = portfolio.sources
    tables = {
        "skus": _frame(portfolio.skus),
        "suppliers": _frame(portfolio.suppliers),
        "sources": _frame(sources).assign(
            sku=portfolio.skus.sku[sources.sku],
            supplier=portfolio.suppliers.supplier[sources.supplier],
            role=np.array(ROLES, dtype=object)[sources.role],
            use=np.array(USES, dtype=object)[sources.use],
        ),
        "hazards": _frame(portfolio.hazards),
    }
    for name, table in tables.items():
        if kind == "csv":
            table.to_csv(folder / f"{name}.csv", index=False)
        else:
            arrow = pa.Table.from_pandas(table, preserve_index=False)
            pq.write_table(arrow, folder / f"{name}.parquet", write_page_checksum=True)


def _frame(columns: Any) -> pd.DataFrame:
    """Return a domain table as a data frame, empty where it holds ``inf``."""
    names = [field.name for field in fields(columns) if field.name not in (*_NOT_READ, *_DATES)]
    table = pd.DataFrame({name: getattr(columns, name) for name in names})
    return table.replace(np.inf, np.nan)


def _settings(portfolio: Portfolio) -> str:
    settings = portfolio.settings
    risk, scenarios = settings.risk, settings.scenarios
    return "\n".join(
        [
            f'currency = "{settings.currency}"',
            f"[budget]\ncapital = {settings.budget.capital!r}",
            f'[risk]\nmeasure = "{risk.measure}"\nlevel = {risk.level}\nweight = {risk.weight}',
            f"[scenarios]\ncount = {scenarios.count}\nseed = {scenarios.seed}",
            f"[solver]\ngap = {settings.gap!r}",
            "",
        ]
    )
