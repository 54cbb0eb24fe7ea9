"""A plan that was solved, shared through a database, verified elsewhere and summed up in SQL."""

from __future__ import annotations

from pathlib import Path

import pytest

import optimizer
from optimizer.domain.option import CERTAIN
from optimizer.store.inputs import KEPT
from optimizer.store.run_folder import read_run
from optimizer.store.shared.place import version_of
from optimizer.store.shared.postgres_place import open_postgres
from tests.support.shared_database import ask, prepare

pytestmark = pytest.mark.postgres
SAMPLE = Path(__file__).parents[2] / "data" / "sample"
QUICK = ["scenarios.count=300", "catalogue.refine=false"]


def test_the_sample_verifies_where_it_is_fetched(database: str, tmp_path: Path) -> None:
    """
    Proves: a run and its inputs, fetched into another folder, are the same bytes and pass the
    verifier there; capital, costs and losses by SQL are those of the manifest.

    The capital used is that of the SKUs and the cash for new sources.
    """
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    optimizer.solve(
        optimizer.read_portfolio(SAMPLE, QUICK), optimizer.Request(results=mine, name="one")
    )
    place = open_postgres(prepare(database))
    kept = [f"{KEPT}/{path.name}" for path in (mine / KEPT).iterdir()]
    for entry in ("one", *kept):
        place.put(entry, mine / entry, None)
    (theirs / KEPT).mkdir(parents=True)
    for entry, version in place.entries().items():
        place.fetch(entry, theirs / entry)
        assert version_of(theirs / entry) == version == version_of(mine / entry)
    manifest = read_run(mine / "one").manifest
    assert optimizer.verify(theirs / "one").objective == pytest.approx(manifest.objective)
    parts = manifest.components
    plan = (
        "SELECT count(*), sum(carrying), sum(ordering), sum(purchasing), sum(routine_stockout), "
        "sum(qualification), sum(expected_loss), sum(tail_contribution) FROM ballast.plans"
    )
    (sums,) = ask(database, plan)
    assert sums == pytest.approx(
        (200, *(getattr(parts, name) for name in (*CERTAIN, "expected_loss", "cvar")))
    )
    cash = (
        "SELECT (SELECT sum(capital) FROM ballast.plans) "
        "+ (SELECT coalesce(sum(cost), 0) FROM ballast.qualifications) "
        "+ (SELECT coalesce(sum(cost), 0) FROM ballast.onboardings)"
    )
    assert ask(database, cash)[0] == pytest.approx((manifest.resources["capital"].used,))
    by_hazard = ask(database, "SELECT sum(expected_loss) FROM ballast.expected")
    assert by_hazard[0] == pytest.approx((parts.expected_loss,))
    futures = "SELECT count(*), sum(probability) FROM ballast.losses"
    assert ask(database, futures)[0] == pytest.approx((300, 1.0))
    listed = "SELECT run, status, state, objective, bound, budget, currency FROM ballast.runs"
    assert ask(database, listed) == [
        ("one", manifest.status, "draft", manifest.objective, manifest.bound, 2.4e6, "EUR")
    ]
