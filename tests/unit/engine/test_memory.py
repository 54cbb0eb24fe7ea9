"""Memory is foreseen, and refused with advice, before the work."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from optimizer.engine.decompose.core import whole
from optimizer.engine.decompose.pricing_model import pricing_model
from optimizer.engine.memory import foresee_model, foresee_table
from optimizer.errors import BadInputError
from optimizer.jobs.prepare import prepare
from tests.support.arrays import table_of
from tests.support.random_portfolios import random_portfolio


def _with_free(monkeypatch: pytest.MonkeyPatch, free: float) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=free))


def test_a_table_that_cannot_fit_is_refused_before_it_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Proves: the pipeline asks first; the refusal says what is needed and what to do."""
    _with_free(monkeypatch, 100.0)
    with pytest.raises(
        BadInputError, match=r"need about .* GB, but only 0\.0 GB are free"
    ) as refusal:
        prepare(random_portfolio(1, "cvar"))
    assert "scenarios.count" in str(refusal.value)


def test_the_estimate_grows_with_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a million SKUs × 50 options fit 16 GB and not 4; more scenarios need more."""
    _with_free(monkeypatch, 16e9)
    foresee_table(1_000_000, 50_000_000, 100_000_000)
    with pytest.raises(BadInputError):
        foresee_table(1_000_000, 50_000_000, 1_000_000_000)
    _with_free(monkeypatch, 4e9)
    with pytest.raises(BadInputError):
        foresee_table(1_000_000, 50_000_000, 100_000_000)


def test_a_whole_model_that_cannot_fit_points_to_decomposition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Proves: asking for the exact method at a size it cannot stand names the other one."""
    _with_free(monkeypatch, 1e9)
    with pytest.raises(BadInputError, match="decompose"):
        foresee_model(10_000_000)


def test_terms_are_counted_as_the_model_has_them() -> None:
    """
    Proves: the count is what the whole model holds, but for the nodes at which nothing is lost.

    Sensitivity: forgetting the curves of price shocks counts fewer than there are.
    """
    model = pricing_model(prepare(random_portfolio(4, "cvar")).case)
    data = whole(model).data
    held = len(table_of(model).cost) + data.event_loss.nnz + data.scenario_events.nnz
    assert held <= model.options.n_terms <= 2 * held
