"""Suppliers by the losses of the scenarios they are out in."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.domain.run import RunTables


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierRisk:
    """
    What the scenarios say of one supplier.

    Attributes
    ----------
    probability
        That it is out at all within the horizon. [-]
    days
        Mean length of its outages, where it is out. [day]
    loss
        Mean loss of the scenarios it is out in, whoever else is out then. [currency]
    """

    supplier: str
    probability: float
    days: float
    loss: float


def supplier_risks(tables: RunTables, *, number: int) -> tuple[SupplierRisk, ...]:
    """Return the suppliers whose outages come with most loss, probability times loss, first."""
    scenarios = tables.scenarios.set_index("scenario")
    out = tables.outages.join(scenarios[["probability", "loss"]], on="scenario")
    weighed = out.assign(
        days=out["days"] * out["probability"], loss=out["loss"] * out["probability"]
    )
    sums = weighed.groupby("supplier")[["probability", "days", "loss"]].sum()
    sums = sums[sums["probability"] > 0.0].sort_values("loss", ascending=False, kind="stable")
    return tuple(
        SupplierRisk(
            supplier=str(supplier),
            probability=float(probability),
            days=float(days / probability),
            loss=float(loss / probability),
        )
        for supplier, probability, days, loss in sums.head(number).itertuples()
    )
