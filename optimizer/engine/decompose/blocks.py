"""
SKUs in blocks of equal weight, each with a column of its own per round (ALGORITHMS 3).

Why blocks: a restricted master that mixes columns block by block converges in half the rounds of
one over whole plans, and leaves only a few blocks fractional.
"""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import ByteArray, FloatArray

BLOCKS = 32


def equal_blocks(weight: FloatArray) -> ByteArray:
    """
    Return the block of every SKU, the heaviest SKUs in block 0.

    Parameters
    ----------
    weight
        At least 0.  Shape ``(N,)``.

    Returns
    -------
    ByteArray
        In ``range(BLOCKS)``; blocks weigh the same, as far as whole SKUs allow.  Shape ``(N,)``.
    """
    heaviest_first = np.argsort(-weight, kind="stable")
    before = np.cumsum(weight[heaviest_first]) - weight[heaviest_first]
    total = max(float(weight.sum()), np.finfo(np.float64).tiny)
    block = np.empty(len(weight), dtype=np.uint8)
    block[heaviest_first] = np.minimum(before / total * BLOCKS, BLOCKS - 1)
    return block
