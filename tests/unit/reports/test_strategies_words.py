"""Strategies in figures and in words: the resilience return by hand, and what is claimed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from optimizer.domain.run import RunTables
from optimizer.domain.settings import Budget, Horizon, Settings
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.run_charts import strategy_chart
from optimizer.reports.run.run_page import render
from optimizer.reports.run.strategies_table import (
    StrategiesTable,
    cost_range,
    priced_strategies,
    strategies_table,
)
from optimizer.reports.run.strategy_words import every_sentence
from optimizer.reports.run.summary import summarise
from tests.support.runs import make_scorecard, make_strategies, make_tables


def run(strategies: pd.DataFrame, **settings: Any) -> RunTables:
    """Build a run with these strategies and settings."""
    told = Settings(**settings).model_dump(mode="json")
    return replace(make_tables(settings=told), strategies=strategies)


def beside(strategies: pd.DataFrame, **settings: Any) -> StrategiesTable:
    """Return the strategies of such a run as they are shown."""
    tables = run(strategies, **settings)
    found = strategies_table(tables, Facts.of(tables))
    assert found is not None
    return found


def changed(name: str, **figures: Any) -> pd.DataFrame:
    """Return the strategies with some figures of one of them changed."""
    strategies = make_strategies()
    strategies.loc[strategies["strategy"] == name, list(figures)] = list(figures.values())
    return strategies


def row(found: StrategiesTable, label: str) -> list[str]:
    """Return the cells of one row, of either table."""
    [cells] = [r.cells for b in (found.figures, found.returns) for r in b.rows if r.label == label]
    return cells


def test_the_resilience_return_by_hand() -> None:
    """
    Proves: avoided loss per additional capital, and per additional cost a year, against JIT.

    JIT ties up 1,200 and costs 200 + 305 - 5 = 500 a year, routine stockouts left out; it loses
    100 on average.  Today: 5,200 and 1,000, loses 60: 40/4,000 = 0.01, 40/500 = 0.08.  Just in
    case: 80/8,000 = 0.01, 80/1,200 = 0.0667.  This plan: 60/3,800 = 0.0158, 60/400 = 0.15.
    With routine stockouts in the cost today would cost no more than JIT (1,300 to 1,400).
    """
    found = beside(make_strategies())
    assert found.returns.columns == ("Today", "Just in case", "This plan")
    assert row(found, "Additional capital") == ["4,000", "8,000", "3,800"]
    assert row(found, "Additional cost a year") == ["500", "1,200", "400"]
    assert row(found, "Avoided expected loss") == ["40", "80", "60"]
    assert row(found, "Avoided expected loss per EUR of capital") == ["0.0100", "0.0100", "0.0158"]
    assert row(found, "Avoided expected loss per EUR a year") == ["0.0800", "0.0667", "0.150"]
    assert row(found, "Avoided VaR 95 % per EUR a year") == ["0.200", "0.250", "0.625"]
    assert row(found, "Avoided CVaR 95 % per EUR of capital") == ["0.100", "0.0875", "0.158"]
    assert row(found, "Beside it: routine stockouts avoided") == ["600", "800", "800"]


def test_over_two_years_the_cost_is_still_a_year() -> None:
    """Proves: over 730 days half of the cost is a year's; losses stay those of the horizon."""
    found = beside(make_strategies(), horizon=Horizon(days=730))
    assert row(found, "Additional cost a year") == ["250", "600", "200"]
    assert row(found, "Avoided expected loss per EUR a year") == ["0.160", "0.133", "0.300"]
    assert row(found, "Beside it: routine stockouts avoided") == ["300", "400", "400"]


def test_what_costs_no_more_has_no_ratio() -> None:
    """Proves: a plan with less capital and cost than JIT says so instead of a negative ratio."""
    found = beside(changed("best", capital=1_100.0, carrying=200.0, ordering=300.0))
    assert row(found, "Avoided VaR 95 % per EUR of capital")[2] == "ties up no more"
    assert row(found, "Avoided VaR 95 % per EUR a year")[2] == "costs no more"


def test_nothing_avoided_is_no_negative_nought() -> None:
    """Proves: losses that are equal avoid 0, not -0."""
    found = beside(changed("best", expected_loss=100.0))
    assert row(found, "Avoided expected loss")[2] == "0"


def test_the_parts_add_up_to_the_total() -> None:
    """Proves: seven parts sum to every total cost, all but the risk charge to the expected cost."""
    found = beside(make_strategies()).figures.rows
    parts = np.array([part.values for part in found[1:8]])
    assert found[8].is_total
    np.testing.assert_allclose(parts.sum(axis=0), found[8].values)
    np.testing.assert_allclose(parts[:6].sum(axis=0), found[9].values)
    assert parts[6][3] == pytest.approx(55.0)


def words(strategies: pd.DataFrame, **settings: Any) -> str:
    """Return the sentences on the strategies."""
    tables = run(strategies, **settings)
    return "\n".join(every_sentence(tables, Facts.of(tables)))


