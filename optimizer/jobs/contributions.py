"""A run's tail taken apart: shares by SKU and hazard, and bad futures as stories."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.contributions import (
    CONTRIBUTIONS,
    Contributions,
    FutureStory,
    ShortSku,
    StrikeStory,
)
from optimizer.domain.manifest import About
from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.option import Designs
from optimizer.domain.paths import AnyPath
from optimizer.domain.plan_figures import RARE_YEARS
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.scenario import Futures, LostDays
from optimizer.jobs.plan_to_play import curves_of
from optimizer.jobs.prepare import draw_futures
from optimizer.jobs.reopen import check_drawn, mixture_of, reopen
from optimizer.options.by_hazard import StruckCurves
from optimizer.options.chosen import own_sets
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.options.profiles import outage_profiles
from optimizer.options.restore import restore
from optimizer.reports.documents import contribution_documents
from optimizer.scenarios.strikes_by_supply import lost_days
from optimizer.sensitivity.tail_shares import tail_shares
from optimizer.sensitivity.worst_stories import Blow, Story, telling_futures, worst_stories
from optimizer.store.run_folder import add_documents
from optimizer.store.table_files import write_parquet

_KEY: Final = ["sku", "hazard"]


class _Struck(NamedTuple):
    """A run's plan under its futures."""

    portfolio: Portfolio
    tables: RunTables
    futures: Futures
    kinds: tuple[StruckCurves, ...]
    lost: LostDays

    @property
    def loss(self) -> FloatArray:
        """Of the plan in every future.  Shape ``(S,)``. [currency]"""
        return self.tables.scenarios["loss"].to_numpy(np.float64)


def contributions(run: AnyPath, *, observer: Observer = SILENT) -> Contributions:
    """
    Take a run's tail apart, and add table, page and workbook to its folder.

    Returns
    -------
    Contributions
        Euler shares of VaR and CVaR and the exact expected loss by SKU and hazard, which add up to
        the run's own figures; bad futures, day by day.

    Raises
    ------
    BadInputError
        If the run or its inputs cannot be read, or its futures are not those that this version
        draws.
    StorageError
        If the disk refuses; the run is as it was then.
    """
    folder = Path(run)
    struck = _struck(folder)
    with step(observer, "shares") as tell:
        rows = _rows(struck)
        tell(f"{len(rows):,} of SKU and hazard")
    with step(observer, "bad futures") as tell:
        years = struck.portfolio.settings.horizon.years
        rarities = [min(years / period, 1.0) for period in RARE_YEARS]
        telling = telling_futures(struck.loss, struck.futures.probability, rarities)
        stories = worst_stories(struck.kinds, struck.lost, struck.futures, struck.loss, telling)
        tell(f"{len(stories):,} told day by day")
    found = Contributions(
        rows=rows,
        stories=tuple(_told(struck, story) for story in stories),
        about=About.of(struck.tables.manifest, len(rows["sku"].unique())),
    )
    table = io.BytesIO()
    write_parquet(found.rows, table)
    files = {"contributions.parquet": table.getvalue(), **contribution_documents(found)}
    add_documents(folder.resolve(), files)
    return found


def _struck(folder: Path) -> _Struck:
    portfolio, tables = reopen(folder)
    futures = draw_futures(portfolio, mixture_of(tables.manifest))
    check_drawn(folder, tables, futures)
    designs = restore(portfolio, tables.plan)
    profiles, profile, price_profile = outage_profiles(portfolio, own_sets(designs))
    return _Struck(
        portfolio,
        tables,
        futures,
        _kinds(portfolio, tables, designs, profile, price_profile),
        lost_days(portfolio, futures, profiles),
    )


def _kinds(
    portfolio: Portfolio, tables: RunTables, designs: Designs, *profiles: np.ndarray
) -> tuple[StruckCurves, ...]:
    """Return the run's own curves, of losses and of prices."""
    slopes = (
        stockout_cost_per_day(portfolio, designs.sku),
        spend_per_day(portfolio, designs.sku),
    )
    curves = (curves_of(tables, name) for name in ("loss", "price"))
    return tuple(StruckCurves(*of) for of in zip(curves, slopes, profiles, strict=True))


def _rows(struck: _Struck) -> pd.DataFrame:
    """Return `CONTRIBUTIONS`, SKU by SKU and hazard by hazard."""
    portfolio, probability = struck.portfolio, struck.futures.probability
    level = portfolio.settings.risk.level
    shares = tail_shares(struck.kinds, struck.lost, struck.loss, probability, level)
    skus, hazards = portfolio.skus, portfolio.hazards.hazard
    tail = pd.DataFrame(
        {
            "sku": skus.sku[shares.sku],
            "hazard": hazards[shares.hazard],
            "var": shares.var,
            "cvar": shares.cvar,
        }
    )
    expected = struck.tables.expected[[*_KEY, "expected_loss"]]
    rows = expected.merge(tail, on=_KEY, how="outer", sort=True).fillna(0.0)
    primary = portfolio.sources.supplier[skus.primary]
    plan = struck.tables.plan.set_index("sku")
    of_sku = pd.DataFrame(
        {
            "sku": skus.sku,
            "supplier": portfolio.suppliers.supplier[primary],
            "region": portfolio.suppliers.region[primary],
            "category": skus.category,
            "policy": plan["policy"].reindex(skus.sku).to_numpy(object),
        }
    )
    return rows.merge(of_sku, on="sku", how="left")[list(CONTRIBUTIONS)]


def _told(struck: _Struck, story: Story) -> FutureStory:
    """Return a future with the names of what it strikes."""
    probability = struck.futures.probability[struck.loss >= story.loss].sum()
    years = struck.portfolio.settings.horizon.years / float(probability)
    return FutureStory(
        scenario=story.scenario,
        loss=story.loss,
        years=years,
        strikes=tuple(_strike(struck, story.scenario, blow) for blow in story.blows),
        first=story.first,
        by_day=story.by_day,
    )


def _strike(struck: _Struck, scenario: int, blow: Blow) -> StrikeStory:
    portfolio, strikes = struck.portfolio, struck.futures.strikes
    row, hazard = blow.strike, int(strikes.hazard[blow.strike])
    same = (strikes.scenario == scenario) & (strikes.strike == strikes.strike[row])
    kind = str(portfolio.hazards.kind[hazard])
    names = portfolio.suppliers.supplier if kind == "outage" else struck.futures.categories
    return StrikeStory(
        hazard=str(portfolio.hazards.hazard[hazard]),
        kind=kind,
        targets=tuple(str(name) for name in names[strikes.target[same]]),
        day=int(np.floor(strikes.start_day[row])) + 1,
        days=int(strikes.days[row]),
        multiplier=float(strikes.multiplier[row]),
        loss=blow.loss,
        n_skus=blow.n_skus,
        worst=tuple(
            ShortSku(str(portfolio.skus.sku[one.sku]), one.day, one.loss) for one in blow.worst
        ),
    )
