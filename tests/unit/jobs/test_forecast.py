"""The forecast of every run: what fresh futures say of its plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.money import money_unit
from optimizer.domain.scenario import NOMINAL, Mixture
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.forecast import forecast, loss_by_return_period
from optimizer.jobs.decided import decided_plan
from optimizer.jobs.forecast import futures_ahead, with_forecast
from optimizer.jobs.futures import pilot
from optimizer.jobs.prepare import prepare
from optimizer.strategies.candidate import Candidate
from tests.support.countable import countable_portfolio, true_figures
from tests.unit.jobs.test_futures import risky


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("measure", ["var", "cvar"])
def test_the_forecast_is_what_the_plan_costs_on_futures_that_it_was_not_made_on(
    seed: int, measure: str
) -> None:
    """
    Proves: curves added up by profile give what every SKU's own curve gives, alternates, surges,
    price shocks, onboardings and units of money included.

    Sensitivity: a curve with another profile, or without its slope, moves it in the first digits.
    """
    portfolio = risky(seed, measure)
    prepared = prepare(portfolio)
    decided = decided_plan(portfolio, prepared, decide(prepared.case))
    ahead = futures_ahead(portfolio, pilot(portfolio))
    found = with_forecast(decided, prepared, ahead).forecast
    assert found is not None
    plan = Candidate.of(portfolio, decided.designs, money_unit(portfolio))
    batches = [plan.on(futures) for futures in ahead]
    other = forecast(batches, portfolio.settings)
    for name in ("objective", "var", "cvar"):
        ours = getattr(found, name)
        assert ours.value == pytest.approx(other[name].estimate, rel=1e-9)
        assert ours.half_width == pytest.approx(other[name].half_width, rel=1e-6, abs=1e-6)
    assert found.futures == 20_000
    periods = loss_by_return_period(batches, portfolio.settings)
    assert {one.years: one.value for one in found.return_periods} == pytest.approx(
        {years: loss.estimate for years, loss in periods.items()}
    )


def test_the_forecast_holds_the_truth() -> None:
    """
    Proves: where every count of strikes can be weighed, the intervals of VaR's cost hold the true
    one, from the nominal law and from a mixture that draws strikes more often than they happen.

    Sensitivity: weights left out put CVaR several half-widths too high.
    """
    portfolio = countable_portfolio("cvar")
    prepared = prepare(portfolio)
    decided = decided_plan(portfolio, prepared, decide(prepared.case))
    truth = true_figures(portfolio, decided.designs)
    often = Mixture(shares={(portfolio.hazards.hazard[0], 0.0): 0.6})
    for mixture in (NOMINAL, often):
        found = with_forecast(decided, prepared, futures_ahead(portfolio, mixture)).forecast
        assert found is not None
        for name in ("objective", "cvar"):
            ours = getattr(found, name)
            assert abs(ours.value - truth[name]) <= 2.0 * ours.half_width


def test_losses_by_return_period_are_quantiles_of_a_year() -> None:
    """
    Proves: over two years a loss once in 10 years is exceeded in one of 5 horizons, and a period
    shorter than two horizons is left out.
    """
    portfolio = risky(1)
    horizon = portfolio.settings.horizon.model_copy(update={"days": 730})
    settings = portfolio.settings.model_copy(update={"horizon": horizon})
    portfolio = replace(portfolio, settings=settings)
    prepared = prepare(portfolio)
    decided = decided_plan(portfolio, prepared, decide(prepared.case))
    plan = Candidate.of(portfolio, decided.designs)
    batch = plan.on(prepared.futures)
    found = loss_by_return_period([batch], settings)
    assert list(found) == [5, 10, 20, 50, 100]
    assert found[10].estimate == np.sort(batch.loss)[int(0.8 * len(batch.loss)) - 1]


def test_a_forecast_that_is_to_stop_is_left_out() -> None:
    """Proves: somebody who asked for the end gets the plan without its forecast."""
    portfolio = risky(2)
    prepared = prepare(portfolio)
    decided = decided_plan(portfolio, prepared, decide(prepared.case))
    stop = Stop()
    stop.ask()
    ahead = futures_ahead(portfolio, NOMINAL)
    assert with_forecast(decided, prepared, ahead, stop=stop).forecast is None
