"""Whether a path is an ordinary file: no folder, no pipe, no broken link."""

from __future__ import annotations

import os
from pathlib import Path

from optimizer.errors import Problem
from optimizer.inputs.findings import Findings


def is_ordinary(path: Path, findings: Findings) -> bool:
    """Return whether a path is a file that can be read; note why not."""
    rule = _rule(path)
    if rule:
        remedy = "Replace it by a readable file, or remove it."
        findings.add(Problem(file=path.name, rule=rule, remedy=remedy))
    return not rule


def _rule(path: Path) -> str:
    if not path.exists():
        return "is a broken link"
    if path.is_dir():
        return "is a folder, not a file"
    if not path.is_file():
        return "is a pipe or a device, not a file"
    return "" if os.access(path, os.R_OK) else "cannot be read: permission denied"
