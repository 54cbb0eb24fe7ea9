"""The hitting-set problem: scenarios that may be ignored and hit every conflict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import BoolArray
from optimizer.engine.highs import LinearProgram, solve
from optimizer.engine.value_at_risk.search import Conflict, Search
from optimizer.errors import StoppedError

_COVER_GAP = 0.2


def hits_all(search: Search, conflicts: Sequence[Conflict]) -> BoolArray | None:
    """Return scenarios that may be ignored and hit every conflict, None if there are none."""
    model, n_scenarios = search.model, len(search.model.probability)
    hits = np.array([conflict.kept for conflict in conflicts], dtype=np.float64)
    hits = hits.reshape(len(conflicts), n_scenarios)
    loss = search.loss
    answer = solve(
        LinearProgram(
            cost=-loss / max(float(loss.max(initial=0.0)), np.finfo(np.float64).tiny),
            matrix=sparse.csr_array(np.vstack([hits, model.probability])),
            row_low=np.append(np.ones(len(conflicts)), -np.inf),
            row_high=np.append(np.full(len(conflicts), np.inf), search.may_ignore),
            low=np.zeros(n_scenarios),
            high=np.ones(n_scenarios),
            integer=np.ones(n_scenarios, dtype=np.bool_),
        ),
        gap=_COVER_GAP,
        stop=search.effort.stop,
    )
    if answer.status == "interrupt":
        raise StoppedError("interrupt")
    if answer.status == "infeasible":
        return None
    if answer.values is None:
        return np.zeros(n_scenarios, dtype=np.bool_)
    return np.asarray(answer.values > 0.5)
