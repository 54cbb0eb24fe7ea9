"""What stands above a chart: what it shows, of what, from where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """
    The words of a chart.

    Attributes
    ----------
    finding
        What a reader should take from it, in figures.
    what
        What is drawn, with its unit.
    source
        The files it is drawn from.
    """

    finding: str
    what: str
    source: str
