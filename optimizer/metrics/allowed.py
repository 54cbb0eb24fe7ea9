"""The rule of thumb: which policies a segment may use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray
from optimizer.domain.portfolio import Portfolio
from optimizer.metrics.segment import segment

RULE_OF_THUMB: Final[dict[str, frozenset[str]]] = {
    "A-high": frozenset({"stockpile"}),
    "B-high": frozenset({"stockpile", "safety_stock", "forward_buy"}),
    "C-high": frozenset({"safety_stock", "forward_buy"}),
    "A-low": frozenset({"jit", "reorder_point"}),
    "B-low": frozenset({"jit", "reorder_point", "vmi"}),
    "C-low": frozenset({"reorder_point", "vmi"}),
}
"""Policies by value class and supplier risk; B, for which the rule is silent, may use A's and C's.

EOQ, in "JIT/EOQ", is `reorder_point`, whose lot is the EOQ.  The rule does not look at the
variability class.
"""


def allowed_policies(portfolio: Portfolio) -> BoolArray:
    """
    Return the policies that the policy mode allows each SKU.

    Parameters
    ----------
    portfolio
        Its settings and whatever its segments depend on.

    Returns
    -------
    BoolArray
        Shape ``(N, n_policies)``, in the order of `settings.policies`.  All policies in free mode;
        in segment mode those of `RULE_OF_THUMB`, but all for a SKU with a lock, because the
        planner's lock outranks the rule.

    References
    ----------
    .. [1] The model contract, section 1, ``policy_mode``.
    """
    skus, settings = portfolio.skus, portfolio.settings
    if settings.policy_mode == "free":
        return np.ones((len(skus), len(settings.policies)), dtype=np.bool_)
    row, segments = pd.factorize(segment(portfolio))
    ruled = np.array(
        [_by_rule_of_thumb(name, settings.policies) for name in segments], dtype=np.bool_
    )
    has_lock: BoolArray = skus.lock_policy != ""
    return np.asarray(ruled[row] | has_lock[:, None], dtype=np.bool_)


def _by_rule_of_thumb(name: str, policies: Iterable[str]) -> list[bool]:
    value, _, risk = name.split("-")
    return [policy in RULE_OF_THUMB[f"{value}-{risk}"] for policy in policies]
