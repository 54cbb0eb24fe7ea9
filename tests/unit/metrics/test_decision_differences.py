"""Decisions that differ: what of them does, and what only follows from other inputs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from optimizer.metrics.decision_differences import decision_differences, moved_alone

_PLAIN: dict[str, Any] = {
    "policy": "stockpile",
    "service_level": 0.95,
    "reserve_days": 14.0,
    "lot_days_min": 0.0,
    "lot_factor": 1.0,
    "alternates": "",
    "reorder_point": 100.0,
    "order_quantity": 50.0,
    "safety_stock": 20.0,
    "reserve_units": 30.0,
}


def _plan(**changed: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([{"sku": sku, **_PLAIN, **of_sku} for sku, of_sku in changed.items()])


def test_what_differs_of_a_decision() -> None:
    """
    Proves: another policy, a level raised, a reserve cut, a level raised with the reserve cut, a
    lot, a source more, less and another are each told as such; rounding is none, and a SKU of one
    plan alone is none.
    """
    same: dict[str, Any] = {}
    before = _plan(
        policy=same,
        up=same,
        down=same,
        both=same,
        lot=same,
        more=same,
        less={"alternates": "Alfa"},
        other={"alternates": "Alfa"},
        rounding=same,
        gone=same,
    )
    after = _plan(
        policy={"policy": "jit", "service_level": 0.5},
        up={"service_level": 0.99},
        down={"reserve_days": 7.0},
        both={"service_level": 0.99, "reserve_days": 7.0},
        lot={"lot_factor": 2.0},
        more={"alternates": "Alfa"},
        less=same,
        other={"alternates": "Beta"},
        rounding={"service_level": 0.95 + 1e-12},
        new=same,
    )
    found = decision_differences(before, after)
    told = found[["sku", "differs", "step", "sources"]].to_records(index=False).tolist()
    assert told == [
        ("policy", "policy", "", ""),
        ("up", "buffer", "up", ""),
        ("down", "buffer", "down", ""),
        ("both", "buffer", "", ""),
        ("lot", "lot", "", ""),
        ("more", "alternates", "", "adds"),
        ("less", "alternates", "", "drops"),
        ("other", "alternates", "", "changes"),
    ]
    assert found[["buffer", "to_buffer"]].to_numpy().tolist() == [[50.0, 50.0]] * 8


def test_numbers_may_move_alone() -> None:
    """Proves: the same decision with another reorder point is no other decision, but is told."""
    before = _plan(a=dict(_PLAIN), b=dict(_PLAIN), c=dict(_PLAIN))
    after = _plan(a={"reorder_point": 120.0}, b=dict(_PLAIN), c={"policy": "jit"})
    assert decision_differences(before, after)["sku"].tolist() == ["c"]
    assert moved_alone(before, after) == ["a"]
