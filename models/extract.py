"""
Between the variables of the model and a `Choice`.

Every variable carries the name of its field in `Choice`: ``option[o]``, ``onboard[j]``,
``event[e]``, ``loss[s]``, ``tail_start``, ``excess[s]``, ``ignored[s]``, ``unexpected``.  It knows
that name only while its model lives: hold the model as long as its columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyomo.environ as pyo

from models.data import Choice, FloatArray, ModelData
from models.unexpected_loss import unexpected_loss_residual
from models.value_at_risk import loss_quantile


def complete_choice(data: ModelData, option: FloatArray, onboard: FloatArray) -> Choice:
    r"""
    Return the choice whose losses and tail follow from the two decisions.

    ``tail_start`` is the value at risk, which also minimises the CVaR expression of (M5).

    Parameters
    ----------
    option, onboard
        :math:`x_o` and :math:`z_j`.  Shapes ``(O,)`` and ``(K,)``.
    """
    event = data.event_loss @ option
    loss = data.scenario_events @ event
    tail_start = loss_quantile(data, loss)
    choice = Choice(
        option=option,
        onboard=onboard,
        event=event,
        loss=loss,
        tail_start=tail_start,
        excess=np.maximum(loss - tail_start, 0.0),
        ignored=(loss > tail_start).astype(np.float64),
        unexpected=0.0,
    )
    return replace(choice, unexpected=max(unexpected_loss_residual(data, choice), 0.0))


def read_choice(data: ModelData, columns: Sequence[pyo.Var], values: FloatArray) -> Choice:
    """
    Return the choice that a solver's column values stand for, taken as they are.

    A variable without a column is 0.

    Parameters
    ----------
    columns
        Variables in the solver's order, such as ``columns`` of Pyomo's standard form.
    values
        Their values.  Shape ``(len(columns),)``.
    """
    n_scenarios, n_events = data.scenario_events.shape
    option, onboard = np.zeros(len(data.cost)), np.zeros(len(data.onboarding_cost))
    event, loss = np.zeros(n_events), np.zeros(n_scenarios)
    tail_start, excess, ignored = np.zeros(1), np.zeros(n_scenarios), np.zeros(n_scenarios)
    unexpected = np.zeros(1)
    field = {
        "option": option,
        "onboard": onboard,
        "event": event,
        "loss": loss,
        "tail_start": tail_start,
        "excess": excess,
        "ignored": ignored,
        "unexpected": unexpected,
    }
    for column, value in zip(columns, values.tolist(), strict=True):
        name, index = _address(column)
        field[name][index] = value
    return Choice(
        option=option,
        onboard=onboard,
        event=event,
        loss=loss,
        tail_start=float(tail_start[0]),
        excess=excess,
        ignored=ignored,
        unexpected=float(unexpected[0]),
    )


def column_values(columns: Sequence[pyo.Var], choice: Choice) -> FloatArray:
    """Return the values of the solver's columns that stand for a choice, a MIP start."""
    field = {
        "option": choice.option,
        "onboard": choice.onboard,
        "event": choice.event,
        "loss": choice.loss,
        "tail_start": np.array([choice.tail_start]),
        "excess": choice.excess,
        "ignored": choice.ignored,
        "unexpected": np.array([choice.unexpected]),
    }
    addresses = (_address(column) for column in columns)
    return np.array([field[name][index] for name, index in addresses])


def _address(column: pyo.Var) -> tuple[str, int]:
    """Return the field of `Choice` that a variable stands for, and its place in it."""
    return column.parent_component().local_name, column.index() or 0
