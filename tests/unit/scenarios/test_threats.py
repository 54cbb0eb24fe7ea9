"""What each hazard can hit."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.scenarios.threats import shock_categories, threats
from tests.support.hazards import hazard_portfolio

SUPPLIERS = {"a": "East", "b": "East", "c": "West"}
TAGS = ((0, "port"), (1, "rail"), (2, "port"), (2, "rail"))


@pytest.mark.parametrize(
    ("row", "targets"),
    [
        ({"scope": "supplier", "target": "b"}, ["b"]),
        ({"scope": "region", "target": "East"}, ["a", "b"]),
        ({"scope": "tag", "target": "port"}, ["a", "c"]),
        ({"scope": "tag", "target": "rail"}, ["b", "c"]),
    ],
)
@pytest.mark.parametrize("hit", [1.0, 0.4])
def test_an_outage_reaches_its_scope(row: dict[str, Any], targets: list[str], hit: float) -> None:
    """
    Proves: supplier, region and tag each reach their own, and the hit probability counts for all
    three; a rate of .73 a year is .002 a day.

    Sensitivity: a tag read as a region reaches nobody.
    """
    hazard = row | {"annual_rate": 0.73, "hit_probability": hit}
    (threat,) = threats(hazard_portfolio({"h": hazard}, SUPPLIERS, tags=TAGS))
    assert threat.target_name.tolist() == targets
    assert SUPPLIERS.keys() >= set(targets)
    assert [list(SUPPLIERS)[row] for row in threat.target] == targets
    assert threat.hit_probability == hit
    assert threat.daily_rate == pytest.approx(0.002, rel=1e-12)


def test_shocks_act_on_categories() -> None:
    """Proves: a surge's target is its row among all categories with shocks, sorted."""
    shock = {"scope": "category", "multiplier": 1.5}
    hazards = {
        "boom": shock | {"kind": "surge", "target": "toys"},
        "rally": shock | {"kind": "price", "target": "metal"},
    }
    portfolio = hazard_portfolio(hazards, SUPPLIERS)
    assert shock_categories(portfolio).tolist() == ["metal", "toys"]
    found = [(t.kind, t.target.tolist(), t.target_name.tolist()) for t in threats(portfolio)]
    assert found == [("surge", [1], ["toys"]), ("price", [0], ["metal"])]


@pytest.mark.parametrize(
    "row",
    [
        {"target": "a", "annual_rate": 0.0},
        {"target": "a", "duration_mean_days": 0.0},
        {"target": "a", "hit_probability": 0.0},
        {"target": "nobody"},
        {"scope": "tag", "target": "nothing"},
        {"kind": "surge", "scope": "category", "target": "toys", "multiplier": 1.0},
    ],
)
def test_what_changes_nothing_is_no_threat(row: dict[str, Any]) -> None:
    """Proves: rate 0, duration 0, hit probability 0, an empty reach and multiplier 1 drop out."""
    hazards = {"h": row, "real": {"target": "c"}}
    found = threats(hazard_portfolio(hazards, SUPPLIERS, tags=TAGS))
    assert [(threat.hazard, threat.row) for threat in found] == [("real", 1)]


@pytest.mark.parametrize(("kind", "scope"), [("outage", "category"), ("surge", "tag")])
def test_a_kind_that_does_not_go_with_its_scope_is_refused(kind: str, scope: str) -> None:
    """Proves: the pair is named, not ignored."""
    hazard = {"kind": kind, "scope": scope, "target": "a"}
    with pytest.raises(ValueError, match=f"no {kind} acts on a {scope}"):
        threats(hazard_portfolio({"h": hazard}, SUPPLIERS))
