"""Refinement: plans of finer levels, and what is proven of those not offered."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from optimizer.domain.arrays import FloatArray
from optimizer.domain.observer import Silent
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio, some_skus
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case, pricing_model
from optimizer.jobs import refine
from optimizer.jobs.fine_bound import fine_bound
from optimizer.jobs.prepare import Prepared, offering, prepare
from optimizer.jobs.refine import Refined, decide_refined
from optimizer.maths.risk import cvar
from tests.unit.jobs.test_futures import risky, with_settings


def refined(portfolio: Portfolio) -> Refined:
    """Solve to no gap, levels as fine as the settings ask."""
    return decide_refined(
        prepare(portfolio), lambda case, proof: decide(case, proof=proof), Stop(), Silent()
    )


def everything_offered(prepared: Prepared) -> Prepared:
    """Return the case in which every SKU is offered the whole fine catalogue."""
    choices, n_skus = prepared.choices, len(prepared.case.portfolio.skus)
    fine = choices.fine.catalogue
    pairs = [
        (sku, row)
        for sku in range(n_skus)
        if prepared.case.portfolio.skus.demand_mean[sku] > 0.0
        for row in np.flatnonzero(choices.eligible[sku, fine.policy]).tolist()
    ]
    sku, row = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return offering(prepared, choices.with_fine(sku, row))


def brute_force(case: Case) -> float:
    """Return the least objective over all pairs of options of two SKUs. [currency]"""
    options, model, settings = case.options, pricing_model(case), case.portfolio.settings
    first, second = (np.arange(options.start[sku], options.start[sku + 1]) for sku in range(2))

    def losses(option: tuple[int, int]) -> FloatArray:
        loss = model.options.losses(np.array(option)).sum(axis=0)
        return np.asarray(model.futures.by_future(loss))

    base = losses((first[0], second[0]))
    mine = np.stack([losses((option, second[0])) for option in first.tolist()])
    theirs = np.stack([losses((first[0], option)) for option in second.tolist()]) - base
    fixed = options.cost + options.expected_loss
    limit, use = case.resources.limit, case.resources.option_use
    best = np.inf
    for place, option in enumerate(first.tolist()):
        fits = np.all(use[:, [option]] + use[:, second] <= limit[:, None] * (1 + 1e-12), axis=0)
        for other in np.flatnonzero(fits).tolist():
            expected = options.expected_loss[option] + options.expected_loss[second[other]]
            certain = fixed[option] + fixed[second[other]]
            if certain >= best:
                continue
            tail = cvar(mine[place] + theirs[other], case.probability, settings.risk.level)
            best = min(best, certain + settings.tail_charge * max(tail - expected, 0.0))
    return float(best * case.money_unit)


def two_skus(seed: int) -> Portfolio:
    """Return two SKUs without alternates, and few policies."""
    drawn = (risky(number) for number in count(seed, 1_000))
    portfolio = next(one for one in drawn if len(one.skus) > 1)
    names = ("jit", "safety_stock", "forward_buy")
    policies = {
        name: policy if name in names else policy.model_copy(update={"service_levels": ()})
        for name, policy in portfolio.settings.policies.items()
        if policy.reorder_point is None
    }
    policies["forward_buy"] = policies["forward_buy"].model_copy(update={"lot_days_min": (60.0,)})
    portfolio = with_settings(
        portfolio, scenarios={"count": 40}, solver={"gap": 0.0}, catalogue={"gap": 1e-4}
    )
    settings = portfolio.settings.model_copy(update={"policies": policies, "max_alternates": 0})
    return some_skus(replace(portfolio, settings=settings), np.arange(2))


@pytest.mark.parametrize("seed", range(3))
def test_no_plan_of_the_fine_catalogue_is_cheaper_than_proven(seed: int) -> None:
    """
    Proves: with every fine design offered, the optimum is no cheaper than the bound that refinement
    states, and its own plan costs no more than what it leaves open.

    Sensitivity: a catalogue gap taken from the options offered alone is refuted by the first seed.
    """
    portfolio = with_settings(
        risky(seed), solver={"gap": 0.0}, catalogue={"gap": 1e-3}, scenarios={"count": 60}
    )
    found = refined(portfolio)
    assert found.catalogue_gap is not None
    assert 0.0 <= found.catalogue_gap <= 1e-3
    best = decide(everything_offered(prepare(portfolio)).case)
    size = abs(best.objective)
    assert best.objective <= found.outcome.objective + 1e-6 * size
    left = found.catalogue_gap * abs(found.outcome.objective)
    assert found.outcome.bound - left <= best.objective + 1e-6 * size


@pytest.mark.parametrize("seed", range(3))
def test_a_hasty_pass_proves_less_but_nothing_wrong(seed: int) -> None:
    """
    Proves: a pass that looks for great savings alone costs fewer designs, and its bound is below
    that of a thorough pass, which is below the optimum of all fine designs.
    """
    prepared = prepare(with_settings(risky(seed), solver={"gap": 0.0}, scenarios={"count": 60}))
    prices = decide(prepared.case).prices
    hasty, thorough = (fine_bound(prepared, prices, unseen=unseen) for unseen in (0.1, None))
    assert hasty.designs < thorough.designs
    best = decide(everything_offered(prepared).case).objective
    assert hasty.fine <= thorough.fine <= best + 1e-6 * abs(best)


@pytest.mark.parametrize("seed", range(3))
def test_of_many_skus_rough_plans_on_the_way_leave_nothing_unproven(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: where plans that will change are found roughly, the last one is within the asked gap,
    and no plan of any fine design is cheaper than what is stated.

    Sensitivity: without the last solve the plan would be one at the rough gap.
    """
    monkeypatch.setattr(refine, "_MANY", 1)
    monkeypatch.setattr(refine, "_ROUGH_GAP", 0.05)
    gaps: list[float] = []
    portfolio = with_settings(
        risky(seed), solver={"gap": 1e-6}, catalogue={"gap": 1e-3}, scenarios={"count": 60}
    )

    def decided(case: Case, proof: Proof) -> Outcome:
        gaps.append(case.portfolio.settings.gap)
        return decide(case, proof=proof)

    found = decide_refined(prepare(portfolio), decided, Stop())
    assert gaps[0] == 0.05
    assert gaps[-1] == 1e-6
    assert found.outcome.gap <= 1e-6
    assert found.catalogue_gap is not None
    best = decide(everything_offered(prepare(portfolio)).case).objective
    left = found.catalogue_gap * abs(found.outcome.objective)
    assert found.outcome.bound - left <= best + 1e-6 * abs(best)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100))
