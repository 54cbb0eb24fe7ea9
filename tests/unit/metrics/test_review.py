"""Flags of the review: planted drifts are found, chance is not told as drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy import stats

from optimizer.domain.portfolio import DemandHistory, Portfolio
from optimizer.domain.review import Flag
from optimizer.maths.rank_tests import stratified_rank_test
from optimizer.metrics.quarter import Quarter
from optimizer.metrics.review import Review, review, told
from optimizer.metrics.review_suppliers import LEAD_TIME, OTIF
from tests.support.portfolios import make_portfolio

DAYS = 300
SINCE = 90


class Texts(list[str]):
    """A column of texts as a table holds it."""

    def to_pylist(self) -> list[str]:
        return list(self)


class Rows:
    """A table as read, as far as the review looks at it."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], texts: Sequence[str]) -> None:
        names = list(rows[0]) if rows else []
        self.texts = {name: Texts(str(row[name]) for row in rows) for name in texts}
        self.numbers = {
            name: np.array([row[name] for row in rows], dtype=float)
            for name in names
            if name not in texts
        }


def delivery(day: float, took: float, *, kept: bool = True, sku: str = "A") -> dict[str, Any]:
    """Return a delivery of Alfa's received on a day."""
    return {
        "sku": sku, "supplier": "Alfa", "ordered": day - took, "promised": day - (not kept),
        "received": day, "quantity_ordered": 5.0, "quantity_received": 5.0,
    }  # fmt: skip


def quarter(
    portfolio: Portfolio, deliveries: Sequence[Mapping[str, Any]] = (), tts: float = 50.0
) -> Quarter:
    """Return a portfolio at the end of a quarter, every TTR 40 days."""
    n_skus = len(portfolio.skus)
    tables: dict[str, Any] = {}
    if deliveries:
        tables["deliveries"] = Rows(deliveries, ("sku", "supplier"))
    return Quarter(
        portfolio=portfolio,
        tables=tables,
        plan="today",
        survives=np.full(n_skus, tts),
        recovers=np.full(n_skus, 40.0),
    )


def one_sku(**sku: Any) -> Portfolio:
    """Return SKU A of Alfa's."""
    return make_portfolio([{"sku": "A", **sku}], [{"sku": 0, "supplier": 0}])


def flags(found: Review) -> list[tuple[str, str]]:
    """Return what is flagged, each with its subject."""
    return list(zip(found.flags["flag"], found.flags["subject"], strict=True))


def test_the_stratified_rank_test_is_wilcoxons_within_one_stratum() -> None:
    """Proves: with ties and one stratum it gives scipy's p-value without continuity correction."""
    rng = np.random.default_rng(1)
    value, is_later = rng.integers(0, 6, 40).astype(float), rng.random(40) < 0.4
    expected = stats.mannwhitneyu(
        value[is_later], value[~is_later], method="asymptotic", use_continuity=False
    ).pvalue
    found = stratified_rank_test(value, is_later, np.zeros(40, dtype=int))
    assert found == pytest.approx(expected, rel=1e-12)


def test_the_variance_of_the_rank_test_is_that_of_all_rearrangements() -> None:
    """
    Proves: z² is the squared excess over its variance among all relabellings within strata.

    Strata 1, 2, 2, 9 and 3, 5, 5 with two and one later values: 6 · 3 relabellings.
    """
    value = np.array([1.0, 2.0, 2.0, 9.0, 3.0, 5.0, 5.0])
    stratum = np.array([0, 0, 0, 0, 1, 1, 1])
    ranks = np.array([1.0, 2.5, 2.5, 4.0, 1.0, 2.5, 2.5]) / np.array([5.0] * 4 + [4.0] * 3)
    sums = [
        ranks[list(pair)].sum() + ranks[one]
        for pair in combinations(range(4), 2)
        for one in range(4, 7)
    ]
    is_later = np.array([False, False, True, True, False, False, True])
    z = (ranks[is_later].sum() - np.mean(sums)) / np.std(sums)
    found = stratified_rank_test(value, is_later, stratum)
    assert found == pytest.approx(2.0 * stats.norm.sf(abs(z)), rel=1e-12)


