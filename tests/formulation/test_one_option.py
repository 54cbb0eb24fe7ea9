"""(M1) every SKU gets exactly one option."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyomo.environ as pyo

from models.data import ModelData
from models.decisions import add_decisions
from models.extract import complete_choice
from models.one_option import add_one_option, one_option_residual


def test_golden(example: ModelData, golden: Callable[[str, pyo.ConcreteModel], None]) -> None:
    """Proves: (M1) has one row per SKU over its own options, equal to 1."""
    m = pyo.ConcreteModel()
    add_decisions(m, example)
    add_one_option(m, example)
    m.objective = pyo.Objective(expr=0)
    golden("one_option", m)


def test_residual_counts_the_options_beyond_one(example: ModelData) -> None:
    """
    Proves: two options of SKU 0 leave +1, none of SKU 1 leaves -1.

    Sensitivity: rows over the wrong range of options would give (0, 0).
    """
    choice = complete_choice(example, np.array([1.0, 0.0, 1.0, 0.0, 0.0]), np.zeros(2))
    assert one_option_residual(example, choice).tolist() == [1.0, -1.0]
