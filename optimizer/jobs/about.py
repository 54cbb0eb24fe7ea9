"""Where a run goes, and what its manifest says beside the plan: name, command, versions, time."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psutil

from optimizer.domain.manifest import About, Origin
from optimizer.domain.paths import AnyPath
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.store.inputs import source_of, stated_source
from optimizer.store.shared.address import local

_MAXRSS_A_MEGABYTE: Final = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, else kB
_LIBRARIES: Final = ("highspy", "numpy", "pandas", "pyarrow", "pyomo", "scipy")


@dataclass(frozen=True, slots=True, kw_only=True, init=False)
class Request:
    """Where a run goes and what it is called; `name` None picks the next free one of today."""

    results: Path
    name: str | None
    replace: bool
    command: str

    def __init__(
        self,
        *,
        results: AnyPath = "results",
        name: str | None = None,
        replace: bool = False,
        command: str = "",
    ) -> None:
        stated = {"results": local(results), "name": name, "replace": replace, "command": command}
        for key, value in stated.items():
            object.__setattr__(self, key, value)


AS_IT_COMES: Final = Request()


def about_run(
    portfolio: Portfolio, request: Request, name: str, began: float, parent: str | None = None
) -> Origin:
    """Return what a manifest says of the run beside the plan: name, command, versions, time."""
    return Origin(
        **_made(request, name, began),
        overrides=portfolio.overrides,
        portfolio=stated_source(portfolio.source, request.results),
        parent=parent,
        set_aside=portfolio.set_aside,
        plan_of=portfolio.plan_of,
    )


def about_runs(
    portfolio: Portfolio,
    request: Request,
    name: str,
    began: float,
    *,
    methods: Iterable[str],
) -> About:
    """Return what a folder of several runs of a portfolio says of them all together."""
    return About(
        **dict(about_run(portfolio, request, name, began)),
        settings=portfolio.settings.resolved,
        inputs=dict(portfolio.inputs),
        method=", ".join(sorted(set(methods))),
        skus=len(portfolio.skus),
    )


def about_comparison(
    tables: RunTables, folder: Path, request: Request, name: str, began: float
) -> About:
    """Return what a comparison says of itself; inputs and settings are those of its first run."""
    manifest = tables.manifest
    source = source_of(manifest.portfolio, folder.resolve().parent)
    own = {
        **_made(request, name, began),
        "portfolio": stated_source(source, request.results),
        "method": "comparison of runs",
        "parent": None,
        "left_out": (),
    }
    return About.of(manifest, len(tables.plan)).model_copy(update=own)


def _made(request: Request, name: str, began: float) -> dict[str, Any]:
    """Return what is so of whatever is made now: name, command, versions, time and memory."""
    return {
        "run": name,
        "command": request.command,
        "created": datetime.now(UTC).replace(microsecond=0),
        "ballast": version("ballast"),
        "versions": {
            "python": platform.python_version(),
            **{library: version(library) for library in _LIBRARIES},
        },
        "seconds": round(time.monotonic() - began, 3),
        "peak_memory_mb": peak_memory_mb(),
    }


def peak_memory_mb() -> float:
    """Return the most memory that this process has held, in 2^20 bytes."""
    if sys.platform == "win32":
        most = psutil.Process().memory_info().peak_wset / 2**20
    else:
        import resource  # noqa: PLC0415  there is none on Windows

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MAXRSS_A_MEGABYTE
    return round(most, 1)
