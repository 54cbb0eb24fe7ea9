"""A run's futures: what it says they were drawn from, drawn once more."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from optimizer.jobs.prepare import draw_futures
from optimizer.jobs.reopen import futures_of, mixture_of, reopen


def test_a_run_tells_what_its_futures_were_drawn_from(solved: Path) -> None:
    """
    Proves: the shares in the manifest draw the run's own strikes and probabilities, bit for bit.

    Sensitivity: shares rounded in the manifest only, or another stream, move them.
    """
    portfolio, tables = reopen(solved)
    sampling = json.loads((solved / "manifest.json").read_text())["sampling"]
    assert sampling["pilot"] == 20_000
    assert 0.3 <= sampling["nominal"] < 1.0
    kept = futures_of(portfolio, tables)
    again = draw_futures(portfolio, mixture_of(tables.manifest))
    assert kept.probability.max() <= 1.0 / (0.3 * len(kept)) * 1.5
    np.testing.assert_array_equal(kept.probability, again.probability)
    for name in ("scenario", "strike", "hazard", "target", "start_day", "days", "multiplier"):
        np.testing.assert_array_equal(getattr(kept.strikes, name), getattr(again.strikes, name))
