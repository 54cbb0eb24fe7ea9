"""Sources that must be used, and sources that never are."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.domain.portfolio import MUST, NEVER
from optimizer.errors import BadInputError
from optimizer.inputs.read import read_portfolio
from tests.unit.inputs.conftest import Write

HEADER = "sku,supplier,role,lead_time_mean,lead_time_std,use\n"
SUPPLIERS = "supplier,region\nNorth,EU\nSouth,Asia\nEast,Asia\n"


def sources(*uses: str) -> str:
    """Return A1's sources North (primary), South and East, and the primaries of the others."""
    roles = zip(
        ("North", "South", "East"), ("primary", "qualified", "candidate"), uses, strict=True
    )
    rows = [f"A1,{name},{role},10,2,{use}" for name, role, use in roles]
    return HEADER + "\n".join([*rows, "B2,North,primary,5,1,", "C3,South,primary,7,1,may"]) + "\n"


def test_a_use_is_read_in_the_order_of_the_sources(write: Write, sound: dict[str, str]) -> None:
    """Proves: each source keeps its own use where sources are sorted; empty is free."""
    files = sound | {"sources.csv": sources("", "must", "never"), "suppliers.csv": SUPPLIERS}
    portfolio = read_portfolio(write(dict(files)))
    of, names = portfolio.sources, portfolio.suppliers.supplier
    found = {str(names[of.supplier[row]]): int(of.use[row]) for row in np.flatnonzero(of.use)}
    assert found == {"South": MUST, "East": NEVER}


@pytest.mark.parametrize(
    ("uses", "rule", "row"),
    [
        (("must", "may", "may"), "is for alternates", 2),
        (("never", "may", "may"), "is for alternates", 2),
        (("may", "must", "must"), "2 sources of this SKU must be used", 3),
        (("may", "perhaps", "may"), "one of may, must, never", 3),
    ],
)
def test_what_no_option_can_keep_is_refused(
    write: Write, sound: dict[str, str], uses: tuple[str, ...], rule: str, row: int
) -> None:
    """Proves: a primary is neither; more musts than an option may have alternates; other words."""
    files = sound | {"sources.csv": sources(*uses), "suppliers.csv": SUPPLIERS}
    with pytest.raises(BadInputError, match=rule) as refused:
        read_portfolio(write(dict(files)))
    problem = refused.value.problems[0]
    assert (problem.file, problem.column, problem.row) == ("sources.csv", "use", row)


def test_two_musts_are_possible_with_two_alternates(write: Write, sound: dict[str, str]) -> None:
    """Proves: the limit is max_alternates, no other number."""
    files = sound | {"sources.csv": sources("", "must", "must"), "suppliers.csv": SUPPLIERS}
    portfolio = read_portfolio(write(dict(files)), ["max_alternates=2"])
    assert (portfolio.sources.use == MUST).sum() == 2
