"""A small sound portfolio as text, to be spoiled one cell at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SOUND = {
    "skus.csv": (
        "sku,category,unit_cost,demand_mean,demand_std\n"
        "A1,metal,10,5,2\n"
        "B2,metal,20,4,1\n"
        "C3,glass,30,0,0\n"
    ),
    "suppliers.csv": "supplier,region,otif\nNorth,EU,0.9\nSouth,Asia,0.8\n",
    "sources.csv": (
        "sku,supplier,role,lead_time_mean,lead_time_std\n"
        "A1,North,primary,10,2\n"
        "A1,South,candidate,20,5\n"
        "B2,North,primary,0,0\n"
        "C3,South,primary,7,1\n"
    ),
    "hazards.csv": (
        "hazard,kind,scope,target,annual_rate,duration_mean_days\nflood,outage,region,Asia,0.1,20\n"
    ),
}

Write = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def sound() -> dict[str, str]:
    """The files of a sound portfolio by name."""
    return dict(SOUND)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A function that writes files by name into a folder and returns it."""

    def write_files(files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            raw = content if isinstance(content, bytes) else content.encode()
            (tmp_path / name).write_bytes(raw)
        return tmp_path

    return write_files
