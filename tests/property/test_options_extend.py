"""A table extended by what is new is the table built whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import POLICIES
from optimizer.jobs.prepare import Prepared, offering, prepare
from optimizer.options import build as build_module
from optimizer.options.build import Built, build
from optimizer.options.choices import Choices
from tests.support.random_portfolios import random_portfolio

ROUNDS = 3


@pytest.mark.parametrize("seed", range(40))
def test_what_is_offered_besides_makes_the_table_of_all_choices(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: over three rounds of random fine designs the extended table is, bit for bit, the one
    built of all choices, in whatever blocks; curves apart that an old and a new option share.

    Tail charges of 0.2 to 3, pairs of alternates, onboardings, price shocks, shelf lives, limits on
    storage, capital or nothing, carrying that costs or not.  Sensitivity: an old option that a new
    one dominates left in, curves compared in double precision where all are at hand, or the first
    of equals dropped, is another table.
    """
    rng = np.random.default_rng(seed)
    prepared = prepare(varied(seed, rng))
    for _ in range(ROUNDS):
        monkeypatch.setattr(build_module, "SKUS_AT_ONCE", int(rng.integers(1, 8)))
        choices = with_some_fine(prepared.choices, rng)
        before, prepared = prepared, offering(prepared, choices)
        assert np.array_equal(prepared.choices.sku, choices.sku)
        assert np.array_equal(prepared.choices.row, choices.row)
        assert np.array_equal(prepared.case.resources.limit, before.case.resources.limit)
        assert_same(prepared, whole(prepared))


def test_old_options_go_and_new_ones_stay_in_those_rounds() -> None:
    """Proves: such rounds drop old options, refuse new ones and keep new ones, many of each."""
    dropped, added, refused = 0, 0, 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        prepared = prepare(varied(seed, rng))
        finer = offering(prepared, with_some_fine(prepared.choices, rng))
        before, after = (keys(one) for one in (prepared, finer))
        n_new = finer.choices.beyond(prepared.choices).count(
            prepared.case.portfolio, prepared.case.options.sets
        )
        dropped += len(before - after)
        added += len(after - before)
        refused += n_new - len(after - before)
    assert min(dropped, added, refused) > 10


def test_what_is_offered_already_changes_nothing() -> None:
    """Proves: choices that offer nothing besides, or less, leave table and choices as they are."""
    rng = np.random.default_rng(3)
    catalogue = prepare(varied(3, rng))
    finer = offering(catalogue, with_some_fine(catalogue.choices, rng))
    for choices in (finer.choices, catalogue.choices):
        again = offering(finer, choices)
        assert keys(again) == keys(finer)
        assert np.array_equal(again.choices.row, finer.choices.row)


def varied(seed: int, rng: np.random.Generator) -> Portfolio:
    """Return a random portfolio of up to eight SKUs with what pruning depends on varied."""
    portfolio = random_portfolio(seed, "cvar", max_skus=8)
    limits = portfolio.settings.limits.model_copy(
        update={"storage": float(rng.choice([20.0, 1e4])) if rng.random() < 0.5 else None}
    )
    free = rng.random() < 0.4
    settings = portfolio.settings.having(
        horizon={"days": int(rng.choice([365, 1095]))},
        budget={"capital": None} if rng.random() < 0.5 else {},
        carrying=dict.fromkeys(type(portfolio.settings.carrying).model_fields, 0.0) if free else {},
    ).model_copy(
        update={
            "limits": limits,
            "max_alternates": int(rng.integers(1, 3)),
            **({"policies": POLICIES} if rng.random() < 0.7 else {}),
        }
    )
    shelf_life = rng.choice([np.inf, 200.0], len(portfolio.skus))
    skus = replace(portfolio.skus, shelf_life_days=shelf_life)
    return replace(portfolio, skus=skus, settings=settings)


def with_some_fine(choices: Choices, rng: np.random.Generator) -> Choices:
    """Return choices that offer most SKUs up to 40 random fine designs besides."""
    fine = choices.fine.catalogue
    pairs = [
        (sku, row)
        for sku in np.flatnonzero(rng.random(len(choices.eligible)) < 0.8).tolist()
        for open_ in [np.flatnonzero(choices.eligible[sku, fine.policy])]
        if len(open_)
        for row in np.unique(rng.choice(open_, int(rng.integers(1, 41)))).tolist()
    ]
    sku, row = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return choices.with_fine(sku, row)


def whole(prepared: Prepared) -> Built:
    """Return the table of all choices, built anew."""
    case, options = prepared.case, prepared.case.options
    return build(
        case.portfolio,
        prepared.choices,
        sets=options.sets,
        profile_of_set=options.profile_of_set,
        price_profile=options.price_profile,
        lost=case.lost,
        mean=prepared.mean,
    )


def assert_same(prepared: Prepared, built: Built) -> None:
    """Assert that a case's table is another one, option by option."""
    found, expected = prepared.case.options, built.options
    for name in ("start", "choice", "alternate_set", "cost", "expected_loss"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    for name in ("loss_curves", "lot_days"):
        of_options = [getattr(table, name)[table.curve] for table in (found, expected)]
        assert np.array_equal(*of_options), name
        assert of_options[0].dtype == of_options[1].dtype
    assert len(np.unique(found.curve)) == len(found.loss_curves)
    assert prepared.case.resources.name == built.resources.name
    assert np.array_equal(prepared.case.resources.option_use, built.resources.option_use)


def keys(prepared: Prepared) -> set[tuple[int, int]]:
    """Return what tells the options of a table apart."""
    options = prepared.case.options
    return set(zip(options.choice.tolist(), options.alternate_set.tolist(), strict=True))
