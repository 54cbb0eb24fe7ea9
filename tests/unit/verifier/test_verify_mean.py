"""The verifier's expected loss against futures drawn at random, and by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NODES
from optimizer.verifier.campbell import expected_losses
from optimizer.verifier.decisions import read_decisions
from optimizer.verifier.drawn_strikes import DrawnBlows, DrawnFutures
from optimizer.verifier.hazard_reach import reach_of
from optimizer.verifier.ledger import Ledger
from optimizer.verifier.losses import losses_by_scenario, weighted_losses
from optimizer.verifier.node_curves import Curves, read_curves
from optimizer.verifier.outage_means import Alternate, mean_loss_by_days
from optimizer.verifier.sourcing import sourcing_of
from tests.support.portfolios import make_portfolio
from tests.unit.verifier.verify_case import (
    HAZARDS,
    SUPPLIERS,
    build_portfolio,
    hit,
    honest_run,
    lasts,
)

ROUNDS = 12
FUTURES = 4_000


def drawn(portfolio: Portfolio, rng: np.random.Generator, rate: float) -> DrawnFutures:
    """Return drawn futures, hazard by hazard, every rate times a factor."""
    longest, end = portfolio.settings.scenarios.longest_days, portfolio.settings.horizon.days
    suppliers, parts, before = [str(s["supplier"]) for s in SUPPLIERS], [], 0
    for h, hazard in enumerate(HAZARDS):
        n = rng.poisson(FUTURES * rate * hazard["annual_rate"] * (longest + end) / 365.0)
        scenario, start = rng.integers(FUTURES, size=n), rng.uniform(-longest, end, size=n)
        days = rng.choice(longest + 1, p=lasts(hazard["hazard"], longest), size=n)
        chance = [hit(hazard["hazard"], supplier) for supplier in suppliers]
        struck = rng.random((n, len(suppliers))) < chance
        if hazard["kind"] != "outage":
            struck = np.ones((n, 1), dtype=np.bool_)
        row, target = np.nonzero(struck)
        target = target if hazard["kind"] == "outage" else target - 1
        hazards = np.full(len(row), h)
        parts.append((scenario[row], row + before, hazards, target, start[row], days[row]))
        before += n
    names = ("scenario", "strike", "hazard", "target", "start_day", "days")
    columns = {
        name: np.concatenate(part)
        for name, part in zip(names, zip(*parts, strict=True), strict=True)
    }
    return DrawnFutures(
        probability=np.full(FUTURES, 1.0 / FUTURES),
        loss=np.zeros(FUTURES),
        blows=DrawnBlows(**{**columns, "days": columns["days"].astype(np.float64)}),
    )


def test_the_mean_is_that_of_drawn_futures() -> None:
    """
    Proves: expected losses lie within 4 standard errors of the mean of 48,000 futures, by SKU.

    Rates are ten times as high, so that alternates are often out when their primary is struck
    (north, south and east are struck some 10 to 20 times a year).  Hits common to the primary and
    its alternates, older outages and surges beyond the last node are all in it.
    """
    portfolio = build_portfolio()
    often = 10.0
    hazards = replace(portfolio.hazards, annual_rate=often * portfolio.hazards.annual_rate)
    portfolio = replace(portfolio, hazards=hazards)
    run = honest_run()
    decisions = read_decisions(portfolio, run.plan, Ledger())
    sourcing, curves = sourcing_of(portfolio, decisions), read_curves(portfolio, run, Ledger())
    curves = without_cover(curves)
    expected = expected_losses(portfolio, sourcing, curves, reach_of(portfolio)).sum(axis=1)
    rng = np.random.default_rng(20)
    means = []
    for _ in range(ROUNDS):
        futures = drawn(portfolio, rng, often)
        by_sku = weighted_losses(portfolio, sourcing, curves, futures, futures.probability)
        total = losses_by_scenario(portfolio, sourcing, curves, futures)
        assert total.mean() == pytest.approx(by_sku.sum(), rel=1e-12)
        means.append(by_sku)
    error = np.std(means, axis=0, ddof=1) / math.sqrt(ROUNDS)
    z = (np.mean(means, axis=0) - expected)[error > 0.0] / error[error > 0.0]
    assert len(z) == 9  # all but the two without demand
    assert np.abs(z).max() < 4.0
    assert error[0] / expected[0] < 0.02  # so that an alternate taken for up would be seen


def without_cover(curves: Curves) -> Curves:
    """Return curves that lose from the first day on, and more the longer."""
    loses = curves.loss_slope > 0.0
    return replace(
        curves,
        loss=np.outer(np.where(loses, 1.0, 0.0), NODES**1.3),
        price=np.outer(np.where(loses, 1.0, 0.0), NODES**1.1),
        loss_slope=np.where(loses, 5.0, 0.0),
        price_slope=np.where(loses, 2.0, 0.0),
    )


def test_an_outage_by_hand() -> None:
    """
    Proves: one hazard of constant 9.5, so 10 days, hit .5, .4 strikes a year: .2 hits.

    The alternate begins on day 4 at .5: 10 - .5 x 6 = 7 days lost; it is never out, as nothing
    strikes it.  At 1 a unit and 10 units a day, all of them short: .2 x 70 = 14.
    """
    portfolio = make_portfolio(
        [{"sku": "A", "unit_margin": 1.0}],
        [
            {"sku": 0, "supplier": 0, "lead_time_mean": 20.0},
            {"sku": 0, "supplier": 1, "role": "candidate", "ramp_days": 6.0,
             "lead_time_mean": 18.0, "capacity_share": 0.5},
        ],
        hazards=[
            {"hazard": "fire", "kind": "outage", "scope": "supplier", "target": "Alfa",
             "annual_rate": 0.4, "hit_probability": 0.5, "duration_mean_days": 9.5}
        ],
    )  # fmt: skip
    row = {"sku": "A", "policy": "jit", "service_level": 0.5, "reserve_days": 0.0,
           "lot_days_min": 0.0, "lot_factor": 1.0, "alternates": "Beta"}  # fmt: skip
    sourcing = sourcing_of(portfolio, read_decisions(portfolio, pd.DataFrame([row]), Ledger()))
    all_short = Curves(
        loss=10.0 * NODES[None, :],
        price=0.0 * NODES[None, :],
        loss_slope=np.array([10.0]),
        price_slope=np.zeros(1),
    )
    mean = expected_losses(portfolio, sourcing, all_short, reach_of(portfolio))
    assert mean.item() == pytest.approx(14.0)


def test_two_alternates_still_out_by_hand() -> None:
    """
    Proves: 4 days out, a loss of 1 a day; alternates of .5 each, both out for 1 or 3 days or one.

    Out (1, 1): 1 + 3 x 0 = 1; (1, 3): 1 + 2 x .5 = 2; (3, 3): 3.  Chances .5, .3, .2: 1.7.  Were
    the second hit too it would come when the outage is over: (1, .): 1 + 3 x .5 = 2.5, .8 of the
    time, (3, .): 3.5: 2.7.
    """
    chance = np.zeros((5, 5))
    chance[1, 1], chance[1, 3], chance[3, 3] = 0.5, 0.3, 0.2
    half = Alternate(ramp_days=0.0, later=0.0, share=0.5, is_hit=False)
    found = mean_loss_by_days(NODES, 1.0, [half, half], chance)
    assert found == pytest.approx([1.0, 0.5 * 1.0 + 0.3 * 1.5 + 0.2 * 2.0, 1.7, 1.7])
    found = mean_loss_by_days(NODES, 1.0, [half, half._replace(is_hit=True)], chance)
    assert found[3] == pytest.approx(0.8 * 2.5 + 0.2 * 3.5)


def test_the_reach_of_hazards() -> None:
    """
    Proves: a region, a supplier and a tag reach whom they should, at their rates.

    Struck a year: delta by the port, 2 x .6; east by hills and the port, 1.2 x .8 + 1.2; north by
    hills; south by fire and the port, .3 + 1.2.
    """
    reach = reach_of(build_portfolio())
    assert reach.strikes_a_year() == pytest.approx([1.2, 2.16, 0.96, 1.5])
    assert reach.lasts.sum(axis=1) == pytest.approx(np.ones(len(HAZARDS)))


@pytest.mark.parametrize("seed", range(20))
def test_the_mean_loss_is_that_of_every_case(seed: int) -> None:
    """
    Proves: compiled, the mean over how long alternates are out is that of going through all cases,
    with one and two alternates, hit or not, with shorter and longer lead times.
    """
    rng = np.random.default_rng(seed)
    alternates = [
        Alternate(
            ramp_days=float(rng.integers(0, 6)),
            later=float(rng.choice([-3.0, -0.5, 0.0, 2.5])),
            share=float(rng.choice([0.3, 0.7, 1.0])),
            is_hit=bool(rng.random() < 0.4),
        )
        for _ in range(1 + seed % 2)
    ]
    chance = rng.random((9,) * len(alternates))
    curve, slope = np.cumsum(rng.random(len(NODES))), 2.0
    expected = []
    for day in range(1, 9):
        total = 0.0
        for out in np.ndindex(chance.shape):
            begins = [
                max(0.0, max(a.ramp_days, max(o, day) if a.is_hit else o) + a.later)
                for a, o in zip(alternates, out, strict=True)
            ]
            steps = np.linspace(0.0, day, 20 * day, endpoint=False) + 0.025
            served = sum(a.share * (steps >= b) for a, b in zip(alternates, begins, strict=True))
            lost = float(np.maximum(1.0 - served, 0.0).mean() * day)
            total += chance[out] * float(np.interp(lost, NODES, curve))
        expected.append(total)
    assert mean_loss_by_days(curve, slope, alternates, chance) == pytest.approx(expected)
