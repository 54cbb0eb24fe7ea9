"""A tail taken apart as JSON data."""

from __future__ import annotations

from typing import Any

from optimizer.domain.contributions import DIMENSIONS, LOSSES, Contributions, FutureStory


def contributions_json(found: Contributions) -> dict[str, Any]:
    """Return the totals, the shares by each dimension and the worst futures, over the horizon."""
    return {
        "run": found.about.run,
        "currency": found.about.settings.currency,
        "total": {name: found.total(name) for name in LOSSES},
        "by": {name: found.by(name).to_dict("records") for name in DIMENSIONS},
        "rows": found.rows.to_dict("records"),
        "worst_futures": [_story(story) for story in found.stories],
    }


def _story(story: FutureStory) -> dict[str, Any]:
    strikes = [
        one._asdict() | {"worst": [short._asdict() for short in one.worst]} for one in story.strikes
    ]
    return story._asdict() | {"strikes": strikes, "by_day": story.by_day.tolist()}
