"""Collects the blocks of SKUs of an option table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.resources import Resources
from optimizer.errors import Problem
from optimizer.options.table_part import TablePart


class Part(NamedTuple):
    """A block's options, pruned; how many there were before; SKUs without any."""

    options: TablePart
    n_built: int
    problems: list[Problem]


class Room:
    """
    Collects blocks one after the other in memory allocated once.

    Joining all blocks at the end would hold everything twice.

    Parameters
    ----------
    n_options
        Upper bound on the number of options.
    """

    def __init__(self, n_options: int) -> None:
        self.problems: list[Problem] = []
        self.n_built = 0
        self._n_options = n_options
        self._options_of_sku: list[IntArray] = []
        self._filled: dict[str, int] = {}
        self._columns: dict[str, Any] = {}
        self._resources: Resources | None = None

    def add(self, skus: IntArray, part: Part) -> None:
        """Append a block, that of these SKUs."""
        options = part.options
        self._options_of_sku.append(np.bincount(options.sku - skus[0], minlength=len(skus)))
        self.problems += part.problems
        self.n_built += part.n_built
        self._resources = self._resources or options.resources
        n_curves = self._filled.get("loss_curves", 0)
        self._put("curve", options.curve + np.int32(n_curves))
        for name in ("choice", "alternate_set", "cost", "expected_loss", "loss_curves", "lot_days"):
            self._put(name, getattr(options, name))
        for row, use in enumerate(options.resources.option_use):
            self._put(f"use {row}", use)

    def _put(self, name: str, values: Any) -> None:
        """Append to a column; allocated pages take memory only once they are filled."""
        if name not in self._columns:
            self._columns[name] = np.empty((self._n_options, *values.shape[1:]), values.dtype)
        begin = self._filled.get(name, 0)
        end = self._filled[name] = begin + len(values)
        self._columns[name][begin:end] = values

    def start(self) -> IntArray:
        """Return where the options of each SKU begin, and where the last end.  ``(N + 1,)``"""
        return np.cumsum(np.concatenate([[0], *self._options_of_sku]))

    def columns(self) -> dict[str, Any]:
        """Return the columns of `OptionTable`, cut to their filled length."""
        names = [name for name in self._columns if not name.startswith("use ")]
        return {name: self._taken(name) for name in names}

    def resources(self) -> Resources:
        """Return the resource use of all options."""
        assert self._resources is not None  # noqa: S101  a portfolio has SKUs
        n_rows = len(self._resources.option_use)
        use = [self._taken(f"use {row}") for row in range(n_rows)]
        joined = np.zeros((0, self._filled["cost"]))
        if use:
            joined = use[0][None] if n_rows == 1 else np.stack(use)
        return replace(self._resources, option_use=joined)

    def _taken(self, name: str) -> Any:
        column = self._columns.pop(name)
        column.resize((self._filled[name], *column.shape[1:]), refcheck=False)
        return column
