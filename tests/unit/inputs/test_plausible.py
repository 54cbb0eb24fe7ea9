"""Notes on what is possible but absurd."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from optimizer.inputs.read import read_portfolio

Write = Callable[[dict[str, str | bytes]], Path]

ITEMS = [f"D{number}" for number in range(8)]


def _files(sound: dict[str, str]) -> dict[str, str | bytes]:
    """Return the sound portfolio with eight items more, alike in demand and lead time."""
    return {
        **sound,
        "skus.csv": sound["skus.csv"]
        .replace("demand_std", "demand_std,obsolescence_rate")
        .replace("2\n", "2,0.05\n")
        .replace("4,1\n", "4,1,0.05\n")
        .replace("0,0\n", "0,0,0.05\n")
        + "".join(f"{sku},metal,10,{5 + at % 3},2,0.05\n" for at, sku in enumerate(ITEMS)),
        "sources.csv": sound["sources.csv"]
        + "".join(f"{sku},North,primary,{35 + at},2\n" for at, sku in enumerate(ITEMS)),
    }


def test_ordinary_numbers_give_no_note(sound: dict[str, str], write: Write) -> None:
    """Proves: nothing is said of numbers as they usually are."""
    assert not [text for text in read_portfolio(write(_files(sound))).warnings if "row" in text]


@pytest.mark.parametrize(
    "fault",
    [
        ("hazards.csv", "0.1,20", "20,20", 'row 2, "flood", annual_rate = 20: an outage 20 times'),
        ("hazards.csv", "0.1,20", "0.1,3000", "duration_mean_days = 3000: it lasts 8.2 years"),
        ("skus.csv", "D1,metal,10,6,2,0.05", "D1,metal,10,6,2,5", "loses 500 % of its value"),
        ("skus.csv", "D1,metal,10,6,", "D1,metal,10,2190,", "demand_mean = 2190: 365 times what"),
        ("sources.csv", "D0,North,primary,35", "D0,North,primary,5", "= 5: 1/8 of this supplier"),
    ],
)
def test_what_is_absurd_is_noted(
    fault: tuple[str, str, str, str], sound: dict[str, str], write: Write
) -> None:
    """Proves: percent for rates, years for days and weeks for days are noted once, with the row."""
    file, old, new, note = fault
    files = _files(sound)
    assert old in str(files[file])
    files[file] = str(files[file]).replace(old, new)
    [said] = [text for text in read_portfolio(write(files)).warnings if " row " in text]
    assert note in said
