"""The lines of the portfolio: which rows it has, and which lines are set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from optimizer.inputs.importers._report import ImportLedger
from optimizer.inputs.importers._scms.assumptions import Assumptions
from optimizer.inputs.importers._scms.sites import SAME_SITE

RARE_SKU: Final = "SKU with too few active months"
NO_PRICE: Final = "SKU without any usable price"
RARE_ROW: Final = "SKU with too few active months at this destination"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """
    The data behind the estimates.

    Attributes
    ----------
    lines
        Every line, with the columns of `read_lines` and `sku`: the key of the portfolio's row, or
        ``""`` where the line belongs to none.
    ledger
        The lines read = used for demand + set aside.
    """

    lines: pd.DataFrame
    ledger: ImportLedger


def cut(lines: pd.DataFrame, settings: Assumptions) -> History:
    """Return the lines of the SKUs (and destinations) with enough active months and a price."""
    lines = lines.assign(site=lines["site"].replace(SAME_SITE))
    active = _active_months(lines, lines["product"]) >= settings.active_months
    priced = lines["priced"].groupby(lines["product"]).transform("any").astype(bool)
    key = lines["product"].where(active & priced, "")
    if settings.by == "destination":
        place = (key + " @ " + lines["country"]).where(key != "", "")
        enough = _active_months(lines, place) >= settings.destination_active_months
        key = place.where(enough, "")
    aside = {
        RARE_SKU: int((~active).sum()),
        NO_PRICE: int((active & ~priced).sum()),
        RARE_ROW: int((active & priced & (key == "")).sum()),
    }
    used = int((key != "").sum())
    ledger = ImportLedger(
        name="delivery lines", read=len(lines), used=used, set_aside=_counted(aside)
    )
    return History(lines=lines.assign(sku=key), ledger=ledger)


def _active_months(lines: pd.DataFrame, key: pd.Series[str]) -> pd.Series[int]:
    months = lines["delivered"].dt.to_period("M")
    active: pd.Series[int] = months.groupby(key).transform("nunique")
    return active


def _counted(reasons: dict[str, int]) -> dict[str, int]:
    return {reason: count for reason, count in reasons.items() if count}
