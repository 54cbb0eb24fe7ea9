"""The plan of a run as the plan in force of today's portfolio: what carries over, and what not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.manifest import Manifest
from optimizer.domain.portfolio import PRIMARY, Portfolio, some_skus
from optimizer.domain.run import RunTables
from optimizer.errors import BadInputError, Problem
from optimizer.metrics.allowed import allowed_policies
from optimizer.options.choices import offered_choices
from optimizer.options.offered import offered
from optimizer.options.restore import restore
from optimizer.store.run_folder import read_run
from optimizer.store.seal import changed_files

DECISION: Final = (
    *("policy", "service_level", "reserve_days", "lot_days_min", "lot_factor"),
    *("reorder_point", "order_quantity", "alternates"),
)
_SHOWN: Final = 5  # SKUs named in a note


class Carried(NamedTuple):
    """
    The table `plan` that a run's plan becomes.

    Attributes
    ----------
    plan
        One row per SKU whose decision may stay; `keep` where it must.
    first
        How many SKUs need a decision of their own, because none in force is possible.
    notes
        What does not carry over, in sentences.
    """

    plan: pd.DataFrame
    first: int
    notes: list[str]


def read_previous(folder: Path, portfolio: Portfolio) -> RunTables:
    """
    Return the run that a portfolio is re-optimized from.

    Raises
    ------
    BadInputError
        If it cannot be read, has changed since it was written, counts in another currency or has
        no SKU of the portfolio.
    """
    tables = read_run(folder)
    manifest, problems = tables.manifest, []
    changed = [line for line in changed_files(folder) if line.startswith(("plan.", "manifest"))]
    problems += [_not_this(folder, line, "Restore the run, or solve again.") for line in changed]
    if manifest.settings.currency != portfolio.settings.currency:
        found, expected = manifest.settings.currency, portfolio.settings.currency
        rule = f"counts in {found}, the portfolio in {expected}"
        problems.append(_not_this(folder, rule, "Choose a run of this portfolio."))
    if not set(tables.plan["sku"]) & set(portfolio.skus.sku):
        rule = f"has none of the portfolio's {len(portfolio.skus):,} SKUs: it is of other data"
        problems.append(_not_this(folder, rule, "Choose a run of this portfolio."))
    if problems:
        raise BadInputError(problems)
    return tables


def carried_plan(
    portfolio: Portfolio,
    previous: RunTables,
    keep: Collection[str],
    recent: Collection[str] = frozenset(),
) -> Carried:
    """
    Return the plan in force that a run's plan is for today's portfolio.

    Parameters
    ----------
    keep
        SKUs whose decision must stay.
    recent
        SKUs whose decision stays where that is possible.

    Raises
    ------
    BadInputError
        If a decision that must stay is no longer possible; every such SKU is listed.
    """
    before, notes = previous.plan.set_index("sku"), []
    names = portfolio.skus.sku
    here = np.isin(names, before.index.to_numpy(object))
    gone = before.index[~before.index.isin(names)].tolist()
    notes += note_of(gone, "of the run are not in the portfolio any more and are left out")
    rows = np.flatnonzero(here)
    plan, lost = with_sources(
        before.reindex(names[rows]).rename_axis("sku").reset_index(), portfolio, rows
    )
    notes += note_of(lost, "lose an alternate that is none of their sources now")
    possible = _possible(portfolio, plan, rows)
    plan, ended = _without_demand(plan, portfolio, rows)
    notes += note_of(ended, "have no demand any more, so there is nothing to decide")
    stays = possible | (portfolio.skus.demand_mean[rows] == 0.0)
    notes += note_of(names[~here].tolist(), "are new and need a first decision")
    notes += note_of(names[rows[~stays]].tolist(), "cannot keep their decision: it is not offered")
    _refuse_locks(sorted(keep), set(names[rows[stays]]), set(before.index), previous.manifest)
    still = sorted(set(recent) & set(names[rows[stays]]) - set(keep))
    notes += note_of(still, "were changed a short time ago and stay as they are")
    locked = plan["sku"].isin([*keep, *still])
    plan = plan[["sku", *DECISION]].assign(keep=locked.astype(int))
    return Carried(plan[stays], int((~here).sum() + (~stays).sum()), notes)


def with_sources(
    plan: pd.DataFrame, portfolio: Portfolio, rows: IntArray
) -> tuple[pd.DataFrame, list[str]]:
    """Return the plan without alternates that are no sources, and the SKUs that lose one."""
    sources, suppliers = portfolio.sources, portfolio.suppliers.supplier
    others = np.flatnonzero(sources.role != PRIMARY)
    there = {*zip(sources.sku[others].tolist(), suppliers[sources.supplier[others]], strict=True)}
    stated = [names.split(";") if names else [] for names in plan["alternates"]]
    kept = [
        [name for name in names if (sku, name) in there]
        for sku, names in zip(rows.tolist(), stated, strict=True)
    ]
    lost = [len(left) < len(names) for left, names in zip(kept, stated, strict=True)]
    return plan.assign(alternates=[";".join(names) for names in kept]), plan["sku"][lost].tolist()


def _possible(portfolio: Portfolio, plan: pd.DataFrame, rows: IntArray) -> BoolArray:
    """Return which decisions are among today's options.  Shape ``(n,)``."""
    known = plan["policy"].isin(list(portfolio.settings.policies)).to_numpy(np.bool_)
    possible = known.copy()
    if known.any():
        some = some_skus(portfolio, rows[known])
        designs = restore(some, plan[known].reset_index(drop=True))
        possible[known] = offered(some, designs, allowed_policies(portfolio)[rows[known]])
    return possible


