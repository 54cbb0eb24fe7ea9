"""Blocks of equal weight, and a mixture made a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.observer import SILENT
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.blocks import BLOCKS, equal_blocks
from optimizer.engine.decompose.bound import Proof, prove
from optimizer.engine.decompose.master import Mixture
from optimizer.engine.decompose.pricing_model import PricingModel, pricing_model
from optimizer.engine.decompose.round_mixture import round_mixture
from optimizer.engine.exact.whole_model import Effort
from optimizer.jobs.prepare import prepare
from tests.support.arrays import table_of
from tests.support.random_portfolios import random_portfolio


@given(weights=st.lists(st.floats(0.0, 1e9, allow_subnormal=False), min_size=1, max_size=200))
def test_blocks_weigh_the_same_but_for_one_sku(weights: list[float]) -> None:
    """Proves: no block outweighs its share by more than the heaviest SKU in it."""
    weight = np.array(weights)
    block = equal_blocks(weight)
    held = np.bincount(block, weights=weight, minlength=BLOCKS)
    heaviest = np.zeros(BLOCKS)
    np.maximum.at(heaviest, block, weight)
    assert len(held) == BLOCKS
    assert np.all(held <= weight.sum() / BLOCKS * (1.0 + 1e-9) + heaviest)


@pytest.fixture(scope="module")
def proven() -> tuple[PricingModel, Proof, Mixture]:
    """Return a model with the mixture that its rounds end with."""
    model = pricing_model(prepare(random_portfolio(11, "cvar", max_skus=60)).case)
    proof = Proof()
    effort = Effort(gap=1e-6, stop=Stop(), log=None, observer=SILENT)
    _, mixture = prove(model, effort, 1e-6, proof)
    return model, proof, mixture


def test_the_mixture_costs_no_less_than_the_bound(
    proven: tuple[PricingModel, Proof, Mixture],
) -> None:
    """Proves: blocks mixed apart are still plans of the relaxation, whose links they keep."""
    _, proof, mixture = proven
    assert proof.best is not None
    assert mixture.value >= proof.best.bound - 1e-9 * abs(mixture.value)
    np.testing.assert_allclose(mixture.share.sum(axis=0), 1.0)


def test_every_sku_takes_what_some_column_of_its_block_chose(
    proven: tuple[PricingModel, Proof, Mixture],
) -> None:
    """Proves: rounding invents no option, and decided SKUs keep theirs."""
    model, proof, mixture = proven
    rounded = round_mixture(model, proof.columns, mixture)
    block = table_of(model).block
    for sku, option in enumerate(rounded.option.tolist()):
        mixed = np.flatnonzero(mixture.share[:, block[sku]] > 1e-9).tolist()
        assert option in {proof.columns[k].option[sku] for k in mixed}


def test_what_one_sku_uses_too_much_the_next_take_back(
    proven: tuple[PricingModel, Proof, Mixture],
) -> None:
    """Proves: half of two columns in every block uses their mean, but for the last SKU's step."""
    model, proof, mixture = proven
    lean, rich = sorted(
        (proof.columns[0], proof.columns[1]), key=lambda column: column.use.sum(), reverse=False
    )
    half = replace(mixture, share=np.full((2, BLOCKS), 0.5))
    rounded = round_mixture(
        replace(model, limit=np.full_like(model.limit, 1e18)), [lean, rich], half
    )
    used = table_of(model).use[0, rounded.option].sum()
    mean = (lean.use[0].sum() + rich.use[0].sum()) / 2.0
    step = np.abs(table_of(model).use[0, lean.option] - table_of(model).use[0, rich.option]).max()
    assert abs(used - mean) <= step
