"""The page, the blocks, and the way to the solver and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

import models
from models.build import build_model
from models.data import Choice, ModelData
from models.extract import column_values, complete_choice, read_choice
from models.objective import objective_value

MODELS = Path(models.__file__).parent
GOLDEN = Path(__file__).parent.parent / "golden"
NOT_BLOCKS = {"__init__", "data", "decisions", "linear", "event_range", "build", "extract"}
BLOCKS = sorted({path.stem for path in MODELS.glob("*.py")} - NOT_BLOCKS)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_is_whole(block: str) -> None:
    """
    Proves: a block has its Pyomo, its numpy, a golden file, a test, and its number on the page.

    Sensitivity: any new file in ``models`` that is not a block must be named above.
    """
    module = import_module(f"models.{block}")
    numpy_twin = "objective_value" if block == "objective" else f"{block}_residual"
    number = re.search(r"\\tag\{(M\d)\}", module.__doc__ or "")
    assert number
    assert callable(getattr(module, f"add_{block}"))
    assert callable(getattr(module, numpy_twin))
    assert (GOLDEN / f"{block}.lp").exists()
    assert (Path(__file__).parent / f"test_{block}.py").exists()
    page = (MODELS / "README.md").read_text(encoding="utf-8")
    assert f"## ({number[1]}) [`{block}`]({block}.py)" in page


def test_no_number_is_missing() -> None:
    """Proves: the blocks are (M1) to (M9), each number once."""
    docstrings = (import_module(f"models.{block}").__doc__ or "" for block in BLOCKS)
    numbers = sorted(n for text in docstrings for n in re.findall(r"\\tag\{(M\d)\}", text))
    assert numbers == [f"M{n}" for n in range(1, 10)]


@pytest.mark.parametrize("measure", ["expected", "cvar", "var"])
def test_choice_survives_the_way_through_the_columns(example: ModelData, measure: str) -> None:
    """
    Proves: the standard form keeps every variable recognisable, and the objective with it.

    Sensitivity: columns read in the order of declaration would swap losses and options.
    """
    data = replace(example, measure=measure)
    choice = complete_choice(data, np.array([0.0, 1.0, 0.0, 1.0, 0.0]), np.array([1.0, 0.0]))
    m = build_model(data)
    form = LinearStandardFormCompiler().write(m, mixed_form=True)
    values = column_values(form.columns, choice)
    again = read_choice(data, form.columns, values)
    assert again.option.tolist() == choice.option.tolist()
    if measure != "expected":
        assert again.loss.tolist() == choice.loss.tolist()
    assert objective_value(data, again) == pytest.approx((form.c @ values + form.c_offset).item())


@pytest.mark.parametrize("measure", ["expected", "cvar", "var"])
def test_solver_and_numpy_agree_on_the_cost(
    example: ModelData, measure: str, solve: Callable[[ModelData, pyo.ConcreteModel], Choice]
) -> None:
    """
    Proves: the optimum's cost equals that of the same plan completed from its two decisions.

    Sensitivity: a slack tail or a forgotten term makes the solver's cost the smaller.
    """
    data = replace(example, measure=measure)
    m = build_model(data)
    solved = solve(data, m)
    completed = complete_choice(data, solved.option.round(), solved.onboard.round())
    assert pyo.value(m.objective) == pytest.approx(objective_value(data, completed))


def test_only_what_the_data_need(example: ModelData) -> None:
    """Proves: a charge of 0 leaves the scenarios out: the mean needs none."""
    m = build_model(replace(example, tail_charge=0.0))
    assert m.component("tail_excess") is None
    assert m.component("loss") is None
    assert m.component("expected_loss") is not None


def test_every_variable_has_finite_bounds(example: ModelData) -> None:
    """Proves: HiGHS never sees an unbounded column."""
    for measure in ("cvar", "var"):
        m = build_model(replace(example, measure=measure))
        bounds = [variable.bounds for variable in m.component_data_objects(pyo.Var)]
        assert np.isfinite(np.array(bounds, dtype=np.float64)).all()
