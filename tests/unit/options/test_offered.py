"""Which designs other settings still offer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.domain.option import Designs
from optimizer.domain.portfolio import MUST, NEVER, Portfolio
from optimizer.inputs.read import read_portfolio
from optimizer.jobs.prepare import prepare
from optimizer.metrics.allowed import allowed_policies
from optimizer.options.offered import offered

SAMPLE = Path(__file__).parents[3] / "data" / "sample"


@pytest.fixture(scope="module")
def sample() -> tuple[Portfolio, Designs]:
    """The bundled portfolio with pairs of alternates, and every option worth choosing."""
    portfolio = read_portfolio(SAMPLE, ["max_alternates=2", "scenarios.count=50"])
    options = prepare(portfolio).case.options
    return portfolio, options.designs(np.arange(len(options)))


def still(portfolio: Portfolio, designs: Designs) -> Any:
    return offered(portfolio, designs, allowed_policies(portfolio))


def test_every_option_is_offered(sample: tuple[Portfolio, Designs]) -> None:
    """Proves: what the options are built from passes."""
    portfolio, designs = sample
    assert still(portfolio, designs).all()


@pytest.mark.parametrize("n_alternates", [0, 1])
def test_fewer_alternates_close_larger_sets(
    sample: tuple[Portfolio, Designs], n_alternates: int
) -> None:
    """Proves: exactly the options with more alternates than allowed are closed."""
    portfolio, designs = sample
    settings = portfolio.settings.model_copy(update={"max_alternates": n_alternates})
    more = (designs.alternates >= 0).sum(axis=1) > n_alternates
    assert more.any()
    np.testing.assert_array_equal(still(replace(portfolio, settings=settings), designs), ~more)


def test_what_must_or_must_not_be_used_closes_the_rest(sample: tuple[Portfolio, Designs]) -> None:
    """Proves: options without a source that must be used, and with one never used, are closed."""
    portfolio, designs = sample
    first, second = np.flatnonzero(portfolio.sources.role != 0)[[0, -1]]
    use = np.zeros(len(portfolio.sources), dtype=np.int64)
    use[first], use[second] = MUST, NEVER
    changed = replace(portfolio, sources=replace(portfolio.sources, use=use))
    has = [(designs.alternates == source).any(axis=1) for source in (first, second)]
    of_first = designs.sku == portfolio.sources.sku[first]
    np.testing.assert_array_equal(still(changed, designs), ~(of_first & ~has[0]) & ~has[1])


@pytest.mark.parametrize(
    ("policy", "override", "column", "value"),
    [
        ("jit", "service_levels=[]", "lot_factor", 1.0),
        ("safety_stock", "service_levels=[0.95, 0.975, 0.99, 0.995]", "service_level", 0.999),
        ("stockpile", "reserve_days=[7, 14, 21, 30, 45, 60, 90, 120]", "reserve_days", 180.0),
        ("forward_buy", "lot_days_min=[60, 90]", "lot_days_min", 180.0),
    ],
)
def test_what_the_catalogue_lost_is_closed(
    sample: tuple[Portfolio, Designs], policy: str, override: str, column: str, value: float
) -> None:
    """Proves: a choice that is no longer in the catalogue closes its options and no others."""
    _, designs = sample
    overrides = ["max_alternates=2", "scenarios.count=50", f"policies.{policy}.{override}"]
    changed = read_portfolio(SAMPLE, overrides)
    position = list(changed.settings.policies).index(policy)
    gone = (getattr(designs, column) == value) & (designs.policy == position)
    assert gone.any()
    np.testing.assert_array_equal(still(changed, designs), ~gone)


def test_numbers_of_today_are_not_offered(sample: tuple[Portfolio, Designs]) -> None:
    """Proves: a design with a reorder point stated as it is, is none of the catalogue's."""
    portfolio, designs = sample
    stated = np.where(np.arange(len(designs)) == 5, 17.0, np.nan)
    found = still(portfolio, replace(designs, reorder_point=stated))
    np.testing.assert_array_equal(found, np.isnan(stated))


def test_cover_and_segment_close_too(sample: tuple[Portfolio, Designs]) -> None:
    """Proves: a cover limit of 30 days and the rule of thumb close options, not all of them."""
    portfolio, designs = sample
    short = np.full(len(portfolio.skus), 30.0)
    limited = replace(portfolio, skus=replace(portfolio.skus, max_cover_days=short))
    settings = portfolio.settings.model_copy(update={"policy_mode": "segment"})
    for changed in (limited, replace(portfolio, settings=settings)):
        assert 0 < still(changed, designs).sum() < len(designs)
