"""How rows of plans side by side are told apart when they are read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

WITH_PLAN: Final = "with a plan"
WITHOUT_PLAN: Final = "without a plan"


def kind_of_row(row: object) -> str:
    """Return whether a row has a run; one that has must have all the figures of a plan."""
    stated: Mapping[str, Any] = row if isinstance(row, Mapping) else {}
    return WITHOUT_PLAN if stated.get("run") is None else WITH_PLAN
