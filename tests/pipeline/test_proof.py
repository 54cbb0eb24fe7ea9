"""`ballast verify` proves a bound once more, as far as the run lets it, and says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimizer.engine.certificate import bound_of_prices, check_certificate
from optimizer.engine.decide import decide
from optimizer.errors import VerificationError
from optimizer.jobs.prepare import prepare
from optimizer.jobs.reopen import verify
from tests.pipeline.conftest import Command
from tests.support.random_portfolios import random_portfolio


def test_a_bound_set_to_the_objective_is_not_proven(ballast: Command, solved: Path) -> None:
    """
    Proves: a run whose bound was raised to its plan's cost is not said to be proven.

    Sensitivity: a verifier that only compares bound, objective and gap calls it optimal.
    """
    honest = verify(solved)
    path = solved / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest |= {"bound": manifest["objective"], "gap": 0.0}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert ballast("report", "one").code == 0  # the page is made anew to go with it
    raised = verify(solved)
    assert raised.proven_bound == pytest.approx(honest.proven_bound)
    assert raised.bound > raised.proven_bound
    done = ballast("verify", "one")
    assert done.code == 0
    assert "Not proven here: that no plan is cheaper. The prices kept in the run prove" in done.out
    stated = json.loads(ballast("verify", "one", "--json").out)
    assert stated["proven_bound"] < stated["bound"] == manifest["objective"]


def test_a_proof_by_prices_holds_once_more(ballast: Command, small: Path) -> None:
    """Proves: what the prices of a run of the expected loss prove is told as proven."""
    words = ("--set", "risk.measure=expected", "--set", "solver.gap=0.05", "--method", "decompose")
    assert ballast("solve", str(small), "--run", "one", *words).code == 0
    done = ballast("verify", "one")
    assert "Proven once more: no plan is cheaper by more than" in done.out


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("measure", ["expected", "cvar", "var"])
def test_no_prices_prove_too_much(seed: int, measure: str) -> None:
    """Proves: whatever prices and weights a run states, what they prove is no more than true."""
    case = prepare(random_portfolio(seed, measure)).case
    best = decide(case)
    names = case.resources.name
    for factor in (0.0, 1.0, 7.0):
        prices = dict(zip(names, (best.prices.resource * factor).tolist(), strict=True))
        proven = bound_of_prices(case, prices, best.prices.tail_weight * factor)
        assert proven <= best.objective * (1.0 + 1e-9)


def test_a_lost_certificate_is_a_fault() -> None:
    """Proves: a bound on VaR without its conflicts is refused, not passed over."""
    case = prepare(random_portfolio(1, "var")).case
    with pytest.raises(VerificationError, match="the certificate proves -inf only"):
        check_certificate(case, 1.0, ())
