"""Portfolios whose budgets are hard to sweep: suppliers to onboard, and limits beside capital."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from benchmarks.portfolios import make_portfolio
from optimizer.domain.portfolio import Portfolio
from optimizer.engine.decide import decide
from optimizer.jobs.prepare import prepare

FAMILIES: Final = ("onboarding", "storage", "categories", "qualifications")

_SKUS, _SCENARIOS = 2_000, 100
_SKUS_PER_SUPPLIER, _NOT_ONBOARDED = 22, 0.5  # ninety suppliers, half of them to be onboarded
_SHARE = 0.8  # of what the portfolio's best plan uses of a resource without a limit
_CATEGORIES = 3  # with a budget of their own
_PLENTY, _LOOSE = 1e12, 1e-2


def make_family(family: str, seed: int, gap: float, seconds: float) -> Portfolio:
    """
    Return a portfolio of a family, to be solved by prices.

    Every family has suppliers to onboard; all but the first limit one more resource to a share of
    what the best plan uses of it.

    Parameters
    ----------
    seconds
        Time limit of one budget. [s]
    """
    portfolio = make_portfolio(
        _SKUS,
        _SCENARIOS,
        seed,
        skus_per_supplier=_SKUS_PER_SUPPLIER,
        not_onboarded=_NOT_ONBOARDED,
    )
    portfolio = _with(portfolio, solver={"method": "decompose", "gap": gap, "time_limit": seconds})
    if family == "storage":
        return _with(portfolio, limits={"storage": _SHARE * _used(portfolio, "storage")})
    if family == "qualifications":
        most = int(_SHARE * _used(portfolio, "qualifications"))
        return _with(portfolio, limits={"qualifications": most})
    if family == "categories":
        return _with(portfolio, budget={"category": _category_budgets(portfolio)})
    return portfolio


def _category_budgets(portfolio: Portfolio) -> dict[str, float]:
    names = sorted(set(portfolio.skus.category))[:_CATEGORIES]
    free = _with(portfolio, budget={"category": dict.fromkeys(names, _PLENTY)})
    return {name: _SHARE * used for name, used in zip(names, _uses(free)[1:], strict=False)}


def _used(portfolio: Portfolio, resource: str) -> float:
    """Return what the best plan uses of a resource that has no limit."""
    return _uses(_with(portfolio, limits={resource: int(_PLENTY)}))[1]


def _uses(portfolio: Portfolio) -> list[float]:
    """Return what the best plan uses of capital and of the other limited resources."""
    case = prepare(_with(portfolio, solver={"gap": _LOOSE})).case
    plan, resources = decide(case).plan, case.resources
    used = resources.option_use[:, plan.option].sum(axis=1)
    used += resources.onboard_use[:, plan.onboard].sum(axis=1)
    return [float(one) for one in used * case.resource_unit]


def _with(portfolio: Portfolio, **groups: dict[str, Any]) -> Portfolio:
    """Return the portfolio with these settings changed."""
    return replace(portfolio, settings=portfolio.settings.having(**groups))
