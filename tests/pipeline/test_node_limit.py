"""A limit on nodes is a limit on work, not on time."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.plan import Outcome
from optimizer.engine.decide import decide
from optimizer.jobs.prepare import prepare
from tests.support.random_portfolios import random_portfolio


def _burn() -> None:
    while True:
        pass


@pytest.fixture
def _busy_machine() -> Iterator[None]:
    """Keep every processor busy."""
    spawn = multiprocessing.get_context("spawn")
    burners = [spawn.Process(target=_burn, daemon=True) for _ in range(os.cpu_count() or 1)]
    for burner in burners:
        burner.start()
    yield
    for burner in burners:
        burner.kill()
        burner.join()


@pytest.fixture(scope="module")
def undisturbed() -> Outcome:
    """Return the outcome on the machine as it is."""
    return _decided()


def _decided() -> Outcome:
    portfolio = random_portfolio(3_000, "cvar", max_skus=250)
    stated = {"gap": 1e-9, "node_limit": 1, "method": "exact"}
    solver = portfolio.settings.solver.model_copy(update=stated)
    settings = portfolio.settings.model_copy(update={"solver": solver})
    return decide(prepare(replace(portfolio, settings=settings)).case)


@pytest.mark.usefixtures("_busy_machine")
def test_the_same_plan_under_load(undisturbed: Outcome) -> None:
    """
    Proves: stopped by its nodes, a run gives the same plan, bound and prices to the last bit
    however slow the machine is, and says what stopped it.
    """
    again = _decided()
    assert again.stopped_by == undisturbed.stopped_by == "node_limit"
    np.testing.assert_array_equal(again.plan.option, undisturbed.plan.option)
    np.testing.assert_array_equal(again.prices.resource, undisturbed.prices.resource)
    assert (again.objective, again.bound) == (undisturbed.objective, undisturbed.bound)
