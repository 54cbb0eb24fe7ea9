"""The options that were not taken are recomputed too, of some SKUs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio, some_skus
from optimizer.errors import VerificationError
from optimizer.jobs.prepare import Prepared, prepare
from optimizer.jobs.spot_check import spot_check
from tests.support.random_portfolios import random_portfolio


def case(seed: int, measure: str = "cvar") -> tuple[Portfolio, Prepared]:
    portfolio = random_portfolio(seed, measure)
    return portfolio, prepare(portfolio)


@pytest.mark.parametrize("seed", range(8))
def test_options_as_the_table_has_them_are_reproduced(seed: int) -> None:
    """Proves: whatever the limits, locks and measure, options drawn at random verify."""
    spot_check(*case(seed, ["cvar", "var", "expected"][seed % 3]))


def test_part_of_the_skus_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: with three SKUs to look at, sources, curves and losses are those of the three."""
    monkeypatch.setattr("optimizer.jobs.spot_check.SKUS", 3)
    for seed in range(5):
        spot_check(*case(seed))


@pytest.mark.parametrize("column", ["cost", "expected_loss"])
def test_a_wrong_number_in_the_option_table_is_refused(column: str) -> None:
    """
    Proves: a table whose options all cost, or lose, a hundredth more than they do is refused.

    Sensitivity: the plan itself may be right, and its bound is wrong all the same.
    """
    portfolio, prepared = case(3)
    options = prepared.case.options
    wrong = replace(options, **{column: getattr(options, column) * 1.01 + 0.01})
    planted = replace(prepared, case=replace(prepared.case, options=wrong))
    with pytest.raises(VerificationError):
        spot_check(portfolio, planted)


def test_some_skus_keep_their_own_sources() -> None:
    """Proves: SKUs, sources and today's plan of every second SKU are those of the whole."""
    whole, _ = case(4)
    rows = np.arange(0, len(whole.skus), 2)
    some = some_skus(whole, rows)
    assert some.skus.sku.tolist() == whole.skus.sku[rows].tolist()
    names = [
        {
            (p.skus.sku[p.sources.sku[k]], p.suppliers.supplier[p.sources.supplier[k]])
            for k in range(len(p.sources.sku))
        }
        for p in (whole, some)
    ]
    assert names[1] == {(sku, by) for sku, by in names[0] if sku in set(some.skus.sku)}
    for row, sku in zip(rows, range(len(rows)), strict=True):
        here, there = some.skus.primary[sku], whole.skus.primary[row]
        assert some.sources.supplier[here] == whole.sources.supplier[there]
        assert some.sources.sku[here] == sku
