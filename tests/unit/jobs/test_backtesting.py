"""A backtest's cut through the history, and what it refuses, all at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizer.domain.portfolio import DemandHistory, Portfolio
from optimizer.errors import BadInputError
from optimizer.jobs import backtest as backtesting
from optimizer.jobs.backtest import backtest
from tests.support.portfolios import make_portfolio


def portfolio(days: int = 1_000, first_day: int = 20_000, **settings: Any) -> Portfolio:
    """Two SKUs, the first asked for on days 0, 10 and 900, the second on 30, launched on 20."""
    made = make_portfolio(
        [{"sku": "A"}, {"sku": "B", "launched": first_day + 20.0}],
        [{"sku": 0, "supplier": 0}, {"sku": 1, "supplier": 0}],
        **settings,
    )
    history = DemandHistory(
        sku=np.array([0, 0, 0, 1]),
        day=first_day + np.array([0, 10, min(900, days - 1), 30]),
        quantity=np.array([1.0, 2.0, 3.0, 4.0]),
        first_day=first_day,
        last_day=first_day + days - 1,
    )
    return replace(made, history=history)


def refusals(monkeypatch: pytest.MonkeyPatch, read: Portfolio, **asked: Any) -> str:
    monkeypatch.setattr(backtesting, "read_portfolio", lambda *_, **__: read)
    with pytest.raises(BadInputError) as refused:
        backtest("somewhere", **asked)
    return str(refused.value)


@pytest.mark.parametrize(("period", "cut"), [("day", 750), ("week", 749), ("month", None)])
def test_the_cut_is_where_a_period_begins(period: str, cut: int | None) -> None:
    """
    Proves: a quarter of 1,000 days held out: day 750; of weeks the 107th, day 749; of months the
    first of one.
    """
    read = portfolio(demand={"period": period})
    found = backtesting._cut(read, 0.25)
    assert found is not None
    if cut is not None:
        assert found - 20_000 == cut
    else:
        assert str(np.datetime64(found, "D")).endswith("-01")
        assert 720 <= found - 20_000 <= 750


def test_the_past_as_it_is_replayed() -> None:
    """Proves: rows by SKU, from the first day on; a history begins at launch, or first demand."""
    past = backtesting.past_of(portfolio(), 20_750)
    assert past.start.tolist() == [0, 3, 4]
    assert past.day.tolist() == [0, 10, 900, 30]
    assert past.span.tolist() == [1, 1, 1, 1]
    assert past.first_day.tolist() == [0, 20]
    assert (past.cut, past.days) == (750, 1_000)
    told = backtesting._told(portfolio(), past)
    assert told.demands.tolist() == [2, 1]
    assert told.bands.tolist() == ["0", "1–3", "4–10", "11–30", "31 or more"]
    assert told.band.tolist() == [1, 1]


def test_everything_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: three arguments and a missing table are four problems of one refusal."""
    read = make_portfolio([{"sku": "A"}], [{"sku": 0, "supplier": 0}])
    said = refusals(monkeypatch, read, hold_out=1.0, replications=1, seed=-1)
    for word in ("--hold-out", "--replications", "--seed", "demand history"):
        assert word in said


@pytest.mark.parametrize("hold_out", [0.0, -0.5, 1.0, float("nan")])
def test_a_share_that_is_none(monkeypatch: pytest.MonkeyPatch, hold_out: float) -> None:
    """Proves: 0, below, 1 and NaN are refused by the option's name."""
    assert "--hold-out" in refusals(monkeypatch, portfolio(), hold_out=hold_out)


@pytest.mark.parametrize(
    ("days", "hold_out", "told"),
    [
        (1_000, 0.99, "the first part has 10; it needs 90"),
        (1_000, 0.01, "the rest has 10; it needs 28"),
        (60, 0.25, "the first part has 45; it needs 90"),
    ],
)
def test_too_little_history(
    monkeypatch: pytest.MonkeyPatch, days: int, hold_out: float, told: str
) -> None:
    """Proves: how many days there are, how many it takes."""
    assert told in refusals(monkeypatch, portfolio(days), hold_out=hold_out)
