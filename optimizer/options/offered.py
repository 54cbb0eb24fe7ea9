"""Which designs the settings offer, limits aside."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.options.alternates import uses_as_stated
from optimizer.options.catalogue import catalogue
from optimizer.options.choices import design_keys
from optimizer.options.designs import eligible_policies
from optimizer.options.fine import fine_catalogue
from optimizer.options.holding import stock
from optimizer.options.rules import broken
from optimizer.options.survival import survives


def offered(portfolio: Portfolio, designs: Designs, allowed: BoolArray) -> BoolArray:
    """
    Return whether each design could be chosen if there were no limits.

    Parameters
    ----------
    portfolio
        Its settings may differ from those the designs were made under.
    designs
        Any designs of its SKUs.
    allowed
        Which policies the policy mode allows each SKU.  Shape ``(N, n_policies)``.

    Returns
    -------
    BoolArray
        Shape ``(O,)``: true if the catalogue has the design, without stated numbers, the SKU may
        use its policy, it has at most `max_alternates` alternates, those it must, and keeps
        shelf life, cover limits and the survival of critical SKUs.

    References
    ----------
    .. [1] The model contract, section 2.
    """
    settings = portfolio.settings
    held = set(design_keys(catalogue(settings)))
    if settings.catalogue.refine:
        held.update(design_keys(fine_catalogue(settings).catalogue))
    in_catalogue = np.array([key in held for key in design_keys(designs)], dtype=np.bool_)
    is_eligible = eligible_policies(portfolio, allowed)[designs.sku, designs.policy]
    n_alternates = (designs.alternates >= 0).sum(axis=1)
    stocks = stock(portfolio, designs)
    keeps_rules = ~broken(portfolio, designs, stocks).any(axis=0)
    keeps_rules &= survives(portfolio, designs, stocks.cover_days)
    few = n_alternates <= portfolio.settings.max_alternates
    by_rule = np.isnan(designs.reorder_point) & np.isnan(designs.order_quantity)
    few &= uses_as_stated(portfolio, designs.sku, designs.alternates)
    is_offered: BoolArray = in_catalogue & by_rule & is_eligible & keeps_rules & few
    return is_offered
