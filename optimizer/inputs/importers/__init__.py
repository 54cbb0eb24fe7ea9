"""
Importers: external files → a portfolio folder.

An importer is a plug-in, a module of this package without a leading underscore; its name is the
module's.  It has a frozen dataclass ``Assumptions``, every field with a default, and the function
``import_portfolio(file, hazards, out, settings)``, which writes the folder completely or not at
all.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any, Protocol, cast

from optimizer.domain.paths import AnyPath
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.importers._report import ImportLedger, ImportReport
from optimizer.inputs.importers._settings import stated_settings

__all__ = [
    "ImportLedger",
    "ImportReport",
    "Importer",
    "find_importer",
    "importer_names",
    "run_importer",
]


class Importer(Protocol):
    """The interface of a plug-in."""

    Assumptions: type[Any]

    def import_portfolio(
        self, file: AnyPath, hazards: Path, out: Path, settings: Any
    ) -> ImportReport:
        """Write a portfolio folder and account for every row."""
        ...


def importer_names() -> tuple[str, ...]:
    """Return the names of all importers, sorted."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in modules if not name.startswith("_")))


def find_importer(name: str) -> Importer:
    """Return an importer by its name; raise `BadInputError` if there is none."""
    if name not in importer_names():
        names = ", ".join(importer_names())
        rule, remedy = "is not an importer", f"Choose one of: {names}."
        raise BadInputError([Problem(file="ballast import", value=name, rule=rule, remedy=remedy)])
    return cast("Importer", importlib.import_module(f"{__name__}.{name}"))


def run_importer(
    name: str, file: AnyPath, hazards: Path, out: Path, stated: dict[str, str]
) -> ImportReport:
    """Import with the settings given as text on the command line and defaults for the others."""
    importer = find_importer(name)
    settings = stated_settings(importer.Assumptions(), stated)
    return importer.import_portfolio(file, hazards, out, settings)
