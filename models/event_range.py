r"""
The least and the greatest loss of an event when every SKU has one option.

.. math:: \sum_i \min_{o \in O_i} B_{eo} \;\le\; Y_e \;\le\; \sum_i \max_{o \in O_i} B_{eo}
"""

from __future__ import annotations

import numpy as np

from models.data import FloatArray, ModelData


def event_range(data: ModelData) -> tuple[FloatArray, FloatArray]:
    """
    Return the lower and the upper bound of every event's loss.

    Returns
    -------
    tuple of FloatArray
        Both of shape ``(E,)``. [currency]  An option that the row does not store loses 0.
    """
    loss = data.event_loss.tocoo()
    n_events = loss.shape[0]
    if not loss.nnz:
        return np.zeros(n_events), np.zeros(n_events)

    cell = loss.row.astype(np.int64) * data.n_skus + data.sku_of_option[loss.col]
    order = np.argsort(cell, kind="stable")
    cells, first, stored = np.unique(cell[order], return_index=True, return_counts=True)
    event, sku = np.divmod(cells, data.n_skus)
    least = np.minimum.reduceat(loss.data[order], first)
    most = np.maximum.reduceat(loss.data[order], first)

    lossless = stored < np.diff(data.start)[sku]
    least[lossless] = np.minimum(least[lossless], 0.0)
    most[lossless] = np.maximum(most[lossless], 0.0)
    low, high = np.zeros(n_events), np.zeros(n_events)
    np.add.at(low, event, least)
    np.add.at(high, event, most)
    return low, high
