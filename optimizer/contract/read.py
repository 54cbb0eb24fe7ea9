"""A path to a portfolio: read, check, build; or every reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimizer.contract.build import (
    build_hazards,
    build_plan_in_force,
    build_skus,
    build_sources,
    build_suppliers,
)
from optimizer.contract.doubts import note_doubts
from optimizer.contract.findings import Findings
from optimizer.contract.origin import Origin
from optimizer.contract.read_tables import read_tables
from optimizer.contract.rules_settings import check_settings
from optimizer.contract.settings import read_overrides, resolve_settings
from optimizer.contract.validate import validate
from optimizer.domain.portfolio import Portfolio


def read_portfolio(path: str | Path, overrides: Sequence[str] = ()) -> Portfolio:
    """
    Return the portfolio at a path, checked and in canonical order.

    Parameters
    ----------
    path
        A folder of tables (``NAME.csv`` or ``NAME.parquet``), or an ``.xlsx`` workbook with
        sheets of those names.
    overrides
        Settings as ``KEY=VALUE`` with dotted keys, ``risk.weight=0.3``; the last one counts.

    Returns
    -------
    Portfolio
        The same for every order of the input's rows, but for the hashes of its files.

    Raises
    ------
    BadInputError
        If anything is wrong with the tables, the settings or the overrides; it lists every
        problem found, at most 100 of one file.
    """
    findings = Findings()
    files = read_tables(Path(path), findings)
    tables, demand_class = validate(files.tables, findings)
    origin = Origin(file=files.settings_file, overridden=read_overrides(overrides, findings))
    settings = resolve_settings(files.settings, origin, findings)
    if settings is not None:
        check_settings(settings, origin, tables, findings)
    findings.raise_if_any()
    assert settings is not None  # noqa: S101  without settings there was a problem
    note_doubts(tables, settings, findings)
    sources = build_sources(tables)
    return Portfolio(
        source=str(path),
        settings=settings,
        skus=build_skus(tables, sources, demand_class),
        suppliers=build_suppliers(tables),
        sources=sources,
        hazards=build_hazards(tables),
        plan_in_force=build_plan_in_force(tables),
        inputs=files.inputs,
        ledger={name: len(table) for name, table in tables.items()},
        warnings=tuple(findings.warnings),
        overrides=tuple(overrides),
    )
