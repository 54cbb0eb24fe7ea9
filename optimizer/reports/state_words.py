"""How far a plan has come, and what the runs decided for a SKU, as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from optimizer.domain.plan_state import StateChange
from optimizer.reports.kit.format import moment

HISTORY_HEADINGS: Final = (
    *("run", "created", "state", "from", "policy", "reorder point", "reserve", "order quantity"),
    *("safety stock", "alternates", "demand a day"),
)
_UNITS: Final = ("reorder_point", "reserve_units", "order_quantity", "safety_stock")


def state_sentences(run: str, steps: Sequence[StateChange]) -> list[str]:
    """Say every step of a plan, oldest first."""
    return [_sentence(run, step) for step in steps]


def draft_note(run: str) -> str:
    """Say that a plan is exported without anybody's approval."""
    return f"{run} is a draft: nobody has approved it (ballast approve {run} --by NAME)."


def history_rows(history: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return a row of texts for every run, as `HISTORY_HEADINGS`; quantities in stock units."""
    return [
        (
            row["run"],
            moment(row["created"].to_pydatetime()),
            row["state"],
            row["plan_of"] if pd.notna(row["plan_of"]) else "",
            f"{row['policy']} {row['service_level']:.4g}",
            *(f"{row[name]:,.10g}" for name in _UNITS),
            row["alternates"],
            f"{row['demand_mean']:,.4g}",
        )
        for row in history.to_dict("records")
    ]


def _sentence(run: str, step: StateChange) -> str:
    verbs = {"draft": "made a draft again", "approved": "approved", "exported": "exported"}
    where = f" for {step.target}" if step.target else ""
    note = f": {step.note}" if step.note else ""
    return f"{run} was {verbs[step.state]}{where} by {step.by}, {moment(step.at)}{note}"
