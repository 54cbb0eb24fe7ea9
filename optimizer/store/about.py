"""What a folder of several runs says of them all together, checked whenever it is read."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from optimizer.domain.settings import Settings


class About(BaseModel):
    """What the reports read of `Frontier.about` and `WhatIfResult.about`."""

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