def test_no_pair_of_fine_options_beats_the_refined_plan(seed: int) -> None:
    """Proves: by brute force over all pairs of fine options, the plan is within what is proven."""
    portfolio = two_skus(seed)
    found = refined(portfolio)
    best = brute_force(everything_offered(prepare(portfolio)).case)
    left = (found.outcome.gap + (found.catalogue_gap or 0.0)) * abs(found.outcome.objective)
    assert found.outcome.objective - left - 1e-6 * abs(best) <= best
    assert best <= found.outcome.objective + 1e-6 * abs(best)


def test_without_refinement_levels_stay_the_catalogues() -> None:
    """Proves: `catalogue.refine = false` leaves the plan to the levels stated, and says nothing."""
    portfolio = with_settings(risky(1), catalogue={"refine": False})
    found = refined(portfolio)
    assert found.catalogue_gap is None
    designs = found.prepared.case.options.designs(found.outcome.plan.option)
    assert set(designs.lot_factor.tolist()) == {1.0}


def test_var_is_refined_and_nothing_is_proven_of_finer_levels() -> None:
    """Proves: with VaR finer designs are offered and a plan costs no more; no gap is claimed."""
    portfolio = with_settings(risky(1, "var"), solver={"gap": 0.0})
    found = refined(portfolio)
    plain = decide(prepare(portfolio).case)
    assert found.catalogue_gap is None
    assert len(found.prepared.choices.sku) > 0
    assert found.outcome.objective <= plain.objective + 1e-9 * abs(plain.objective)


def test_an_interrupt_keeps_the_plan_there_is() -> None:
    """Proves: who asks for the end during the first search gets its plan, unrefined and told so."""
    stop, calls = Stop(), []

    def once(case: Case, proof: Proof):  # type: ignore[no-untyped-def]
        calls.append(len(case.options))
        stop.begin_search(60.0)
        outcome = decide(case, proof=proof)
        stop.ask()
        return outcome

    found = decide_refined(prepare(risky(2)), once, stop, Silent())
    assert (len(calls), found.catalogue_gap) == (1, None)