def test_nothing_differs_where_all_values_are_alike() -> None:
    """Proves: equal values, or one sample only in each stratum, give no p-value."""
    assert stratified_rank_test(np.ones(4), np.array([1, 1, 0, 0]) > 0, np.zeros(4, int)) is None
    value = np.arange(4.0)
    assert stratified_rank_test(value, value > 1.0, np.array([0, 0, 1, 1])) is None


def test_a_supplier_that_became_late_is_flagged_with_its_numbers() -> None:
    """
    Proves: 95 of 100 on time in full before and 30 of 50 since is a drift of OTIF, by Fisher's
    test; deliveries that both tables hold count once, as earlier ones.
    """
    earlier = [delivery(day, 20.0, kept=day >= 5) for day in range(100)]
    since = [delivery(100 + day, 20.0, kept=day >= 20) for day in range(50)]
    portfolio = one_sku()
    found = review(quarter(portfolio, earlier), quarter(portfolio, [*earlier, *since]))
    [row] = found.flags.to_dict("records")
    assert (row["flag"], row["subject"]) == (OTIF, "Alfa")
    assert (row["before"], row["now"]) == (
        "95.0 % of 100 deliveries",
        "60.0 % of 50 deliveries",
    )
    assert row["p_value"] == pytest.approx(stats.fisher_exact([[95, 5], [30, 20]]).pvalue)
    assert row["spend_a_year"] == 10.0 * 10.0 * 365.0


def test_another_mix_of_skus_is_no_drift_and_a_longer_lead_time_is() -> None:
    """
    Proves: lead times are compared within a SKU: more of the slow SKU is no drift, though the mean
    goes from 30 to 46 days; five days more of each is.
    """
    rng = np.random.default_rng(2)

    def drawn(begin: int, n_fast: int, n_slow: int, more: float) -> list[dict[str, Any]]:
        skus = ["A"] * n_fast + ["B"] * n_slow
        return [
            delivery(begin + k, {"A": 10.0, "B": 50.0}[sku] + more + rng.integers(0, 4), sku=sku)
            for k, sku in enumerate(skus)
        ]

    portfolio = make_portfolio(
        [{"sku": "A"}, {"sku": "B"}], [{"sku": 0, "supplier": 0}, {"sku": 1, "supplier": 0}]
    )
    before = quarter(portfolio, drawn(0, 40, 40, 0.0))
    assert flags(review(before, quarter(portfolio, drawn(100, 6, 54, 0.0)))) == []
    found = review(before, quarter(portfolio, drawn(100, 30, 30, 5.0)))
    assert flags(found) == [(LEAD_TIME, "Alfa")]


def test_a_change_that_is_proven_and_small_is_not_told() -> None:
    """Proves: 99.0 % before and 98.9 % of very many since is beyond chance, and below 2 points."""
    least = Flag(
        about="supplier", subject="Alfa", flag=OTIF, before="", now="", evidence="",
        spend_a_year=1.0, p_value=1e-9, matters=False,
    )  # fmt: skip
    assert told([least], 0.05, []).flags.empty
    assert len(told([replace(least, matters=True)], 0.05, []).flags) == 1


def test_what_is_stated_is_flagged_without_a_p_value() -> None:
    """
    Proves: without deliveries OTIF and lead times are compared as stated; a survival lost, a hazard
    up and a new one, a SKU gone and a new one are flagged, the most spend first; the quarter that
    is the same has none.
    """

    def made(sku: str, otif: float, lead: float, rates: Mapping[str, float]) -> Portfolio:
        return make_portfolio(
            [{"sku": "A", "unit_cost": 99.0}, {"sku": sku}],
            [{"sku": row, "supplier": 0, "lead_time_mean": lead} for row in range(2)],
            suppliers=[{"supplier": "Alfa", "otif": otif}],
            hazards=[
                {"hazard": name, "kind": "outage", "scope": "supplier", "target": "Alfa",
                 "annual_rate": rate, "duration_mean_days": 5.0}
                for name, rate in rates.items()
            ],
        )  # fmt: skip

    before = quarter(made("B", 0.95, 20.0, {"fire": 0.1, "flood": 0.2}))
    now = quarter(made("C", 0.90, 25.0, {"fire": 0.16, "flood": 0.25, "quake": 0.01}), tts=30.0)
    found = review(before, now)
    assert set(flags(found)) == {
        (OTIF, "Alfa"), ("SKU gone", "B"), ("TTS fell below TTR", "A"), ("hazard up", "fire"),
        (LEAD_TIME, "Alfa"), ("new SKU", "C"), ("new hazard", "quake"),
    }  # fmt: skip
    assert len(found.flags) == 7
    assert found.flags["p_value"].isna().all()
    assert (np.diff(found.flags["spend_a_year"]) <= 0.0).all()
    assert review(before, before).flags.empty


