"""A published run read back as what the engine ended with, so that a sweep can go on from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final, cast

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.option import Designs, OptionTable
from optimizer.domain.plan import Outcome, stated_prices
from optimizer.domain.run import RunTables
from optimizer.engine.optimize import outcome_of
from optimizer.errors import BadInputError, Problem, StoppedBy
from optimizer.jobs.prepare import Prepared
from optimizer.jobs.reopen import are_drawn
from optimizer.options.choices import design_keys
from optimizer.options.restore import restore

_SAME: Final = 1e-9  # relative, between costs recomputed by one version


def published_outcome(folder: Path, tables: RunTables, prepared: Prepared) -> Outcome:
    """
    Return the outcome that a run was written from: its plan, and its proof as the manifest says.

    Parameters
    ----------
    prepared
        The case that the run decided, prepared once more.

    Raises
    ------
    BadInputError
        If its futures, its plan or its cost are not those of the case.
    """
    case, manifest = prepared.case, tables.manifest
    if not are_drawn(tables, prepared.futures):
        raise _unlike(folder, "its futures are not those that this version draws")
    try:
        option = _rows(case.options, restore(case.portfolio, tables.plan))
    except (KeyError, ValueError) as error:
        rule = "its plan holds a choice that the portfolio does not offer"
        raise _unlike(folder, rule) from error
    outcome = outcome_of(case, option)
    if abs(outcome.objective - manifest.objective) > _SAME * abs(manifest.objective):
        raise _unlike(folder, "its plan does not cost here what its manifest says")
    uses = [manifest.resources[name] for name in case.resources.name]
    return replace(
        outcome,
        bound=min(manifest.bound, outcome.objective),
        stopped_by=cast(StoppedBy, manifest.stopped_by),
        method=manifest.method,
        method_reason=manifest.method_reason,
        prices=replace(
            stated_prices(
                case.resources.name,
                manifest.prices,
                tables.scenarios["weight"].to_numpy(np.float64),
            ),
            expected=np.array([use.price_expected for use in uses], dtype=np.float64),
        ),
        certificate=tuple(tables.certificate),
    )


def _rows(options: OptionTable, designs: Designs) -> IntArray:
    """Return the option of every SKU that is its design.  Shape ``(N,)``."""
    code: dict[tuple[float, ...], int] = {}
    of_row = np.array([code.setdefault(key, len(code)) for key in design_keys(options.catalogue)])
    wanted = np.array([code[key] for key in design_keys(designs)])
    of_set, sku = _sets(options, designs), options.sku
    found = np.flatnonzero(
        (of_row[options.choice] == wanted[sku]) & (options.alternate_set == of_set[sku])
    )
    skus, first = np.unique(sku[found], return_index=True)
    if not np.array_equal(skus, designs.sku):
        raise ValueError("a SKU has not this option")
    return found[first]


def _sets(options: OptionTable, designs: Designs) -> IntArray:
    """Return the set of alternates of every design."""
    sets = options.sets
    found = np.flatnonzero((sets.sources == designs.alternates[sets.sku]).all(axis=1))
    if not np.array_equal(sets.sku[found], designs.sku):
        raise ValueError("a SKU has not these alternates")
    return found


def _unlike(folder: Path, rule: str) -> BadInputError:
    remedy = "Begin again under another name."
    return BadInputError([Problem(file=str(folder), rule=rule, remedy=remedy)])
