"""One small portfolio for every block, its golden files, and HiGHS."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.lp_writer import LPWriter
from scipy import sparse

from models.data import Choice, ModelData
from models.extract import read_choice

GOLDEN = Path(__file__).parent.parent / "golden"


@pytest.fixture
def example() -> ModelData:
    """
    Two SKUs with options 0-2 and 3-4, two suppliers, two resources, three events and scenarios.

    Options 1 and 2 need supplier 0, options 2 and 4 supplier 1.  Scenario 0 has events 0 and 2,
    scenario 1 event 1, scenario 2 none; CVaR at .75, of which a unit beyond the mean costs .4.
    The means are not those of the three scenarios.
    """
    event_loss = [[40, 10, 0, 0, 0], [20, 5, 1, 6, 0], [0, 0, 0, 60, 30]]
    scenario_events = [[1, 0, 1], [0, 1, 0], [0, 0, 0]]
    return ModelData(
        start=np.array([0, 3, 5]),
        cost=np.array([10.0, 12.0, 15.0, 20.0, 26.0]),
        mean_loss=np.array([15.0, 4.0, 1.0, 13.0, 7.0]),
        resource_use=np.array([[5.0, 8.0, 3.0, 10.0, 6.0], [0.0, 0.0, 0.0, 0.0, 0.0]]),
        resource_limit=np.array([16.0, 1.0]),
        onboarding_cost=np.array([3.0, 4.0]),
        onboarding_use=np.array([[2.0, 2.0], [1.0, 1.0]]),
        link_option=np.array([1, 2, 2, 4]),
        link_supplier=np.array([0, 0, 1, 1]),
        probability=np.array([0.2, 0.3, 0.5]),
        event_loss=sparse.csr_array(np.array(event_loss, dtype=np.float64)),
        scenario_events=sparse.csr_array(np.array(scenario_events, dtype=np.float64)),
        measure="cvar",
        tail_level=0.75,
        tail_charge=0.4,
        loss_low=np.array([30.0, 1.0, 0.0]),
        loss_high=np.array([100.0, 26.0, 0.0]),
        var_low=1.0,
        var_high=26.0,
        unexpected_high=100.0,
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, pyo.ConcreteModel], None]:
    """Compare a model with ``tests/golden/NAME.lp``, or rewrite the file with --update-golden."""

    def compare(name: str, m: pyo.ConcreteModel) -> None:
        path, text = GOLDEN / f"{name}.lp", _lp_text(m)
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def solve() -> Callable[[ModelData, pyo.ConcreteModel], Choice]:
    """Solve a model to optimality and read the choice."""

    def run(data: ModelData, m: pyo.ConcreteModel) -> Choice:
        highs = pyo.SolverFactory("appsi_highs")
        highs.highs_options = {"presolve_rule_off": 65536, "threads": 1, "mip_rel_gap": 0.0}
        pyo.assert_optimal_termination(highs.solve(m))
        columns = [v for v in m.component_data_objects(pyo.Var) if v.value is not None]
        return read_choice(data, columns, np.array([v.value for v in columns]))

    return run


def _lp_text(m: pyo.ConcreteModel) -> str:
    """Return the LP file, after the named expressions, which the format itself cannot show."""
    stream = StringIO()
    for expression in m.component_objects(pyo.Expression):
        stream.write(f"\\ {expression.name} = {expression.expr}\n")
    LPWriter().write(m, stream, symbolic_solver_labels=True)
    return stream.getvalue()
