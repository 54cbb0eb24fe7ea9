"""Portfolio → the case to decide: futures drawn, exact means, options costed and pruned."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.money import in_units_of, money_unit
from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NOMINAL, Futures, MeanWeights, Mixture, Profiles
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.memory import foresee_futures, foresee_table
from optimizer.metrics.allowed import allowed_policies
from optimizer.options.alternates import alternate_sets
from optimizer.options.build import build as build_options
from optimizer.options.choices import Choices, offered_choices, with_plan_in_force
from optimizer.options.extend import extended
from optimizer.options.fine_stock import KnownStock
from optimizer.options.holding import stock
from optimizer.options.loss_curves import loss_curves
from optimizer.options.profiles import outage_profiles
from optimizer.scenarios.draw import draw, hits_a_future
from optimizer.scenarios.mean_weights import mean_weights
from optimizer.scenarios.sampled_mean import sample_weights
from optimizer.scenarios.strikes_by_supply import lost_days
from optimizer.sensitivity.view import Prospects

_DESIGNS_AT_ONCE: Final = 10_000
_MANY_HITS: Final = 2e6  # more take some seconds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """
    The case to decide, in units of money near 1, and what is behind it.

    Attributes
    ----------
    profiles
        Those that the options' supplies are rows of.
    mean
        What the expected loss is read from.
    choices
        What is offered.
    fine_stock
        What passes over the fine catalogue have worked out so far.
    """

    case: Case
    futures: Futures
    profiles: Profiles
    mean: MeanWeights
    choices: Choices
    fine_stock: KnownStock = field(default_factory=KnownStock)

    @property
    def prospects(self) -> Prospects:
        """What lies ahead, as reasons read it."""
        options = self.case.options
        return Prospects(
            futures=self.futures,
            lost=self.case.lost,
            mean=self.mean,
            sets=options.sets,
            profile_of_set=options.profile_of_set,
            price_profile=options.price_profile,
        )


def prepare(
    portfolio: Portfolio,
    observer: Observer = SILENT,
    ahead: Futures | Mixture = NOMINAL,
    *,
    nothing_else: bool = False,
) -> Prepared:
    """
    Return the case to decide: futures drawn, options costed and pruned.

    Parameters
    ----------
    ahead
        Futures, or the mixture that the portfolio's own seed draws them from.
    nothing_else
        Whether these futures are all that can happen: then their mean is the expected loss, which
        is exact otherwise.

    Raises
    ------
    BadInputError
        If a SKU has no option, or there is not memory enough.
    """
    unit = money_unit(portfolio)
    counted = in_units_of(portfolio, unit)
    with step(observer, "futures") as tell:
        drawn = draw_futures(portfolio, ahead, observer) if isinstance(ahead, Mixture) else ahead
        tell(f"{len(drawn):,} with {len(drawn.strikes):,} strikes")
    with step(observer, "outages") as tell:
        sets = alternate_sets(counted)
        profiles, profile_of_set, price_profile = outage_profiles(counted, sets)
        lost = lost_days(counted, drawn, profiles)
        mean = (
            sample_weights(lost, drawn.probability)
            if nothing_else
            else mean_weights(counted, profiles)
        )
        tell(f"{len(profiles):,} profiles of suppliers, alternates and price shocks")
    choices = offered_choices(counted, allowed_policies(counted))
    choices = with_plan_in_force(choices, counted)
    foresee_table(len(counted.skus), choices.count(counted, sets), len(lost.days))
    with step(observer, "options") as tell:
        built = build_options(
            counted,
            choices,
            sets=sets,
            profile_of_set=profile_of_set,
            price_profile=price_profile,
            lost=lost,
            mean=mean,
        )
        tell(f"{built.n_built:,}, of which {len(built.options):,} are not dominated")
    case = Case(
        portfolio=counted,
        options=built.options,
        resources=built.resources,
        probability=drawn.probability,
        lost=lost,
        money_unit=unit,
        curves_of=partial(exact_curves, counted),
        without_locks=(
            partial(_without_locks, counted, drawn) if any(counted.skus.lock_policy) else None
        ),
    )
    return Prepared(
        case=case,
        futures=drawn,
        profiles=profiles,
        mean=mean,
        choices=choices,
    )


def offering(prepared: Prepared, choices: Choices) -> Prepared:
    """Return the same case, its limits as they are, with the fine designs of choices besides."""
    case, offered = prepared.case, prepared.choices
    new = choices.beyond(offered)
    if not len(new.sku):
        return prepared
    built = extended(
        case.portfolio, case.options, case.resources, new, lost=case.lost, mean=prepared.mean
    )
    resources = replace(built.resources, limit=case.resources.limit)
    finer = replace(case, options=built.options, resources=resources, table=None)
    offers = offered.with_fine(new.sku, new.row - offered.n_rows)
    return replace(prepared, case=finer, choices=offers)


def _without_locks(portfolio: Portfolio, futures: Futures) -> Case:
    """Return the case in which no SKU is locked to a policy."""
    no_lock = np.full(len(portfolio.skus), "", dtype=np.object_)
    unlocked = replace(portfolio, skus=replace(portfolio.skus, lock_policy=no_lock))
    return prepare(unlocked, ahead=futures).case


def exact_curves(portfolio: Portfolio, designs: Designs) -> FloatArray:
    """Return loss curves, worked out a few at a time: they take forty times their own room."""
    every = np.arange(len(designs))
    blocks = np.split(every, every[_DESIGNS_AT_ONCE::_DESIGNS_AT_ONCE])
    some = [designs.take(rows) for rows in blocks]
    return np.concatenate([loss_curves(portfolio, part, stock(portfolio, part)) for part in some])


def draw_futures(
    portfolio: Portfolio, mixture: Mixture = NOMINAL, observer: Observer = SILENT
) -> Futures:
    """
    Return the futures of a portfolio's own seed; of very many it says so beforehand.

    Raises
    ------
    BadInputError
        If they need more memory than there is.
    """
    settings = portfolio.settings
    n_hits = settings.n_futures * hits_a_future(portfolio)
    foresee_futures(settings.n_futures, n_hits)
    if n_hits > _MANY_HITS:
        observer.on_step("futures", f"some {n_hits:,.0f} strikes to draw", 0.0)
    seed = np.random.SeedSequence(settings.scenarios.seed)
    return draw(portfolio, seed, mixture=mixture)
