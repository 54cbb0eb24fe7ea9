"""What is offered to every SKU: the catalogue's rows that it may use, and fine ones of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.option import AlternateSets, Catalogue, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.options.catalogue import catalogue
from optimizer.options.designs import eligible_policies
from optimizer.options.fine import FineCatalogue, fine_catalogue

_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choices:
    """
    What is offered, alternates aside.

    Attributes
    ----------
    catalogue
        The catalogue's rows, then all of the fine catalogue's.
    n_rows
        How many of them are the catalogue's.
    fine
        The fine catalogue.
    eligible
        Which policies each SKU may use.  Shape ``(N, n_policies)``.
    sku, row
        What else is offered: rows of SKUs, ascending, and of `catalogue`, ascending by SKU.
    """

    catalogue: Catalogue
    n_rows: int
    fine: FineCatalogue
    eligible: BoolArray
    sku: IntArray
    row: IntArray

    def open_to(self, portfolio: Portfolio, skus: IntArray) -> tuple[IntArray, IntArray]:
        """
        Return the designs without alternates that are open to these SKUs, ascending.

        Returns
        -------
        tuple of IntArray
            Row of the SKU and row of the catalogue; sorted by SKU, then row.  A SKU without demand
            has its first design only.
        """
        place, row = np.nonzero(self.eligible[skus][:, self.catalogue.policy[: self.n_rows]])
        is_first = np.diff(place, prepend=-1) != 0
        kept = is_first | (portfolio.skus.demand_mean[skus[place]] > 0.0)
        first, last = np.searchsorted(self.sku, [skus[0], skus[-1] + 1]) if len(skus) else (0, 0)
        mine = first + np.flatnonzero(np.isin(self.sku[first:last], skus))
        sku = np.concatenate([skus[place[kept]], self.sku[mine]])
        row = np.concatenate([row[kept], self.row[mine]])
        order = np.lexsort((row, sku))
        return sku[order], row[order]

    def count(self, portfolio: Portfolio, sets: AlternateSets) -> int:
        """Return the number of options before any rule drops one."""
        policies = self.catalogue.policy[: self.n_rows]
        offered = self.eligible @ np.bincount(policies, minlength=self.eligible.shape[1])
        no_choice = portfolio.skus.demand_mean == 0.0
        offered = np.where(no_choice, np.minimum(offered, 1), offered)
        offered += np.bincount(self.sku, minlength=len(offered))
        return int(offered @ np.diff(sets.start))

    def beyond(self, others: Choices) -> Choices:
        """Return what these offer that others do not, the catalogue's rows aside."""
        n_rows = len(self.catalogue)
        mine, theirs = (these.sku * n_rows + these.row for these in (self, others))
        code = np.setdiff1d(mine, theirs, assume_unique=True)
        return replace(self, n_rows=0, sku=code // n_rows, row=code % n_rows)

    def with_fine(self, sku: IntArray, row: IntArray) -> Choices:
        """Return the same with fine designs offered besides; `row` is of the fine catalogue."""
        n_rows = len(self.catalogue)
        code = np.union1d(self.sku * n_rows + self.row, sku * n_rows + self.n_rows + row)
        return replace(self, sku=code // n_rows, row=code % n_rows)


def offered_choices(portfolio: Portfolio, allowed: BoolArray) -> Choices:
    """Return what the catalogue offers; `allowed` is by the policy mode.  ``(N, n_policies)``"""
    rows, fine = catalogue(portfolio.settings), fine_catalogue(portfolio.settings)
    return Choices(
        catalogue=rows.followed_by(fine.catalogue),
        n_rows=len(rows),
        fine=fine,
        eligible=eligible_policies(portfolio, allowed),
        sku=_NONE,
        row=_NONE,
    )


def with_plan_in_force(choices: Choices, portfolio: Portfolio) -> Choices:
    """Return choices that offer today's fine designs besides, where levels are refined."""
    today = portfolio.plan_in_force
    if today is None or not portfolio.settings.catalogue.refine:
        return choices
    position = {name: row for row, name in enumerate(portfolio.settings.policies)}
    policy = [position.get(name, -1) for name in today.policy.tolist()]
    numbers = (today.service_level, today.reserve_days, today.lot_days_min, today.lot_factor)
    keys = list(zip(policy, *(column.tolist() for column in numbers), strict=True))
    return _offering(choices, portfolio, keys)


def with_plan(choices: Choices, portfolio: Portfolio, plan: Designs) -> Choices:
    """Return choices that offer a plan's fine designs besides; one row of the plan per SKU."""
    return _offering(choices, portfolio, design_keys(plan))


def _offering(choices: Choices, portfolio: Portfolio, keys: Sequence[tuple[float, ...]]) -> Choices:
    """Return choices that offer each SKU its key's fine design besides, if that is one."""
    n_rows, has_demand = choices.n_rows, (portfolio.skus.demand_mean > 0.0).tolist()
    every = design_keys(choices.catalogue)
    listed, row_of = set(every[:n_rows]), {key: row for row, key in enumerate(every[n_rows:])}
    found = [
        (sku, row_of[key])
        for sku, key in enumerate(keys)
        if has_demand[sku] and key not in listed and key in row_of
    ]
    sku, row = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return choices.with_fine(sku, row)


def design_keys(designs: Designs | Catalogue) -> list[tuple[float, ...]]:
    """Return what tells designs of the catalogues apart, alternates aside."""
    names = ("policy", "service_level", "reserve_days", "lot_days_min", "lot_factor")
    return list(zip(*(getattr(designs, name).tolist() for name in names), strict=True))
