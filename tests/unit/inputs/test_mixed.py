"""Worlds between two portfolios: each group, and it alone, as in the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.causes import (
    BUDGET,
    DEMAND,
    DRAW,
    GROUPS,
    HAZARDS,
    HELD,
    LEAD_TIMES,
    PRICES,
    SETTINGS,
    SKUS,
    SOURCES,
    group_of,
)
from optimizer.domain.portfolio import PRIMARY, Portfolio
from optimizer.inputs.mixed import groups_between, is_alike, mixed
from optimizer.inputs.read import read_portfolio
from optimizer.inputs.template import write_template
from optimizer.metrics.input_differences import BETWEEN, input_differences

_OVERRIDES = (
    *("budget.capital=30000", "limits.changes=3", "risk.weight=0.2", "scenarios.seed=7"),
    *("hazards.rate_factor=1.5", "scenarios.longest_days=200", "solver.gap=0.01"),
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Portfolio, Portfolio]:
    """Return two portfolios that differ in every group, one SKU of each is not in the other."""
    home = tmp_path_factory.mktemp("mixed")
    found = []
    for name, gone, overrides in (("a", "SEAL-KIT", ()), ("b", "BRACKET-01", _OVERRIDES)):
        write_template(home / name)
        for file in ("skus", "sources", "plan", "stock"):
            table = home / name / f"{file}.csv"
            lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
            kept = "".join(line for line in lines if not line.startswith(gone))
            table.write_text(kept, encoding="utf-8")
        found.append(read_portfolio(home / name, overrides))
    first, other = found
    return first, _moved(other)


def _moved(portfolio: Portfolio) -> Portfolio:
    """Move a column of every group."""
    skus, sources = portfolio.skus, portfolio.sources
    return replace(
        portfolio,
        skus=replace(
            skus,
            unit_cost=skus.unit_cost * 1.1,
            demand_mean=skus.demand_mean * 1.2,
            min_order_qty=skus.min_order_qty + 1.0,
        ),
        sources=replace(
            sources,
            lead_time_mean=sources.lead_time_mean + 2.0,
            capacity_share=sources.capacity_share * 0.9,
            price_premium=sources.price_premium + 0.01,
        ),
    )


def test_none_is_the_first_and_all_is_the_other(both: tuple[Portfolio, Portfolio]) -> None:
    """
    Proves: with no group the world is the first's, with all of them the other's, by the table of
    differences of a comparison as well; how hard the solver tries stays as it is.
    """
    first, other = both
    assert is_alike(mixed(first, other, ()), first)
    assert not is_alike(first, other)
    whole = mixed(first, other, GROUPS)
    assert is_alike(whole, other)
    assert _rows(whole, other) <= {("settings", "value", "solver.gap")}
    assert not _rows(mixed(first, other, ()), first)


def test_the_groups_that_differ_are_found(both: tuple[Portfolio, Portfolio]) -> None:
    """Proves: of two that differ in each group all are named, of one with itself none is."""
    assert set(groups_between(*both)) == {
        *(PRICES, DEMAND, LEAD_TIMES, HAZARDS, SOURCES, SKUS, BUDGET, HELD, SETTINGS, DRAW)
    }
    assert groups_between(both[0], both[0]) == ()


@pytest.mark.parametrize("group", [one for one in GROUPS if one != SKUS])
def test_a_group_moves_its_own_columns_alone(both: tuple[Portfolio, Portfolio], group: str) -> None:
    """
    Proves: of the SKUs that both have, a group as in the other changes every value that a
    comparison lists for it and none else; nothing comes or goes.
    """
    first, other = both
    common = set(first.skus.sku) & set(other.skus.sku)
    listed = {
        row for row in _rows(first, other)
        if group_of(*row) == group and _is_of(row, common) and row[0] != "plan"
    }  # fmt: skip
    moved = {row for row in _rows(first, mixed(first, other, {group})) if row[0] != "plan"}
    assert moved == listed


@pytest.mark.parametrize("number", range(20))
def test_every_world_is_whole(both: tuple[Portfolio, Portfolio], number: int) -> None:
    """
    Proves: in any world the tables fit together: every SKU has its one primary source, in
    canonical order, and the same the other way round is the same world.
    """
    first, other = both
    rng = np.random.default_rng(number)
    chosen = {group for group in GROUPS if rng.random() < 0.5}
    world = mixed(first, other, chosen)
    sources, skus = world.sources, world.skus
    assert (sources.role[skus.primary] == PRIMARY).all()
    assert (sources.sku[skus.primary] == np.arange(len(skus))).all()
    keys = list(zip(sources.sku, sources.role, sources.supplier, strict=True))
    assert keys == sorted(keys)
    assert set(skus.sku) == set((other if SKUS in chosen else first).skus.sku)
    assert is_alike(world, mixed(other, first, set(GROUPS) - chosen))


def _rows(first: Portfolio, other: Portfolio) -> set[tuple[str, str, str]]:
    found = input_differences(first, other)
    return set(zip(found["table"], found["column"], found["row"], strict=True))


def _is_of(row: tuple[str, str, str], skus: set[str]) -> bool:
    table, _, name = row
    return table not in ("skus", "sources", "demand", "stock") or name.split(BETWEEN)[0] in skus
