"""What the folder of a frontier or of what-ifs states about all its runs; checked when read."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from optimizer.domain.settings import Settings


class About(BaseModel):
    """The keys of `Frontier.about` and `WhatIfResult.about` that the reports read."""

    run: str
    created: datetime
    portfolio: str
    settings: Settings
    inputs: dict[str, str]
    versions: dict[str, str]
    ballast: str
    seconds: float
    method: str
    skus: int
