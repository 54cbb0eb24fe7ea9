"""The futures of a portfolio once more, as its run saw them."""

from __future__ import annotations

import numpy as np

from optimizer.domain.portfolio import Portfolio
from optimizer.options.alternates import alternate_sets
from optimizer.options.profiles import outage_profiles
from optimizer.rationale.view import Futures
from optimizer.scenarios.build import build
from optimizer.scenarios.lost_days import lost_days


def make_futures(portfolio: Portfolio) -> Futures:
    """Return the scenarios of a portfolio and the days that its sets of alternates lose."""
    seed = np.random.SeedSequence(portfolio.settings.scenarios.seed)
    scenarios = build(portfolio, seed)
    sets = alternate_sets(portfolio)
    profiles, profile_of_set = outage_profiles(portfolio, sets)
    return Futures(
        scenarios=scenarios,
        lost=lost_days(scenarios, profiles),
        sets=sets,
        profile_of_set=profile_of_set,
    )
