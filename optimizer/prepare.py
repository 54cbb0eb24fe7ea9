"""Portfolio → the case to decide: scenarios drawn, options costed and pruned."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from optimizer.domain.money import in_units_of, money_unit
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.engine.memory import foresee_table
from optimizer.engine.pricing_model import Case
from optimizer.options.alternates import alternate_sets
from optimizer.options.build import build as build_options
from optimizer.options.catalogue import catalogue
from optimizer.options.designs import count_options
from optimizer.options.profiles import outage_profiles
from optimizer.scenarios.build import build as build_scenarios
from optimizer.scenarios.lost_days import lost_days
from optimizer.segments.allowed import allowed_policies

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """The case to decide, in units of money near 1, and the scenarios behind it."""

    case: Case
    scenarios: ScenarioSet


def prepare(
    portfolio: Portfolio, observer: Observer = SILENT, scenarios: ScenarioSet | None = None
) -> Prepared:
    """Return the case to decide: scenarios drawn unless given, options costed and pruned."""
    unit = money_unit(portfolio)
    counted = in_units_of(portfolio, unit)
    with step(observer, "scenarios") as tell:
        if scenarios is None:
            scenarios = draw_scenarios(portfolio)
        tell(f"{len(scenarios):,}, {scenarios.method}")
    with step(observer, "outages") as tell:
        sets = alternate_sets(counted)
        profiles, profile_of_set = outage_profiles(counted, sets)
        lost = lost_days(scenarios, profiles)
        tell(f"{len(lost):,} profiles of suppliers and alternates")
    allowed = allowed_policies(counted)
    n_options = count_options(counted, catalogue(counted.settings), allowed, sets)
    foresee_table(len(counted.skus), n_options, len(lost.days))
    with step(observer, "options") as tell:
        built = build_options(
            counted,
            allowed,
            sets=sets,
            profile_of_set=profile_of_set,
            scenarios=scenarios,
            lost=lost,
        )
        tell(f"{built.n_built:,}, of which {len(built.options):,} are not dominated")
    case = Case(
        portfolio=counted,
        options=built.options,
        resources=built.resources,
        scenarios=scenarios,
        lost=lost,
        money_unit=unit,
        without_locks=partial(_without_locks, counted) if any(counted.skus.lock_policy) else None,
    )
    return Prepared(case=case, scenarios=scenarios)


def _without_locks(portfolio: Portfolio) -> Case:
    """Return the case in which no SKU is locked to a policy."""
    no_lock = np.full(len(portfolio.skus), "", dtype=np.object_)
    return prepare(replace(portfolio, skus=replace(portfolio.skus, lock_policy=no_lock))).case


def draw_scenarios(portfolio: Portfolio) -> ScenarioSet:
    """Return the scenarios of a portfolio's own seed."""
    return build_scenarios(portfolio, np.random.SeedSequence(portfolio.settings.scenarios.seed))


@contextmanager
def step(observer: Observer, name: str) -> Iterator[Any]:
    """Time a step, log it, and tell the observer what it says of itself."""
    began = time.monotonic()
    details: list[str] = []
    yield details.append
    seconds = time.monotonic() - began
    detail = details[-1] if details else ""
    _LOG.info("%s: %s, %.2f s", name, detail, seconds)
    observer.on_step(name, detail, seconds)