def _without_demand(
    plan: pd.DataFrame, portfolio: Portfolio, rows: IntArray
) -> tuple[pd.DataFrame, list[str]]:
    """Return the plan with the one option of SKUs without demand, and those it differs for."""
    idle = np.flatnonzero(portfolio.skus.demand_mean[rows] == 0.0)
    if not len(idle):
        return plan, []
    choices = offered_choices(portfolio, allowed_policies(portfolio))
    sku, row = choices.open_to(portfolio, rows[idle])
    only = choices.catalogue.designs(sku, row, np.full((len(sku), 2), -1))
    place = idle[np.searchsorted(rows[idle], sku)]
    policies = list(portfolio.settings.policies)
    stated = {
        "policy": [policies[policy] for policy in only.policy.tolist()],
        **{name: getattr(only, name) for name in DECISION[1:5]},
        "alternates": [""] * len(sku),
    }
    new = plan.copy()
    for name, column in stated.items():
        values = new[name].to_numpy(copy=True)
        values[place] = column
        new[name] = values
    differs = (new[list(stated)] != plan[list(stated)]).any(axis=1).to_numpy(np.bool_)
    return new, plan["sku"][differs].tolist()


def _refuse_locks(
    keep: Sequence[str], possible: set[str], before: set[str], manifest: Manifest
) -> None:
    """Refuse locks that no option satisfies."""
    problems = [
        Problem(
            file="plan",
            column="keep",
            value=sku,
            rule=f"must keep its decision of run {manifest.run}, which is no longer offered"
            if sku in before
            else f"must keep its decision, but run {manifest.run} has none for it",
            remedy="Remove the lock, or offer again what the decision needs: its policy, level, "
            "reserve, lot, alternates and cover.",
        )
        for sku in keep
        if sku not in possible
    ]
    if problems:
        raise BadInputError(problems)


def note_of(skus: Sequence[str], what: str) -> list[str]:
    """Return a sentence that names some SKUs, or none."""
    if not skus:
        return []
    named = ", ".join(map(str, skus[:_SHOWN])) + (", …" if len(skus) > _SHOWN else "")
    return [f"{len(skus):,} SKU{'s' * (len(skus) != 1)} ({named}): {what}."]


def _not_this(folder: Path, rule: str, remedy: str) -> Problem:
    return Problem(file=str(folder), column="--from", rule=rule, remedy=remedy)
