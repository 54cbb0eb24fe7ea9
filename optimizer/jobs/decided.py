"""What the engine ended with → the plan it chose, costed afresh in the portfolio's own money."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from optimizer.domain.decided import Decided
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.reasons import Rationale
from optimizer.domain.stop import Stop
from optimizer.engine.optimize import with_expected_prices
from optimizer.jobs.prepare import Prepared
from optimizer.options.by_hazard import StruckCurves, losses_by_hazard
from optimizer.options.costs import cost_of_stock, spend_per_day, stockout_cost_per_day
from optimizer.options.holding import stock
from optimizer.options.known_curves import KnownCurves
from optimizer.options.law import is_discrete
from optimizer.options.loss_curves import loss_curves, price_curves
from optimizer.options.resource_use import resources
from optimizer.sensitivity.plans import rationale
from optimizer.sensitivity.view import View, make_view


def decided_plan(
    portfolio: Portfolio,
    prepared: Prepared,
    outcome: Outcome,
    catalogue_gap: float | None = None,
    stop: Stop | None = None,
) -> Decided:
    """Return the plan that was chosen, costed afresh."""
    outcome = with_expected_prices(prepared.case, outcome, stop or Stop())
    options, option = prepared.case.options, outcome.plan.option
    designs = options.designs(option)
    held = stock(portfolio, designs)
    costs = cost_of_stock(portfolio, designs, held)
    loss = StruckCurves(
        curve=loss_curves(portfolio, designs, held),
        slope=stockout_cost_per_day(portfolio, designs.sku),
        profile=options.profile(option),
    )
    price_shock = StruckCurves(
        curve=price_curves(portfolio, designs.sku, costs.lot_days),
        slope=spend_per_day(portfolio, designs.sku),
        profile=options.price_profile,
    )
    lost = losses_by_hazard((loss, price_shock), prepared.mean)
    discrete = is_discrete(portfolio, designs.sku)
    return Decided(
        portfolio=portfolio,
        futures=prepared.futures,
        outcome=outcome,
        designs=designs,
        costs=costs,
        loss_curves=loss.curve,
        price_curves=price_shock.curve,
        expected=pd.DataFrame({"sku": lost.sku, "hazard": lost.hazard, "expected_loss": lost.loss}),
        demand_model=np.where(discrete, "discrete", "gamma").astype(np.object_),
        resources=resources(portfolio, designs, costs),
        price=_prices(prepared, outcome),
        price_expected=_expected_prices(prepared, outcome),
        catalogue_gap=catalogue_gap,
    )


def view_of(portfolio: Portfolio, prepared: Prepared, outcome: Outcome) -> View:
    """Return what the reasons of a plan are read from."""
    return make_view(
        portfolio,
        prepared.prospects,
        prepared.case.options.designs(outcome.plan.option),
        _prices(prepared, outcome),
        outcome.prices.tail_weight,
    )


def explained(
    portfolio: Portfolio,
    prepared: Prepared,
    outcome: Outcome,
    stop: Stop,
    known: KnownCurves | None = None,
) -> Rationale | None:
    """Explain a plan: reasons and break-evens, None where it is to stop; `known` as there."""
    return stop.unless_asked(lambda: rationale(view_of(portfolio, prepared, outcome), known))


def _prices(prepared: Prepared, outcome: Outcome) -> dict[str, float]:
    names, prices = prepared.case.resources.name, outcome.prices.resource.tolist()
    on_losses = asdict(outcome.prices.loss)
    limited = prepared.case.portfolio.settings.limits.on_losses
    return {
        **dict(zip(names, prices, strict=True)),
        **{name: on_losses[name] for name in limited},
    }


def _expected_prices(prepared: Prepared, outcome: Outcome) -> dict[str, float | None]:
    """Return how much of each price is expected cost, None where that is not known."""
    expected = outcome.prices.expected
    assert expected is not None  # noqa: S101  with_expected_prices came before
    known = (None if np.isnan(part) else float(part) for part in expected)
    return dict(zip(prepared.case.resources.name, known, strict=True))
