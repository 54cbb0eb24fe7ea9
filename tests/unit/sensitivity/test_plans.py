"""Reasons of whole plans: the same in any blocks, on any processors, with curves kept or not."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from optimizer.domain.budget import with_budget
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.reasons import Rationale
from optimizer.engine.decide import decide
from optimizer.jobs.decided import view_of
from optimizer.jobs.prepare import prepare
from optimizer.metrics.allowed import allowed_policies
from optimizer.options import known_curves
from optimizer.options.alternates import alternate_sets
from optimizer.options.block import Block, block
from optimizer.options.choices import Choices, offered_choices
from optimizer.options.known_curves import KnownCurves
from optimizer.sensitivity import plans
from optimizer.sensitivity.plans import rationale
from optimizer.sensitivity.view import View
from tests.support.explained import free_portfolio
from tests.support.random_portfolios import random_portfolio


def view(portfolio: Portfolio) -> View:
    """Return the view of a portfolio's best plan."""
    prepared = prepare(portfolio)
    return view_of(portfolio, prepared, decide(prepared.case))


def bits(value: Any) -> Any:
    """Return all that a dataclass or a tuple of arrays holds, NaN as itself."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.tolist() if value.dtype == object else value.tobytes()
    if isinstance(value, tuple):
        return [bits(one) for one in value]
    return {one.name: bits(getattr(value, one.name)) for one in fields(value)}


@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize("threads", [1, 5])
def test_reasons_do_not_depend_on_blocks_and_processors(
    seed: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: blocks of 1, 2 and all SKUs in 1 and 5 threads give the same reasons bit for bit."""
    seen = view(random_portfolio(seed, "cvar"))
    whole = bits(rationale(seen))
    monkeypatch.setattr("os.cpu_count", lambda: threads)
    for size in (1, 2, 100):
        monkeypatch.setattr(plans, "SKUS_AT_ONCE", size)
        assert bits(rationale(seen)) == whole


def test_reasons_of_another_budget_are_the_same_with_curves_kept() -> None:
    """
    Proves: curves kept from the plan of one budget change no bit of another's reasons.

    Sensitivity: kept curves are what is read: twice as high, they give other reasons.
    """
    portfolio, known = free_portfolio(5), KnownCurves()
    rationale(view(portfolio), known)
    other = view(with_budget(portfolio, 2_500.0))
    assert bits(rationale(other, known)) == bits(rationale(other))
    for block_of, kept in known._kept.items():
        known._kept[block_of] = kept._replace(curves=2.0 * kept.curves)
    assert bits(rationale(other, known)) != bits(rationale(other))


def with_fine(choices: Choices, every: int) -> Choices:
    """Return choices that offer the first two SKUs some of the fine designs besides."""
    rows = np.arange(0, len(choices.fine.catalogue), every)
    return choices.with_fine(np.repeat([0, 1], len(rows)), np.tile(rows, 2))


def curves(built: Block) -> bytes:
    """Return the curve of every option."""
    return built.curves[built.curve].tobytes()


@pytest.mark.parametrize("most", [0, 10_000])
def test_known_curves_are_told_apart(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: options in whatever mixture of known and new ones have the curves that they have
    without any known, and a portfolio of many SKUs keeps none.
    """
    monkeypatch.setattr(known_curves, "_MOST_SKUS", most)
    portfolio = free_portfolio(5)
    sets, skus, known = alternate_sets(portfolio), np.arange(2), KnownCurves()
    choices = offered_choices(portfolio, allowed_policies(portfolio))
    for offer in (with_fine(choices, 7), choices, with_fine(choices, 5), with_fine(choices, 7)):
        plain = block(portfolio, offer, sets, skus)
        assert curves(block(portfolio, offer, sets, skus, known)) == curves(plain)
    assert len(known._kept) == (1 if most else 0)


def test_reasons_are_a_rationale() -> None:
    """Proves: what is compared above is not empty: each SKU has a reason, and some a runner-up."""
    found = rationale(view(free_portfolio(5)))
    assert isinstance(found, Rationale)
    assert all(found.reasons.text)
    assert len(found.reasons.runner_up) > 0
