"""The mean scenario."""

from __future__ import annotations

import numpy as np

from optimizer.domain.scenario import ScenarioSet
from optimizer.scenarios.mean import mean_scenario


def _scenarios() -> ScenarioSet:
    return ScenarioSet(
        probability=np.array([0.5, 0.3, 0.2]),
        outage_days=np.array([[0, 0, 10], [0, 1, 10], [40, 0, 10]]),
        categories=np.array(["glass", "metal"], dtype=object),
        surge_multiplier=np.array([[1.0, 1.0], [1.0, 1.5], [1.0, 2.0]]),
        surge_days=np.array([[0, 0], [0, 10], [0, 20]]),
        price_multiplier=np.array([[1.0, 1.0], [0.8, 1.0], [1.0, 1.0]]),
        price_days=np.array([[0, 0], [30, 0], [0, 0]]),
        method="exact",
    )


def test_the_mean_scenario_by_hand() -> None:
    """
    Proves: outages .2·40 = 8, .3·1 → 1, 10; surge days .3·10 + .2·20 = 7, added .3·5 + .2·20 = 5.5.

    Prices: 9 days, added .3·(−.2)·30 = −1.8, so 1 − .2.
    Sensitivity: the mean of the multipliers, 1.35, would add 2.45 days; unweighted outages 14, 1.
    """
    mean = mean_scenario(_scenarios())
    assert len(mean) == 1
    assert mean.outage_days.tolist() == [[8, 1, 10]]
    assert mean.surge_days.tolist() == [[0, 7]]
    assert np.allclose(mean.surge_multiplier, [[1.0, 1.0 + 5.5 / 7.0]], rtol=1e-12)
    assert mean.price_days.tolist() == [[9, 0]]
    assert np.allclose(mean.price_multiplier, [[0.8, 1.0]], rtol=1e-12)


def test_the_mean_of_one_scenario_is_itself() -> None:
    """Proves: nothing is rounded or blended where there is nothing to average."""
    mean = mean_scenario(mean_scenario(_scenarios()))
    assert mean.outage_days.tolist() == [[8, 1, 10]]
    assert np.allclose(mean.surge_multiplier, [[1.0, 1.0 + 5.5 / 7.0]], rtol=1e-12)
