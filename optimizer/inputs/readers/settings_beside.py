"""The file of settings in a folder of tables, or beside a workbook or a database."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from optimizer.domain.paths import sha256_of
from optimizer.errors import Problem
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.ordinary import is_ordinary
from optimizer.inputs.settings.read_settings import read_toml

SETTINGS_FILE: Final = "portfolio.toml"
MISNAMED: Final = (SETTINGS_FILE, f"{SETTINGS_FILE}.txt")


def settings_beside(folder: Path, inputs: dict[str, str], findings: Findings) -> dict[str, Any]:
    """Return the settings in a folder; note files that only look like settings."""
    names = [path.name for path in folder.iterdir()]
    for name in names:
        if name != SETTINGS_FILE and name.strip().casefold() in MISNAMED:
            rule = f"is not read: the settings file must be named {SETTINGS_FILE}"
            findings.add(Problem(file=name, rule=rule, remedy="Rename it, or move it elsewhere."))
    path = folder / SETTINGS_FILE
    if SETTINGS_FILE not in names or not is_ordinary(path, findings):
        return {}
    inputs[path.name] = sha256_of(path)
    return read_toml(path, findings)
