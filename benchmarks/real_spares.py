"""
``make bench-spares``: what a plan for real spare parts promises, and what it keeps.

Fitted on the first five years of the table, tried in two: drawn from the fitted law, resampled from
each part's own months, and as they came.  Beside it marginal analysis with Poisson demand, at the
same mean stock and played in the same futures.  Writes SPARES.md; of the data only sums.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from benchmarks import machine
from benchmarks.poisson_marginal import base_stock_worth
from benchmarks.spares_play import FUTURES, MEASURES, Future, play
from benchmarks.spares_portfolio import Rules, months_of, write_spares
from optimizer.domain.arrays import FloatArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.engine.decide import decide
from optimizer.inputs.read import read_portfolio
from optimizer.jobs.backtest import Planned, past_of, plant_of
from optimizer.jobs.prepare import prepare
from optimizer.options.costs import cost
from optimizer.scenarios.streams import stream

HERE: Final = Path(__file__).parent
DATA: Final = HERE.parents[1] / "shared/data/raf/demand_by_month.csv"
TESTED_FROM: Final = "2001-01"
BUDGETS: Final = "2 2.7 3.5"
_NORMAL_95: Final = 1.96
_HEADS: Final = (
    "capital ÷ a lead time's demand",
    "plan",
    "",
    "fill by value",
    "fill by units",
    "shortage cost, £ a year",
    "mean stock, £",
    "orders a year",
)
_TOLD: Final[dict[Future, str]] = {
    "law": "kept, drawn from the fitted law",
    "resampled": "kept, own months resampled",
    "came": "kept, 2001–2002 as they came",
}


class Line(NamedTuple):
    """A row of the table; half widths are NaN where nothing is estimated."""

    fill_by_value: float
    half_width: float
    fill_by_units: float
    short_cost: float
    stock: float
    orders: float


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the table, and write SPARES.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_spares", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--parts", type=int, help="as many, drawn at random; all when left out")
    parser.add_argument("--budgets", default=BUDGETS, help="capital by a lead time's demand")
    parser.add_argument("--replications", type=int, default=4)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", dest="overrides", action="append", default=[])
    parser.add_argument("--out", type=Path, default=HERE)
    asked = parser.parse_args(arguments)
    table = pd.read_csv(asked.data)
    priced = table[table["price_gbp"] > 0.0]
    if asked.parts is not None:
        priced = priced.sample(asked.parts, random_state=asked.seed)
    portfolio, cut = _fitted(priced, asked.overrides)
    multiples = [float(multiple) for multiple in asked.budgets.split()]
    plans = [plan for multiple in multiples for plan in _plans(portfolio, multiple)]
    kept = play(
        [plant_of(plan) for plan in plans],
        past_of(portfolio, cut),
        partial(stream, np.random.SeedSequence(asked.seed)),
        asked.replications,
        asked.threads,
    )
    rows = table_rows(plans, multiples, kept)
    sys.stdout.write("\n".join(rows) + "\n")
    words = _words(portfolio, asked.replications, len(table) - len(table[table["price_gbp"] > 0.0]))
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "SPARES.md").write_text("\n".join([words, *rows, ""]), encoding="utf-8")


def _fitted(table: pd.DataFrame, overrides: Sequence[str]) -> tuple[Portfolio, int]:
    """Return the portfolio as the product reads it, and the first day that is not fitted on."""
    first = next(month for month in months_of(table) if month >= TESTED_FROM)
    cut = int(np.datetime64(f"{first}-01", "D").astype(np.int64))
    with tempfile.TemporaryDirectory() as folder:
        write_spares(table, Path(folder), Rules())
        return read_portfolio(folder, overrides, history_until=cut), cut


def _plans(portfolio: Portfolio, multiple: float) -> list[Planned]:
    """Return the optimizer's plan of a budget, and its peer at the stock that it promises."""
    settings, skus = portfolio.settings, portfolio.skus
    lead_demand = skus.demand_mean * portfolio.sources.lead_time_mean[skus.primary]
    capital = multiple * float(lead_demand @ skus.unit_cost)
    budget = settings.budget.model_copy(update={"capital": capital})
    limited = replace(portfolio, settings=settings.model_copy(update={"budget": budget}))
    case = prepare(limited).case
    outcome = decide(case)
    own = _planned("Ballast", portfolio, case.options.designs(outcome.plan.option))

    def worth(stock: FloatArray) -> float:
        return float(cost(portfolio, _one_for_one(own.designs, stock)).capital.sum())

    wanted, weight = float(own.costs.capital.sum()), skus.goodwill_cost
    stock = base_stock_worth(wanted, worth, lead_demand, skus.unit_cost, weight)
    return [own, _planned("Poisson", portfolio, _one_for_one(own.designs, stock))]


def _planned(name: str, portfolio: Portfolio, designs: Designs) -> Planned:
    return Planned(name, portfolio, designs, cost(portfolio, designs))


