"""`optimizer.allocate` on a multiple-choice knapsack: numbers without scenarios and suppliers."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from benchmarks.peers.result import Result, indicators, judged
from models.data import ModelData
from optimizer.engine.allocate import allocate
from optimizer.errors import StoppedError


def solve(data: ModelData, gap: float, seconds: float) -> Result:
    """Allocate to a relative gap, for so many seconds at most."""
    began = time.perf_counter()
    names = [f"resource {r}" for r in range(len(data.resource_limit))]
    table = pd.DataFrame(
        {
            "group": data.sku_of_option,
            "option": np.arange(len(data.cost)),
            "cost": data.cost,
            **dict(zip(names, data.resource_use, strict=True)),
        }
    )
    limits = dict(zip(names, data.resource_limit.tolist(), strict=True))
    try:
        found = allocate(table, limits, gap=gap, time_limit=seconds)
    except StoppedError:
        return judged(data, share=None, bound=None, status="limit", began=began)
    return judged(
        data,
        share=indicators(data, found.choice.to_numpy(dtype=np.int64))[0],
        bound=found.bound,
        status="optimal" if found.status == "optimal" else "limit",
        began=began,
    )
