"""A plan that can be evaluated on any futures."""

from __future__ import annotations

from typing import NamedTuple

from optimizer.domain.money import in_units_of
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures, Profiles
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.evaluate import Evaluation, evaluate
from optimizer.options.chosen import Chosen, chosen_options, own_sets
from optimizer.options.profiles import outage_profiles
from optimizer.scenarios.mean_weights import mean_weights
from optimizer.scenarios.strikes_by_supply import lost_days


class Candidate(NamedTuple):
    """A plan as the only option of every SKU; its portfolio and options count in `money_unit`."""

    portfolio: Portfolio
    money_unit: float
    chosen: Chosen
    profiles: Profiles

    @classmethod
    def of(cls, portfolio: Portfolio, designs: Designs, money_unit: float = 1.0) -> Candidate:
        """Cost the designs, one row per SKU; their expected loss is exact."""
        counted = portfolio if money_unit == 1.0 else in_units_of(portfolio, money_unit)
        profiles, profile_of_set, price_profile = outage_profiles(counted, own_sets(designs))
        mean = mean_weights(counted, profiles)
        chosen = chosen_options(counted, designs, profile_of_set, price_profile, mean)
        return cls(counted, money_unit, chosen, profiles)

    def on(self, futures: Futures) -> Evaluation:
        """Evaluate the plan on these futures. [currency]"""
        return evaluate(self.case(futures))

    def case(self, futures: Futures) -> Case:
        """Return the case in which the plan is the only choice."""
        return Case(
            portfolio=self.portfolio,
            options=self.chosen.options,
            resources=self.chosen.resources,
            probability=futures.probability,
            lost=lost_days(self.portfolio, futures, self.profiles),
            money_unit=self.money_unit,
        )
