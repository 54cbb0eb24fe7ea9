"""What one process leaves for the next, so light that a peer's memory stays its own."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Final

PORTFOLIO: Final = "portfolio.pickle"
DATA: Final = "data.pickle"


def keep(value: object, path: Path) -> None:
    """Write a value."""
    with path.open("wb") as file:
        pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)


def take(path: Path) -> Any:
    """Return the value that `keep` wrote."""
    with path.open("rb") as file:
        return pickle.load(file)  # noqa: S301  written by this very run
