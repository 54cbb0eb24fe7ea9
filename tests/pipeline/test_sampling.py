"""A run's futures: what it says they were drawn from, drawn once more."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from optimizer.jobs.prepare import draw_futures
from optimizer.jobs.reopen import are_drawn, mixture_of, reopen
from optimizer.store.strike_table import strikes_table


def test_a_run_tells_what_its_futures_were_drawn_from(solved: Path) -> None:
    """
    Proves: the shares in the manifest draw the run's own strikes and probabilities, bit for bit.

    Sensitivity: shares rounded in the manifest only, or another stream, move them.
    """
    portfolio, tables = reopen(solved)
    sampling = json.loads((solved / "manifest.json").read_text())["sampling"]
    assert sampling["pilot"] == 20_000
    assert 0.3 <= sampling["nominal"] < 1.0
    again = draw_futures(portfolio, mixture_of(tables.manifest))
    np.testing.assert_array_equal(tables.scenarios["probability"], again.probability)
    pd.testing.assert_frame_equal(tables.strikes, strikes_table(portfolio, again))
    assert are_drawn(tables, again)
    weighed = tables.scenarios["probability"].iloc[::-1].to_numpy()
    changed = replace(tables, scenarios=tables.scenarios.assign(probability=weighed))
    assert not are_drawn(changed, again), "other weights are other futures"
