"""Why one SKU got its option."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import CERTAIN
from optimizer.domain.run import RunTables
from optimizer.metrics.outage_rates import within_a_year
from optimizer.options.block import Block
from optimizer.options.resource_use import resources
from optimizer.sensitivity.explanation import Explanation, Flip, PricedOption
from optimizer.sensitivity.flips import Flips
from optimizer.sensitivity.formula import formula_values, outage_costs
from optimizer.sensitivity.priced_lines import Lines
from optimizer.sensitivity.runner_up import all_flips, runner_up, texts
from optimizer.sensitivity.view import View, lines_of, losses_of, offered
from optimizer.sensitivity.worst import worst_of
from optimizer.store.words import alternate_names, in_words


def explain_sku(view: View, tail_weight: FloatArray, run: RunTables, sku: int) -> Explanation:
    """
    Explain why a SKU got its option.

    Parameters
    ----------
    tail_weight
        The tail weights that the view was made with.  Shape ``(S,)``. [-]
    sku
        Row of the portfolio.
    """
    portfolio, skus = view.portfolio, view.portfolio.skus
    offer = offered(view, np.array([sku]))
    built, lines = offer.built, lines_of(view, offer)
    second, gap = runner_up(lines)
    row = int(lines.chosen[0])
    cover = float(built.costs.cover_days[row])
    supplier = int(portfolio.sources.supplier[skus.primary[sku]])
    to_recover = float(portfolio.suppliers.ttr_days[supplier])
    has_second = bool(second[0] >= 0)
    return Explanation(
        run=run.manifest.run,
        sku=str(skus.sku[sku]),
        description=str(skus.description[sku]),
        currency=portfolio.settings.currency,
        horizon_days=portfolio.settings.horizon.days,
        primary=str(portfolio.suppliers.supplier[supplier]),
        region=str(portfolio.suppliers.region[supplier]),
        outages_a_year=float(view.outage_rate[sku]),
        reason=str(texts(lines)[0]),
        formula=formula_values(view, built, row),
        curve=outage_costs(view, built, row),
        prices={name: price for name, price in view.prices.resource.items() if price},
        prices_expected={
            name: use.price_expected for name, use in run.manifest.resources.items() if use.price
        },
        chosen=_priced(view, built, lines, row),
        runner_up=_priced(view, built, lines, int(second[0])) if has_second else None,
        gap=float(gap[0]) if has_second else None,
        flips=_flips(view, built, lines, np.array([sku])),
        worst=worst_of(view, tail_weight, built, row),
        futures=len(view.prospects.futures),
        time_to_survive=cover if np.isfinite(cover) else None,
        time_to_recover=to_recover or None,
        break_even=_break_even(view, built, run, row),
    )


def _priced(view: View, built: Block, lines: Lines, row: int) -> PricedOption:
    """Return an option with its priced cost, part by part."""
    one = np.array([row])
    designs, costs = built.designs.take(one), built.costs.take(one)
    used = resources(view.portfolio, designs, costs)
    price = view.prices.resource
    expected = losses_of(view, built, view.outlook.expected)
    by_cause = {"outage": expected.outage, "surge": expected.surge, "price": expected.dearer}
    expected_loss = {cause: float(loss[row]) for cause, loss in by_cause.items()}
    return PricedOption(
        option=in_words(view.portfolio, designs)[0],
        certain={name: float(getattr(costs, name)[0]) for name in CERTAIN},
        capital=float(lines.capital[row]),
        scarce={
            name: float(price[name] * use[0])
            for name, use in zip(used.name, used.option_use, strict=True)
            if price.get(name, 0.0)
        },
        expected_loss=expected_loss,
        risk_charge=float(lines.loss[row]) - sum(expected_loss.values()),
        onboarding=float(lines.onboarding[row]),
        total=float(lines.priced[row]),
    )


def _flips(view: View, built: Block, lines: Lines, sku: IntArray) -> dict[str, Flip]:
    inputs = view.inputs(sku)
    rate = inputs.outage_rate
    crossings = all_flips(lines, inputs)
    outages = Flips(
        below=within_a_year(crossings.outages.below * rate),
        option_below=crossings.outages.option_below,
        above=within_a_year(crossings.outages.above * rate),
        option_above=crossings.outages.option_above,
    )
    today = within_a_year(rate)
    return {
        "capital_price": _flip(
            view, built, np.array([inputs.capital_price]), crossings.capital_price
        ),
        "stockout_cost": _flip(view, built, inputs.stockout_cost, crossings.stockout_cost),
        "outage_probability": _flip(view, built, today, outages),
    }


def _flip(view: View, built: Block, today: FloatArray, crossings: Flips) -> Flip:
    def words(option: int) -> str:
        one = built.designs.take(np.array([option]))
        return in_words(view.portfolio, one)[0] if option >= 0 else ""

    below, above = float(crossings.below[0]), float(crossings.above[0])
    return Flip(
        today=float(today[0]),
        below=None if np.isnan(below) else below,
        becomes_below=words(int(crossings.option_below[0])),
        above=None if np.isnan(above) else above,
        becomes_above=words(int(crossings.option_above[0])),
    )


def _break_even(view: View, built: Block, run: RunTables, row: int) -> pd.DataFrame:
    design = built.designs.take(np.array([row]))
    name = view.portfolio.skus.sku[design.sku[0]]
    with_it = alternate_names(view.portfolio, design)[0].split(";")
    table = run.break_even
    pooled = (table["kind"] == "supplier") & table["supplier"].isin(with_it)
    of_sku = (table["sku"] == name) & (table["kind"] != "supplier")
    rows: pd.DataFrame = table.loc[(of_sku | pooled).to_numpy()]
    return rows
