"""A solved portfolio becomes a run only with figures that are numbers."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from optimizer.engine.decide import decide
from optimizer.errors import VerificationError
from optimizer.jobs.about import Request, about_run
from optimizer.jobs.decided import decided_plan
from optimizer.jobs.prepare import prepare
from optimizer.metrics.segment import segment
from optimizer.sensitivity.plans import no_reasons
from optimizer.store.tabulate import tabulate
from tests.support.random_portfolios import random_portfolio


def test_a_figure_that_is_no_number_is_refused_by_its_name() -> None:
    """
    Proves: a VaR that the engine states as NaN ends as the verifier's refusals do, not in a
    traceback, though nothing of the plan's cost is made of it.

    Sensitivity: with the true one there is a manifest.
    """
    portfolio = random_portfolio(3, "cvar", max_skus=6)
    prepared = prepare(portfolio)
    outcome = decide(prepared.case)
    decided = decided_plan(portfolio, prepared, outcome)
    others = no_reasons(portfolio, decided.designs), segment(portfolio)
    origin = about_run(portfolio, Request(), "test", 0.0)
    assert tabulate(decided, *others, origin).manifest.components.var >= 0.0
    lost = replace(outcome, losses=replace(outcome.losses, value_at_risk=math.nan))
    with pytest.raises(VerificationError, match=r"\nvar: .*finite"):
        tabulate(replace(decided, outcome=lost), *others, origin)
