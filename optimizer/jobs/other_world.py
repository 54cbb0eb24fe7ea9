"""A run's plan under another run's inputs: both plans in both worlds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.option import CERTAIN, Designs
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.scenario import Futures
from optimizer.engine.decompose.pricing_model import pricing_model
from optimizer.engine.plan_losses import plan_losses
from optimizer.jobs.carried_plan import DECISION, note_of, with_sources
from optimizer.jobs.fresh import with_scenarios
from optimizer.jobs.prepare import draw_futures
from optimizer.jobs.reopen import are_drawn, mixture_of
from optimizer.metrics.ledger import Booked
from optimizer.options.resource_use import resources
from optimizer.options.restore import restore
from optimizer.strategies import exceeded_by
from optimizer.strategies.candidate import Candidate


class World(NamedTuple):
    """What a run was made from, its own plan, and its futures."""

    name: str
    portfolio: Portfolio
    tables: RunTables
    futures: Futures

    @classmethod
    def of(cls, name: str, portfolio: Portfolio, tables: RunTables) -> World | None:
        """Return a run's world; None where its futures are no longer drawn as they were."""
        futures = draw_futures(portfolio, mixture_of(tables.manifest))
        return cls(name, portfolio, tables, futures) if are_drawn(tables, futures) else None

    def sampled_like(self, other: World) -> World | None:
        """
        Return the same world with futures drawn as another run drew its own: seed, number, mixture.

        Then what its inputs change is not mixed up with another draw.  None where hazards that
        were drawn more often are not in this world.
        """
        mixture = mixture_of(other.tables.manifest)
        if not {hazard for hazard, _ in mixture.shares} <= set(self.portfolio.hazards.hazard):
            return None
        drawn = with_scenarios(self.portfolio, **dict(other.portfolio.settings.scenarios))
        return self._replace(futures=draw_futures(drawn, mixture))


class Costed(NamedTuple):
    """A plan costed in a world, the limits there that it exceeds, and what does not carry over."""

    booked: Booked
    exceeds: str
    notes: list[str]


def cost_there(world: World, other: RunTables) -> Costed:
    """
    Return what another run's plan costs in a world, on that world's futures.

    Its decisions stay as they are, whether or not they are offered there; what cannot be costed
    there is decided as the world's own run does, and said.

    Parameters
    ----------
    other
        The run whose plan it is; the world's own is as well.
    """
    plan, notes = _decisions(world, other)
    designs = restore(world.portfolio, plan)
    portfolio = world.portfolio
    candidate = Candidate.of(portfolio, designs)
    level = portfolio.settings.risk.level
    losses = plan_losses(pricing_model(candidate.case(world.futures)), level)
    costs = candidate.chosen.costs
    tail = {"expected_loss": losses.expected, "var": losses.value_at_risk, "cvar": losses.cvar}
    limited = resources(portfolio, designs, costs)
    names = portfolio.skus.sku
    booked = Booked(
        plan=pd.DataFrame(
            {
                "sku": names,
                **{name: getattr(costs, name) for name in CERTAIN},
                "tail_contribution": losses.tail_by_sku,
                "capital": costs.capital,
            }
        ),
        expected=pd.DataFrame(
            {"sku": names, "hazard": "", "expected_loss": losses.expected_by_sku}
        ),
        qualifications=_qualified(portfolio, designs),
        onboardings=_onboarded(portfolio, designs),
        settings=portfolio.settings,
        var=losses.value_at_risk,
        cvar=losses.cvar,
    )
    return Costed(booked, exceeded_by(portfolio, designs, costs, limited, tail), notes)


def _decisions(world: World, other: RunTables) -> tuple[pd.DataFrame, list[str]]:
    """Return the world's own plan with another run's decisions, as far as they can be costed."""
    portfolio, own = world.portfolio, world.tables.plan
    theirs = other.plan.set_index("sku")
    name, notes = other.manifest.run, []
    common = own["sku"].isin(theirs.index).to_numpy(np.bool_)
    gone = theirs.index[~theirs.index.isin(own["sku"])].tolist()
    notes += note_of(gone, f"of {name} are not in {world.name}, and are left out there")
    new = own["sku"][~common].tolist()
    notes += note_of(new, f"are not in {name}: under {world.name}'s inputs they are decided alike")
    rows = np.flatnonzero(common & (portfolio.skus.demand_mean > 0.0))
    plan = theirs.reindex(own["sku"].iloc[rows]).rename_axis("sku").reset_index()
    known = plan["policy"].isin(list(portfolio.settings.policies)).to_numpy(np.bool_)
    what = f"have a policy in {name} that {world.name} does not know, and keep their own there"
    notes += note_of(plan["sku"][~known].tolist(), what)
    plan, lost = with_sources(plan, portfolio, rows)
    what = f"have an alternate in {name} that is none of their sources in {world.name}"
    notes += note_of(lost, f"{what}, and do without it there")
    columns = [column for column in DECISION if column not in ("reorder_point", "order_quantity")]
    moved = own.copy()
    for column in columns:
        values = moved[column].to_numpy(copy=True)
        values[rows[known]] = plan[column].to_numpy()[known]
        moved[column] = values
    return moved, notes


def _qualified(portfolio: Portfolio, designs: Designs) -> pd.DataFrame:
    """Return the cash of every candidate that a plan qualifies."""
    sources, chosen = portfolio.sources, designs.alternates
    sku, place = np.nonzero((chosen >= 0) & (sources.role[chosen] == CANDIDATE))
    cost = sources.qualification_cost[chosen[sku, place]]
    return pd.DataFrame({"sku": portfolio.skus.sku[sku], "cost": cost})


def _onboarded(portfolio: Portfolio, designs: Designs) -> pd.DataFrame:
    """Return the cash of every supplier that a plan onboards."""
    chosen, suppliers = designs.alternates, portfolio.suppliers
    needed = np.unique(portfolio.sources.supplier[chosen[chosen >= 0]])
    new = needed[~suppliers.onboarded[needed]]
    return pd.DataFrame(
        {"supplier": suppliers.supplier[new], "cost": suppliers.onboarding_cost[new]}
    )
