"""Problems read and written to be worked off: all, or those that set SKUs aside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from optimizer.domain.paths import AnyPath
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError
from optimizer.inputs.problem_files import Row, write_problems
from optimizer.inputs.read import Examined, examine
from optimizer.inputs.set_aside import ASIDE, with_reserve

NAMES = ("set_aside.csv", "set_aside.xlsx")


def read_set_aside(
    path: AnyPath, folder: AnyPath, overrides: Sequence[str] = (), *, reserve: bool = True
) -> Portfolio:
    """
    Read a portfolio without the SKUs that cannot be planned, and write these to a folder.

    Parameters
    ----------
    folder
        For ``set_aside.csv`` and ``set_aside.xlsx``, every problem in them; these are replaced.
    overrides
        As of `read_portfolio`.
    reserve
        Whether what the SKUs set aside tie up today is taken off the budgets.

    Raises
    ------
    BadInputError
        If the portfolio as a whole has a problem, no SKU is left, or the SKUs set aside tie up more
        than a budget.
    """
    examined = examine(path, [*overrides, f"{ASIDE}=true"])
    if examined.portfolio is None:
        raise BadInputError(examined.problems)
    rows = _rows(examined)
    for name in NAMES:
        write_problems(Path(folder) / name, rows, examined.tables)
    if examined.aside is None or not reserve:
        return examined.portfolio
    return with_reserve(examined.portfolio, examined.aside)


def write_all_problems(path: AnyPath, overrides: Sequence[str], file: Path) -> None:
    """Write every problem of a portfolio to a ``.csv`` or ``.xlsx`` file; none: only its header."""
    examined = examine(path, overrides)
    rows: list[Row] = [("", problem, None) for problem in examined.problems]
    write_problems(file, rows, examined.tables)


def _rows(examined: Examined) -> list[Row]:
    assert examined.aside is not None  # noqa: S101  it was asked for
    capital = dict(zip(examined.aside.sku, examined.aside.capital.tolist(), strict=True))
    rows: list[Row] = []
    for row in examined.aside_rows:
        known = capital.get(row.sku, np.nan)
        rows.append((row.sku, row.problem, None if np.isnan(known) else round(known, 2)))
    return sorted(rows, key=lambda row: (row[0], row[1].file, row[1].row or 0))
