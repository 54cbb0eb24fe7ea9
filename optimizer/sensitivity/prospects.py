"""Draws a run's futures again, with the same seed."""

from __future__ import annotations

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures
from optimizer.options.alternates import alternate_sets
from optimizer.options.profiles import outage_profiles
from optimizer.scenarios.mean_weights import mean_weights
from optimizer.scenarios.strikes_by_supply import lost_days
from optimizer.sensitivity.view import Prospects


def make_prospects(portfolio: Portfolio, futures: Futures) -> Prospects:
    """Return the futures of a run, and the days that sets of alternates lose in them."""
    sets = alternate_sets(portfolio)
    profiles, profile_of_set, price_profile = outage_profiles(portfolio, sets)
    return Prospects(
        futures=futures,
        lost=lost_days(portfolio, futures, profiles),
        mean=mean_weights(portfolio, profiles),
        sets=sets,
        profile_of_set=profile_of_set,
        price_profile=price_profile,
    )
