"""`manifest.json`: the facts about a run, checked whenever it is written or read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from optimizer.domain.settings import Settings

FORMAT: Final = 2
"""Format of the run folders that this version writes and reads: MODEL 6."""
Number = Annotated[float, Field(allow_inf_nan=False)]


class Components(BaseModel):
    """The components of the objective, and the tail of the loss; currency over the horizon."""

    carrying: Number
    ordering: Number
    purchasing: Number
    routine_stockout: Number
    qualification: Number
    onboarding: Number
    expected_loss: Number
    var: Number
    cvar: Number


class ResourceUse(BaseModel):
    """How much of a resource the plan uses, its limit, and its shadow price."""

    used: Number
    limit: Number | None
    price: Number


class Manifest(BaseModel):
    """
    The keys of MODEL 6, and some more.

    Attributes
    ----------
    created
        When the run ended, with its offset from UTC.
    portfolio, overrides
        Where its inputs were read, relative to the results folder if they share more than the
        root, and the settings overridden for this run.
    method_reason
        Why this method was chosen, in words.
    left_out
        Which of ``reasons`` and ``strategies`` are missing because the command was stopped.
    ballast
        The version that wrote the run.
    files
        SHA-256 of every other file by name; for the page, see `seal`.
    """

    run: str
    command: str
    format: Literal[2]
    created: datetime
    portfolio: str
    overrides: list[str]
    method_reason: str
    ballast: str
    status: Literal["optimal", "feasible"]
    stopped_by: str
    objective: Number
    expected_cost: Number
    risk_charge: Annotated[Number, Field(ge=0.0)]
    bound: Number
    gap: Annotated[Number, Field(ge=0.0)]
    components: Components
    resources: dict[str, ResourceUse]
    settings: Settings
    seed: int
    inputs: dict[str, str]
    versions: dict[str, str]
    seconds: Number
    peak_memory_mb: Number
    method: str
    parent: str | None
    files: dict[str, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]
    left_out: list[Literal["reasons", "strategies"]] = []


def write_json(data: Mapping[str, Any], path: Path) -> None:
    """Write JSON that a strict reader accepts: ASCII, no NaN, no infinity."""
    path.write_text(json.dumps(dict(data), indent=2, allow_nan=False) + "\n", encoding="ascii")


def read_json(path: Path) -> dict[str, Any]:
    """Read what `write_json` wrote; a ``ValueError`` says what is wrong with it."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def writer_of_another_format(manifest: Mapping[str, Any]) -> str | None:
    """Return which version wrote a manifest of another format; None for this format."""
    if manifest.get("format") == FORMAT:
        return None
    return f"Ballast {manifest.get('ballast', 'of unknown version')}"


def write_manifest(manifest: Mapping[str, Any], path: Path) -> None:
    """Write a manifest that `read_manifest` will accept."""
    Manifest.model_validate(manifest)
    write_json(manifest, path)


def read_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest from its file; a ``ValueError`` says what is wrong with it."""
    manifest = read_json(path)
    Manifest.model_validate(manifest)
    return manifest
