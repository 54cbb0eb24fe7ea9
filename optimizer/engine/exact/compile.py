"""Compiles the Pyomo model to HiGHS's arrays, columns and rows in order of declaration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from models.build import build_model
from models.data import ModelData
from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, TextArray
from optimizer.engine.highs import LinearProgram

_AT_MOST, _AT_LEAST = 1, -1  # bound types of Pyomo's mixed form; 0 is an equality


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compiled:
    """
    A compiled model.

    Attributes
    ----------
    model
        Kept alive because its variables lose their names with it.
    columns
        The Pyomo variable of each column.
    row_block
        Name of the constraint block each row belongs to.  Shape ``(rows,)``.
    row_place
        Place of each row in its block.  Shape ``(rows,)``.
    """

    program: LinearProgram
    model: pyo.ConcreteModel
    columns: list[Any]
    row_block: TextArray
    row_place: IntArray

    def block(self, name: str, row_values: FloatArray, n_rows: int) -> FloatArray:
        """
        Return one block's row values, in the order of the block.  Shape ``(n_rows,)``.

        Rows without variables, which Pyomo leaves out, get 0.
        """
        values = np.zeros(n_rows)
        of_block = self.row_block == name
        values[self.row_place[of_block]] = row_values[of_block]
        return values


def compile_model(data: ModelData) -> Compiled:
    """Return the model of all blocks as arrays."""
    with PauseGC():
        model = build_model(data)
        form = LinearStandardFormCompiler().write(
            model,
            mixed_form=True,
            column_order=list(model.component_data_objects(pyo.Var)),
            row_order=list(model.component_data_objects(pyo.Constraint)),
        )
    sense = np.array([row.bound_type for row in form.rows])
    right = np.asarray(form.rhs, dtype=np.float64)
    bounds = np.array([column.bounds for column in form.columns], dtype=np.float64)
    integer: BoolArray = np.array([column.is_integer() for column in form.columns])
    program = LinearProgram(
        cost=form.c.toarray().ravel(),
        matrix=form.A.tocsr(),
        row_low=np.where(sense == _AT_MOST, -np.inf, right),
        row_high=np.where(sense == _AT_LEAST, np.inf, right),
        low=bounds[:, 0],
        high=bounds[:, 1],
        integer=integer,
    )
    blocks = [row.constraint.parent_component() for row in form.rows]
    place = {
        id(constraint): at
        for block in model.component_objects(pyo.Constraint)
        for at, constraint in enumerate(block.values())
    }
    return Compiled(
        program=program,
        model=model,
        columns=form.columns,
        row_block=np.array([block.local_name for block in blocks], dtype=np.object_),
        row_place=np.array([place[id(row.constraint)] for row in form.rows], dtype=np.int64),
    )
