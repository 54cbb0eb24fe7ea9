"""
A table of spare parts and their monthly demand → the folder of a portfolio, by stated rules.

What the table does not say is set by `Rules`; nothing of it comes from elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.settings import DAYS_PER_YEAR

_KEYS: Final = ("item", "description", "lead_time_months", "price_gbp")
_HAZARDS: Final = ("hazard", "kind", "scope", "target", "annual_rate", "duration_mean_days")
_SUPPLIER: Final = "the supplier"


class Rules(NamedTuple):
    """
    What is assumed of every part.

    Attributes
    ----------
    order_cost
        [currency/order]
    short_cost
        A unit short costs this share of its price. [-]
    least_lead_time
        Months of the parts with 0: their months are rounded. [month]
    """

    order_cost: float = 10.0
    short_cost: float = 5.0
    least_lead_time: float = 0.5


SETTINGS: Final = """currency = "GBP"
max_alternates = 0
[demand]
period = "month"
[risk]
measure = "expected"
[solver]
gap = 1e-3
"""


def months_of(table: pd.DataFrame) -> list[str]:
    """Return the columns that hold the demand of a month, ``YYYY-MM``."""
    return [name for name in table.columns if name not in _KEYS]


def write_spares(table: pd.DataFrame, folder: Path, rules: Rules) -> None:
    """
    Write the folder of a portfolio: one supplier, certain lead times, no hazards, whole units.

    Parameters
    ----------
    table
        A row per part: item, description, lead_time_months, price_gbp, and a column per month.
        All prices above 0.
    """
    months = months_of(table)
    items = "P" + table["item"].astype(str)
    lead_time = np.maximum(table["lead_time_months"], rules.least_lead_time) * DAYS_PER_YEAR / 12.0
    tables = {
        "skus": pd.DataFrame(
            {
                "sku": items,
                "description": table["description"],
                "unit_cost": table["price_gbp"],
                "launched": f"{months[0]}-01",
                "order_cost": rules.order_cost,
                "goodwill_cost": rules.short_cost * table["price_gbp"],
            }
        ),
        "suppliers": pd.DataFrame({"supplier": [_SUPPLIER], "region": ["one"]}),
        "sources": pd.DataFrame(
            {
                "sku": items,
                "supplier": _SUPPLIER,
                "role": "primary",
                "lead_time_mean": lead_time.round(2),
                "lead_time_std": 0.0,
            }
        ),
        "hazards": pd.DataFrame(columns=list(_HAZARDS)),
        "demand": _demand(table, items, months),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "portfolio.toml").write_text(SETTINGS, encoding="utf-8")
    for name, rows in tables.items():
        rows.to_csv(folder / f"{name}.csv", index=False)


def _demand(table: pd.DataFrame, items: pd.Series, months: list[str]) -> pd.DataFrame:
    """Return the months with demand; those without leave no row."""
    quantity = table[months].to_numpy()
    part, month = np.nonzero(quantity)
    return pd.DataFrame(
        {
            "sku": items.to_numpy()[part],
            "date": np.array([f"{name}-01" for name in months])[month],
            "quantity": quantity[part, month],
        }
    )
