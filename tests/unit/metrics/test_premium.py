"""The premium for the tail, by hand and in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from optimizer.domain.manifest import Components
from optimizer.domain.run import RunTables
from optimizer.metrics.premium import premium_of
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.premium_words import premium_figures, premium_sentences
from tests.support.runs import make_strategies, make_tables, with_stated


def _run(**neutral: float) -> RunTables:
    """Build a run of 1,300 EUR expected cost and 500 EUR CVaR beside a risk-neutral plan."""
    tables = make_tables()
    parts = Components(**(dict(tables.manifest.components) | {"cvar": 500.0}))
    tables = with_stated(tables, expected_cost=1_300.0, components=parts)
    row: dict[str, Any] = {"strategy": "neutral", **neutral}
    strategies = pd.concat([make_strategies(), pd.DataFrame([row])], ignore_index=True)
    return replace(tables, strategies=strategies)


def test_premium_and_rate_on_line_by_hand() -> None:
    """
    Proves: 1,300 - 1,200 = 100 EUR a year buy 900 - 500 = 400 EUR less CVaR, a quarter on line.

    Sensitivity: by the cost with its risk charge the premium would be negative.
    """
    tables = _run(expected_cost=1_200.0, cvar=900.0)
    paid = premium_of(tables)
    assert paid is not None
    assert (paid.premium, paid.cvar_less, paid.rate_on_line) == pytest.approx((100.0, 400.0, 0.25))
    facts = Facts.of(tables)
    [said] = premium_sentences(tables, facts)
    assert "100 EUR more expected cost a year for 400 EUR less CVaR 95 %" in said
    assert "a rate on line of 25 %" in said
    assert premium_figures(tables, facts)[0][1] == pytest.approx(100.0)


def test_no_smaller_tail_has_no_rate_and_no_plan_no_premium() -> None:
    """Proves: where CVaR is no smaller it says so; without the risk-neutral plan, nothing."""
    same = _run(expected_cost=1_300.0, cvar=500.0)
    assert "none; the risk-neutral plan" in premium_sentences(same, Facts.of(same))[0]
    assert premium_figures(same, Facts.of(same)) == []
    without = make_tables()
    assert premium_of(without) is None
    assert premium_sentences(without, Facts.of(without)) == []
