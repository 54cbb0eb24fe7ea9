"""What promised and kept are made of, on made-up parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.poisson_marginal import base_stock, base_stock_worth
from benchmarks.real_spares import line_of, main
from benchmarks.spares_play import MEASURES
from benchmarks.spares_portfolio import Rules, write_spares
from optimizer.domain.arrays import FloatArray
from optimizer.inputs.read import read_portfolio

MEAN, COST, EVEN = np.array([1.0, 4.0]), np.array([5.0, 1.0]), np.ones(2)


def made_up(n_parts: int) -> pd.DataFrame:
    """Return parts of 1996 to 2002 with some whole units every few months."""
    rng = np.random.default_rng(1)
    months = [f"{year}-{month:02d}" for year in range(1996, 2003) for month in range(1, 13)]
    shape = (n_parts, len(months))
    sizes = (rng.random(shape) < 0.15) * (1 + rng.poisson(2.0, shape))
    keys = pd.DataFrame(
        {
            "item": np.arange(n_parts),
            "description": "PART",
            "lead_time_months": np.arange(n_parts) % 4.0,
            "price_gbp": 2.0 + np.arange(n_parts) % 5,
        }
    )
    return pd.concat([keys, pd.DataFrame(sizes, columns=months)], axis=1)


@pytest.mark.parametrize(
    ("budget", "stock"),
    [(6.0, (0, 6)), (11.0, (1, 6)), (12.0, (1, 7)), (17.0, (2, 7)), (19.0, (2, 9)), (24.0, (3, 9))],
)
def test_marginal_analysis_buys_what_the_textbook_buys(
    budget: float, stock: tuple[int, int]
) -> None:
    """
    Proves: means 1 and 4 at costs 5 and 1 give the greedy path of Sherbrooke's example.

    Sensitivity: by gain alone, whatever it costs, 11 would buy two of the first and one of the
    second.
    """

    def spent(bought: FloatArray) -> float:
        return float(bought @ COST)

    found = base_stock_worth(budget, spent, MEAN, COST, EVEN)
    assert tuple(found) == stock
    assert spent(found) == budget


def test_equal_costs_by_weight_keep_equal_chances() -> None:
    """Proves: where the weight is the cost, the same share of time is left short everywhere."""
    assert base_stock(MEAN, COST, COST, 0.05).tolist() == [3.0, 8.0]


def test_the_folder_says_what_the_table_and_the_rules_say(tmp_path: Path) -> None:
    """Proves: months become days, 0 half a month; the shortage is a multiple of the price."""
    table = made_up(4)
    write_spares(table, tmp_path, Rules(order_cost=7.0, short_cost=3.0, least_lead_time=0.5))
    portfolio = read_portfolio(tmp_path)
    skus, history = portfolio.skus, portfolio.history
    lead_time = portfolio.sources.lead_time_mean[skus.primary]
    assert lead_time == pytest.approx([15.21, 30.42, 60.83, 91.25])
    assert skus.goodwill_cost.tolist() == [6.0, 9.0, 12.0, 15.0]
    assert set(skus.order_cost) == {7.0}
    assert history is not None
    assert history.quantity.sum() == table.iloc[:, 4:].to_numpy().sum()


def test_a_line_is_weighted_by_what_was_asked_for() -> None:
    """
    Proves: of 10 and 30 in value, 1 and 9 short: 75 % served; the mean of 90 % and 70 % is 80 %.

    Rests from a quarter short: 1 - 2.5 and 9 - 7.5; 1.96 √(1.5² + 1.5²) / 40 = .104.
    """
    by_name = {"asked_value": (10.0, 30.0), "short_value": (1.0, 9.0), "asked": (1.0, 1.0)}
    kept = np.array([by_name.get(name, (0.0, 0.0)) for name in MEASURES]).T[:, :, None]
    line = line_of(kept)
    assert line.fill_by_value == pytest.approx(0.75)
    assert line.half_width == pytest.approx(0.10394, abs=1e-5)


def test_the_whole_table_of_a_few_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: two plans, each promised and kept in three futures; no part is named."""
    made_up(12).to_csv(tmp_path / "parts.csv", index=False)
    stated = ["--data", str(tmp_path / "parts.csv"), "--out", str(tmp_path), "--budgets", "3"]
    main([*stated, "--replications", "2"])
    rows = capsys.readouterr().out.splitlines()
    assert [row.count("|") for row in rows] == [9] * 10
    assert "PART" not in (tmp_path / "SPARES.md").read_text(encoding="utf-8")
