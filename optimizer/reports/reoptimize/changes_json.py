"""A list of changes as JSON data."""

from __future__ import annotations

from typing import Any

from optimizer.domain.change_list import ChangeList
from optimizer.reports.reoptimize.changes_words import point_rows, rejected_cost


def changes_json(changes: ChangeList) -> dict[str, Any]:
    """Return the list, its sums, the curve and what rejections cost; money over the horizon."""
    return {
        "run": changes.about.run,
        "plan_of": changes.plan_of,
        "currency": changes.about.settings.currency,
        "skus": changes.about.skus,
        "before": changes.before._asdict(),
        "after": changes.after._asdict(),
        "saving": changes.saving,
        "first_decisions": changes.first,
        "most_capital": changes.most_capital,
        "changes": changes.rows.to_dict("records"),
        "curve": list(point_rows(changes)),
        "without_stability": {name: point._asdict() for name, point in changes.unbound.items()},
        "not_made": changes.rejected.to_dict("records"),
        "not_made_cost": rejected_cost(changes),
        "notes": list(changes.notes),
    }
