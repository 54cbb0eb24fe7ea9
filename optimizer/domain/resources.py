"""Limited things: capital, storage, qualifications, … as columns (MODEL 5)."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.domain.arrays import FloatArray, freeze


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resources:
    """
    What every option and every onboarding uses of each resource, and how much there is.

    Attributes
    ----------
    name
        ``capital``, ``capital:CATEGORY``, ``capital_q1`` … ``capital_q4``, ``storage``,
        ``qualifications``, ``onboardings``, ``changes``, ``service:category:NAME`` (share of demand
        short).  Length R.
    unit
        Unit of each resource, the currency's code where it is money.  Length R.
    option_use
        Shape ``(R, O)``.  :math:`a_{ro}`
    onboard_use
        Use by onboarding a supplier.  Shape ``(R, J)``.  :math:`a_{rj}`
    limit
        ``inf`` where there is none.  Shape ``(R,)``.  :math:`b_r`
    """

    name: tuple[str, ...]
    unit: tuple[str, ...]
    option_use: FloatArray
    onboard_use: FloatArray
    limit: FloatArray

    def __post_init__(self) -> None:
        n_resources = len(self.name)
        columns = (self.unit, self.option_use, self.onboard_use, self.limit)
        if any(len(column) != n_resources for column in columns):
            raise ValueError(f"every field must speak of the same {n_resources} resources.")
        freeze(self)
