"""The engine on arbitrary curves and strikes, against every plan there is."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.scenario import NODES
from optimizer.engine.certificate import check_certificate
from optimizer.engine.decompose.bound import Proof, price_round
from optimizer.engine.decompose.core import whole
from optimizer.engine.decompose.impacts import node_weights, price_days
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.decompose.pricing_model import Case, pricing_model
from optimizer.engine.envelope import cvar_cap, in_envelope, tail_of_duals
from optimizer.engine.evaluate import evaluate
from optimizer.engine.optimize import optimize
from optimizer.errors import NoPlanError
from tests.support.cases import effort, least_objective, loss_matrix, random_case
from tests.support.lost_days import by_entry

MEASURES = ("expected", "cvar", "var")
seeds = st.integers(0, 100_000)


def by(case: Case, *, method: str = "auto", **risk: object) -> Case:
    """Return the case with another method or other settings of risk."""
    changed = case.portfolio.settings.having(solver={"method": method}, risk=risk)
    return replace(case, portfolio=replace(case.portfolio, settings=changed))


def _holds(seed: int, measure: str, method: str) -> None:
    """
    Proves: the best of all enumerated plans lies between the bound and the plan found; the exact
    method finds it; the certificate of VaR withstands its check.
    """
    case = by(random_case(seed, measure), method=method)
    gap = 0.0 if method == "exact" else 1e-2 if measure == "var" else 1e-6
    least = least_objective(case)
    if math.isinf(least):
        with pytest.raises(NoPlanError):
            optimize(case, effort(gap), Proof())
        return
    outcome = optimize(case, effort(gap), Proof())
    slack = 1e-7 * abs(least)
    assert outcome.bound - slack <= least <= outcome.objective + slack
    if method == "exact":
        assert outcome.objective <= least + 10 * slack
    if outcome.certificate:
        check_certificate(case, outcome.bound, outcome.certificate)


@pytest.mark.parametrize("method", ["exact", "decompose"])
@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("seed", range(12))
def test_the_best_plan_lies_between_bound_and_plan(seed: int, measure: str, method: str) -> None:
    """Proves: see `_holds`."""
    _holds(seed, measure, method)


@pytest.mark.slow
@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("block", range(20))
def test_three_hundred_cases_a_measure(block: int, measure: str) -> None:
    """Proves: see `_holds`, by both methods."""
    for seed in range(1_000 + 15 * block, 1_015 + 15 * block):
        for method in ("exact", "decompose"):
            _holds(seed, measure, method)


@settings(max_examples=60)
@given(seed=seeds)
def test_losses_of_a_plan_are_those_of_its_options(seed: int) -> None:
    """
    Proves: curves added before their strikes, and futures merged, lose what options lose one by
    one; a SKU's weighed loss is its row times the weights.
    """
    case = random_case(seed, "cvar", n_skus=6)
    model, losses = pricing_model(case), loss_matrix(case)
    rng = np.random.default_rng(seed)
    plan = rng.integers(case.options.start[:-1], case.options.start[1:])
    found = model.futures.by_future(model.options.losses(plan).sum(axis=0))
    np.testing.assert_allclose(found, losses[plan].sum(axis=0), rtol=1e-12, atol=1e-9)
    weight = rng.random(len(model.probability))
    own = model.options.losses_by_sku(plan, weight)
    spread = weight[model.futures.scenario]
    np.testing.assert_allclose(own, losses[plan] @ spread, rtol=1e-12, atol=1e-9)


@settings(max_examples=60)
@given(seed=seeds)
def test_futures_without_loss_are_one_and_nothing_else_changes(seed: int) -> None:
    """
    Proves: only futures in which no option loses are merged, and weights go there and back.

    Sensitivity: merging a future in which some option loses would change that option's losses.
    """
    case = random_case(seed, "cvar", n_futures=30)
    futures, losses = pricing_model(case).futures, loss_matrix(case)
    lossless = losses.max(axis=0) == 0.0
    assert len(futures.probability) == (~lossless).sum() + lossless.any()
    assert len(np.unique(futures.scenario[lossless])) == int(lossless.any())
    np.testing.assert_allclose(futures.merged(case.probability), futures.probability)
    weight = np.random.default_rng(seed).random(len(futures.probability))
    np.testing.assert_allclose(futures.merged(futures.weight(weight)), weight)


@settings(max_examples=60)
@given(seed=seeds)
def test_no_prices_give_a_bound_above_the_optimum(seed: int) -> None:
    """Proves: whatever the prices and however much of the tail is weighed, the bound holds."""
    case = random_case(seed, "cvar")
    least = least_objective(case)
    if math.isinf(least):
        return
    model, rng = pricing_model(case), np.random.default_rng(seed)
    pi = in_envelope(rng.exponential(size=len(model.probability)), model.tail_cap)
    prices = RoundPrices(
        resource=rng.exponential(size=len(model.limit)),
        tail=model.tail_charge * rng.random() * pi,
    )
    assert price_round(model, prices).bound <= least + 1e-9 * abs(least)


@settings(max_examples=40)
@given(seed=seeds)
def test_more_risk_weight_never_raises_unexpected_loss(seed: int) -> None:
    """
    Proves: at equal limits the best plan's U falls, or stays, as a unit of it costs more; at no
    cost the plan is that of the measure ``expected``.
    """
    unexpected = []
    for weight in (0.0, 0.3, 1.0):
        case = by(random_case(seed, "cvar"), method="exact", weight=weight)
        try:
            outcome = optimize(case, effort(0.0), Proof())
        except NoPlanError:
            return
        losses = outcome.losses
        unexpected.append(max(losses.cvar - losses.expected, 0.0))
        if weight == 0.0:
            risk_neutral = by(case, method="exact", measure="expected")
            other = optimize(risk_neutral, effort(0.0), Proof())
            assert outcome.objective == pytest.approx(other.objective, rel=1e-9)
    assert unexpected[1] <= unexpected[0] + 1e-6
    assert unexpected[2] <= unexpected[1] + 1e-6


def test_a_tail_below_the_mean_costs_nothing() -> None:
    """
    Proves: where the futures that lose have less probability than VaR forgives, U is 0 and the
    objective is expected cost.

    Sensitivity: (1 - w) mean + w VaR would call the plan cheaper than its expected cost.
    """
    case = random_case(4, "var", n_futures=12)
    free = replace(case.resources, limit=np.full(2, np.inf))
    rare = replace(case, probability=np.array([0.67, *np.full(11, 0.03)]), resources=free)
    lost = replace(case.lost, scenario_of_strike=np.maximum(case.lost.scenario_of_strike, 1))
    outcome = optimize(by(replace(rare, lost=lost), level=0.5), effort(0.0), Proof())
    assert outcome.losses.value_at_risk == 0.0
    assert outcome.losses.expected > 0.0
    onboarding = case.portfolio.suppliers.onboarding_cost[outcome.plan.onboard].sum() / 5.0
    certain = case.options.cost[outcome.plan.option].sum() + onboarding
    assert outcome.objective == pytest.approx(certain + outcome.losses.expected)


def test_weights_beyond_the_last_node_go_to_the_slope() -> None:
    """
    Proves: a strike of 400 days weighs once on day 365 and 35 times on the slope.

    Sensitivity: cut at 365 days it would weigh nothing on the slope.
    """
    case = random_case(0, "cvar")
    start, days = np.array([0, 1, 2, 2, 3]), np.array([400.0, 12.0, 6.0])
    factor = np.array([1.0, 1.0, 0.5])
    lost = by_entry(start, np.zeros(3, dtype=np.int64), days, factor, case.lost.n_scenarios)
    weight = np.zeros(lost.n_scenarios)
    weight[0] = 2.0
    found = node_weights(lost, weight)
    assert (found[0, 16], found[0, 17]) == (2.0, 70.0)
    assert found[1, 6] == pytest.approx(1.0)
    assert found[1, 7] == pytest.approx(1.0)
    assert found[3, 4:6] == pytest.approx([0.5, 0.5])
    assert found.sum() == pytest.approx(2.0 + 70.0 + 2.0 + 1.0)


def test_price_days_by_hand() -> None:
    """
    Proves: a lot of 4 days puts off 2 days of a shock of 10; a shock of 2 is bought at once in
    half of the cases for 1 day on average: 2²/(2 · 4) = .5.
    """
    found = price_days(np.array([4.0, 0.0]))
    assert found[0, [0, 2, 6]].tolist() == [0.0, 0.5, 8.0]
    assert found[1].tolist() == NODES.tolist()


def test_duals_become_weights_that_the_charge_allows() -> None:
    """
    Proves: together at most the charge, none above its cap's share; less than it stays less.

    Sensitivity: weights forced to sum to the charge would take a tail below the mean for one.
    """
    cap = cvar_cap(np.full(4, 0.25), 0.5)
    full = tail_of_duals(np.array([0.9, 0.0, 0.0, 0.0]), 0.6, cap)
    assert full.sum() == pytest.approx(0.6)
    assert full.max() <= 0.3 + 1e-12
    half = tail_of_duals(np.array([0.1, 0.1, 0.0, 0.0]), 0.6, cap)
    assert half == pytest.approx([0.1, 0.1, 0.0, 0.0])
    assert tail_of_duals(np.zeros(4), 0.6, cap).tolist() == [0.0] * 4


def test_evaluate_tells_mean_and_futures_apart() -> None:
    """Proves: the expected loss is the option table's, the losses are those of the futures."""
    case = random_case(7, "cvar", n_options=1)
    found = evaluate(case)
    assert found.expected == pytest.approx(case.options.expected_loss.sum())
    np.testing.assert_allclose(found.loss, loss_matrix(case).sum(axis=0))


def test_the_whole_model_holds_every_option() -> None:
    """Proves: nodes as events give each option its loss in every scenario."""
    case = random_case(9, "cvar", n_skus=5)
    model = pricing_model(case)
    core = whole(model)
    losses = (core.data.scenario_events @ core.data.event_loss).toarray()
    assert losses[:, -1] == pytest.approx(_alone(case)[model_rows(case)])
    for place, row in enumerate(core.rows):
        expected = loss_matrix(case)[row]
        first = [int(np.argmax(model.futures.scenario == s)) for s in range(len(losses))]
        np.testing.assert_allclose(losses[:, place], expected[first], atol=1e-9)


def _alone(case: Case) -> np.ndarray:
    """Losses of the SKUs with one option."""
    single = np.flatnonzero(np.diff(case.options.start) == 1)
    return np.asarray(loss_matrix(case)[case.options.start[single]].sum(axis=0))


def model_rows(case: Case) -> list[int]:
    """Return one future of every scenario."""
    scenario = pricing_model(case).futures.scenario
    return [int(np.argmax(scenario == s)) for s in range(int(scenario.max()) + 1)]
