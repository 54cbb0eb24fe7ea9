"""What is shown of a search: it never gets worse, and holds for the whole portfolio."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Literal

import pytest

from optimizer.domain.observer import Silent
from optimizer.engine.decide import decide
from optimizer.engine.decompose.shown import Best, OfCore
from optimizer.jobs.prepare import prepare
from tests.support.random_portfolios import random_portfolio

Seen = list[tuple[float | None, float | None]]


class Recorder(Silent):
    """Keeps what it is shown."""

    def __init__(self) -> None:
        self.seen: Seen = []

    def on_iteration(self, objective: float | None, bound: float | None) -> None:
        """Keep it."""
        self.seen.append((objective, bound))


def test_the_best_so_far_is_shown() -> None:
    """
    Proves: a worse plan, a lower bound and nothing known change nothing; a bound never passes the
    plan.
    """
    recorder = Recorder()
    best = Best(recorder)
    for objective, bound in (
        (None, None),
        (None, 60.0),
        (100.0, 25.0),
        (110.0, None),
        (90.0, 95.0),
    ):
        best.on_iteration(objective, bound)
    assert recorder.seen == [(None, None), (None, 60.0), (100.0, 60.0), (100.0, 60.0), (90.0, 90.0)]


def test_a_core_proves_no_more_than_holds_of_the_whole() -> None:
    """
    Proves: with the whole at 50 at least, and 70 with an option left out, a core's 80 proves 70.

    Sensitivity: shown as it is, 80 is called proven.
    """
    recorder = Recorder()
    core = OfCore(recorder, least=50.0, most=70.0)
    for bound in (None, 40.0, 60.0, 80.0):
        core.on_iteration(100.0, bound)
    assert recorder.seen == [(100.0, 50.0), (100.0, 50.0), (100.0, 60.0), (100.0, 70.0)]


@pytest.mark.parametrize(
    ("seed", "measure", "method", "n_skus"),
    [(3, "cvar", "decompose", 60), (5, "expected", "decompose", 60), (13, "var", "auto", 20)],
)
def test_a_search_never_shows_worse(
    seed: int, measure: Literal["cvar", "expected", "var"], method: str, n_skus: int
) -> None:
    """
    Proves: from mixture to core to whole model, plans only get cheaper and bounds only rise.

    Sensitivity: shown as each search knows it, all three fall back: the plan to none, or the bound.
    """
    portfolio = random_portfolio(seed, measure, max_skus=n_skus)
    solver = portfolio.settings.solver.model_copy(update={"method": method, "gap": 1e-7})
    settings = portfolio.settings.model_copy(update={"solver": solver})
    recorder = Recorder()
    found = decide(prepare(replace(portfolio, settings=settings)).case, observer=recorder)
    for (plan, bound), (next_plan, next_bound) in pairwise(recorder.seen):
        assert plan is None or (next_plan is not None and next_plan <= plan)
        assert bound is None or (next_bound is not None and next_bound >= bound)
        assert next_plan is None or next_bound is None or next_bound <= next_plan
    assert recorder.seen[-1][0] == pytest.approx(found.objective, rel=1e-6)
