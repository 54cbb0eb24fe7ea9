"""What is handed to HiGHS is in numbers that it can bear."""

from __future__ import annotations

import pytest
from scipy import sparse

from benchmarks.portfolios import make_portfolio
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.core import whole
from optimizer.engine.decompose.pricing_model import pricing_model
from optimizer.engine.exact.compile import compile_model
from optimizer.engine.exact.scaling import scale
from optimizer.engine.highs import solve
from optimizer.jobs.prepare import prepare


def test_dust_among_losses_is_left_out() -> None:
    """
    Proves: no loss below 1e-9 of the unit is left, no other is touched, and HiGHS finds
    the plan that it finds without presolve, with all losses, or with its own defaults.

    Sensitivity: fed losses of 1e-12 HiGHS 1.16.0 proves 111.266.
    """
    data = whole(pricing_model(prepare(make_portfolio(10, 10, 1)).case)).data
    scaled = scale(data)
    before = sparse.csr_array(data.event_loss / scaled.money)
    assert (before.data < 1e-9).any()
    assert scaled.data.event_loss.data.min() >= 1e-9
    assert abs(before - scaled.data.event_loss).max() < 1e-9
    found = solve(compile_model(scaled.data).program, gap=0.0, stop=Stop.within(60.0))
    assert found.bound == pytest.approx(111.238102, abs=1e-5)
