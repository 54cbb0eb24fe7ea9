"""The restricted master starts where the last one ended, and ends where it would have anyway."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.domain.stop import Stop
from optimizer.engine.decompose import master
from optimizer.engine.decompose.bound import Proof, prove
from optimizer.engine.decompose.master import Mixture, mix
from optimizer.engine.decompose.pricing_model import PricingModel, pricing_model
from optimizer.engine.highs import Answer, Basis, LinearProgram, solve
from optimizer.jobs.prepare import prepare
from tests.support.cases import effort
from tests.support.random_portfolios import random_portfolio

_SEEDS = (3, 11, 12, 29)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return whether each master that was solved had a basis to start from."""
    from_basis: list[bool] = []

    def watched(program: LinearProgram, *, basis: Basis | None, **asked: object) -> Answer:
        from_basis.append(basis is not None)
        return solve(program, basis=basis, **asked)  # type: ignore[arg-type]

    monkeypatch.setattr(master, "solve", watched)
    return from_basis


def _proven(seed: int) -> tuple[PricingModel, Proof, Mixture]:
    model = pricing_model(prepare(random_portfolio(seed, "cvar", max_skus=60)).case)
    proof = Proof()
    _, mixture = prove(model, effort(1e-6), 1e-6, proof)
    assert mixture is not None
    return model, proof, mixture


@pytest.mark.parametrize("seed", _SEEDS)
def test_every_round_after_the_first_mixture_starts_from_its_basis(
    seed: int, started: list[bool]
) -> None:
    """
    Proves: the basis fits the programme that has grown by columns, suppliers, links and futures.

    Until a mixture meets the limits there is none.

    Sensitivity: a name that is taken by another column leaves too many or too few basic ones, and
    the round starts from nothing.
    """
    _proven(seed)
    first = started.index(True)
    assert all(started[first:])
    assert first <= 4


@pytest.mark.parametrize("share", [0.97, 1.0, 1.05])
@pytest.mark.parametrize("seed", _SEEDS)
def test_a_start_changes_no_value(seed: int, share: float, started: list[bool]) -> None:
    """Proves: the same columns mix to the same cost from a stand and from nothing, limits moved."""
    model, proof, _ = _proven(seed)
    model = replace(model, limit=share * model.limit)
    started.clear()
    from_stand = mix(proof.columns, model, Stop(), proof.stand)
    from_nothing = mix(proof.columns, model, Stop())
    assert started == [True, False]
    values = [one and one.value for one in (from_stand, from_nothing)]
    assert values[0] == (None if values[1] is None else pytest.approx(values[1], rel=1e-9))


@pytest.mark.parametrize("seed", _SEEDS)
def test_forgotten_columns_leave_a_basis(seed: int, started: list[bool]) -> None:
    """
    Proves: what is forgotten was no part of the mixture: it costs as much, from its own basis.

    Sensitivity: a basic column that is forgotten, or one renamed wrongly, leaves no basis.
    """
    model, proof, mixture = _proven(seed)
    before = len(proof.columns)
    proof.forget(mixture)
    started.clear()
    again = proof.mix(model, Stop())
    assert again is not None
    assert len(proof.columns) <= before
    assert started[0] is True
    assert again.value == pytest.approx(mixture.value, rel=1e-9)
