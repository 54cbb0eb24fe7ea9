"""What the decomposition asks of the options, against every option priced one by one."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.decompose.pricing_model import PricingModel, pricing_model
from optimizer.jobs.prepare import prepare
from tests.support.random_portfolios import random_portfolio

SEEDS = range(12)


def drawn(seed: int) -> tuple[PricingModel, RoundPrices]:
    """Return a random model with surges, price shocks and alternates, and random prices."""
    model = pricing_model(prepare(random_portfolio(seed, "cvar")).case)
    rng = np.random.default_rng(seed)
    tail = rng.random(len(model.probability)) * model.probability
    return model, RoundPrices(resource=rng.random(len(model.limit)), tail=tail)


def one_by_one(model: PricingModel, prices: RoundPrices) -> np.ndarray:
    """Price every option by itself: cost, mean, use and the losses of a plan of this option."""
    rows = np.arange(model.options.n_options)
    every = model.options.take(rows)
    loss = [float((model.options.losses(rows[[o]]) @ prices.tail).sum()) for o in rows]
    mean = (1.0 - prices.tail.sum()) * every.mean
    return every.cost + mean + prices.resource @ every.use + np.array(loss)


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_are_those_of_every_option_alone(seed: int) -> None:
    """Proves: the cheapest of every set, and any option's price, are the sums of its columns."""
    model, prices = drawn(seed)
    rows, expected = np.arange(model.options.n_options), one_by_one(model, prices)
    assert model.options.price_of(rows, prices) == pytest.approx(expected)
    least, option = model.options.price(prices)
    for s in range(len(least)):
        own = rows[model.options.set_of(rows) == s]
        assert least[s] == pytest.approx(expected[own].min(initial=np.inf))
        assert option[s] == -1 if not own.size else expected[option[s]] == pytest.approx(least[s])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_options_near_a_threshold(seed: int) -> None:
    """
    Proves: all at most as dear as the threshold and no other, or the cheapest so many of them; and
    the least price of the rest.
    """
    model, prices = drawn(seed)
    of_set = np.random.default_rng(seed).random(model.links.set_start[-1])
    rows = np.arange(model.options.n_options)
    priced = model.options.price_of(rows, prices) + of_set[model.options.set_of(rows)]
    threshold = float(np.median(priced))
    near = model.options.below(prices, of_set, threshold)
    assert near.rows.tolist() == np.flatnonzero(priced <= threshold).tolist()
    assert near.price == pytest.approx(priced[near.rows])
    assert near.beyond == pytest.approx(priced[priced > threshold].min(initial=np.inf))
    few = model.options.below(prices, of_set, np.inf, 3)
    n_few = len(few.rows)
    assert n_few >= min(3, len(priced))
    assert np.sort(few.price) == pytest.approx(np.sort(priced)[:n_few])
    assert few.beyond == pytest.approx(np.append(np.sort(priced), np.inf)[n_few])
    assert model.options.below(prices, of_set, np.inf).beyond == np.inf


@pytest.mark.parametrize("seed", SEEDS)
def test_the_least_use_of_every_set(seed: int) -> None:
    """Proves: what a set must use at least, costs and losses left out."""
    model, prices = drawn(seed)
    rows = np.arange(model.options.n_options)
    used = prices.resource @ model.options.use(rows)
    least = model.options.least_use(prices.resource).least
    for s in range(len(least)):
        own = used[model.options.set_of(rows) == s]
        assert least[s] == pytest.approx(own.min(initial=np.inf))


@pytest.mark.parametrize("seed", SEEDS)
def test_totals_and_losses_of_a_plan(seed: int) -> None:
    """Proves: by block they add up to the columns' sums, by SKU to the weighed loss of all."""
    model, prices = drawn(seed)
    options = model.options
    first = np.searchsorted(options.sku_of(np.arange(options.n_options)), np.arange(options.n_skus))
    total, every = options.total(first), options.take(first)
    assert total.cost.sum() == pytest.approx(every.cost.sum())
    assert total.mean.sum() == pytest.approx(every.mean.sum())
    assert total.use.sum(axis=1) == pytest.approx(every.use.sum(axis=1))
    by_sku = options.losses_by_sku(first, prices.tail)
    assert by_sku.sum() == pytest.approx(options.losses(first).sum(axis=0) @ prices.tail)
