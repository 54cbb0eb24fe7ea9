"""Ranges as people type them."""

from __future__ import annotations

import pytest

from optimizer.errors import BadInputError
from optimizer.inputs.settings.value_range import parse_budgets, parse_hurdle, parse_risk_weights


@pytest.mark.parametrize(
    "text",
    ["today±1M:3", "today+-1M:3", "today+/-1M:3", "today-1M:today+1M:3", "today ± 1000k:3"],
)
def test_around_today_reads_the_same(text: str) -> None:
    """Proves: however ± is typed, the budgets lie around what today's plan ties up."""
    assert parse_budgets(text).budgets(lambda: 2.4e6) == [1.4e6, 2.4e6, 3.4e6]


def test_today_is_asked_only_if_it_is_named() -> None:
    """Proves: a range of amounts needs no plan table; one with today at an end does."""

    def none() -> float:
        raise AssertionError

    assert parse_budgets("1M:3M:3").budgets(none) == [1e6, 2e6, 3e6]
    assert parse_budgets("1M:today:2").budgets(lambda: 2e6) == [1e6, 2e6]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("0:1.2:3", "from 0 to 1"),
        ("0.5:0.5:3", "LOW must be below HIGH"),
        ("0:1:1", "COUNT must be 2"),
        ("0:1", "LOW:HIGH:COUNT"),
        ("0:nan:4", "LOW:HIGH:COUNT"),
        ("0:a:4", "LOW:HIGH:COUNT"),
    ],
)
def test_bad_weights_are_refused(text: str, rule: str) -> None:
    """Proves: what is no range within 0 and 1 is refused with the option's name."""
    with pytest.raises(BadInputError, match=rule):
        parse_risk_weights(text)


def test_a_rate_is_said_one_way() -> None:
    """Proves: 10% and 0.1 are one rate; 10 alone could be 1000 % and is refused; 150% is not."""
    assert parse_hurdle("10%") == parse_hurdle("0.1") == 0.1
    assert parse_hurdle("150%") == 1.5
    with pytest.raises(BadInputError, match="Write 10%"):
        parse_hurdle("10")
