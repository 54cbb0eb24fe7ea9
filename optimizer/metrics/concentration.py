"""Concentration of spend: who delivered how much of it, and how evenly it lies."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.inputs.readers.cells import Table
from optimizer.inputs.rules.references import positions


def herfindahl(shares: FloatArray) -> float:
    r"""
    Return the Herfindahl–Hirschman index of shares.

    .. math:: \sum_k s_k^2

    Returns
    -------
    float
        From 1/K, all of K alike, to 1, one has everything; 0 without any share. [-]

    Examples
    --------
    >>> round(herfindahl(np.array([0.8, 0.1, 0.1])), 2)
    0.66
    """
    return float(np.dot(shares, shares))


def delivered_shares(portfolio: Portfolio, deliveries: Table) -> FloatArray | None:
    """
    Return each supplier's share of what was delivered, at unit cost and its own premium.

    Parameters
    ----------
    deliveries
        As read.

    Returns
    -------
    FloatArray | None
        Shape ``(J,)``; None where no quantity was received.
    """
    skus, sources, suppliers = portfolio.skus, portfolio.sources, portfolio.suppliers
    sku = positions(deliveries.texts["sku"], pa.array(skus.sku, pa.string()))
    supplier = positions(deliveries.texts["supplier"], pa.array(suppliers.supplier, pa.string()))
    units = np.nan_to_num(deliveries.numbers["quantity_received"])
    keys = sources.sku * len(suppliers) + sources.supplier
    order = np.argsort(keys)
    wanted = sku * len(suppliers) + supplier
    place = order[np.searchsorted(keys, wanted, sorter=order).clip(max=len(keys) - 1)]
    premium = np.where(keys[place] == wanted, sources.price_premium[place], 0.0)
    value = units * skus.unit_cost[sku] * (1.0 + premium)
    total = float(value.sum())
    if total <= 0.0:
        return None
    return np.bincount(supplier, value, minlength=len(suppliers)) / total
