"""How far a plan has come: a draft, approved, or exported; who moved it there, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

State = Literal["draft", "approved", "exported"]
STATES: tuple[State, ...] = get_args(State)
_Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class StateChange(BaseModel):
    """
    One step of a plan.

    Attributes
    ----------
    by
        Who took it, by name.
    at
        With its offset from UTC.
    note
        Why, where that was said.
    target
        What it was exported for; empty otherwise.
    manifest
        SHA-256 of the run's manifest at that time, which identifies the whole run.
    plan
        SHA-256 of its ``plan.parquet``: the step is of this plan and no other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: State
    by: Annotated[str, Field(min_length=1)]
    at: datetime
    note: str = ""
    target: str = ""
    manifest: _Digest
    plan: _Digest


def state_of(changes: Sequence[StateChange]) -> State:
    """Return where a plan stands after its steps, a draft before the first."""
    return changes[-1].state if changes else "draft"


def is_approved(changes: Sequence[StateChange]) -> bool:
    """Return whether somebody approved a plan, and nobody took that back since."""
    decided = [change.state for change in changes if change.state != "exported"]
    return bool(decided) and decided[-1] == "approved"
