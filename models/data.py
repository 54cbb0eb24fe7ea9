"""What the blocks read (`ModelData`) and what a residual is taken of (`Choice`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelData:
    """
    Numbers of the formulation.  Axes: scenarios S, SKUs N, options O, resources R, events E,
    suppliers that can be onboarded K, links M.

    Attributes
    ----------
    start
        Options of SKU i are columns ``start[i]:start[i + 1]``.  Shape ``(N + 1,)``.
    cost
        Cost certain to be paid by each option.  Shape ``(O,)``. [currency]
    mean_loss
        Expected loss of each option, exact: no matter of the scenarios.  Shape ``(O,)``.
        :math:`e_o` [currency]
    resource_use, resource_limit
        :math:`a_{ro}` and the finite :math:`b_r`.  Shapes ``(R, O)`` and ``(R,)``.
    onboarding_cost, onboarding_use
        Cost of onboarding and what it uses, :math:`a_{rj}`.  Shapes ``(K,)`` and ``(R, K)``.
    link_option, link_supplier
        Option ``link_option[l]`` needs supplier ``link_supplier[l]`` onboarded.  Shape ``(M,)``.
    probability
        :math:`p_s`, summing to 1; of length 0 in a model without a tail.  Shape ``(S,)``. [-]
    event_loss
        Loss of each option at an event (a node of the loss curves of one outage profile, or of
        the price curves of one category).  CSR, shape ``(E, O)``.  :math:`B_{eo} \\ge 0`
        [currency]
    scenario_events
        How often scenario s meets event e: the hat weights of its strikes.  CSR, shape ``(S, E)``.
        :math:`A_{se} \\ge 0`
    measure, tail_level, tail_charge
        ``expected``, ``cvar`` or ``var``; :math:`\\alpha`; what a unit of unexpected loss costs
        over the horizon, :math:`\\omega y`.
    loss_low, loss_high
        Proven bounds of every scenario's loss over the plans of interest.  Shape ``(S,)``.
    var_low, var_high
        Proven bounds of the value at risk over the plans of interest. [currency]
    unexpected_high
        Proven bound of the unexpected loss over the plans of interest. [currency]
    expected_limit, tail_limit
        The most that may be lost on average, and in the tail of the measure ``cvar``. [currency]
    """

    start: IntArray
    cost: FloatArray
    mean_loss: FloatArray
    resource_use: FloatArray
    resource_limit: FloatArray
    onboarding_cost: FloatArray
    onboarding_use: FloatArray
    link_option: IntArray
    link_supplier: IntArray
    probability: FloatArray
    event_loss: sparse.csr_array
    scenario_events: sparse.csr_array
    measure: Literal["expected", "cvar", "var"]
    tail_level: float
    tail_charge: float
    loss_low: FloatArray
    loss_high: FloatArray
    var_low: float
    var_high: float
    unexpected_high: float
    expected_limit: float = np.inf
    tail_limit: float = np.inf

    @property
    def n_skus(self) -> int:
        """SKUs, or groups of options."""
        return len(self.start) - 1

    @property
    def sku_of_option(self) -> IntArray:
        """SKU of each option.  Shape ``(O,)``."""
        return np.repeat(np.arange(self.n_skus), np.diff(self.start))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """
    Values of the variables.

    `option` :math:`x_o` ``(O,)``, `onboard` :math:`z_j` ``(K,)``, `event` :math:`Y_e` ``(E,)``,
    `loss` :math:`L_s` ``(S,)``, `tail_start` :math:`v`, `excess` :math:`(L_s - v)^+` ``(S,)``,
    `ignored` 1 where VaR leaves the scenario out ``(S,)``, `unexpected` :math:`U`.
    """

    option: FloatArray
    onboard: FloatArray
    event: FloatArray
    loss: FloatArray
    tail_start: float
    excess: FloatArray
    ignored: FloatArray
    unexpected: float
