"""What critical SKUs must hold to survive an outage of their supplier (MODEL 2)."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.errors import Problem

_RELATIVE = 1e-9


def cover_needed(portfolio: Portfolio, sku: IntArray, sources: IntArray) -> FloatArray:
    r"""
    Return the cover that lasts until the primary has recovered from an outage of its own.

    .. math:: d - \sum_j \kappa_j\,(d - b_j)^+ + (\kappa_1 + \kappa_2 - 1)^+ \min_j (d - b_j)^+,
              \qquad b_j = (ramp_j + L_j - L)^+

    the days of demand that the alternates do not supply while the primary is out for its time to
    recover d.

    Parameters
    ----------
    portfolio
        Its suppliers' `ttr_days`, `audit.ttr_days` where one states none, and
        `limits.tts_covers_ttr`.
    sku
        Rows of the SKUs.  Shape ``(O,)``.
    sources
        Their alternates, rows of the sources, -1 for none.  Shape ``(O, 2)``.

    Returns
    -------
    FloatArray
        Shape ``(O,)``. [day].  0 for a SKU without demand, or less severe than the limit.

    References
    ----------
    .. [1] The model contract, sections 2 and 4.
    """
    skus, table, settings = portfolio.skus, portfolio.sources, portfolio.settings
    from_severity = settings.limits.tts_covers_ttr
    if from_severity is None:
        return np.zeros(len(sku))
    stated = portfolio.suppliers.ttr_days[table.supplier[skus.primary[sku]]]
    days = np.where(stated > 0.0, stated, settings.audit.ttr_days)
    ramp = np.where(table.role == CANDIDATE, table.ramp_days, 0.0)
    begin = (ramp + table.lead_time_mean)[sources] - table.lead_time_mean[skus.primary[sku], None]
    served = np.maximum(days[:, None] - np.maximum(begin, 0.0), 0.0)
    share = np.where(sources >= 0, table.capacity_share[sources], 0.0)
    twice = np.maximum(share.sum(axis=1) - 1.0, 0.0) * np.where(sources >= 0, served, 0.0).min(
        axis=1
    )
    missing = days - (share * served).sum(axis=1) + twice
    critical = (skus.severity[sku] >= from_severity) & (skus.demand_mean[sku] > 0.0)
    return np.where(critical, np.maximum(missing, 0.0), 0.0)


def lasts(cover_days: FloatArray, needed: FloatArray) -> BoolArray:
    """Return whether cover is what is needed, up to rounding. [day]"""
    return np.asarray(cover_days >= needed * (1.0 - _RELATIVE) - _RELATIVE)


def survives(portfolio: Portfolio, designs: Designs, cover_days: FloatArray) -> BoolArray:
    """
    Return which designs keep `limits.tts_covers_ttr`.

    Parameters
    ----------
    cover_days
        Mean stock in days of demand.  Shape ``(O,)``. [day]
    """
    needed = cover_needed(portfolio, designs.sku, designs.alternates)
    return np.asarray(lasts(cover_days, needed) | (needed == 0.0))


def without_survivor(
    portfolio: Portfolio, designs: Designs, cover_days: FloatArray, keeps: BoolArray
) -> list[Problem]:
    """
    Return one problem for every SKU of which no design survives.

    Parameters
    ----------
    designs, cover_days
        Designs that keep all other rules, and their cover.  Shape ``(O,)``.
    keeps
        From `survives`.  Shape ``(O,)``.
    """
    needed = cover_needed(portfolio, designs.sku, designs.alternates)
    without = np.setdiff1d(designs.sku, designs.sku[keeps])
    return [
        _problem(portfolio, sku, cover_days[rows], needed[rows])
        for sku in without.tolist()
        for rows in [np.flatnonzero(designs.sku == sku)]
    ]


def _problem(portfolio: Portfolio, sku: int, cover: FloatArray, needed: FloatArray) -> Problem:
    skus = portfolio.skus
    nearest = int(np.argmin(needed - cover))
    supplier = portfolio.suppliers.supplier[portfolio.sources.supplier[skus.primary[sku]]]
    return Problem(
        file="skus",
        column="sku",
        value=skus.sku[sku],
        rule=f"no option is left: none survives the {needed.max():g} days until {supplier} has "
        f"recovered (limits.tts_covers_ttr, severity {skus.severity[sku]:g}); the longest cover is "
        f"{cover.max():.1f} days, the nearest option holds {cover[nearest]:.1f} of the "
        f"{needed[nearest]:.1f} days that it needs",
        remedy="Offer a policy with more reserve or an alternate that delivers sooner, or raise "
        "limits.tts_covers_ttr above its severity.",
    )
