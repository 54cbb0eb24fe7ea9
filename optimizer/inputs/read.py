"""A path to a portfolio: read, check, build; or every reason why not."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from optimizer.domain.address import without_password
from optimizer.domain.paths import AnyPath
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import Settings
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.assemble import (
    build_hazards,
    build_plan_in_force,
    build_skus,
    build_sources,
    build_stock_on_hand,
    build_suppliers,
    build_tags,
    scaled,
)
from optimizer.inputs.change_inputs import with_changes
from optimizer.inputs.estimates.demand_columns import with_demand
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells
from optimizer.inputs.readers.read_tables import Files, read_tables, with_plan_file
from optimizer.inputs.rules.doubts import note_doubts
from optimizer.inputs.rules.references import Tables
from optimizer.inputs.rules.settings_and_tables import check_served, check_settings
from optimizer.inputs.schema import PLAN
from optimizer.inputs.set_aside import AsideSkus, account_of, aside_skus, take_set_aside
from optimizer.inputs.settings.input_changes import read_changes, split
from optimizer.inputs.settings.origin import Origin, Tree
from optimizer.inputs.settings.read_settings import read_overrides, resolve_settings
from optimizer.inputs.sieve import AsideRow, sieve
from optimizer.inputs.validate import validate

_LOG: Final = logging.getLogger(__name__)


def read_portfolio(
    path: AnyPath,
    overrides: Sequence[str] = (),
    *,
    history_until: int | None = None,
    plan: Path | None = None,
) -> Portfolio:
    """
    Read and check the portfolio at a path.

    Parameters
    ----------
    path
        A folder of tables (``NAME.csv`` or ``NAME.parquet``), an ``.xlsx`` workbook with sheets
        of those names, or a database with such tables: a SQLite or DuckDB file, or an address,
        ``postgresql://…``.
    overrides
        Settings as ``KEY=VALUE`` with dotted keys, ``risk.weight=0.3``, and changes of inputs,
        ``inputs.demand.factor.all=1.2``; of a repeated key the last one counts.
    history_until
        A day since 1970-01-01.  If given, only demand before it is used for the estimates, and
        these replace the demand stated in `skus`, for every SKU.
    plan
        A CSV file that is the table `plan` in the place of the portfolio's own.

    Returns
    -------
    Portfolio
        In canonical order, so that the order of the input's rows affects only the hashes of its
        files.  Its `history` is the whole table, whatever `history_until`.

    Raises
    ------
    BadInputError
        If anything is wrong with the tables, the settings or the overrides; it lists every
        problem.
    """
    examined = examine(path, overrides, history_until=history_until, plan=plan)
    if examined.portfolio is None:
        raise BadInputError(examined.problems)
    return examined.portfolio


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examined:
    """
    What was found at a path.

    Attributes
    ----------
    portfolio
        None if there is a problem.
    problems
        Every one that stands in the way.
    tables
        The tables as written, as far as they could be read.
    aside, aside_rows
        The SKUs set aside, if that was asked for, and every reason.
    """

    portfolio: Portfolio | None = None
    problems: tuple[Problem, ...] = ()
    tables: Mapping[str, Cells] = field(default_factory=dict)
    aside: AsideSkus | None = None
    aside_rows: tuple[AsideRow, ...] = ()


def examine(
    path: AnyPath,
    overrides: Sequence[str] = (),
    *,
    history_until: int | None = None,
    plan: Path | None = None,
) -> Examined:
    """Return the portfolio at a path as `read_portfolio` does, or every problem with it."""
    findings = Findings()
    overridden, inputs = split(read_overrides(overrides, findings))
    inputs, asked = take_set_aside(inputs, findings)
    without = frozenset() if plan is None else {PLAN.name}
    files = read_tables(path, findings, overridden, without=without)
    if plan is not None:
        files = with_plan_file(files, plan, findings)
    _LOG.debug("read %s: %s", without_password(path), ", ".join(files.inputs))
    found = Examined(tables=files.tables)
    try:
        if asked is not None:
            files, found = _sieved(files, overridden, findings)
            findings = Findings()
        source = Source(
            path=without_password(path), files=files, tables=validate(files.tables, findings)
        )
        settings = source.settings(overridden, findings)
        changes = read_changes(inputs, source.tables, findings)
        findings.raise_if_any()
        assert settings is not None  # noqa: S101  without settings there was a problem
        as_read = source.portfolio(settings, overrides, findings, history_until)
        portfolio, _ = with_changes(as_read, changes, findings)
        check_served(portfolio, source.files.settings_file, findings)
        findings.raise_if_any()
    except BadInputError as refusal:
        return replace(found, problems=refusal.problems)
    if found.aside is not None and asked is not None:
        account = account_of(found.aside, found.aside_rows, len(portfolio.skus), asked)
        portfolio = replace(portfolio, set_aside=account)
    return replace(found, portfolio=portfolio)


def _sieved(files: Files, overridden: Tree, findings: Findings) -> tuple[Files, Examined]:
    """Return the files without the SKUs that cannot be planned, and what was set aside."""

    def check(tables: Mapping[str, Cells], noted: Findings) -> None:
        kept = replace(files, tables=dict(tables))
        Source(path="", files=kept, tables=validate(kept.tables, noted)).settings(overridden, noted)

    sieved = sieve(files.tables, findings.problems(), check)
    aside = aside_skus(files.tables, sieved.tables)
    found = Examined(tables=files.tables, aside=aside, aside_rows=sieved.rows)
    return replace(files, tables=sieved.tables), found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """The contents of a path, read and checked; its settings may still be overridden."""

    path: str
    files: Files
    tables: Tables

    def settings(self, overridden: Tree, findings: Findings) -> Settings | None:
        """Return the settings with these overrides; ``None`` if they cannot be read."""
        origin = Origin(file=self.files.settings_file, overridden=overridden)
        settings = resolve_settings(self.files.settings, origin, findings)
        if settings is not None:
            check_settings(settings, origin, self.tables, findings)
        return settings

    def portfolio(
        self,
        settings: Settings,
        overrides: Sequence[str],
        findings: Findings,
        history_until: int | None = None,
    ) -> Portfolio:
        """Return the portfolio as read, once it has no problems; `findings` hold its warnings."""
        filled = with_demand(self.tables, settings.demand, history_until, findings)
        note_doubts(filled.tables, settings, findings)
        sources = build_sources(filled.tables)
        return Portfolio(
            source=self.path,
            settings=settings,
            skus=build_skus(filled.tables, sources, filled.demand_class),
            suppliers=build_suppliers(filled.tables),
            tags=build_tags(filled.tables),
            sources=sources,
            hazards=scaled(build_hazards(filled.tables), settings.hazards),
            plan_in_force=build_plan_in_force(filled.tables),
            stock_on_hand=build_stock_on_hand(filled.tables),
            history=filled.history,
            stated_demand=filled.stated,
            inputs=self.files.inputs,
            ledger={name: len(table) for name, table in self.tables.items()},
            warnings=tuple(findings.warnings),
            overrides=tuple(overrides),
            elsewhere=self.files.elsewhere,
        )


def tables_as_read(path: AnyPath, overrides: Sequence[str]) -> Tables:
    """Return the tables of a portfolio that was read under these overrides."""
    findings = Findings()
    overridden, _ = split(read_overrides(overrides, findings))
    return open_source(path, findings, overridden).tables


def open_source(path: AnyPath, findings: Findings, overridden: Tree | None = None) -> Source:
    """Read the contents of a path, as these settings may lay it out; every problem is noted."""
    files = read_tables(path, findings, overridden)
    _LOG.debug("read %s: %s", without_password(path), ", ".join(files.inputs))
    return Source(path=without_password(path), files=files, tables=validate(files.tables, findings))