def with_history(portfolio: Portfolio, asked: np.ndarray[Any, Any]) -> Portfolio:
    """Return a portfolio with a history of one demand a day and SKU at most.  ``(N, days)``"""
    sku, day = np.nonzero(asked)
    history = DemandHistory(
        sku=sku, day=day, quantity=asked[sku, day], first_day=0, last_day=asked.shape[1] - 1
    )
    return replace(portfolio, history=history)


def demand_quarters(n_skus: int, seed: int, shifted: int = 0) -> tuple[Quarter, Quarter]:
    """Return quarters of intermittent demand from one law, the first SKUs' tripled since."""
    rng = np.random.default_rng(seed)
    share = rng.uniform(0.1, 0.9, (n_skus, 1))
    asked = np.where(rng.random((n_skus, DAYS + SINCE)) < share, 1.0, 0.0)
    asked *= rng.integers(1, 9, asked.shape)
    asked[:shifted, DAYS:] *= 3.0
    skus = [{"sku": f"S{row:04}"} for row in range(n_skus)]
    portfolio = make_portfolio(skus, [{"sku": row, "supplier": 0} for row in range(n_skus)])
    early = with_history(portfolio, asked[:, :DAYS])
    return quarter(early), quarter(with_history(portfolio, asked))


def test_demand_of_one_law_is_rarely_told_as_shifted() -> None:
    """
    Proves: of 20 portfolios of 60 SKUs whose demand does not change, few have any flag: the chance
    is at most 5 % each, so that four or more of 20 have it once in 60 times or less.

    Sensitivity: without adjustment 5 % of 60 tests are 3 flags in nearly every portfolio.
    """
    found = [review(*demand_quarters(60, seed)) for seed in range(20)]
    assert all(one.tests >= 58 for one in found)
    assert sum(not one.flags.empty for one in found) <= 3


def test_planted_shifts_are_found_among_many() -> None:
    """Proves: of 60 SKUs the five whose demand trebles are flagged, others hardly."""
    found = review(*demand_quarters(60, 7, shifted=5))
    told_of = [subject for flag, subject in flags(found) if flag == "demand shifted"]
    assert {f"S{row:04}" for row in range(5)} <= set(told_of)
    assert len(told_of) <= 7


def test_a_class_that_changed_is_told_where_what_changed_it_is_proven() -> None:
    """
    Proves: a SKU asked for daily before and every third day since goes from smooth to
    intermittent, by Fisher's test; a change of class that the counts do not bear out is not told.
    """
    daily, rare = np.ones(DAYS + SINCE), np.ones(DAYS + SINCE)
    rare[DAYS:] = np.arange(SINCE) % 3 == 0
    for asked, is_told in ((rare, True), (daily, False)):
        before = quarter(with_history(one_sku(demand_class="smooth"), asked[None, :DAYS]))
        now = quarter(with_history(one_sku(demand_class="intermittent"), asked[None]))
        names = [flag for flag, _ in flags(review(before, now))]
        assert ("demand class changed" in names) == is_told


def test_an_approval_has_expired_by_the_day_of_the_data() -> None:
    """
    Proves: of sources approved until day 99, 100 and for ever, on day 100 the first has expired;
    a candidate's approval is nobody's; where no table states a day this is said.
    """
    portfolio = make_portfolio(
        [{"sku": "A"}, {"sku": "B"}, {"sku": "C"}],
        [
            {"sku": 0, "supplier": 0, "approved_until": 99.0},
            {"sku": 0, "supplier": 1, "role": "candidate", "approved_until": 5.0},
            {"sku": 1, "supplier": 0, "approved_until": 100.0},
            {"sku": 2, "supplier": 0},
        ],
    )
    dated = quarter(portfolio, [delivery(100, 20.0)])
    assert flags(review(dated, dated)) == [("approval expired", "A from Alfa")]
    undated = review(quarter(portfolio), quarter(portfolio))
    assert undated.flags.empty
    assert any("approvals have expired is not computable" in note for note in undated.notes)
