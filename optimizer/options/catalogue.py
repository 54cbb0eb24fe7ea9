"""The catalogue of policies as arrays: one row per (policy, service level, reserve, lot)."""

from __future__ import annotations

from itertools import product

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.option import Catalogue
from optimizer.domain.settings import Policy, Settings


def catalogue(settings: Settings) -> Catalogue:
    """
    Return every combination of parameters that the policies offer.

    Parameters
    ----------
    settings
        Its `policies`; one without service levels offers nothing, unless it orders on demand.

    Returns
    -------
    Catalogue
        In the order of `settings.policies`.

    Examples
    --------
    The default catalogue: 1 + 3 + 3 + 5 + 3 · 3 + 1 + 4 · 9 rows.

    >>> len(catalogue(Settings()))
    58

    References
    ----------
    .. [1] The model contract, section 2.
    """
    rows = [
        (position, *choice)
        for position, policy in enumerate(settings.policies.values())
        for choice in _choices(policy)
    ]
    policy, service_level, reserve_days, lot_days_min = (
        np.array(rows, dtype=np.float64).reshape(-1, 4).T
    )
    return Catalogue(
        policy=policy.astype(np.int64),
        service_level=service_level,
        reserve_days=reserve_days,
        lot_days_min=lot_days_min,
        lot_factor=np.ones(len(rows)),
    )


def _choices(policy: Policy) -> product[tuple[float, float, float]]:
    """Return every (service level, reserve, lot); an on-demand policy has service level 0."""
    service_levels = policy.service_levels if policy.reorder_point is None else (0.0,)
    return product(service_levels, policy.reserve_days, policy.lot_days_min or (0.0,))


def policy_column(settings: Settings, name: str) -> FloatArray:
    """
    Return one parameter of every policy, in the order of `settings.policies`.

    Parameters
    ----------
    settings
        Its `policies`.
    name
        A number of `Policy`, such as ``fee``; ``None`` becomes ``inf``.

    Returns
    -------
    FloatArray
        Shape ``(n_policies,)``, in the parameter's unit.

    Examples
    --------
    >>> policy_column(Settings(), "own_books")
    array([1., 1., 0., 1., 1., 1., 1.])

    References
    ----------
    .. [1] The model contract, section 2.
    """
    values = [getattr(policy, name) for policy in settings.policies.values()]
    return np.array([np.inf if value is None else value for value in values], dtype=np.float64)
