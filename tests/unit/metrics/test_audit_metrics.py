"""What an audit computes, by hand: movement, bias, RPN, backups, outages of nodes, buffers."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.portfolio import DemandHistory, Portfolio
from optimizer.domain.scenario import NODES
from optimizer.metrics.asked import asked
from optimizer.metrics.backup import backup, best_candidate
from optimizer.metrics.better_buffer import SHIFTS, better_buffer
from optimizer.metrics.concentration import herfindahl
from optimizer.metrics.down import Held, losses_if_down, nodes, supply_recovers
from optimizer.metrics.first_parts import first_parts
from optimizer.metrics.forecast_bias import forecast_error
from optimizer.metrics.movement_class import movement_class
from optimizer.metrics.priority_number import (
    largest_reversal,
    occurrence,
    priority_number,
    ranks,
    reversals,
)
from optimizer.strategies.candidate import Candidate
from optimizer.strategies.fixed import today
from tests.support.portfolios import make_portfolio

ONE = [{"sku": 0, "supplier": 0}]


def with_history(portfolio: Portfolio, rows: list[tuple[int, int, float]], last: int) -> Portfolio:
    """Return it with demands (SKU, day, quantity), counted from the first day, up to the last."""
    sku, day, quantity = (np.array(column) for column in zip(*sorted(rows), strict=True))
    history = DemandHistory(sku=sku, day=day, quantity=quantity, first_day=0, last_day=last)
    return replace(portfolio, history=history)


def of_skus(n_skus: int, *rows: dict[str, Any], **settings: Any) -> Portfolio:
    skus = [{"sku": f"S{number}", **row} for number, row in enumerate(rows or [{}] * n_skus)]
    return make_portfolio(skus, [{"sku": k, "supplier": 0} for k in range(n_skus)], **settings)


def test_fast_slow_and_non_moving() -> None:
    """
    Proves: over 365 days 13 issues are fast, 5 slow, and one 300 days ago non-moving.

    The first demand begins the record and is not counted: 13 in 364 days are 13.04 a year, 12 would
    be 12.03; S1's 5 are 5. Sensitivity: by the setting 4 a year S1 is fast, too.
    """
    rows = [(0, day, 1.0) for day in range(0, 364, 28)] + [(0, 363, 1.0)]
    rows += [(1, day, 1.0) for day in range(0, 360, 60)] + [(2, 64, 9.0)]
    portfolio = with_history(of_skus(3), rows, last=364)
    assert movement_class(portfolio, asked(portfolio)).tolist() == ["F", "S", "N"]
    quick = of_skus(3, segments={"fast_issues": 4.0})
    quick = with_history(quick, rows, last=364)
    assert movement_class(quick, asked(quick)).tolist() == ["F", "F", "N"]


def test_without_a_history_the_interval_counts() -> None:
    """Proves: every 20 days is fast, every 100 slow, no demand at all non-moving."""
    rows = ({"demand_interval_days": 20.0}, {"demand_interval_days": 100.0}, {"demand_mean": 0.0})
    assert movement_class(of_skus(3, *rows), None).tolist() == ["F", "S", "N"]


def test_bias_is_told_apart_from_spread() -> None:
    """
    Proves: days 0, 4, 0, 4, … have mean 2 and variance 4·10/9 over ten days.

    Stated 2: no bias. Stated 5: bias 3, t = 3 / sqrt(.4444) = 4.5: too high, and 9 of
    9 + 4.444 of the squared error. Stated 2.5: t = .75, within its error.
    Sensitivity: with the first demand in the record the mean would be 24/11.
    """
    stated = ({"demand_mean": 5.0}, {"demand_mean": 2.5}, {"demand_mean": 2.0})
    rows = [(sku, day, 4.0) for sku in range(3) for day in (0, 2, 4, 6, 8, 10)]
    portfolio = with_history(of_skus(3, *stated), rows, last=10)
    seen = asked(portfolio)
    assert seen is not None
    found = forecast_error(portfolio, seen)
    assert found.actual == pytest.approx([2.0, 2.0, 2.0])
    assert found.bias == pytest.approx([3.0, 0.5, 0.0])
    assert found.bias_share == pytest.approx([9.0 / (9.0 + 40.0 / 9.0), 0.25 / (0.25 + 40 / 9), 0])
    assert found.verdict.tolist() == ["too high", "within its error", "within its error"]
    known = replace(portfolio, stated_demand=np.array([True, False, True]))
    told = forecast_error(known, seen)
    assert told.verdict.tolist() == ["too high", "estimated", "within its error"]
    assert np.isnan(told.bias[1])


def outage(target: str, rate: float, **more: Any) -> dict[str, Any]:
    stated = {"hazard": f"{target} {rate}", "kind": "outage", "scope": "supplier"}
    return {**stated, "target": target, "annual_rate": rate, "duration_mean_days": 10.0, **more}


def test_rpn_by_hand() -> None:
    """
    Proves: .3 outages a year, half of which hit, are .15: a rate of 5 (from .1 on, below .2).

    RPN 9·5·3 = 135. Sensitivity: without the hit probability it is 6.
    """
    hazards = [outage("Alfa", 0.3, hit_probability=0.5)]
    portfolio = make_portfolio(
        [{"sku": "S", "severity": 9.0, "detection": 3.0}], ONE, hazards=hazards
    )
    rated = occurrence(portfolio)
    assert rated.tolist() == [5]
    skus = portfolio.skus
    assert priority_number(skus.severity, rated, skus.detection).tolist() == [135.0]


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_the_largest_reversal(pairs: list[tuple[int, int]], random: Any) -> None:
    """
    Proves: no pair that RPN ranks against its money has more money between, by looking at all;
    neither that sum nor any rank or mark depends on the order of the SKUs.
    """
    rpn, money = (np.array(column, dtype=np.float64) for column in zip(*pairs, strict=True))
    every = [money[b] - money[a] for a, b in permutations(range(len(rpn)), 2) if rpn[a] > rpn[b]]
    worst = largest_reversal(rpn, money)
    most = max([gap for gap in every if gap > 0.0], default=0.0)
    assert (0.0 if worst is None else money[worst.behind] - money[worst.first]) == most
    assert worst is None or rpn[worst.first] > rpn[worst.behind]
    mixed = np.array(random.sample(range(len(rpn)), len(rpn)))
    assert ranks(rpn)[mixed].tolist() == ranks(rpn[mixed]).tolist()
    assert reversals(rpn, money)[mixed].tolist() == reversals(rpn[mixed], money[mixed]).tolist()


def test_what_stands_behind_a_primary() -> None:
    """
    Proves: each step from no source to all demand; a supplier not onboarded is but a candidate, one
    of the region or of a shared port falls with the primary.
    """
    suppliers = [
        *({"supplier": "A", "region": "East"}, {"supplier": "B", "region": "East"}),
        *({"supplier": "C", "region": "West"}, {"supplier": "D", "region": "West"}),
        {"supplier": "E", "region": "West", "onboarded": False},
    ]
    behind = [
        *([], [(2, "candidate", 1.0)], [(4, "qualified", 1.0)], [(1, "qualified", 1.0)]),
        *([(2, "qualified", 1.0)], [(3, "qualified", 0.5)]),
        [(3, "qualified", 0.5), (2, "qualified", 1.0), (1, "qualified", 0.5)],
        [(3, "qualified", 1.0)],
    ]
    sources = [
        {"sku": sku, "supplier": supplier, "role": role, "capacity_share": share}
        for sku, others in enumerate(behind)
        for supplier, role, share in [(0, "primary", 1.0), *others]
    ]
    skus = [{"sku": f"S{number}"} for number in range(len(behind))]
    tags = [(0, "port"), (2, "port")]
    portfolio = make_portfolio(skus, sources, suppliers=suppliers, tags=tags)
    assert backup(portfolio).tolist() == [
        *("no other source", "candidates only", "candidates only", "same region"),
        *("shared tag", "part of demand", "part of demand", "all demand"),
    ]
    best = best_candidate(portfolio)
    assert [portfolio.sources.supplier[row] if row >= 0 else -1 for row in best[:4]] == [
        *(-1, 2, 4, -1)
    ]


SUPPLIERS = [
    {"supplier": "Alfa", "region": "East", "ttr_days": 30.0},
    {"supplier": "Beta", "region": "East", "ttr_days": 20.0},
    {"supplier": "Gamma", "region": "West"},
]


def two_skus(**settings: Any) -> tuple[Portfolio, Held]:
    """Return S of Alfa with alternate Beta, T of Beta alone; a lost day costs 10 and 20."""
    sources = [
        {"sku": 0, "supplier": 0},
        {"sku": 0, "supplier": 1, "role": "qualified", "capacity_share": 0.5},
        {"sku": 1, "supplier": 1},
    ]
    skus = [
        {"sku": "S", "demand_mean": 2.0, "unit_margin": 5.0, "unit_cost": 3.0},
        {"sku": "T", "demand_mean": 4.0, "unit_margin": 5.0, "unit_cost": 1.0},
    ]
    portfolio = make_portfolio(skus, sources, suppliers=SUPPLIERS, **settings)
    held = Held(
        alternates=np.array([[1, -1], [-1, -1]]),
        curves=NODES * np.array([[10.0], [20.0]]),
        cover_days=np.array([25.0, 40.0]),
    )
    return portfolio, held


def test_losses_of_nodes_by_hand() -> None:
    """
    Proves: Alfa down for 30 days loses half of them, Beta delivers the rest: 15·10 = 150; Beta down
    for 20 days: 20·20 = 400; East down: Beta delivers from day 20 on, (20 + 5)·10 + 400 = 650.

    Of its kind Alfa's index is 150/400. S runs out on day 25, before day 30; T does not.
    Sensitivity: a region's loss as the sum of its suppliers' would be 550.
    """
    portfolio, held = two_skus()
    assert supply_recovers(portfolio, held).tolist() == [30.0, 20.0]
    table = nodes(portfolio, held).set_index("name")
    assert table["loss_if_down"].to_dict() == {"Alfa": 150.0, "Beta": 400.0, "East": 650.0}
    assert table["exposure_index"].to_dict() == {"Alfa": 0.375, "Beta": 1.0, "East": 1.0}
    assert table["exposed_skus"].to_dict() == {"Alfa": 1, "Beta": 0, "East": 1}
    assert table["spend_share"].to_dict() == {"Alfa": 0.6, "Beta": 0.4, "East": 1.0}
    assert table["relying_skus"].to_dict() == {"Alfa": 0, "Beta": 1, "East": 2}
    assert table["time_to_recover"].to_dict() == {"Alfa": 30.0, "Beta": 20.0, "East": 30.0}


@given(
    st.tuples(st.integers(0, 60), st.integers(0, 60)),
    st.tuples(st.sampled_from([0.3, 0.5, 1.0]), st.sampled_from([0.4, 1.0])),
    st.integers(0, 6),
)
def test_lost_days_are_an_integral(
    ramps: tuple[int, int], shares: tuple[float, float], down: int
) -> None:
    r"""
    Proves: whatever ramps, shares and lead times, and whoever else is down, a loss of 1 a day is
    :math:`\int_0^{30} (1 - \sum \kappa_j [t \ge b_j])^+ dt`, summed day by day.
    """
    lead_times = (20.0, 35.0, 5.0)
    sources = [{"sku": 0, "supplier": 0, "lead_time_mean": lead_times[0]}] + [
        {
            "sku": 0,
            "supplier": 1 + k,
            "role": "candidate",
            "ramp_days": float(ramps[k]),
            "capacity_share": shares[k],
            "lead_time_mean": lead_times[1 + k],
        }
        for k in range(2)
    ]
    sku = {"sku": "S", "demand_mean": 1.0, "unit_margin": 1.0}
    portfolio = make_portfolio([sku], sources, suppliers=SUPPLIERS)
    held = Held(alternates=np.array([[1, 2]]), curves=NODES[None, :], cover_days=np.array([1.0]))
    is_down = np.array([True, bool(down & 1), bool(down & 2)])
    out = np.where(is_down[1:], [20.0, 30.0], 0.0)
    begins = np.maximum(np.maximum(ramps, out) + np.array(lead_times[1:]) - lead_times[0], 0.0)
    served = sum(share * (np.arange(30) >= at) for share, at in zip(shares, begins, strict=True))
    found = losses_if_down(portfolio, held, np.array([0]), is_down)
    assert found == pytest.approx([float(np.maximum(1.0 - served, 0.0).sum())])


def test_concentration_is_between_even_and_one() -> None:
    """Proves: four alike 1/4, one alone 1, none 0."""
    assert herfindahl(np.full(4, 0.25)) == 0.25
    assert herfindahl(np.array([1.0, 0.0])) == 1.0
    assert herfindahl(np.zeros(0)) == 0.0


@pytest.mark.parametrize(("point", "verdict"), [(120.0, "too low"), (1200.0, "too high")])
def test_a_buffer_is_judged_by_what_it_costs(point: float, verdict: str) -> None:
    """
    Proves: against lead-time demand of 200 ± 45, 120 is too low and 1,200 too high; no reorder
    point among those tried, each priced alone as a plan of its own, costs less than the one told,
    and the saving is the difference to today's, a year.
    """
    hazards = [outage("Alfa", 0.2)]
    plan = [{"reorder_point": point, "order_quantity": 100.0}]
    portfolio = make_portfolio(
        [{"sku": "S", "demand_std": 10.0}], ONE, hazards=hazards, plan=plan, demand={}
    )
    designs = today(portfolio).designs
    assert designs is not None
    costs = Candidate.of(portfolio, designs).chosen.costs
    found = better_buffer(portfolio, designs, costs)
    assert found.verdict.tolist() == [verdict]

    def price(at: float) -> float:
        moved = replace(designs, reorder_point=np.array([at]))
        options = Candidate.of(portfolio, moved).chosen.options
        return float(options.cost[0] + options.expected_loss[0])

    tried = [max(point + 10.0 * shift, 0.0) for shift in SHIFTS.tolist()]
    best = min(tried, key=price)
    assert price(float(found.reorder_point[0])) == pytest.approx(price(best), rel=1e-12)
    assert found.saving == pytest.approx([price(point) - price(best)])
    assert (found.capital[0] > 0.0) == (verdict == "too low")


def test_where_to_begin() -> None:
    """
    Proves: of 100 at risk 40, 20, 15, … the first two hold half, but three are told; a SKU without
    anything at risk is none.
    """
    at_risk = [0.0, 40.0, 20.0, 15.0, 15.0, 10.0]
    portfolio = of_skus(6)
    rows = pd.DataFrame(
        {
            "sku": portfolio.skus.sku,
            "at_risk": at_risk,
            "backup": "no other source",
            "primary_supplier": "Alfa",
            "region": "East",
            "exposed": True,
            "buffer_verdict": ["", "too low", "", "", "", ""],
            "better_reorder_point": 1234.5,
        }
    )
    found = first_parts(portfolio, rows)
    assert found["sku"].tolist() == ["S1", "S2", "S3"]
    assert found["next_step"].tolist() == [
        "raise the reorder point to 1,234.5",
        "find a second source",
        "find a second source",
    ]
    nothing = first_parts(portfolio, rows.assign(at_risk=0.0))
    assert nothing.empty
