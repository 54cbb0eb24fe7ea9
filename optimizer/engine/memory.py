"""Estimates memory before the work starts; rejects, with advice, what does not fit."""

from __future__ import annotations

from typing import Final

import psutil

from optimizer.errors import BadInputError, Problem

_PER_SKU: Final = 4_000  # bytes: columns, texts, weights of its profiles, the plan's rows
_PER_OPTION: Final = 90  # bytes: its columns, its share of a curve, prices
_PER_STRIKE: Final = 25  # bytes: on one supply
_PER_FUTURE: Final = 200  # bytes: its numbers of strikes, its law, its probability
_PER_HIT: Final = 400  # bytes: a row of the strikes while they are sorted
_PER_NONZERO: Final = 500  # bytes: a term of the model as Pyomo and HiGHS hold it


def foresee_futures(n_futures: int, n_hits: float) -> None:
    """
    Refuse futures whose strikes would not fit.

    Parameters
    ----------
    n_hits
        Targets hit in all of them, on average.

    Raises
    ------
    BadInputError
        With the estimate, what there is, and what would do.
    """
    what = f"{n_futures:,} futures with some {n_hits:,.0f} strikes"
    remedy = "Use fewer futures (scenarios.count), or a larger machine."
    _require(_PER_FUTURE * n_futures + _PER_HIT * n_hits, what, remedy)


def foresee_table(n_skus: int, n_options: int, n_strikes: int) -> None:
    """
    Reject an option table that would not fit into memory.

    Parameters
    ----------
    n_options
        Before pruning.
    n_strikes
        Strikes on all supplies in all scenarios.

    Raises
    ------
    BadInputError
        With the estimate, the memory available, and remedies.
    """
    needed = _PER_SKU * n_skus + _PER_OPTION * n_options + _PER_STRIKE * n_strikes
    what = f"{n_skus:,} SKUs with {n_options:,} options and {n_strikes:,} outages to price"
    remedy = (
        "Use fewer scenarios (scenarios.count), policies or alternates (max_alternates), "
        "or a larger machine."
    )
    _require(needed, what, remedy)


def foresee_model(n_nonzeros: int) -> None:
    """Reject a whole model that would not fit into memory, as `foresee_table` does."""
    remedy = 'Set solver.method = "decompose", or leave it "auto".'
    _require(_PER_NONZERO * n_nonzeros, f"one model of {n_nonzeros:,} terms", remedy)


def _require(needed: float, what: str, remedy: str) -> None:
    available = psutil.virtual_memory().available
    if needed > available:
        rule = f"{what} need about {_gigabytes(needed)}, but only {_gigabytes(available)} are free"
        raise BadInputError([Problem(file="this machine's memory", rule=rule, remedy=remedy)])


def _gigabytes(count: float) -> str:
    return f"{count / 1e9:,.1f} GB"