def _one_for_one(designs: Designs, base_stock: FloatArray) -> Designs:
    """Return base stocks as they are: what was taken is ordered at once."""
    nothing = np.zeros(len(base_stock))
    return replace(
        designs,
        policy=np.ones(len(base_stock), dtype=np.int64),  # reorder_point: own books, full cost
        service_level=nothing,
        reserve_days=nothing,
        lot_days_min=nothing,
        reorder_point=base_stock - 1.0,
        order_quantity=nothing + 1.0,
    )


def table_rows(plans: Sequence[Planned], budgets: Sequence[float], kept: FloatArray) -> list[str]:
    """
    Return the table.

    Parameters
    ----------
    plans
        As many of every budget, budget by budget.
    kept
        What `play` returns.
    """
    several = len(plans) // len(budgets)
    rows = [
        f"| {' | '.join(_HEADS)} |",
        "|---:|---|---|---:|---:|---:|---:|---:|",
    ]
    for p, plan in enumerate(plans):
        head = f"| {budgets[p // several]:g} | {plan.name}"
        rows.append(f"{head} | promised | {_cells(promised(plan))}")
        rows += [
            f"{head} | {_TOLD[future]} | {_cells(line_of(kept[p, f]))}"
            for f, future in enumerate(FUTURES)
        ]
    return rows


def promised(plan: Planned) -> Line:
    """Return what the model says of a plan."""
    skus, costs = plan.portfolio.skus, plan.costs
    share = 1.0 / plan.portfolio.settings.horizon.years
    value = skus.demand_mean * skus.unit_cost
    return Line(
        fill_by_value=float(value @ costs.fill_rate / value.sum()),
        half_width=np.nan,
        fill_by_units=float(skus.demand_mean @ costs.fill_rate / skus.demand_mean.sum()),
        short_cost=float(costs.routine_stockout.sum()) * share,
        stock=float(costs.capital.sum()),
        orders=float((skus.demand_mean * 365.0 / costs.order_quantity).sum()),
    )


def line_of(kept: FloatArray) -> Line:
    r"""
    Return what was kept, and how far the weighted fill is by the chance of which parts these are.

    The half width is that of a ratio of sums over parts,
    :math:`1.96\sqrt{\sum_i (s_i - \bar{s}\,a_i)^2} / \sum_i a_i` with :math:`a_i` asked for,
    :math:`s_i` short and :math:`\bar{s} = \sum s / \sum a`.

    Parameters
    ----------
    kept
        Shape ``(N, len(MEASURES), K)``.
    """
    of_part = dict(zip(MEASURES, kept.mean(axis=-1).T, strict=True))
    total = {name: float(column.sum()) for name, column in of_part.items()}
    short = total["short_value"] / total["asked_value"]
    rest = of_part["short_value"] - short * of_part["asked_value"]
    return Line(
        fill_by_value=1.0 - short,
        half_width=_NORMAL_95 * float(np.sqrt(rest @ rest)) / total["asked_value"],
        fill_by_units=1.0 - total["short"] / total["asked"],
        short_cost=total["short_cost"],
        stock=total["stock"],
        orders=total["orders"],
    )


def _cells(line: Line) -> str:
    width = "" if np.isnan(line.half_width) else f" ± {100.0 * line.half_width:.1f}"
    cells = [
        f"{100.0 * line.fill_by_value:.1f}{width} %",
        f"{100.0 * line.fill_by_units:.1f} %",
        *(f"{number:,.0f}" for number in (line.short_cost, line.stock, line.orders)),
    ]
    return f"{' | '.join(cells)} |"


def _words(portfolio: Portfolio, replications: int, unpriced: int) -> str:
    told, rules = machine.describe(), Rules()
    return f"""# Real spare parts: promised and kept

{len(portfolio.skus):,} aircraft spare parts, monthly demand 1996–2002, fitted on 1996–2000 and
played day by day for two years, {replications} times or more ({unpriced} without a price left out).
Repeat: `make bench-spares`, with `../shared/data/raf/demand_by_month.csv` beside the repository.
The data carry no licence: nothing of a single part stands here.

Rules: an order costs £{rules.order_cost:g}, carrying the default rate, a unit short
{rules.short_cost:g} × its price; lead times as stated in months and certain, 0 as
{rules.least_lead_time:g}; no hazards, measure `expected`, the default catalogue; every part was
there from the first month on. A month's demand comes as one event on a random day of it.
Half widths (95 %) are by the chance of which parts these are, not only of the play.

"Poisson" is one-for-one ordering by marginal analysis (Sherbrooke) up to the stock that the
model gives the plan beside it, a backorder weighed by what a unit short costs. What it promises
here is the model's view of its stocks, not its own.

{told["date"]}, {told["cores"]} cores ({told["processor"]}); {told["versions"]}.
"""


if __name__ == "__main__":
    main()
