"""Strikes of many futures → spells with dates, by what they hit."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, TextArray
from optimizer.domain.disruption import Disruptions, Spells
from optimizer.domain.scenario import Futures, Strikes


def disruptions(futures: Futures, kind: TextArray, n_suppliers: int) -> Disruptions:
    """
    Return the strikes as spells of whole days, from the day they begin on.

    Parameters
    ----------
    futures
        One replication each.
    kind
        ``outage``, ``surge`` or ``price``, of every hazard.  Shape ``(M,)``.
    """
    strikes, n = futures.strikes, len(futures)
    of = kind[strikes.hazard] if len(kind) else np.zeros(0, dtype=np.object_)
    n_categories = len(futures.categories)
    return Disruptions(
        n_replications=n,
        n_suppliers=n_suppliers,
        outages=_spells(strikes, of == "outage", n, n_suppliers),
        categories=futures.categories,
        surges=_spells(strikes, of == "surge", n, n_categories),
        prices=_spells(strikes, of == "price", n, n_categories),
    )


def _spells(strikes: Strikes, chosen: BoolArray, n_replications: int, n_targets: int) -> Spells:
    """Sort the chosen strikes by replication, target and first day."""
    own = strikes.take(np.flatnonzero(chosen))
    row = own.scenario * n_targets + own.target
    first = np.floor(own.start_day).astype(np.int64)
    end = first + own.days
    order = np.lexsort((own.multiplier, end, first, row))
    per_row = np.bincount(row, minlength=n_replications * n_targets)
    return Spells(
        start=np.concatenate([[0], np.cumsum(per_row)]).astype(np.int64),
        first_day=first[order],
        end_day=end[order],
        multiplier=own.multiplier[order],
    )
