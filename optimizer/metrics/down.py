"""What is lost while a supplier, a region or a tag is down for its time to recover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.scenario import N_WEIGHTS
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.maths.hats import add_points
from optimizer.metrics.backup import ready, rely_on
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.options.loss_curves import expected_losses

KINDS: Final = ("supplier", "region", "tag")
NODES: Final = (
    *("kind", "name", "region", "skus", "spend_a_year", "spend_share", "delivered_share"),
    *("relying_skus", "relying_spend", "time_to_recover", "stated", "time_to_survive"),
    *("exposed_skus", "loss_if_down", "exposure_index"),
)
"""Columns of `nodes`."""


class Hangs(NamedTuple):
    """What hangs on the nodes: spend [currency/yr], exposed SKUs ``(N,)``, ready sources."""

    spend: FloatArray
    exposed: BoolArray
    able: BoolArray


class Node(NamedTuple):
    """What can be down as a whole, and which suppliers are down with it.  Shape ``(J,)``."""

    kind: str
    name: str
    down: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """
    The plan that outages meet.

    Attributes
    ----------
    alternates
        Rows of `Sources`, -1 for none.  Shape ``(N, 2)``.
    curves
        Loss at the nodes of lost days.  Shape ``(N, 17)``. [currency]
    cover_days
        Time to survive.  Shape ``(N,)``. [day]
    """

    alternates: IntArray
    curves: FloatArray
    cover_days: FloatArray


def time_to_recover(portfolio: Portfolio) -> FloatArray:
    """Return every supplier's; ``audit.ttr_days`` where it states none.  Shape ``(J,)``. [day]"""
    stated = portfolio.suppliers.ttr_days
    return np.asarray(np.where(stated > 0.0, stated, portfolio.settings.audit.ttr_days))


def supply_recovers(portfolio: Portfolio, held: Held) -> FloatArray:
    """
    Return when each SKU has all its supply again once its primary alone is down.

    Returns
    -------
    FloatArray
        Once it has recovered, or the plan's alternates deliver all demand.  Shape ``(N,)``. [day]
    """
    every = np.arange(len(portfolio.skus))
    nobody: BoolArray = np.zeros(len(portfolio.suppliers), dtype=np.bool_)
    begin, share = _alternates(portfolio, held, every, nobody)
    order = np.argsort(begin, axis=1)
    begin, share = (np.take_along_axis(one, order, axis=1) for one in (begin, share))
    enough = np.cumsum(share, axis=1) >= 1.0 - 1e-9
    by_alternates = np.where(enough, begin, np.inf).min(axis=1)
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    return np.asarray(np.minimum(time_to_recover(portfolio)[primary], by_alternates))


def losses_if_down(portfolio: Portfolio, held: Held, rows: IntArray, down: BoolArray) -> FloatArray:
    r"""
    Return what each SKU loses while its primary and others are down.

    .. math:: \ell = d - \sum_j \kappa_j (d - b_j)^+
              + (\kappa_1 + \kappa_2 - 1)^+ \min_j (d - b_j)^+

    with d the primary's time to recover; an alternate that is down, too, begins once it has
    recovered itself.

    Parameters
    ----------
    rows
        SKUs whose primary is down.  Shape ``(R,)``.
    down
        Which suppliers are down.  Shape ``(J,)``.

    Returns
    -------
    FloatArray
        Shape ``(R,)``. [currency]

    References
    ----------
    .. [1] The model contract, section 4.
    """
    primary = portfolio.sources.supplier[portfolio.skus.primary[rows]]
    days = time_to_recover(portfolio)[primary]
    begin, share = _alternates(portfolio, held, rows, down)
    served = np.maximum(days[:, None] - begin, 0.0)
    twice = np.maximum(share.sum(axis=1) - 1.0, 0.0) * served.min(axis=1)
    lost = np.maximum(days - (share * served).sum(axis=1) + twice, 0.0)
    weights = np.zeros((len(rows), N_WEIGHTS))
    add_points(np.arange(len(rows)), lost, np.ones(len(rows)), weights)
    return expected_losses(held.curves[rows], stockout_cost_per_day(portfolio, rows), weights)


