"""The supplies of the profiles as the compiled loops read them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.domain.scenario import Profiles


class Supplies(NamedTuple):
    """
    Columns of `Profiles`; of an absent alternate, which comes last, the share is 0.

    `category` is a row of the surges' categories.
    """

    primary: IntArray
    category: IntArray
    alternate: IntArray
    ramp_days: FloatArray
    extra_lead_days: FloatArray
    share: FloatArray


def supplies(profiles: Profiles, category: IntArray) -> Supplies:
    """Return the profiles' supplies, absent alternates after those that are there."""
    order = np.argsort(profiles.alternate < 0, axis=1, kind="stable")

    def ordered(column: FloatArray) -> FloatArray:
        return np.take_along_axis(column, order, axis=1)

    alternate = np.take_along_axis(profiles.alternate, order, axis=1)
    return Supplies(
        primary=profiles.primary.copy(),
        category=category,
        alternate=alternate,
        ramp_days=ordered(profiles.ramp_days),
        extra_lead_days=ordered(profiles.extra_lead_days),
        share=np.where(alternate >= 0, ordered(profiles.capacity_share), 0.0),
    )


def rows_of(names: TextArray, categories: TextArray) -> IntArray:
    """Return the row of each name; one row more stands for those that are not there."""
    rows = {name: row for row, name in enumerate(categories)}
    return np.array([rows.get(name, len(rows)) for name in names], dtype=np.int64)
