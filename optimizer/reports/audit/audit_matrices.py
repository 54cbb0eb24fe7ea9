"""The portfolio as a matrix: value by variability and supplier risk, movement by demand class."""

from __future__ import annotations

from typing import Final

import pandas as pd

from optimizer.reports.audit.audit_view import AuditView
from optimizer.reports.audit.audit_words import portfolio_finding
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.format import count, money, percent
from optimizer.reports.kit.matrix import Cell, Matrix

_VALUES: Final = ("A, most value", "B", "C, least value")
_VARIABILITIES: Final = ("X, steady", "Y, varying", "Z, erratic")
_RISKS: Final = {"Low supplier risk": "low", "High supplier risk": "high"}
_MOVEMENTS: Final = ("Fast-moving", "Slow-moving", "Non-moving")
_CLASSES: Final = ("smooth", "erratic", "intermittent", "lumpy", "")
_WHAT: Final = "SKUs, share of spend and money at risk a year"


def segment_matrix(view: AuditView) -> Matrix:
    """Draw value class by variability class and supplier risk."""
    keys = view.audit.skus["segment"]
    names = [
        [f"{value[0]}-{kind[0]}-{risk}" for risk in _RISKS.values() for kind in _VARIABILITIES]
        for value in _VALUES
    ]
    return Matrix(
        caption=Caption(finding=portfolio_finding(view), what=_WHAT, source="skus.csv"),
        rows=_VALUES,
        groups=dict.fromkeys(_RISKS, _VARIABILITIES),
        cells=[[_cell(view, keys == name) for name in row] for row in names],
        sheet="Portfolio matrix",
    )


def movement_matrix(view: AuditView) -> Matrix:
    """Draw movement class by class of demand."""
    skus = view.audit.skus
    movement, demand = skus["movement_class"], skus["demand_class"]
    cells = [
        [_cell(view, (movement == moves[0]) & (demand == name)) for name in _CLASSES]
        for moves in _MOVEMENTS
    ]
    slow = float(skus["spend_share"][movement != "F"].sum())
    return Matrix(
        caption=Caption(
            finding=f"Slow-moving and non-moving SKUs have {percent(slow)} of spend.",
            what=_WHAT,
            source="skus.csv",
        ),
        rows=_MOVEMENTS,
        groups={"Class of demand": [name.capitalize() or "No history" for name in _CLASSES]},
        cells=cells,
        sheet="Movement matrix",
    )


def _cell(view: AuditView, chosen: pd.Series[bool]) -> Cell | None:
    some = view.audit.skus[chosen]
    if some.empty:
        return None
    share = float(some["spend_share"].sum())
    at_risk = money(float(some["at_risk"].sum()), view.currency)
    return Cell(
        lines=(count(len(some), "SKU"), f"{percent(share)} of spend", f"{at_risk} at risk"),
        weight=share,
    )