def nodes(portfolio: Portfolio, held: Held, delivered: FloatArray | None = None) -> pd.DataFrame:
    """
    Return everything that can be down as a whole, with what hangs on it and what it costs.

    Parameters
    ----------
    delivered
        Each supplier's share of what was delivered; None where it is not known.  Shape ``(J,)``.

    Returns
    -------
    pandas.DataFrame
        Columns `NODES`, by kind and falling loss; only what a primary or a delivery belongs to. The
        exposure index is the loss against the largest of its kind.  Money a year for spend, an
        outage for losses.
    """
    every = np.arange(len(portfolio.skus))
    spend = spend_per_day(portfolio, every) * DAYS_PER_YEAR
    exposed = held.cover_days < supply_recovers(portfolio, held)
    hangs = Hangs(spend, exposed, ready(portfolio))
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    used = np.bincount(primary, minlength=len(portfolio.suppliers)) > 0
    used = used if delivered is None else used | (delivered > 0.0)
    rows = [
        _row(portfolio, held, node, hangs)
        | {"delivered_share": np.nan if delivered is None else float(delivered[node.down].sum())}
        for node in _nodes(portfolio, np.flatnonzero(used))
    ]
    table = pd.DataFrame(rows, columns=list(NODES)[:-1])
    largest = table.groupby("kind")["loss_if_down"].transform("max")
    table["exposure_index"] = (table["loss_if_down"] / largest.where(largest > 0.0)).fillna(0.0)
    place = table["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    order = np.lexsort((table["name"], -table["spend_a_year"], -table["loss_if_down"], place))
    return table.iloc[order].reset_index(drop=True)


def _row(portfolio: Portfolio, held: Held, node: Node, hangs: Hangs) -> dict[str, Any]:
    suppliers, spend = portfolio.suppliers, hangs.spend
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    rows = np.flatnonzero(node.down[primary])
    used = np.unique(primary[rows]) if len(rows) else np.flatnonzero(node.down)
    relying = rely_on(portfolio, node.down, hangs.able)[rows]
    asked = portfolio.skus.demand_mean[rows] > 0.0
    total = float(spend.sum())
    survives = held.cover_days[rows][asked]
    return {
        "kind": node.kind,
        "name": node.name,
        "region": str(suppliers.region[node.down][0]) if node.kind == "supplier" else "",
        "skus": len(rows),
        "spend_a_year": float(spend[rows].sum()),
        "spend_share": float(spend[rows].sum()) / total if total else 0.0,
        "relying_skus": int(relying.sum()),
        "relying_spend": float(spend[rows][relying].sum()),
        "time_to_recover": float(time_to_recover(portfolio)[used].max()),
        "stated": bool((suppliers.ttr_days[used] > 0.0).all()),
        "time_to_survive": float(survives.min()) if len(survives) else np.nan,
        "exposed_skus": int(hangs.exposed[rows].sum()),
        "loss_if_down": float(losses_if_down(portfolio, held, rows, node.down).sum()),
    }


def _nodes(portfolio: Portfolio, used: IntArray) -> Iterator[Node]:
    """Yield some suppliers, and their regions and tags."""
    suppliers, tags = portfolio.suppliers, portfolio.tags
    every = np.arange(len(suppliers))
    for supplier in used.tolist():
        yield Node("supplier", str(suppliers.supplier[supplier]), every == supplier)
    for region in np.unique(suppliers.region[used]).tolist():
        yield Node("region", region, np.asarray(suppliers.region == region, dtype=np.bool_))
    for tag in np.unique(tags.tag[np.isin(tags.supplier, used)]).tolist():
        yield Node("tag", tag, np.isin(every, tags.supplier[tags.tag == tag]))


def _alternates(
    portfolio: Portfolio, held: Held, rows: IntArray, down: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return from which day the alternates deliver, and which share; 0 for none.  ``(R, 2)``."""
    sources, alternates = portfolio.sources, held.alternates[rows]
    given = alternates >= 0
    supplier = sources.supplier[alternates]
    ramp = np.where(sources.role == CANDIDATE, sources.ramp_days, 0.0)[alternates]
    out = np.where(down[supplier], time_to_recover(portfolio)[supplier], 0.0)
    own = sources.lead_time_mean[portfolio.skus.primary[rows]]
    begin = np.maximum(ramp, out) + sources.lead_time_mean[alternates] - own[:, None]
    share = np.where(given, sources.capacity_share[alternates], 0.0)
    return np.where(given, np.maximum(begin, 0.0), np.inf), share
