"""
SKUs in blocks of equal weight: what one pricing round tells of each block apart (ALGORITHMS 3).

A master that may mix the rounds differently in every block needs half the rounds that one over
whole plans does, and leaves only a few blocks undecided.
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
        In ``range(BLOCKS)``; together the SKUs of a block weigh as much as those of another, as
        far as whole SKUs can.  Shape ``(N,)``.
    """
    heaviest_first = np.argsort(-weight, kind="stable")
    before = np.cumsum(weight[heaviest_first]) - weight[heaviest_first]
    total = max(float(weight.sum()), np.finfo(np.float64).tiny)
    block = np.empty(len(weight), dtype=np.uint8)
    block[heaviest_first] = np.minimum(before / total * BLOCKS, BLOCKS - 1)
    return block
