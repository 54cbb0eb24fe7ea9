"""HiGHS against every plan of random tiny models; ``make bench-solver`` does so for 50,000."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.tiny_models import TinyModel, fault, least_cost, main, wrong_answers
from optimizer.engine.highs import Answer, solve


def _example(limit: float = 6.0) -> TinyModel:
    """Two SKUs, options 0 and 1 and option 2; option 1 needs a supplier, option 2 none."""
    return TinyModel(
        start=np.array([0, 2, 3]),
        cost=np.array([1.0, 5.0, 2.0]),
        use=np.array([[4.0, 1.0, 3.0]]),
        limit=np.array([limit]),
        needs=np.array([-1, 0, -1]),
        opening_cost=np.array([2.0]),
        opening_use=np.array([[1.5]]),
        loss=np.array([[0.0, 10.0, 4.0]]),
        deductible=np.array([12.0]),
        rate=np.array([0.5]),
        by_sku=True,
    )


@pytest.mark.parametrize(("limit", "least"), [(6.0, 10.0), (7.0, 3.0), (5.0, np.inf)])
def test_the_best_plan_by_hand(limit: float, least: float) -> None:
    """
    Proves: `least_cost` counts options, supplier and the loss beyond, within the limit.

    Options 0 and 2 use 4 + 3 = 7 and cost 1 + 2 = 3.  Options 1 and 2 use 1 + 3 + 1.5 = 5.5 and
    cost 5 + 2 + 2 + .5 * (14 - 12) = 10.  Sensitivity: without the supplier's use 5 would do.
    """
    assert least_cost(_example(limit), 0.0) == least
    assert fault(_example(limit)) is None


def test_no_answer_is_wrong() -> None:
    """Proves: HiGHS, with the options that Ballast sets, finds the best plan of 200 models."""
    assert wrong_answers(2, range(200)) == {}


def test_models_that_presolve_got_wrong_are_solved() -> None:
    """
    Proves: HiGHS is right where 1.15.1 with all rules of presolve was not, 3 of 14,000 models.

    It called the first two an error and the third infeasible, although a plan costs 125.46.
    """
    assert wrong_answers(1, [7_027, 9_790, 13_403]) == {}


def test_the_script_says_how_many_are_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the line counts the models asked for, of the version that solved them."""
    main(["--count", "3"])
    assert ": 0 wrong of 3, " in capsys.readouterr().out


def _dearer(answer: Answer) -> Answer:
    """Return the plan of options 1 and 2, at 10 instead of 3."""
    return replace(answer, values=np.array([0.0, 1.0, 1.0, 1.0, 2.0]), bound=10.0)


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (lambda a: replace(a, status="infeasible", values=None), "called infeasible"),
        (lambda a: replace(a, status="error"), "status error"),
        (lambda a: replace(a, values=0.0 * a.values), "a row is not kept"),
        (lambda a: replace(a, bound=2.9), "a bound of 2.9"),
        (_dearer, "is called optimal, the best costs 3.0"),
    ],
)
def test_a_wrong_answer_is_told(
    lie: Callable[[Answer], Answer], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: each way of being wrong is found and named, where the true answer passes."""
    monkeypatch.setattr("benchmarks.tiny_models.solve", lambda *a, **k: lie(solve(*a, **k)))
    assert said in str(fault(_example(limit=7.0)))
