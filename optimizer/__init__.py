"""
Ballast for notebooks: the names an analyst needs.

They are imported on first use, so that the command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from optimizer.domain.settings import Settings
    from optimizer.domain.stop import Stop
    from optimizer.engine.allocate import allocate
    from optimizer.engine.chance.limit import Chance
    from optimizer.errors import (
        BadInputError,
        BallastError,
        NoPlanError,
        StoppedError,
        StorageError,
        VerificationError,
    )
    from optimizer.inputs.read import read_portfolio
    from optimizer.inputs.settings.what_if_file import read_what_ifs
    from optimizer.jobs.about import Request
    from optimizer.jobs.alternatives import alternatives
    from optimizer.jobs.approve import approve
    from optimizer.jobs.audit import audit
    from optimizer.jobs.backtest import backtest
    from optimizer.jobs.compare import attribute, compare
    from optimizer.jobs.contributions import contributions
    from optimizer.jobs.explain import explain
    from optimizer.jobs.export import export
    from optimizer.jobs.frontier import frontier
    from optimizer.jobs.history import history
    from optimizer.jobs.reopen import verify
    from optimizer.jobs.reoptimize import reoptimize
    from optimizer.jobs.risk_sweep import risk_sweep
    from optimizer.jobs.simulate import simulate
    from optimizer.jobs.solve import solve
    from optimizer.jobs.validate import validate
    from optimizer.jobs.what_if import what_if
    from optimizer.reports.documents import report
    from optimizer.store.catalogue import query
    from optimizer.store.run_folder import read_run
    from optimizer.store.run_index import runs
    from optimizer.store.shared.shared_results import shared_results
    from optimizer.strategies import with_budget_of

_HOME: Final = {
    "BadInputError": "optimizer.errors",
    "BallastError": "optimizer.errors",
    "Chance": "optimizer.engine.chance.limit",
    "NoPlanError": "optimizer.errors",
    "Request": "optimizer.jobs.about",
    "Settings": "optimizer.domain.settings",
    "Stop": "optimizer.domain.stop",
    "StoppedError": "optimizer.errors",
    "StorageError": "optimizer.errors",
    "VerificationError": "optimizer.errors",
    "allocate": "optimizer.engine.allocate",
    "alternatives": "optimizer.jobs.alternatives",
    "approve": "optimizer.jobs.approve",
    "attribute": "optimizer.jobs.compare",
    "audit": "optimizer.jobs.audit",
    "backtest": "optimizer.jobs.backtest",
    "compare": "optimizer.jobs.compare",
    "contributions": "optimizer.jobs.contributions",
    "explain": "optimizer.jobs.explain",
    "export": "optimizer.jobs.export",
    "frontier": "optimizer.jobs.frontier",
    "history": "optimizer.jobs.history",
    "query": "optimizer.store.catalogue",
    "read_portfolio": "optimizer.inputs.read",
    "read_run": "optimizer.store.run_folder",
    "read_what_ifs": "optimizer.inputs.settings.what_if_file",
    "reoptimize": "optimizer.jobs.reoptimize",
    "report": "optimizer.reports.documents",
    "risk_sweep": "optimizer.jobs.risk_sweep",
    "runs": "optimizer.store.run_index",
    "shared_results": "optimizer.store.shared.shared_results",
    "simulate": "optimizer.jobs.simulate",
    "solve": "optimizer.jobs.solve",
    "validate": "optimizer.jobs.validate",
    "verify": "optimizer.jobs.reopen",
    "what_if": "optimizer.jobs.what_if",
    "with_budget_of": "optimizer.strategies",
}

__all__ = [
    "BadInputError",
    "BallastError",
    "Chance",
    "NoPlanError",
    "Request",
    "Settings",
    "Stop",
    "StoppedError",
    "StorageError",
    "VerificationError",
    "allocate",
    "alternatives",
    "approve",
    "attribute",
    "audit",
    "backtest",
    "compare",
    "contributions",
    "explain",
    "export",
    "frontier",
    "history",
    "query",
    "read_portfolio",
    "read_run",
    "read_what_ifs",
    "reoptimize",
    "report",
    "risk_sweep",
    "runs",
    "shared_results",
    "simulate",
    "solve",
    "validate",
    "verify",
    "what_if",
    "with_budget_of",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'optimizer' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
