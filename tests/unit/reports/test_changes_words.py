"""What is said of fewer changes, with and without a saving to spread."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from optimizer.domain.change_list import ChangeList, Point
from optimizer.domain.settings import Settings
from optimizer.reports.reoptimize.changes_words import curve_finding


def _changes(before: float, *costs: tuple[int, float]) -> ChangeList:
    curve = tuple(Point(count, count, cost, cost) for count, cost in costs)
    about = SimpleNamespace(settings=Settings(currency="EUR"))
    stated = SimpleNamespace(before=SimpleNamespace(objective=before), curve=curve, about=about)
    return cast(ChangeList, stated)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            _changes(1_000.0, (1, 400.0), (2, 90.0), (5, 0.0)),
            "2 changes of 5 give 91 % of the saving.",
        ),
        (_changes(1_000.0, (1, 50.0), (5, 0.0)), "1 change of 5 gives 95 % of the saving."),
        (
            _changes(1_000.0, (1, 1_900.0), (5, 1_200.0)),
            "1 change keeps today's limits; 5 do so cheaper by 700 EUR a year.",
        ),
    ],
)
def test_the_fewest_changes_worth_making_are_named(changes: ChangeList, said: str) -> None:
    """
    Proves: the fewest changes with nine tenths of the saving; where keeping the limits costs, how
    few keep them and what more of them save.

    Sensitivity: a share of no saving called one change of ten all of it.
    """
    assert curve_finding(changes) == said
