"""
Rounds a mixture to one option per SKU by error diffusion, keeping the mixture's resource use.

SKUs whose columns differ most come first; each takes the column that keeps the use so far nearest
to the mixture's, so the next SKUs make up for what one uses too much.

Why error diffusion: rounding every SKU alone would let errors in the use of a limit add up; here
the total stays within one SKU's error of the mixture (ALGORITHMS 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from optimizer.domain.arrays import ByteArray, FloatArray, IntArray
from optimizer.engine.decompose.bound import column_of
from optimizer.engine.decompose.master import Column, Mixture, limit_unit
from optimizer.engine.decompose.pricing_model import PricingModel

_LEAST_SHARE = 1e-9
_PASSES = 2  # the second makes room for the suppliers that the first needs onboarded


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rounded:
    """
    A plan near a mixture.

    Attributes
    ----------
    option
        Shape ``(N,)``.
    choices
        Options of the mixture's columns for the SKUs in which they differ, those that differ most
        in use and cost first.  Shape ``(columns, n)``.
    """

    option: IntArray
    choices: IntArray


def round_mixture(model: PricingModel, columns: list[Column], mixture: Mixture) -> Rounded:
    """Round the mixture to a whole plan."""
    block = model.options.block
    mixed_in = np.flatnonzero((mixture.share > _LEAST_SHARE).any(axis=1))
    share, choices = mixture.share[mixed_in], [columns[k].option for k in mixed_in.tolist()]
    plan = _largest(share, choices, block)
    differ = np.zeros(len(plan), dtype=np.bool_)
    for part, choice in zip(share, choices, strict=True):
        differ |= (choice != plan) & (part > _LEAST_SHARE)[block]
    skus = np.flatnonzero(differ)
    options = np.stack([choice[skus] for choice in choices])
    mixed = share[:, block[skus]]
    options = np.where(mixed > _LEAST_SHARE, options, plan[skus])
    unit = limit_unit(model)
    taken = model.options.take(options.ravel())
    used = taken.use.reshape(len(unit), *options.shape)
    cost = taken.cost.reshape(options.shape)
    spread = np.ptp(cost, axis=0) + np.ptp(used, axis=1).sum(axis=0)
    order = np.argsort(-spread, kind="stable")
    mixed, use = mixed[:, order], np.ascontiguousarray((used / unit[:, None, None])[:, :, order])
    ahead = np.zeros(len(model.limit))
    for _ in range(_PASSES):
        plan[skus[order]] = options[_diffused(mixed, use, ahead), order]
        ahead += np.maximum(column_of(model, plan).used(model) - model.limit, 0.0) / unit
    return Rounded(option=plan, choices=options[:, order])


def _largest(share: FloatArray, choices: list[IntArray], block: ByteArray) -> IntArray:
    """Return every SKU's option in the column with the largest share in its block."""
    largest = np.argmax(share, axis=0)[block]
    plan = choices[0].copy()
    for k, choice in enumerate(choices):
        here = largest == k
        plan[here] = choice[here]
    return plan


@numba.njit(cache=True)
def _diffused(share: FloatArray, use: FloatArray, too_much: FloatArray) -> IntArray:
    """
    Return the column of every SKU, given what all others use beyond the limits.

    Shapes ``(columns, n)``, ``(R, columns, n)`` and ``(R,)``.
    """
    n_limits, n_columns, n_skus = use.shape
    chosen = np.zeros(n_skus, dtype=np.int64)
    ahead = too_much.copy()
    for n in range(n_skus):
        total = 0.0
        for k in range(n_columns):
            total += share[k, n]
        for r in range(n_limits):
            for k in range(n_columns):
                ahead[r] -= share[k, n] / total * use[r, k, n]
        nearest = np.inf
        for k in range(n_columns):
            if share[k, n] <= _LEAST_SHARE:
                continue
            apart = 0.0
            for r in range(n_limits):
                apart += (ahead[r] + use[r, k, n]) ** 2
            if apart < nearest:
                nearest = apart
                chosen[n] = k
        for r in range(n_limits):
            ahead[r] += use[r, chosen[n], n]
    return chosen
