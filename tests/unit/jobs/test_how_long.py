"""About how long the rest takes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from optimizer.domain.observer import Silent
from optimizer.jobs import how_long
from optimizer.jobs.how_long import STEP, Foretelling, ToldByStep, tell_rest


class _Heard(Silent):
    def __init__(self) -> None:
        self.steps: list[tuple[str, str]] = []

    def on_step(self, name: str, detail: str, seconds: float) -> None:
        """Note it."""
        self.steps.append((name, detail))


@pytest.mark.parametrize(
    ("seconds", "rest", "told"),
    [
        (1.0, 5, []),
        (4.0, 11, [(STEP, "about 40 s for 11 more budgets")]),
        (60.0, 19, [(STEP, "about 19 min for 19 more budgets")]),
    ],
)
def test_the_rest_is_told_from_what_one_took(
    seconds: float, rest: int, told: list[tuple[str, str]]
) -> None:
    """
    Proves: what is left takes as long a part as one took, and a short rest is not spoken of.

    Sensitivity: one part too many would be 48 s, told as 50 s, and 20 min.
    """
    heard = _Heard()
    tell_rest(heard, seconds, rest, f"for {rest} more budgets")
    assert heard.steps == told


def test_the_first_seconds_tell_of_the_others_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a tenth done after 30 s leaves 270 s, which is told once; one second says nothing."""
    clock = iter([100.0, 101.0, 130.0, 160.0])
    monkeypatch.setattr(how_long, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    heard = _Heard()
    observer = Foretelling(heard)
    observer.on_progress("play", 0.001)
    observer.on_progress("play", 0.1)
    observer.on_progress("play", 0.2)
    assert heard.steps == [(STEP, "about 4 min to play the rest")]


def test_a_step_tells_once_how_long_the_others_take() -> None:
    """Proves: 10 s of options, 18 times as long for the rest, are 3 min; a second time is mute."""
    heard = _Heard()
    observer = ToldByStep(heard, "options", 18.0, "for the rest")
    for name, seconds in (("pilot", 60.0), ("options", 10.0), ("options", 20.0)):
        observer.on_step(name, "", seconds)
    steps = [("pilot", ""), ("options", ""), (STEP, "about 3 min for the rest")]
    assert heard.steps == [*steps, ("options", "")]
