"""Pyomo's rows and numpy's residuals say the same, anywhere."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from models.build import build_model
from models.data import Choice, FloatArray, ModelData
from models.extract import column_values, complete_choice
from models.losses import losses_residual
from models.objective import objective_value
from models.onboarding import onboarding_residual
from models.one_option import one_option_residual
from models.resources import resources_residual
from models.risk_limits import risk_limits_residual
from models.tail_risk import tail_risk_residual
from models.unexpected_loss import unexpected_loss_residual
from models.value_at_risk import value_at_risk_residual

Residual = Callable[[ModelData, Choice], FloatArray | float]

COMMON: list[tuple[Residual, list[str]]] = [
    (one_option_residual, ["one_option"]),
    (onboarding_residual, ["onboarding"]),
    (resources_residual, ["resources"]),
    (losses_residual, ["event_loss", "scenario_loss"]),
    (unexpected_loss_residual, ["beyond_mean"]),
    (risk_limits_residual, ["most_expected", "most_tail"]),
]
TAIL: dict[str, tuple[Residual, list[str]]] = {
    "cvar": (tail_risk_residual, ["tail_excess"]),
    "var": (value_at_risk_residual, ["kept_loss", "ignored_probability"]),
}
measures = st.sampled_from(["cvar", "var"])
seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds, measure=measures)
def test_residuals_are_pyomos_bodies(seed: int, measure: Literal["cvar", "var"]) -> None:
    """
    Proves: each residual is body minus right-hand side in Pyomo's row order, feasible or not.

    Sensitivity: a sign, a transposed matrix or rows in another order differ at a random point.
    """
    rng = np.random.default_rng(seed)
    data = _random_data(rng, measure)
    choice, m = _random_choice(rng, data), build_model(data)
    _set_values(m, choice)
    for residual, rows in [*COMMON, TAIL[measure]]:
        bodies = [
            pyo.value(row.body) - pyo.value(row.upper)
            for block in m.component_objects(pyo.Constraint)
            for row in block.values()
            if block.name in rows
        ]
        assert np.atleast_1d(residual(data, choice)) == pytest.approx(bodies, abs=1e-9)


@given(seed=seeds, measure=measures)
def test_objective_value_is_pyomos_objective(seed: int, measure: Literal["cvar", "var"]) -> None:
    """
    Proves: numpy and Pyomo give the same cost at any point.

    Sensitivity: a 1 / alpha for 1 / (1 - alpha) in either of them differs.
    """
    rng = np.random.default_rng(seed)
    data = _random_data(rng, measure)
    choice, m = _random_choice(rng, data), build_model(data)
    _set_values(m, choice)
    assert objective_value(data, choice) == pytest.approx(pyo.value(m.objective), abs=1e-9)


@given(seed=seeds, measure=measures)
def test_completed_choice_keeps_the_rows_it_is_made_for(
    seed: int, measure: Literal["cvar", "var"]
) -> None:
    """
    Proves: losses and tail computed from any plan satisfy (M4) to (M7).

    Sensitivity: ignoring one scenario too many breaks the last row of (M6).
    """
    rng = np.random.default_rng(seed)
    data = _random_data(rng, measure)
    plan = np.zeros(len(data.cost))
    plan[rng.integers(data.start[:-1], data.start[1:])] = 1.0
    choice = complete_choice(data, plan, np.zeros(len(data.onboarding_cost)))
    assert losses_residual(data, choice) == pytest.approx(0.0)
    assert (TAIL[measure][0](data, choice) <= 1e-12).all()
    assert unexpected_loss_residual(data, choice) <= 1e-12


def _set_values(m: pyo.ConcreteModel, choice: Choice) -> None:
    columns = list(m.component_data_objects(pyo.Var))
    for column, value in zip(columns, column_values(columns, choice).tolist(), strict=True):
        column.set_value(value, skip_validation=True)


def _random_choice(rng: np.random.Generator, data: ModelData) -> Choice:
    """Return values of any sign: infeasible as a rule."""
    n_scenarios, n_events = data.scenario_events.shape
    return Choice(
        option=rng.normal(size=len(data.cost)),
        onboard=rng.normal(size=len(data.onboarding_cost)),
        event=rng.normal(size=n_events),
        loss=rng.normal(size=n_scenarios),
        tail_start=float(rng.normal()),
        excess=rng.normal(size=n_scenarios),
        ignored=rng.normal(size=n_scenarios),
        unexpected=float(rng.normal()),
    )


def _random_data(rng: np.random.Generator, measure: Literal["cvar", "var"]) -> ModelData:
    """Return a portfolio of up to 5 SKUs with links, resources and shared events."""
    start = np.concatenate([[0], np.cumsum(rng.integers(1, 5, rng.integers(1, 6)))])
    n_options, n_scenarios, n_events = int(start[-1]), int(rng.integers(1, 7)), 4
    n_suppliers, n_resources = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    link_option, link_supplier = np.nonzero(rng.random((n_options, n_suppliers)) < 0.5)
    event_loss = rng.exponential(size=(n_events, n_options)) * rng.integers(0, 2, n_options)
    scenario_events = rng.integers(0, 2, (n_scenarios, n_events)).astype(np.float64)
    per_sku = [event_loss[:, a:b] for a, b in pairwise(start)]
    return ModelData(
        start=start,
        cost=rng.normal(size=n_options),
        mean_loss=rng.exponential(size=n_options),
        resource_use=rng.normal(size=(n_resources, n_options)),
        resource_limit=rng.normal(size=n_resources),
        onboarding_cost=rng.normal(size=n_suppliers),
        onboarding_use=rng.normal(size=(n_resources, n_suppliers)),
        link_option=link_option,
        link_supplier=link_supplier,
        probability=rng.dirichlet(np.ones(n_scenarios)),
        event_loss=sparse.csr_array(event_loss),
        scenario_events=sparse.csr_array(scenario_events),
        measure=measure,
        tail_level=float(rng.uniform(0.05, 0.95)),
        tail_charge=float(rng.uniform(0.05, 1.0)),
        loss_low=np.zeros(n_scenarios),
        loss_high=scenario_events @ np.sum([sku.max(axis=1) for sku in per_sku], axis=0),
        var_low=0.0,
        var_high=float(event_loss.sum()),
        unexpected_high=float(event_loss.sum()),
        expected_limit=20.0,
        tail_limit=50.0,
    )
