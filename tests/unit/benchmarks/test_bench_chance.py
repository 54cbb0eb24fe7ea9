"""The knapsacks with random weights: drawn, read, and solved as by brute force."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from benchmarks import chance as bench
from benchmarks.chance_families import FAMILIES, LEVEL, Instance, make_instance, read_instance
from optimizer import Chance, allocate


@pytest.mark.parametrize("family", FAMILIES)
def test_smallest_size_as_by_brute_force(family: str) -> None:
    """
    Proves: 3 groups of 5 options and 30 samples: the cheapest of 125 choices, each judged by all
    its 27,000 combinations, at both limits.
    """
    instance = make_instance(family, 3, 5, 30, 7)
    for limit in instance.limits:
        chance = Chance(losses=instance.losses, limit=limit, level=LEVEL, independent=True)
        found = allocate(instance.options, {}, gap=0.0, chance=chance)
        assert found.objective == pytest.approx(_least_cost(instance, limit), abs=1e-9)
        assert found.bound == pytest.approx(found.objective, abs=1e-9)


def _least_cost(instance: Instance, limit: float) -> float:
    cost, loss = instance.options["cost"].to_numpy(), instance.losses
    groups = [rows.index for _, rows in instance.options.groupby("group")]
    return min(
        cost[[a, b, c]].sum()
        for a, b, c in product(*groups)
        if np.mean(np.add.outer(np.add.outer(loss[a], loss[b]), loss[c]) <= limit) >= LEVEL
    )


def test_published_files_are_read_as_they_are_laid_out(tmp_path: Path) -> None:
    """Proves: option I is of group I modulo the number of groups, and has its own samples."""
    np.savetxt(tmp_path / "cost.txt", [5.0, 4.0, 3.0, 2.0])
    for option in range(4):
        np.savetxt(tmp_path / f"{option}_sample.txt", [option, option + 0.5])
    instance = read_instance(tmp_path, n_groups=2, limits=(1.0,))
    assert instance.options["group"].tolist() == [0, 1, 0, 1]
    assert instance.options["cost"].tolist() == [5.0, 4.0, 3.0, 2.0]
    assert instance.losses[3].tolist() == [3.0, 3.5]


def test_document_has_a_row_for_each_limit(tmp_path: Path) -> None:
    """Proves: one size gives two families of two limits, each proven."""
    bench.main(["--sizes", "3x5x30", "--seconds", "20", "--out", str(tmp_path)])
    rows = [
        line
        for line in (tmp_path / "CHANCE.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(("| LAB", "| APP"))
    ]
    assert len(rows) == 4
    assert all(row.split("|")[8].strip() == "0" for row in rows)
