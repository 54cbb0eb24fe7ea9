"""The linear relaxation: a proven bound, shadow prices, and shares of the options."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from models.data import ModelData
from models.extract import read_choice
from models.objective import tail_charge
from models.onboarding import link_pairs
from optimizer.domain.arrays import FloatArray
from optimizer.domain.stop import Stop
from optimizer.engine.envelope import cvar_cap, tail_of_duals
from optimizer.engine.exact.compile import compile_model
from optimizer.engine.exact.lagrangian import ModelPrices, PricedModel, price
from optimizer.engine.highs import Status, solve


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxation:
    """
    The solved relaxation.

    Attributes
    ----------
    option
        Share of each option.  Shape ``(O,)``.
    priced
        The Lagrangian bound at these prices, with reduced costs.
    """

    option: FloatArray
    prices: ModelPrices
    priced: PricedModel


def relax(data: ModelData, *, stop: Stop, log: Path | None) -> Relaxation | Status:
    """Solve the relaxation of a model without VaR, or return why it was not solved."""
    compiled = compile_model(data)
    continuous = np.zeros_like(compiled.program.integer)
    answer = solve(replace(compiled.program, integer=continuous), gap=0.0, stop=stop, log=log)
    if answer.status != "optimal" or answer.values is None or answer.row_duals is None:
        return answer.status
    duals = np.abs(answer.row_duals)
    pairs, _, pair_of_link = link_pairs(data)
    tail = compiled.block("tail_excess", duals, len(data.probability))
    prices = ModelPrices(
        resource=compiled.block("resources", duals, len(data.resource_limit)),
        link=compiled.block("onboarding", duals, len(pairs))[pair_of_link],
        tail=tail_of_duals(tail, tail_charge(data), cvar_cap(data.probability, data.tail_level)),
    )
    return Relaxation(
        option=read_choice(data, compiled.columns, answer.values).option,
        prices=prices,
        priced=price(data, prices),
    )
