"""Repairs: each single one is enough, and nothing less is; every plan of a small case says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.engine.decide import decide
from optimizer.engine.decompose.pricing_model import pricing_model
from optimizer.engine.infeasible.diagnosis import (
    Limit,
    Shortfall,
    joint_repair,
    limit_of,
    shortfall,
    single_repairs,
)
from optimizer.engine.infeasible.feasibility import Feasibility, frugal_excess, least, of_case
from optimizer.errors import NoPlanError
from optimizer.jobs.prepare import prepare
from optimizer.options.resource_use import resources
from tests.support.brute_force import every_plan, onboarded_by
from tests.support.options import every_option
from tests.support.portfolios import make_portfolio
from tests.support.random_portfolios import FEW_OPTIONS, random_portfolio


def repairs_of(portfolio: Portfolio) -> tuple[str, ...]:
    """Return the repairs of a portfolio, none where there is a plan."""
    try:
        decide(prepare(portfolio).case)
    except NoPlanError as refusal:
        return refusal.repairs
    return ()


def with_settings(portfolio: Portfolio, **changes: Any) -> Portfolio:
    """Return the portfolio with other settings."""
    return replace(portfolio, settings=portfolio.settings.having(**changes))


def least_increases(portfolio: Portfolio) -> dict[str, float]:
    """Return, of every limit, the least increase that alone allows some plan; by trying all."""
    options = every_option(portfolio)
    plans = every_plan(options)
    opened = onboarded_by(portfolio, options, plans)
    limits = resources(portfolio, options.designs, options.costs)
    used = np.array(
        [
            use[plans].sum(axis=1) + opened @ opening
            for use, opening in zip(limits.option_use, limits.onboard_use, strict=True)
        ]
    )
    excess = used - limits.limit[:, None]
    fits = excess <= 1e-9 * np.maximum(np.abs(limits.limit[:, None]), 1.0)
    if fits.all(axis=0).any():
        return {}
    found = {}
    for r, name in enumerate(limits.name):
        others = np.delete(fits, r, axis=0).all(axis=0)
        if others.any():
            found[name] = float(excess[r, others].min())
    return found


def tight(seed: int) -> Portfolio:
    """Return a random portfolio of a few SKUs whose limits are too small, or nearly."""
    portfolio, rng = random_portfolio(seed, "expected", max_skus=4), np.random.default_rng(seed)
    budget = portfolio.settings.budget
    shares = rng.choice([0.05, 0.3, 1.0], 2 + len(budget.category))
    tighter = {
        "capital": round(budget.capital * float(shares[0]), 2),
        "category": {
            name: round(amount * float(share), 2)
            for (name, amount), share in zip(budget.category.items(), shares[2:], strict=True)
        },
    }
    storage = None if shares[1] == 1.0 else round(float(shares[1]) * 3.0, 2)
    return with_settings(portfolio, budget=tighter, limits={"storage": storage})


@pytest.mark.parametrize("seed", range(60))
def test_single_repairs_are_those_of_every_plan_tried(seed: int) -> None:
    """
    Proves: each limit's least increase is the least over all plans that meet the other limits, to
    the cent above, and no limit is named that cannot mend it alone.
    """
    portfolio = tight(seed)
    expected = least_increases(portfolio)
    told = repairs_of(portfolio)
    if not expected:
        assert not told or told[0].startswith("no single change")
        return
    currency = portfolio.settings.currency
    units = {name: currency if name.startswith("capital") else "m³" for name in expected}
    values = {
        "capital": portfolio.settings.budget.capital,
        "storage": portfolio.settings.limits.storage,
        **{f"capital:{name}": v for name, v in portfolio.settings.budget.category.items()},
    }
    assert list(told) == [
        limit_of(name, units[name]).raised(values[name], missing)
        for name, missing in expected.items()
    ]


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_a_raised_budget_is_enough_and_a_cent_less_is_not(seed: int) -> None:
    """Proves: with the budget named there is a plan, with two cents less there is none."""
    portfolio = tight(seed)
    for told in repairs_of(portfolio):
        if not told.startswith("raise the capital budget by"):
            continue
        amount = float(told.split(" to ")[-1].split(" ")[0].replace(",", ""))
        name = told.split(" of ")[-1].split(" by ")[0] if " of " in told else None
        for missing, enough in ((0.0, True), (0.02, False)):
            raised = {"capital": amount - missing}
            if name is not None:
                category = portfolio.settings.budget.category
                raised = {"category": category | {name: amount - missing}}  # type: ignore[dict-item]
            assert (not repairs_of(with_settings(portfolio, budget=raised))) is enough


def stocked(n_skus: int, changes: int, capital: float) -> Portfolio:
    """Return SKUs of 100 EUR a day that hold 180 days of reserve today, of which few may change."""
    return make_portfolio(
        [{"sku": f"S{n}"} for n in range(n_skus)],
        [{"sku": n, "supplier": 0} for n in range(n_skus)],
        plan=[
            {"sku": f"S{n}", "policy": "stockpile", "service_level": 0.95, "reserve_days": 180.0}
            for n in range(n_skus)
        ],
        policies={**FEW_OPTIONS, "stockpile": {"reserve_days": [180.0]}},
        risk={"measure": "expected"},
        budget={"capital": capital},
        limits={"changes": changes},
        solver={"gap": 0.0},
    )


def test_changes_are_told_in_whole_numbers() -> None:
    """
    Proves: five SKUs with 18,000 EUR of reserve each and a budget for two of them need three
    changes; one is allowed, so two more are: three do, two do not.
    """
    portfolio = stocked(5, changes=1, capital=45_000.0)
    told = repairs_of(portfolio)
    assert told[1] == "allow 2 more changes, 3 instead of 1"
    assert not repairs_of(with_settings(portfolio, limits={"changes": 3}))
    assert repairs_of(with_settings(portfolio, limits={"changes": 2}))
    assert repairs_of(with_settings(portfolio, limits={"changes": 2}))[1] == (
        "allow 1 more change, 3 instead of 2"
    )


def locked(prices: list[float], capital: float, n_locked: int | None = None) -> Portfolio:
    """Return SKUs locked to a stockpile of 180 days; `prices` a unit, 10 units a day."""
    n_locked = len(prices) if n_locked is None else n_locked
    return make_portfolio(
        [
            {"sku": f"S{n}", "unit_cost": price, "lock_policy": "stockpile" if n < n_locked else ""}
            for n, price in enumerate(prices)
        ],
        [{"sku": n, "supplier": 0} for n in range(len(prices))],
        policies={**FEW_OPTIONS, "stockpile": {"reserve_days": [180.0]}},
        risk={"measure": "expected"},
        budget={"capital": capital},
        solver={"gap": 0.0},
    )


def released(portfolio: Portfolio, skus: list[str]) -> Portfolio:
    """Return the portfolio with the locks of these SKUs released."""
    lock = portfolio.skus.lock_policy.copy()
    lock[np.isin(portfolio.skus.sku, skus)] = ""
    return replace(portfolio, skus=replace(portfolio.skus, lock_policy=lock))


def test_the_fewest_locks_are_released() -> None:
    """
    Proves: of reserves worth 18,000, 36,000, 54,000 and 1,800 EUR, a budget for about 60,000 needs
    one lock released, that of the 54,000; released it is enough, no other one alone is.

    Sensitivity: releasing all that are locked would name four; the first that comes, S0, is not
    enough.
    """
    portfolio = locked([10.0, 20.0, 30.0, 1.0], capital=66_000.0)
    told = repairs_of(portfolio)
    assert told[-1] == "release the lock (lock_policy) of S2"
    assert not repairs_of(released(portfolio, ["S2"]))
    assert all(repairs_of(released(portfolio, [name])) for name in ("S0", "S1", "S3"))


@pytest.mark.parametrize("seed", range(6))
def test_no_fewer_locks_would_do(seed: int) -> None:
    """Proves: the locks named, released, are enough, and no set of one lock fewer is."""
    rng = np.random.default_rng(seed)
    prices = rng.uniform(1.0, 40.0, 5).round(2).tolist()
    portfolio = locked(prices, capital=float(sum(prices) * 2_000.0 * rng.uniform(0.2, 0.6)))
    told = repairs_of(portfolio)[-1]
    assert told.startswith("release the lock")
    names = told.split(": ")[-1].split(" of ")[-1].split(", ")
    assert not repairs_of(released(portfolio, names))
    by_price = np.argsort(prices)[::-1][: len(names) - 1]
    assert repairs_of(released(portfolio, [f"S{n}" for n in by_price]))


def test_locks_that_do_not_help_are_left_alone() -> None:
    """Proves: where even without locks no plan fits, only the budget is to be raised."""
    told = repairs_of(locked([10.0, 20.0], capital=1.0))
    assert len(told) == 1
    assert told[0].startswith("raise the capital budget by ")


def test_many_locks_are_counted() -> None:
    """Proves: more than five SKUs are named by the first five and a count."""
    told = repairs_of(locked([10.0] * 9, capital=10_000.0))
    assert told[-1] == ("release the lock (lock_policy) of 9 SKUs: S0, S1, S2, S3, S4 and 4 more")


def test_what_is_not_proven_is_told_as_at_most() -> None:
    """Proves: an amount that was found but not proven least is told so, money rounded up."""
    short = Shortfall(
        alone=np.array([1_240_000.001, 2.0]),
        alone_proven=np.array([False, False]),
        together=np.zeros(2),
    )
    limits = [limit_of("capital:metal", "EUR"), limit_of("qualifications", "sources")]
    assert single_repairs(short, limits, np.array([10.0, 3.0])) == [
        (
            "raise the capital budget of metal by at most 1,240,000.01 EUR, "
            "from 10.00 EUR to 1,240,010.01 EUR"
        ),
        "allow at most 2 more qualifications, 5 instead of 3",
    ]


def test_a_search_cut_short_proves_nothing() -> None:
    """Proves: with no time at all there is no answer, or one that is not called proven."""
    rng = np.random.default_rng(1)
    n_skus, n_options = 60, 12
    problem = Feasibility(
        sku=np.repeat(np.arange(n_skus), n_options),
        use=rng.uniform(1.0, 100.0, (3, n_skus * n_options)),
        limit=np.array([600.0, 600.0, 600.0]),
        needs=np.full((n_skus * n_options, 2), -1),
        onboarding_use=np.zeros((3, 0)),
        burden=np.zeros(n_skus * n_options),
    )
    found = least(problem, np.array([True, True, True]), seconds=1e-6)
    assert found is not None
    assert not found.is_proven


def test_limits_are_named_in_the_users_words() -> None:
    """Proves: what a limit is called, alone and among others."""
    assert limit_of("storage", "m³").more(0.071) == "raise storage by 0.08 m³"
    assert limit_of("onboardings", "suppliers").more(1.0) == "allow 1 more onboarding"
    assert Limit(words="weight").raised(8.0, 1.0) == "raise weight by 1.00, from 8.00 to 9.00"


def test_a_problem_within_its_limits_is_no_shortfall() -> None:
    """Proves: where the second solver finds a plan, nothing is called short."""
    problem = Feasibility(
        sku=np.array([0, 0, 1]),
        use=np.array([[5.0, 1.0, 2.0]]),
        limit=np.array([3.0]),
        needs=np.full((3, 2), -1),
        onboarding_use=np.zeros((1, 0)),
        burden=np.zeros(3),
    )
    assert shortfall(problem) is None
    short = shortfall(problem._replace(limit=np.array([2.5])))
    assert short is not None
    assert short.alone[0] == 0.5


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_limits_raised_together_are_least_in_sum(seed: int) -> None:
    """
    Proves: where several limits are short, what they are raised by together is, relative to each
    (to a thousandth where there is nothing), the least sum over all plans.
    """
    portfolio = tight(seed)
    problem = of_case(pricing_model(prepare(portfolio).case))
    short = shortfall(problem)
    if short is None:
        return
    used = uses_of_every_plan(portfolio)
    limit = np.array([value for value in limits_of(portfolio) if np.isfinite(value)])
    excess = np.maximum(used - limit[:, None], 0.0)
    of_limit = np.where(limit > 0.0, limit, 1e-3)
    least_sum = (excess / of_limit[:, None]).sum(axis=0).min()
    in_units = problem.limit / np.where(limit > 0.0, limit, np.inf)
    in_units[limit == 0.0] = 1.0
    assert (short.together / in_units / of_limit).sum() == pytest.approx(least_sum, rel=1e-6)


def limits_of(portfolio: Portfolio) -> list[float]:
    """Return every limit, ``inf`` where there is none."""
    options = every_option(portfolio)
    return resources(portfolio, options.designs, options.costs).limit.tolist()


def uses_of_every_plan(portfolio: Portfolio) -> np.ndarray:
    """Return what every plan uses of each limited resource.  Shape ``(R, plans)``."""
    options = every_option(portfolio)
    plans = every_plan(options)
    opened = onboarded_by(portfolio, options, plans)
    found = resources(portfolio, options.designs, options.costs)
    columns = zip(found.option_use, found.onboard_use, found.limit, strict=True)
    return np.array(
        [
            use[plans].sum(axis=1) + opened @ opening
            for use, opening, limit in columns
            if np.isfinite(limit)
        ]
    )


def test_what_no_search_settled_is_not_called_blameless() -> None:
    """Proves: where a limit's own search ended without an answer, nothing is said of it."""
    short = Shortfall(
        alone=np.full(2, np.inf),
        alone_proven=np.array([True, False]),
        together=np.array([1.0, 2.0]),
    )
    limits = [limit_of("storage", "m³"), limit_of("changes", "SKUs")]
    said = "raise storage by 1.00 m³, allow 2 more changes"
    assert joint_repair(short, limits) == f"together these are enough: {said}"
    settled = replace(short, alone_proven=np.array([True, True]))
    assert joint_repair(settled, limits) == f"no single change is enough; together: {said}"


def test_a_frugal_plan_stands_in_where_the_search_finds_none() -> None:
    """
    Proves: the plan of least relative use is measured: 1/2 + 4/8 is less than 3/2, so 1 and 4 are
    used, and 2 + 3 by the other SKU: 3 of 2 and 7 of 8 leave 1 and nothing.
    """
    problem = Feasibility(
        sku=np.array([0, 0, 1]),
        use=np.array([[3.0, 1.0, 2.0], [0.0, 4.0, 3.0]]),
        limit=np.array([2.0, 8.0]),
        needs=np.full((3, 2), -1),
        onboarding_use=np.zeros((2, 0)),
        burden=np.zeros(3),
    )
    assert frugal_excess(problem).tolist() == [1.0, 0.0]
