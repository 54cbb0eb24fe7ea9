"""Moves of whole suppliers, on three sets a SKU whose sums are done by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import AlternateSets
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.moves import Judge, improve, objective_of
from optimizer.engine.decompose.pricing_model import Case, PricingModel, pricing_model
from optimizer.engine.decompose.supplier_moves import polish
from tests.support.cases import random_case
from tests.support.portfolios import make_portfolio

ALONE, FROM_B, FROM_C = 0, 1, 2
OPENING = 6.0  # 30 written off over five years


def _model(costs: FloatArray, *, onboarded: bool = False) -> PricingModel:
    """
    Return a model without losses: each SKU alone, from B or from C.

    Parameters
    ----------
    costs
        Of each SKU's three options.  Shape ``(N, 3)``.
    """
    return pricing_model(_case(costs, onboarded=onboarded))


def _case(costs: FloatArray, *, onboarded: bool) -> Case:
    n = len(costs)
    portfolio = make_portfolio(
        [{"sku": f"S{i}", "unit_cost": 1.0} for i in range(n)],
        [{"sku": i, "supplier": 0} for i in range(n)]
        + [{"sku": i, "supplier": j, "role": "qualified"} for i in range(n) for j in (1, 2)],
        suppliers=[
            {"supplier": "A"},
            {"supplier": "B", "onboarded": onboarded, "onboarding_cost": 5.0 * OPENING},
            {"supplier": "C", "onboarded": onboarded, "onboarding_cost": 5.0 * OPENING},
        ],
        risk={"measure": "expected"},
    )
    case = random_case(0, "expected", n_skus=3 * n, n_options=1)
    alternates = np.flatnonzero(portfolio.sources.supplier > 0).reshape(n, 2)
    sources = np.full((3 * n, 2), -1)
    sources[FROM_B::3, 0], sources[FROM_C::3, 0] = alternates.T
    options = replace(
        case.options,
        start=np.arange(0, 3 * n + 1, 3),
        alternate_set=np.arange(3 * n, dtype=np.int32),
        cost=costs.ravel(),
        expected_loss=np.zeros(3 * n),
        sets=AlternateSets(
            sku=np.repeat(np.arange(n), 3), sources=sources, start=np.arange(0, 3 * n + 1, 3)
        ),
        profile_of_set=case.options.profile_of_set[: 3 * n],
        price_profile=np.full(n, -1),
        stockout_cost_per_day=case.options.stockout_cost_per_day[:n],
        spend_per_day=case.options.spend_per_day[:n],
    )
    free = replace(case.resources, limit=np.full(2, np.inf))
    return replace(case, portfolio=portfolio, options=options, resources=free)


def _plan(*sets: int) -> IntArray:
    return np.array([3 * sku + chosen for sku, chosen in enumerate(sets)])


def _moved(model: PricingModel, start: IntArray) -> tuple[list[int], float]:
    """Return the sets of the polished plan, and its objective."""
    judge = Judge(model=model, tail_level=0.95, is_var=False)
    found = polish(judge, start, np.zeros(len(model.limit)), Stop())
    return (found % 3).tolist(), objective_of(judge, found)


def _stuck(model: PricingModel, start: IntArray) -> bool:
    """Whether no move of one SKU makes the plan better."""
    judge = Judge(model=model, tail_level=0.95, is_var=False)
    return bool(np.array_equal(improve(judge, start, Stop()), start))


def test_a_supplier_that_loses_money_is_dropped() -> None:
    """
    Proves: B saves 2 · 1 and costs 6, so both SKUs leave it at once: 20, not 18 + 6 = 24.

    Sensitivity: one SKU at a time 10 + 9 + 6 = 25 is dearer, so moves of SKUs stay at 24.
    """
    model = _model(np.array([[10.0, 9.0, 99.0], [10.0, 9.0, 99.0]]))
    start = _plan(FROM_B, FROM_B)
    assert _stuck(model, start)
    assert _moved(model, start) == ([ALONE, ALONE], pytest.approx(20.0))


def test_a_supplier_is_swapped_for_a_better_one() -> None:
    """
    Proves: B for C with all that it serves: 2 · 4.5 + 6 = 15, not 2 · 5 + 6 = 16.

    Sensitivity: dropping B alone gives 20; both at once 9.5 + 12 = 21.5.
    """
    model = _model(np.array([[10.0, 5.0, 4.5], [10.0, 5.0, 4.5]]))
    start = _plan(FROM_B, FROM_B)
    assert _stuck(model, start)
    assert _moved(model, start) == ([FROM_C, FROM_C], pytest.approx(15.0))


def test_a_supplier_that_pays_is_kept() -> None:
    """Proves: B saves 2 · 4 and costs 6; nothing moves."""
    model = _model(np.array([[10.0, 6.0, 7.0], [10.0, 6.0, 7.0]]))
    assert _moved(model, _plan(FROM_B, FROM_B)) == ([FROM_B, FROM_B], pytest.approx(18.0))


def test_of_two_plans_that_cost_the_same_the_one_with_fewer_suppliers_is_kept() -> None:
    """Proves: 2 · 7 + 6 = 20 with B, 20 without: without."""
    model = _model(np.array([[10.0, 7.0, 99.0], [10.0, 7.0, 99.0]]))
    assert _moved(model, _plan(FROM_B, FROM_B)) == ([ALONE, ALONE], pytest.approx(20.0))


def test_of_two_options_that_cost_the_same_the_one_with_fewer_sources_is_kept() -> None:
    """
    Proves: of suppliers known already, one that saves nothing is left out.

    Sensitivity: a move had to save more than 1e-9 of the objective.
    """
    model = _model(np.array([[10.0, 10.0, 9.0], [10.0, 10.0, 12.0]]), onboarded=True)
    assert _moved(model, _plan(FROM_C, FROM_B)) == ([FROM_C, ALONE], pytest.approx(19.0))
