"""What a query finds, as a terminal prints it."""

from __future__ import annotations

import pandas as pd


def query_rows(found: pd.DataFrame) -> list[list[str]]:
    """Return texts, numbers with ten digits at most; nothing where there is no value."""
    rows: list[list[str]] = found.astype(object).map(_cell).to_numpy().tolist()
    return rows


def _cell(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    return f"{value:,.10g}" if isinstance(value, float) else f"{value}"
