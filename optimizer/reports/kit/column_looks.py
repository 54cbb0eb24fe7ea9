"""The columns of a long table as the workbook writes them: measures, and what is its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from optimizer.reports.kit.book import SheetColumn
from optimizer.reports.kit.measures import CURRENCY, MEASURES, Kind

Looks = Mapping[str, tuple[str, Kind, str]]
"""Label, kind and unit of columns by name; the currency stands as `CURRENCY`."""

KNOWN: Final[Looks] = {
    name: (measure.label, measure.kind, measure.unit) for name, measure in MEASURES.items()
}
"""Every measure."""


def columns(own: Looks, currency: str, widths: Mapping[str, float]) -> dict[str, SheetColumn]:
    """
    Return the columns as a table takes them; one without a width has its kind's own.

    Parameters
    ----------
    own
        What the table calls otherwise than `KNOWN` does.
    """
    return {
        name: SheetColumn(
            label=label,
            kind=kind,
            unit=unit.replace(CURRENCY, currency),
            width=widths.get(name, 0.0),
        )
        for name, (label, kind, unit) in {**KNOWN, **own}.items()
    }
