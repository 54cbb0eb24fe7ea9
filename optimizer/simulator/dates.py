"""Turns the strikes of many futures into dated spells, by target."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, TextArray
from optimizer.domain.disruption import Disruptions, Spells
from optimizer.domain.scenario import Futures, Strikes


def disruptions(futures: Futures, kind: TextArray, n_suppliers: int) -> Disruptions:
    """
    Return the strikes as spells of whole days, from the day on which they begin.

    Parameters
    ----------
    futures
        The futures, one per replication.
    kind
        Kind of every hazard: ``outage``, ``surge`` or ``price``.  Shape ``(M,)``.
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
    kept = strikes.take(np.flatnonzero(chosen))
    row = kept.scenario * n_targets + kept.target
    first = np.floor(kept.start_day).astype(np.int64)
    end = first + kept.days
    order = np.lexsort((kept.multiplier, end, first, row))
    per_row = np.bincount(row, minlength=n_replications * n_targets)
    return Spells(
        start=np.concatenate([[0], np.cumsum(per_row)]).astype(np.int64),
        first_day=first[order],
        end_day=end[order],
        multiplier=kept.multiplier[order],
    )
