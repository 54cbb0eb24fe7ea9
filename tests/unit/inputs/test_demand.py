"""From the tables to the demand columns: what is filled, what is stated, what is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError
from optimizer.inputs.estimates.demand_columns import COLUMNS
from optimizer.inputs.read import read_portfolio

Write = Callable[[dict[str, str | bytes]], Path]

SKUS = "sku,unit_cost,demand_mean,demand_std\nA1,10,,\nB2,20,4,\nC3,30,0,0\n"
DEMAND = (
    "sku,date,quantity\n"
    "A1,2026-01-01,2\nA1,2026-01-04,6\nA1,2026-01-10,4\n"
    "B2,2026-01-01,4\nB2,2026-01-02,4\nB2,2026-01-03,5\nB2,2026-01-04,3\n"
)


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days


def columns(portfolio: Portfolio) -> dict[str, list[float]]:
    return {name: getattr(portfolio.skus, name).tolist() for name in COLUMNS}


def test_stated_cells_win(sound: dict[str, str], write: Write) -> None:
    """
    Proves: B2's mean stays 4, its deviation is estimated; C3, stated and without rows, keeps 0.

    C3 without a row and with both stated is nobody's history: error 0, interval 1.
    """
    portfolio = read_portfolio(write({**sound, "skus.csv": SKUS, "demand.csv": DEMAND}))
    skus = portfolio.skus
    assert skus.demand_mean[1:].tolist() == [4.0, 0.0]
    assert skus.demand_mean[0] > 0.0
    assert skus.demand_std[1] > 0.0
    assert (skus.demand_std[2], skus.demand_mean_error[2], skus.demand_interval_days[2]) == (
        *(0.0, 0.0, 1.0),
    )
    told = " ".join(portfolio.warnings)
    assert "skus.demand_mean: 1 estimated from 10 days (2026-01-01 to 2026-01-10)" in told
    assert "demand_std, demand_mean_error, demand_interval_days: 2 estimated" in told


def test_the_history_is_kept(sound: dict[str, str], write: Write) -> None:
    """Proves: the portfolio holds the history by SKU and day; without the table there is none."""
    history = read_portfolio(write({**sound, "demand.csv": DEMAND})).history
    assert history is not None
    assert history.sku.tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert history.day[:3].tolist() == [day(f"2026-01-{d}") for d in ("01", "04", "10")]
    assert (history.first_day, history.last_day) == (day("2026-01-01"), day("2026-01-10"))
    (tmp := write({})).joinpath("demand.csv").unlink()
    assert read_portfolio(tmp).history is None


def test_a_sku_without_rows_is_estimated_and_told_once(sound: dict[str, str], write: Write) -> None:
    """Proves: two SKUs without history are taken, with one note; their mean is small, not 0."""
    skus = "sku,unit_cost,demand_mean,demand_std\nA1,10,,\nB2,20,,\nC3,30,,\n"
    demand = "".join(row for row in DEMAND.splitlines(keepends=True) if not row.startswith("B2"))
    portfolio = read_portfolio(write({**sound, "skus.csv": skus, "demand.csv": demand}))
    mean, error = portfolio.skus.demand_mean, portfolio.skus.demand_mean_error
    assert (mean > 0).all()
    assert mean[1] < mean[0]
    assert error[1] > 0.5 * mean[1]
    [note] = [text for text in portfolio.warnings if "have no row" in text]
    assert note.startswith('demand: 2 of 3 SKUs have no row, first "B2": without any demand')


def test_a_history_without_demand_gives_nothing(sound: dict[str, str], write: Write) -> None:
    """Proves: where nobody ever asked for anything, a missing mean is refused as before."""
    demand = "sku,date,quantity\nA1,2026-01-01,0\nB2,2026-01-01,-2\n"
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(write({**sound, "skus.csv": SKUS, "demand.csv": demand}))
    found = {(p.row, p.column): p.rule for p in refusal.value.problems}
    assert set(found) == {(2, "demand_mean"), (2, "demand_std"), (3, "demand_std")}
    assert "cannot be estimated from demand" in found[2, "demand_mean"]


def test_until_leaves_the_rest_to_be_seen(sound: dict[str, str], write: Write) -> None:
    """
    Proves: with `history_until` the estimates are those of the table cut there, for every SKU.

    The history is whole.  A return after the day does not reach back before it.
    """
    skus = "sku,unit_cost,demand_mean,demand_std\nA1,10,,\nB2,20,,\nC3,30,,\n"
    files = {**sound, "skus.csv": skus}
    cut = "".join(DEMAND.splitlines(keepends=True)[:3] + DEMAND.splitlines(keepends=True)[4:])
    expected = columns(read_portfolio(write({**files, "demand.csv": cut})))
    later = "A1,2026-01-05,-3\nC3,2026-01-06,2\n"
    folder = write({**files, "skus.csv": SKUS, "demand.csv": DEMAND + later})
    portfolio = read_portfolio(folder, history_until=day("2026-01-05"))
    assert columns(portfolio) == expected
    assert portfolio.history is not None
    assert portfolio.history.last_day == day("2026-01-10")
    assert portfolio.history.quantity[:2].tolist() == [2.0, 3.0]
    assert "before 2026-01-05" in " ".join(portfolio.warnings)


def test_until_takes_whole_months_only(sound: dict[str, str], write: Write) -> None:
    """Proves: a month that the day falls into is left out: it is not over."""
    skus = "sku,unit_cost,demand_mean,demand_std\nA1,10,,\nB2,20,,\nC3,30,,\n"
    rows = "A1,2026-01-01,2\nA1,2026-02-01,3\nB2,2026-01-01,1\nA1,2026-03-01,9\nC3,2026-04-01,1\n"
    folder = write({**sound, "skus.csv": skus, "demand.csv": f"sku,date,quantity\n{rows}"})
    period = ["demand.period=month"]
    mid = read_portfolio(folder, period, history_until=day("2026-03-15"))
    begin = read_portfolio(folder, period, history_until=day("2026-03-01"))
    assert columns(mid) == columns(begin)
    assert columns(mid) != columns(read_portfolio(folder, period))


def test_launched_and_ends_bound_the_record(sound: dict[str, str], write: Write) -> None:
    """
    Proves: 2 demands in the last 10 of 100 days are a rate of 2/10 from launch, not 2/100, and a
    SKU that ended after 10 days likewise; rows outside are told and left out.
    """
    skus = (
        "sku,unit_cost,demand_mean,demand_std,launched,ends\n"
        "A1,10,,,2026-04-01,\nB2,20,,,,2026-01-10\nC3,30,,,,\n"
    )
    rows = (
        "A1,2026-04-02,5\nA1,2026-04-09,5\nA1,2026-03-01,500\n"
        "B2,2026-01-01,0\nB2,2026-01-03,5\nB2,2026-01-08,5\nB2,2026-02-08,500\n"
        "C3,2026-01-01,5\nC3,2026-04-10,5\n"
    )
    folder = write({**sound, "skus.csv": skus, "demand.csv": f"sku,date,quantity\n{rows}"})
    portfolio = read_portfolio(folder, ["demand.pooling=none"])
    assert portfolio.skus.demand_interval_days[:2] == pytest.approx([11 / 2.5, 11 / 2.5])
    assert portfolio.skus.demand_mean[:2] == pytest.approx([5 * 2.5 / 11, 5 * 2.5 / 11])
    told = " ".join(portfolio.warnings)
    assert "demand: 2 rows are dated before" in told
    assert "ends is before the last day of demand for 1 of 3 SKUs" in told


def test_what_is_odd_is_told_once_per_kind(sound: dict[str, str], write: Write) -> None:
    """Proves: doubled days, returns, a rest and free goods are taken, each kind noted once."""
    demand = DEMAND + "A1,2026-01-04,1\nB2,2026-01-05,-1\nB2,2026-01-06,-99\nB2,2026-01-04,1\n"
    skus = SKUS.replace("A1,10", "A1,0").replace("B2,20", "B2,0")
    warnings = read_portfolio(write({**sound, "skus.csv": skus, "demand.csv": demand})).warnings
    for words in (
        "2 rows have the same SKU and period",
        "2 returns (negative",
        "1 returns exceed",
        'unit_cost is 0 for 2 of 3 SKUs, first "A1"',
    ):
        assert sum(words in warning for warning in warnings) == 1, words


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A1,10,0.01,0.1,0,,100", ""),  # 1 unit is sold within it, and 1 is the lot
        ("A1,10,0.001,0.1,0,,365", 'outlasts the shelf life of 1 of 3 SKUs, first "A1"'),
        ("A1,10,0.001,0.1,0,12,365", "outlasts the shelf life of 1 of 3"),
        ("A1,10,1,1,40,,30", "outlasts the shelf life of 1 of 3"),
    ],
)
def test_a_lot_that_must_outlast_the_shelf_life_is_a_doubt(
    row: str, said: str, sound: dict[str, str], write: Write
) -> None:
    """Proves: the least lot of a slow mover, and a minimum order, are told and let through."""
    skus = (
        "sku,unit_cost,demand_mean,demand_std,min_order_qty,order_multiple,shelf_life_days\n"
        f"{row}\nB2,20,4,1,0,,\nC3,30,0,0,0,,\n"
    )
    told = [w for w in read_portfolio(write({**sound, "skus.csv": skus})).warnings if "shelf" in w]
    assert len(told) == bool(said)
    assert all(said in warning for warning in told)


def test_estimates_do_not_depend_on_other_categories(sound: dict[str, str], write: Write) -> None:
    """Proves: names of SKUs and categories, and the order of rows, change no estimate."""
    rng = np.random.default_rng(1)
    names = [f"S{k:02d}" for k in range(45)]
    rows = [
        f"{name},2026-{month:02d}-{d:02d},{rng.integers(1, 9)}\n"
        for name in names
        for month, d in rng.integers((1, 1), (13, 29), (6, 2))
    ]
    sources = "".join(f"{name},North,primary,10,2\n" for name in names)

    def read(order: list[int], word: str) -> dict[str, list[float]]:
        skus = "".join(f"{names[k]},{word[k % 2]},5,,\n" for k in order)
        files = {
            "skus.csv": f"sku,category,unit_cost,demand_mean,demand_std\n{skus}",
            "sources.csv": f"sku,supplier,role,lead_time_mean,lead_time_std\n{sources}",
            "demand.csv": "sku,date,quantity\n" + "".join(rng.permutation(rows)),
        }
        return columns(read_portfolio(write({**sound, **files})))

    assert read(list(range(45)), "ab") == read(list(range(44, -1, -1)), "zy")
