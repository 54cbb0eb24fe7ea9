"""The Lagrangian bound, and what it rules out."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.engine.decide import decide
from optimizer.engine.decompose.core import whole
from optimizer.engine.decompose.pricing_model import pricing_model
from optimizer.engine.envelope import cvar_cap, in_envelope
from optimizer.engine.exact.lagrangian import ModelPrices, price
from optimizer.jobs.prepare import prepare
from tests.support.brute_force import least_objective
from tests.support.random_portfolios import random_portfolio


@settings(max_examples=15)
@given(seed=st.integers(0, 2_000))
def test_no_prices_give_a_bound_above_the_optimum(seed: int) -> None:
    """Proves: whatever the prices, the bound is below the best of all enumerated plans."""
    rng = np.random.default_rng(seed)
    prepared = prepare(random_portfolio(seed, "cvar", max_skus=4))
    case = prepared.case
    data = whole(pricing_model(case)).data
    pi = in_envelope(
        rng.exponential(size=len(data.probability)), cvar_cap(data.probability, data.tail_level)
    )
    prices = ModelPrices(
        resource=rng.exponential(size=len(data.resource_limit)),
        link=np.zeros(len(data.link_option)),
        tail=data.tail_charge * rng.random() * pi,
    )
    least = least_objective(case.portfolio, prepared)
    assert price(data, prices).bound <= least + 1e-9 * abs(least)


@settings(max_examples=100)
@given(
    pi=st.lists(st.floats(-1.0, 2.0), min_size=2, max_size=8),
    tail_level=st.sampled_from([0.0, 0.5, 0.9]),
)
def test_repaired_weights_lie_in_the_envelope(pi: list[float], tail_level: float) -> None:
    """Proves: whatever a solver's duals are, the weights used are ones CVaR allows."""
    probability = np.full(len(pi), 1.0 / len(pi))
    weights = in_envelope(np.array(pi), cvar_cap(probability, tail_level))
    assert abs(weights.sum() - 1.0) <= 1e-12
    assert np.all(weights >= 0.0)
    assert np.all(weights <= probability / (1.0 - tail_level) * (1.0 + 1e-12))


def test_the_bound_of_the_relaxation_is_reproduced_without_a_solver() -> None:
    """Proves: at the prices a run reports, plain arithmetic gives a bound close below its plan."""
    prepared = prepare(random_portfolio(7, "cvar"))
    outcome = decide(prepared.case)
    assert outcome.bound <= outcome.objective
    assert outcome.objective - outcome.bound <= 1e-6 * abs(outcome.objective)
