"""Expected losses taken apart by hazard."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.domain.scenario import NODES, MeanWeights
from optimizer.options import by_hazard
from optimizer.options.by_hazard import StruckCurves, losses_by_hazard


def weights(*entries: tuple[int, int, float]) -> np.ndarray:
    """Build a row per entry: its weight at a node, and nothing elsewhere."""
    rows = np.zeros((len(entries), len(NODES) + 1))
    for row, (_, node, weight) in enumerate(entries):
        rows[row, node] = weight
    return rows


def two_skus() -> tuple[tuple[StruckCurves, ...], MeanWeights]:
    """
    Build SKUs with curves of 100 and 10 a day beyond day 2, on profiles 1 and 0.

    Hazard 0 puts .5 on day 3 of profile 0, and 2 days beyond the last node; hazard 2 puts .1 on
    day 1 of both, where there is no loss, and .3 on day 5 of profile 1; hazard 1 is a price shock
    of the second SKU's category: .25 on day 5 of its price curve, 7 a day.
    """
    per_day = np.array([100.0, 10.0])
    short = per_day[:, None] * np.maximum(NODES - 2.0, 0.0)
    price = np.array([[3.0], [7.0]]) * NODES
    entries = [(0, 3, 0.5), (2, 1, 0.1), (2, 1, 0.1), (1, 4, 0.25)]
    table = weights(*entries)
    table[0, -1], table[2, 4] = 2.0, 0.3
    mean = MeanWeights(
        start=np.array([0, 2, 3, 4]),
        hazard=np.array([hazard for hazard, _, _ in entries]),
        weight=table,
    )
    loss = StruckCurves(short, per_day, np.array([1, 0]))
    return (loss, StruckCurves(price, np.array([3.0, 7.0]), np.array([-1, 2]))), mean


def test_every_hazard_costs_what_its_weights_say() -> None:
    """
    Proves: SKU 0 loses .3 * 100 * 3 = 90 to hazard 2; SKU 1 loses .5 * 10 * 1 + 2 * 10 = 25 to
    hazard 0 and .25 * 7 * 5 = 8.75 to the price shock; what costs nothing is left out.

    Sensitivity: the profiles taken by the SKUs' order would give SKU 0 .5 * 100 + 200 = 250; the
    price curve of a SKU without price shocks would add a row.
    """
    kinds, mean = two_skus()
    found = losses_by_hazard(kinds, mean)
    assert found.sku.tolist() == [0, 1, 1]
    assert found.hazard.tolist() == [2, 0, 1]
    np.testing.assert_allclose(found.loss, [90.0, 25.0, 8.75], rtol=1e-15)


def test_blocks_of_skus_are_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: one SKU at a time gives the same to the bit."""
    kinds, mean = two_skus()
    whole = losses_by_hazard(kinds, mean)
    monkeypatch.setattr(by_hazard, "_SKUS_AT_ONCE", 1)
    for one, other in zip(losses_by_hazard(kinds, mean), whole, strict=True):
        np.testing.assert_array_equal(one, other)
