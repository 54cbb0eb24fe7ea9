"""HiGHS by arrays again, scenarios reading events: fewer nonzeros, more rows."""

from __future__ import annotations

from benchmarks.peers.highs_arrays import solve_model
from benchmarks.peers.result import Result
from benchmarks.peers.whole_model import event_model
from models.data import ModelData


def solve(data: ModelData, gap: float, seconds: float) -> Result:
    """Solve the whole model to a relative gap, for so many seconds at most."""
    return solve_model(data, event_model, gap, seconds)
