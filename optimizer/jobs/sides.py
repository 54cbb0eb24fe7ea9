"""Runs to compare: read, checked to be as written, and to be of one kind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.errors import BadInputError, Problem
from optimizer.jobs.reopen import made_from
from optimizer.metrics.ledger import Booked, ledger, total
from optimizer.store.frontier_folder import is_frontier
from optimizer.store.risk_sweep_folder import is_risk_sweep
from optimizer.store.run_folder import read_run
from optimizer.store.seal import changed_files
from optimizer.store.what_if_folder import is_what_if

UNKNOWN: Final = "not known"
_READ: Final = (
    *("manifest.json", "plan.parquet", "expected.parquet", "onboardings.csv"),
    *("qualifications.csv", "scenarios.parquet", "strikes.parquet"),
)
_AGREEMENT: Final = 1e-6  # of the amounts: of a sum over SKUs with what its run states


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """A run as it is compared; `portfolio` None where its inputs are gone."""

    name: str
    folder: Path
    tables: RunTables
    portfolio: Portfolio | None
    note: str = ""


def read_sides(folders: Sequence[Path]) -> list[Side]:
    """Return the runs with what they were made from; every one that cannot be compared is named."""
    if len(folders) < 2:
        rule, remedy = "needs two runs or more", "Name them: ballast compare A B."
        raise BadInputError([Problem(file="compare", rule=rule, remedy=remedy)])
    problems: list[Problem] = []
    sides: list[Side] = []
    names = _names(folders)
    for folder, name in zip(folders, names, strict=True):
        try:
            sides.append(_side(folder, name))
        except BadInputError as refusal:
            problems += refusal.problems
    if not problems:
        problems = [problem for side in sides[1:] for problem in _unlike(sides[0], side)]
    if problems:
        raise BadInputError(problems)
    return sides


def _names(folders: Sequence[Path]) -> list[str]:
    """Return a name of its own for every run: the folder's, numbered where two are called so."""
    names: list[str] = []
    for folder in folders:
        name = folder.resolve().name
        times = sum(one.resolve().name == name for one in folders[: len(names)])
        names.append(f"{name} ({times + 1})" if times else name)
    return names


def _side(folder: Path, name: str) -> Side:
    if is_frontier(folder) or is_risk_sweep(folder) or is_what_if(folder):
        rule = "holds several runs"
        remedy = "Name one of them; `ballast runs` lists them below it."
        raise BadInputError([Problem(file=str(folder), rule=rule, remedy=remedy)])
    tables = read_run(folder)
    changed = [line for line in changed_files(folder) if line.split(":")[0] in _READ]
    if changed:
        remedy = "Restore the run from a copy, or solve again."
        raise BadInputError([Problem(file=str(folder), rule=one, remedy=remedy) for one in changed])
    try:
        portfolio = made_from(folder, tables)
    except BadInputError as refusal:
        note = (
            f"The inputs of {name} cannot be read ({refusal.problems[0].rule}): it is compared by "
            "what the run itself holds, its settings, decisions and money."
        )
        return Side(name=name, folder=folder, tables=tables, portfolio=None, note=note)
    return Side(name=name, folder=folder, tables=tables, portfolio=portfolio)


def _unlike(first: Side, other: Side) -> list[Problem]:
    """Say why two runs cannot be compared."""
    problems = []
    here, there = (side.tables.manifest.settings.currency for side in (first, other))
    if here != there:
        rule = f"counts in {there}, {first.name} in {here}: amounts cannot be set side by side"
        remedy = "Compare runs of one currency."
        problems.append(Problem(file=str(other.folder), rule=rule, remedy=remedy))
    if not set(first.tables.plan["sku"]) & set(other.tables.plan["sku"]):
        rule = f"has no SKU in common with {first.name}: they are of different portfolios"
        remedy = "Compare runs of one portfolio."
        problems.append(Problem(file=str(other.folder), rule=rule, remedy=remedy))
    return problems


def book_of(side: Side, *, a_year: bool) -> pd.DataFrame:
    """Return who costs how much in a run, which must add up to what it states."""
    manifest = side.tables.manifest
    per = manifest.settings.horizon.years if a_year else 1.0
    book = ledger(Booked.of(side.tables), per)
    stated, found = manifest.objective / per, total(book)
    room = _AGREEMENT * math.fsum(book["amount"].abs())
    if not abs(stated - found) <= room:
        rule = f"its SKUs add up to {found:,.2f}, its manifest states {stated:,.2f}"
        remedy = "Restore the run from a copy, or solve again."
        raise BadInputError([Problem(file=str(side.folder), rule=rule, remedy=remedy)])
    return book


def labels_of(side: Side) -> pd.DataFrame:
    """Return description, category, region and primary supplier of every SKU of a run."""
    plan, portfolio = side.tables.plan, side.portfolio
    if portfolio is None:
        stated = {
            name: plan.get(column, default)
            for name, column, default in (
                ("description", "description", ""),
                ("category", "category", UNKNOWN),
                ("region", "region", UNKNOWN),
                ("supplier", "primary_supplier", UNKNOWN),
            )
        }
        return _named(pd.DataFrame(stated, index=plan.index).set_axis(plan["sku"]))
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    labels = pd.DataFrame(
        {
            "description": portfolio.skus.description,
            "category": portfolio.skus.category,
            "region": portfolio.suppliers.region[primary],
            "supplier": portfolio.suppliers.supplier[primary],
        },
        index=portfolio.skus.sku,
    )
    return _named(labels)


def _named(labels: pd.DataFrame) -> pd.DataFrame:
    """Return the labels, with a word where there is no category or region."""
    return labels.replace({"category": "", "region": ""}, "none")
