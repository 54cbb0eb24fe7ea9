"""A plan read back gives the designs it was written from."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd

from optimizer.domain.option import Designs
from optimizer.options.alternates import alternate_sets
from optimizer.options.catalogue import catalogue
from optimizer.options.restore import restore
from optimizer.store.words import alternate_names
from tests.support.portfolios import make_portfolio


def test_restored_designs_are_the_plans() -> None:
    """
    Proves: policy, levels, lots and up to two alternates come back,
    `on_demand` with its level 0 included; reorder points and lots follow from the policy again.

    Sensitivity: the plan's own reorder_point taken for a stated number would fix it for all time.
    """
    sources = [
        {"sku": row, "supplier": supplier, "role": "primary" if supplier == 0 else "candidate"}
        for row in range(3)
        for supplier in range(3 if row else 1)
    ]
    portfolio = make_portfolio([{"sku": f"S{n}"} for n in range(3)], sources, max_alternates=2)
    sets, choices = alternate_sets(portfolio), catalogue(portfolio.settings)
    on_demand = int(np.flatnonzero(choices.service_level == 0.0)[0])
    none_pair_pair = sets.sources[sets.start[1:] - np.array([1, 2, 2])]
    made = choices.designs(np.arange(3), np.array([on_demand, 8, len(choices) - 1]), none_pair_pair)
    names = np.array(list(portfolio.settings.policies), dtype=object)
    plan = pd.DataFrame(
        {
            "sku": portfolio.skus.sku,
            "policy": names[made.policy],
            **{
                name: getattr(made, name)
                for name in ("service_level", "reserve_days", "lot_days_min", "lot_factor")
            },
            "reorder_point": 40.0,
            "order_quantity": 7.0,
            "alternates": alternate_names(portfolio, made),
        }
    )
    again = restore(portfolio, plan)
    assert (made.alternates[1:] >= 0).all()
    for field in fields(Designs):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(made, field.name))
