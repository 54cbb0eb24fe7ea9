"""The portfolios of the benchmarks."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from benchmarks.portfolios import BUDGET_FACTOR, least_capital, make_portfolio
from benchmarks.write_portfolio import write_portfolio
from optimizer.domain.portfolio import PRIMARY, Portfolio
from optimizer.inputs.read import read_portfolio
from optimizer.jobs.prepare import prepare

TABLES = ("skus", "suppliers", "sources", "hazards")


def _columns(portfolio: Portfolio) -> dict[str, Any]:
    return {
        f"{name}.{field.name}": getattr(getattr(portfolio, name), field.name)
        for name in TABLES
        for field in fields(getattr(portfolio, name))
    }


def _different(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Return the columns that differ; numbers that are missing in both are equal."""
    return [
        name
        for name in one
        if not np.array_equal(one[name], other[name], equal_nan=one[name].dtype.kind == "f")
    ]


def test_the_seed_decides_everything() -> None:
    """Proves: the same seed gives the same portfolio, another seed another one."""
    one, again, other = (_columns(make_portfolio(60, 40, seed)) for seed in (7, 7, 8))
    assert _different(one, again) == []
    assert not np.array_equal(one["skus.unit_cost"], other["skus.unit_cost"])


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_tables_read_back_to_the_same_portfolio(
    kind: Literal["parquet", "csv"], tmp_path: Path
) -> None:
    """Proves: the folder written is the portfolio in memory, to the last digit."""
    made = make_portfolio(60, 60, 3)
    write_portfolio(made, tmp_path, kind)
    read = read_portfolio(tmp_path)
    assert read.settings == made.settings
    assert _different(_columns(made), _columns(read)) == []


def test_the_budget_is_four_times_the_least_capital() -> None:
    """
    Proves: VMI where it is offered, else JIT, ties up hardly more than the leanest options of all.

    Sensitivity: leaving VMI out, whose stock is on the supplier's books, gives a sixth more.
    """
    portfolio = make_portfolio(200, 10, 1)
    case = prepare(portfolio).case
    use = case.resources.option_use[case.resources.name.index("capital")]
    least = np.minimum.reduceat(use, case.options.start[:-1]).sum() * case.money_unit
    lean = least_capital(portfolio)
    assert least <= lean <= 1.05 * least
    assert portfolio.settings.budget.capital == pytest.approx(BUDGET_FACTOR * lean, abs=0.01)


def test_every_sku_has_one_primary_and_one_alternate_on_average() -> None:
    """Proves: one primary per SKU, onboarded, and about as many alternates as SKUs."""
    portfolio = make_portfolio(2_000, 10, 1)
    sources, n_skus = portfolio.sources, len(portfolio.skus)
    assert np.array_equal(sources.sku[portfolio.skus.primary], np.arange(n_skus))
    assert np.count_nonzero(sources.role == PRIMARY) == n_skus
    assert portfolio.suppliers.onboarded[sources.supplier[portfolio.skus.primary]].all()
    assert 0.9 < len(sources) / n_skus - 1.0 < 1.1
    assert len(np.unique(np.stack([sources.sku, sources.supplier]), axis=1).T) == len(sources)
