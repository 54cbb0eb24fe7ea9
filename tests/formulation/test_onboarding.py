"""(M2) options wait for their suppliers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyomo.environ as pyo

from models.data import ModelData
from models.decisions import add_decisions
from models.extract import complete_choice
from models.onboarding import add_onboarding, onboarding_residual


def test_golden(example: ModelData, golden: Callable[[str, pyo.ConcreteModel], None]) -> None:
    """Proves: one row per (SKU, supplier); options 1 and 2 share supplier 0's row of SKU 0."""
    m = pyo.ConcreteModel()
    add_decisions(m, example)
    add_onboarding(m, example)
    m.objective = pyo.Objective(expr=0)
    golden("onboarding", m)


def test_halves_of_two_options_need_the_whole_supplier(example: ModelData) -> None:
    """
    Proves: the links are tight.

    Half of option 1 and half of option 2 with supplier 0 half onboarded: .5 + .5 - .5 = .5 over.
    Sensitivity: one row per option would see .5 <= .5 and let it pass.
    """
    choice = complete_choice(example, np.array([0.0, 0.5, 0.5, 1.0, 0.0]), np.array([0.5, 0.5]))
    assert onboarding_residual(example, choice).tolist() == [0.5, 0.0, -0.5]