def test_today_and_the_plan_in_one_sentence() -> None:
    """
    Proves: cost, capital, mean and tail with their shares, and that capital is not equal.

    1,480 - 1,095 = 385 (26 %), 1,360 - 1,040 = 320 (23.5 %), 5,200 - 5,000 = 200 (3.8 %),
    60 - 40 = 20, 500 - 300 = 200 (40 %).
    """
    said = words(make_strategies(), budget=Budget(capital=5e6))
    assert (
        "Against today's plan this one costs 385 EUR less (26 %) a year, in expected cost 320 EUR "
        "less (23.5 %); its capital is 200 EUR less (3.8 %); to disruptions it loses 20.0 EUR less "
        "(33.3 %) on average and 200 EUR less (40 %) in the worst 5 % of years."
    ) in said
    assert "Not at equal capital: this plan draws 5,000 EUR, today 5,200 EUR" in said
    assert "solve with today's capital as the budget" in said


def test_a_worse_plan_is_not_made_to_look_better() -> None:
    """Proves: a plan that costs more than today, at a smaller budget say, says more."""
    said = words(changed("best", objective=2_000.0, expected_loss=60.0, capital=5_199.0))
    assert "costs 520 EUR more (35.1 %)" in said
    assert "its capital is about the same" in said
    assert "it loses the same on average" in said


def test_equal_capital_is_said_where_it_is() -> None:
    """
    Proves: a budget of today's capital is equal, also where the plan draws less of it; not that
    it needs no more, since a limit may hold it back all the same.
    """
    equal = words(make_strategies(), budget=Budget(capital=5_200.0))
    assert "At equal capital with today: the budget is the 5,200 EUR that it draws." in equal
    assert "This plan draws 5,000 EUR of it." in equal
    assert "Not at equal capital" not in equal
    full = words(changed("best", capital=5_199.9), budget=Budget(capital=5_200.0))
    assert "EUR of it" not in full
    near = words(make_strategies(), budget=Budget(capital=5_200.01))
    assert "Not at equal capital" in near
    same = words(changed("best", capital=5_200.0))
    assert "At equal capital with today: both draw 5,200 EUR." in same
    hair = words(changed("best", capital=5_200.4))
    assert "this plan draws 5,200.4 EUR, today 5,200 EUR" in hair
    case = words(make_strategies(), budget=Budget(capital=9_200.0))
    assert "At equal capital with just in case: the budget is the 9,200 EUR that it draws" in case
    assert "and this plan costs 765 EUR less (41.1 %) a year." in case
    assert "Not at equal capital" in words(make_strategies(), budget=Budget())


def test_stand_ins_and_exceeded_limits_are_said() -> None:
    """Proves: how many SKUs may not take the rule's option, and which limits a strategy breaks."""
    said = words(changed("today", exceeds="capital;capital:electronics"))
    assert "Just in case: what the rule wants is not open to 3 SKUs" in said
    assert "Today does not keep limits of this run: capital, capital in electronics." in said


def test_without_today_the_others_are_still_compared() -> None:
    """Proves: no plan table, or one without a price, is said; three columns stay."""
    strategies = make_strategies()
    absent = beside(strategies[strategies["strategy"] != "today"])
    assert absent.figures.columns == ("Just in time", "Just in case", "This plan")
    said = words(strategies[strategies["strategy"] != "today"])
    assert "Today is not compared: the portfolio has no plan table." in said
    assert "solve with just in time's capital as the budget" in said
    figures = strategies.columns.drop(["strategy", "exceeds", "note"])
    strategies.loc[0, figures] = np.nan
    strategies.loc[0, "note"] = "plan, policy of SKU <b>X</b> is no policy"
    tables = run(strategies)
    page = render(tables, make_scorecard())
    assert "Today is not compared: plan, policy of SKU &lt;b&gt;X&lt;/b&gt; is no policy" in page
    assert "<b>X</b>" not in page
    assert beside(strategies).returns.columns == ("Just in case", "This plan")


def test_an_old_run_has_no_section() -> None:
    """Proves: without strategies.csv page and summary are what they were."""
    old = replace(make_tables(), strategies=make_strategies().head(0))
    assert strategies_table(old, Facts.of(old)) is None
    page = render(old, make_scorecard())
    assert "Today, just in time" not in page
    assert 'data-chart="strategies"' not in page
    assert "today" not in "\n".join(summarise(old)).lower()


def test_a_bar_that_dwarfs_the_others_is_cut() -> None:
    """
    Proves: the picture ends with the second longest bar where the longest is three times as long,
    and the cut bar keeps its total and an arrow.

    Positive parts: 1,485, 1,655, 1,865, 1,100, the risk charge among them; with 90,000 of
    stockouts JIT has 90,755.
    """
    assert cost_range(priced_strategies(make_strategies())) == (-5.0, pytest.approx(1_865.0))
    dwarfing = changed("jit", routine_stockout=90_000.0, objective=90_750.0)
    assert cost_range(priced_strategies(dwarfing)) == (-5.0, pytest.approx(1_865.0))
    tables = run(dwarfing)
    chart = strategy_chart(tables, Facts.of(tables))
    assert math.isclose(chart.axis.high, 1.3 * 1_865.0)
    [cut] = [row for row in chart.rows if row.name == "Just in time"]
    assert (cut.label, cut.label_at) == ("90,750 →", 100.0)
    assert sum(piece.width for piece in cut.pieces) <= 100.0
