"""An audit as it is looked at: what every sentence, chart and table of it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

from optimizer.domain.audit import Audit
from optimizer.domain.settings import Settings
from optimizer.metrics.backup import SINGLE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AuditView:
    """
    An audit and what every sentence and chart of it needs.

    Attributes
    ----------
    regions, suppliers, tags
        Rows of its nodes, the most spend first.
    single
        SKUs that one supplier's outage stops.
    """

    audit: Audit
    settings: Settings
    regions: pd.DataFrame
    suppliers: pd.DataFrame
    tags: pd.DataFrame
    single: pd.DataFrame

    @classmethod
    def of(cls, audit: Audit) -> Self:
        """Look at an audit."""
        regions, suppliers, tags = (
            _of_kind(audit.nodes, kind) for kind in ("region", "supplier", "tag")
        )
        return cls(
            audit=audit,
            settings=audit.about.settings,
            regions=regions,
            suppliers=suppliers,
            tags=tags,
            single=audit.skus[audit.skus["backup"].isin(SINGLE)],
        )

    @property
    def currency(self) -> str:
        """The portfolio's."""
        return self.audit.currency

    @property
    def summary(self) -> dict[str, Any]:
        """Sums and counts by name."""
        return dict(self.audit.summary)

    @property
    def compared_with(self) -> str:
        """The earlier quarter; empty where there is none."""
        return str(self.audit.summary.get("review", {}).get("before", ""))

    @property
    def has_plan(self) -> bool:
        """Whether it is about a plan in force."""
        return bool(self.audit.summary["plan"] == "today")

    def largest_loss(self, kind: str) -> pd.Series[Any] | None:
        """Return the node of a kind that costs most when down; None where none costs anything."""
        of_kind = self.audit.nodes[self.audit.nodes["kind"] == kind]
        costing = of_kind[of_kind["loss_if_down"] > 0.0]
        return None if costing.empty else costing.iloc[0]


def _of_kind(nodes: pd.DataFrame, kind: str) -> pd.DataFrame:
    some = nodes[nodes["kind"] == kind]
    return some.sort_values("spend_a_year", ascending=False, kind="stable", ignore_index=True)
