"""
Ballast for notebooks: the names an analyst needs.

They are imported when first used, so that the command line starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from optimizer.backtesting import backtest
    from optimizer.budgets import frontier
    from optimizer.contract.read import read_portfolio
    from optimizer.contract.scenario_file import read_what_ifs
    from optimizer.domain.settings import Settings
    from optimizer.domain.stop import Stop
    from optimizer.engine.allocate import allocate
    from optimizer.errors import (
        BadInputError,
        BallastError,
        NoPlanError,
        StoppedError,
        StorageError,
        VerificationError,
    )
    from optimizer.pipeline import Request, solve, verify
    from optimizer.simulation import simulate
    from optimizer.store.run import read_run
    from optimizer.strategies import with_budget_of
    from optimizer.validation import validate
    from optimizer.what_if import solve_what_ifs

_HOME: Final = {
    "BadInputError": "optimizer.errors",
    "BallastError": "optimizer.errors",
    "NoPlanError": "optimizer.errors",
    "Request": "optimizer.pipeline",
    "Settings": "optimizer.domain.settings",
    "Stop": "optimizer.domain.stop",
    "StoppedError": "optimizer.errors",
    "StorageError": "optimizer.errors",
    "VerificationError": "optimizer.errors",
    "allocate": "optimizer.engine.allocate",
    "backtest": "optimizer.backtesting",
    "frontier": "optimizer.budgets",
    "read_portfolio": "optimizer.contract.read",
    "read_run": "optimizer.store.run",
    "read_what_ifs": "optimizer.contract.scenario_file",
    "simulate": "optimizer.simulation",
    "solve": "optimizer.pipeline",
    "solve_what_ifs": "optimizer.what_if",
    "validate": "optimizer.validation",
    "verify": "optimizer.pipeline",
    "with_budget_of": "optimizer.strategies",
}

__all__ = [
    "BadInputError",
    "BallastError",
    "NoPlanError",
    "Request",
    "Settings",
    "Stop",
    "StoppedError",
    "StorageError",
    "VerificationError",
    "allocate",
    "backtest",
    "frontier",
    "read_portfolio",
    "read_run",
    "read_what_ifs",
    "simulate",
    "solve",
    "solve_what_ifs",
    "validate",
    "verify",
    "with_budget_of",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'optimizer' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
