"""Flags: what changed between two quarters, so that a buffer is to be looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REVIEWED: Final = (
    *("about", "subject", "flag", "before", "now"),
    *("evidence", "p_value", "adjusted_p", "spend_a_year"),
)
"""Columns of the flags of an audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """
    One thing that changed.

    Attributes
    ----------
    about
        ``SKU``, ``supplier``, ``source`` or ``hazard``.
    subject
        Its name.
    flag
        What changed, such as ``OTIF drifted``.
    before, now
        In words, with their unit.
    evidence
        The test, or that it is what the tables state.
    spend_a_year
        Annual demand at unit cost that stands behind it. [currency/yr]
    p_value
        Of the test; None where nothing is tested.
    matters
        Whether the change is large enough to be told once it is proven; those too small are among
        the tests all the same.
    """

    about: str
    subject: str
    flag: str
    before: str
    now: str
    evidence: str
    spend_a_year: float
    p_value: float | None = None
    matters: bool = True
