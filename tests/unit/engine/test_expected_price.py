"""How much of a price is expected cost, beside the whole model's own relaxation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.data import ModelData
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import free_prices, price_round
from optimizer.engine.decompose.core import whole
from optimizer.engine.decompose.expected_price import priced_share
from optimizer.engine.decompose.pricing_model import PricingModel, pricing_model
from optimizer.engine.exact.relax import Relaxation, relax
from optimizer.engine.exact.scaling import scale
from tests.support.cases import effort, random_case


def _model(seed: int) -> PricingModel:
    """Return 40 SKUs that may use half of what they would beyond what they must."""
    model = pricing_model(random_case(seed, "cvar", n_skus=40))
    options = model.options
    must = sum(options.use(options.rows_of(sku))[0].min() for sku in range(options.n_skus))
    free = price_round(model, free_prices(model)).column.use[0].sum()
    return replace(model, limit=np.array([(must + free) / 2.0, 1e3]))


def _relaxed(data: ModelData) -> tuple[float, float]:
    """Return value and expected cost of the relaxation of the whole model."""
    scaled = scale(data)
    data = scaled.data
    found = relax(data, stop=Stop(), log=None)
    assert isinstance(found, Relaxation)
    needed = np.zeros((data.n_skus, len(data.onboarding_cost)))
    sku = np.searchsorted(data.start, data.link_option, side="right") - 1
    np.add.at(needed, (sku, data.link_supplier), found.option[data.link_option])
    expected = (data.cost + data.mean_loss) @ found.option
    expected += data.onboarding_cost @ needed.max(axis=0)
    return found.priced.bound * scaled.money, float(expected) * scaled.money


def _expected_share(model: PricingModel) -> float:
    """Return the share over the next twentieth of the first limit, by the whole model."""
    more = replace(model, limit=model.limit * np.array([1.05, 1.0]))
    ends = [_relaxed(whole(at).data) for at in (model, more)]
    value, expected = np.subtract(*ends)
    return float(expected / value)


@pytest.mark.parametrize("seed", range(7))
def test_share_is_that_of_the_whole_relaxation(seed: int) -> None:
    """
    Proves: of what the next 5 % of a limit save, expected cost is the share that it is in the LP.

    The columns were priced at the limit itself, not beyond it, so that it is near, not exact.
    Sensitivity: the risk charge is 10 to 100 % of the unexpected loss; all of it counted as
    expected cost gives 1, none of the expected loss another share.
    """
    model = _model(seed)
    price = np.array([1.0, 0.0])
    share = priced_share(model, price, effort(1e-9))
    assert share[0] == pytest.approx(_expected_share(model), abs=0.01)
    assert np.isnan(share[1])


def test_without_a_risk_charge_all_of_it_is_expected_cost() -> None:
    """Proves: the share is exactly 1, and nothing is priced for it."""
    model = pricing_model(random_case(3, "expected"))
    assert priced_share(model, np.ones(2), effort()).tolist() == [1.0, 1.0]
