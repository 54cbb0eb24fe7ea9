"""A pass over the whole fine catalogue at the prices of a plan: what it proves and finds."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.plan import Prices
from optimizer.engine.refine import bound_of_sets, catalogue_prices
from optimizer.jobs.prepare import Prepared
from optimizer.options.fine_designs import Charges
from optimizer.options.fine_pass import Known, Offers, price_fine

DESIGNS_A_SKU: Final = 24
"""As many of the best fine designs are offered to each SKU."""
_TOLERANCE: Final = 0.1  # of the gap asked for


class FineBound(NamedTuple):
    """
    What a pass over the fine catalogue found.

    Attributes
    ----------
    offered, fine
        Bounds that the prices prove for the options offered, and for the whole fine catalogue.
        [currency]
    sku, row
        Fine designs worth offering.
    designs
        How many were costed.
    """

    offered: float
    fine: float
    sku: IntArray
    row: IntArray
    designs: int


def fine_bound(
    prepared: Prepared,
    prices: Prices,
    observer: Observer = SILENT,
    *,
    unseen: float | None = None,
) -> FineBound:
    """
    Price the whole fine catalogue at the prices of a plan's relaxation.

    Parameters
    ----------
    unseen
        Share of a SKU's price by which a design must be cheaper to be looked for; when left out, a
        tenth of the gap that the catalogue may leave.  The bound holds for any.
    """
    case, choices, options = prepared.case, prepared.choices, prepared.case.options
    at = catalogue_prices(case, prepared.mean, prices)
    unseen = case.portfolio.settings.catalogue.gap * _TOLERANCE if unseen is None else unseen
    found = price_fine(
        case.portfolio,
        Offers(
            fine=choices.fine,
            eligible=choices.eligible,
            sets=options.sets,
            profile_of_set=options.profile_of_set,
            price_profile=options.price_profile,
        ),
        Charges(resource=at.resource, weights=at.weights),
        Known(least=at.least, surcharge=at.surcharge, tolerance=unseen * np.abs(at.of_sku)),
        DESIGNS_A_SKU,
        stocks=prepared.fine_stock,
        observer=observer,
    )
    return FineBound(
        offered=at.bound,
        fine=bound_of_sets(case, at, found.least),
        sku=found.sku,
        row=found.row,
        designs=found.designs,
    )
