"""A frontier on two pages to print: what to decide, what it costs, and what that rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final, NamedTuple

from optimizer.domain.frontier import Frontier, SolvedPoint
from optimizer.domain.plan_figures import RARE_YEARS
from optimizer.reports.frontier.frontier_charts import cost_chart, price_chart
from optimizer.reports.frontier.frontier_view import FrontierView
from optimizer.reports.frontier.frontier_words import (
    budget_words,
    hurdle_basis,
    hurdle_sentence,
    proof_sentence,
)
from optimizer.reports.kit.format import NONE, alike, count, money, percent, whole
from optimizer.reports.kit.page import environment, shell
from optimizer.reports.kit.price_words import saves

_LEAST: Final = 5e-4  # relative: a difference worth a word


class _Row(NamedTuple):
    """A line of the ledger: the fields of a point, and how it stands."""

    label: str
    name: str
    style: str = ""


class LedgerRow(NamedTuple):
    """A line of the ledger as it is printed, one cell for each plan."""

    label: str
    cells: tuple[str, ...]
    style: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A column of the ledger: a point of the curve, or today's plan."""

    title: str
    note: str
    figures: dict[str, Any]


def board_paper(frontier: Frontier, kept: Sequence[str] = ()) -> str:
    """
    Return the page, two sheets of A4.

    Parameters
    ----------
    kept
        What plays found of the recommended plan, by sentence.
    """
    view, point = FrontierView.of(frontier), recommended(frontier)
    plans = _plans(view, point)
    template = environment(frontier.currency).get_template("board_paper.html.j2")
    return template.render(
        **shell(),
        name=frontier.about.run,
        portfolio=PurePath(frontier.about.portfolio).name,
        created=frontier.about.created,
        skus=frontier.about.skus,
        recommendation=_tied(_recommendation(view, point), view.currency),
        reasons=_reasons(view, point),
        cost=cost_chart(view),
        price=price_chart(view),
        plans=plans,
        ledger=_ledger(view, plans),
        per_horizon=view.per_horizon,
        next_money=_next_money(view, point),
        rests_on=_rests_on(view, point),
        kept=kept,
    )


def recommended(frontier: Frontier) -> SolvedPoint:
    """Return the budget to stop at by the hurdle rate; the largest where all earn it."""
    solved = frontier.solved
    return next((point for point in solved if point.hurdle), solved[-1])


def _recommendation(view: FrontierView, point: SolvedPoint) -> str:
    budget, rate = _budget(view, point), percent(view.frontier.hurdle_rate)
    own = view.settings.budget.capital
    if own == point.budget:
        return f"Keep the capital budget of {budget}."
    change = "" if own is None else f", {_difference(view, point.budget - own)} than now"
    why = f"beyond it the next {view.currency} earns less than {rate} a year"
    if not point.hurdle:
        why = f"every step up to it earns {rate} a year or more, and larger ones were not tried"
    return f"Set the capital budget at {budget}{change}: {why}."


def _tied(text: str, currency: str) -> str:
    """Return a heading in which no number stands at the end of a line without its unit."""
    return text.replace(f" {currency}", f"\u00a0{currency}").replace(" %", "\u00a0%")


def _reasons(view: FrontierView, point: SolvedPoint) -> list[str]:
    """Say what the plan costs and may lose, and what changes against those we know."""
    expected, charge = alike((point.expected_cost, point.risk_charge), view.currency)
    tail = percent(view.settings.risk.level)
    said = [
        (
            f"The plan's expected cost is {expected} {view.per_horizon}: what the books will show "
            f"on average. Risk is charged {charge} on top."
        ),
        (
            f"Of that, disruptions cost {money(point.expected_loss, view.currency)} on average, "
            f"and {money(point.cvar, view.currency)} in the mean of the worst "
            f"{percent(1.0 - view.settings.risk.level)} (CVaR {tail}). {_once(view, point)}"
        ),
    ]
    if view.own is not None and view.own is not point:
        said.append(f"Against the own budget: {_change(view, vars(view.own), point)}.")
    if view.frontier.today is not None:
        today = {name: getattr(view.frontier.today, name) for name in _CHANGES}
        said.append(f"Against today's plan: {_change(view, today, point)}.")
    return said


def _once(view: FrontierView, point: SolvedPoint) -> str:
    """Say the rarer losses, as far as they are forecast."""
    known = [
        f"{money(loss, view.currency)} once in {years} years"
        for years in RARE_YEARS
        if (loss := getattr(point, f"loss_{years}")) is not None
    ]
    return f"A year's loss passes {', '.join(known)}." if known else ""


_CHANGES: Final = {"expected_cost": "expected cost", "risk_charge": "risk charge", "cvar": "CVaR"}


def _change(view: FrontierView, before: dict[str, Any], point: SolvedPoint) -> str:
    differences = {words: getattr(point, name) - before[name] for name, words in _CHANGES.items()}
    said = (
        f"{words} {_difference(view, amount)}"
        if abs(amount) > _LEAST * point.objective
        else f"{words} about the same"
        for words, amount in differences.items()
    )
    return ", ".join(said)


def _difference(view: FrontierView, amount: float) -> str:
    return f"{money(abs(amount), view.currency)} {'less' if amount < 0.0 else 'more'}"


def _plans(view: FrontierView, point: SolvedPoint) -> list[_Plan]:
    """Return today's plan, the own budget, the recommended one and its neighbours, by budget."""
    place = view.solved.index(point)
    chosen = {
        index: title
        for index, title in ((place - 1, "One step less"), (place + 1, "One step more"))
        if 0 <= index < len(view.solved)
    }
    chosen[place] = "Recommended"
    if view.own is not None and view.own is not point:
        chosen[view.solved.index(view.own)] = "Own budget"
    plans = [
        _Plan(
            title=title,
            note=_budget(view, view.solved[index]),
            figures=vars(view.solved[index]),
        )
        for index, title in sorted(chosen.items())
    ]
    today = view.frontier.today
    if today is None:
        return plans
    figures = {name: getattr(today, name) for name in today.__dataclass_fields__}
    note = f"ties up {money(today.capital, view.currency)}"
    at_work = figures | {"capital_used": today.capital}
    return [_Plan(title="Today", note=note, figures=at_work), *plans]


_LEDGER: Final = (
    _Row("Certain cost", "certain"),
    _Row("Expected loss to disruptions", "expected_loss"),
    _Row("Expected cost: the books on average", "expected_cost", "total"),
    _Row("Risk charge", "risk_charge"),
    _Row("Cost", "objective", "total"),
    _Row("VaR", "var"),
    _Row("CVaR", "cvar"),
    *(_Row(f"Loss once in {years} years", f"loss_{years}") for years in RARE_YEARS),
    _Row("Capital the plan draws", "capital_used", "first"),
    _Row("Stock on average", "stock_mean"),
    _Row("Stock on 95 % of days, at most", "stock_percentile_95"),
    _Row("Stock with what is on its way", "with_pipeline"),
    _Row("Fill rate", "fill_rate"),
)


def _ledger(view: FrontierView, plans: Sequence[_Plan]) -> list[LedgerRow]:
    """Return the lines that any plan has a figure for."""
    tail = percent(view.settings.risk.level)
    rows = []
    for label, name, style in _LEDGER:
        cells = tuple(_cell(plan.figures, name) for plan in plans)
        said = f"{label} {tail}" if name in {"var", "cvar"} else label
        if any(cell != NONE for cell in cells):
            rows.append(LedgerRow(said, cells, style))
    return rows


def _cell(figures: dict[str, Any], name: str) -> str:
    if name == "certain":
        return whole(figures["expected_cost"] - figures["expected_loss"])
    value = figures.get(name)
    if value is None:
        return NONE
    return percent(value) if name == "fill_rate" else whole(value)


def _next_money(view: FrontierView, point: SolvedPoint) -> list[str]:
    """Say what the next money saves at the recommended budget, and where to stop."""
    saved = saves(
        point.capital_price, point.capital_price_expected, view.currency, view.per_horizon
    )
    place = view.solved.index(point)
    up = view.ups[place]
    more = [] if up is None else [_step(view, point, up.there)]
    return [
        f"At {_budget(view, point)} one more {view.currency} of budget would save {saved}.",
        *more,
        hurdle_sentence(view) if len(view.solved) > 1 else hurdle_basis(view),
    ]


def _step(view: FrontierView, here: SolvedPoint, there: SolvedPoint) -> str:
    """Say what the step to the next budget saves, in both measures."""
    cost, expected = (
        money(abs(before - after), view.currency)
        for before, after in (
            (here.objective, there.objective),
            (here.expected_cost, there.expected_cost),
        )
    )
    way = "less" if there.expected_cost <= here.expected_cost else "more"
    return (
        f"The step from there to {_budget(view, there)} would save {cost} of cost "
        f"{view.per_horizon}, with {expected} {way} expected cost."
    )


def _rests_on(view: FrontierView, point: SolvedPoint) -> list[str]:
    """Say what is proven, how sure the forecast is, and on what futures."""
    said = [proof_sentence(view)]
    if point.forecast is not None and point.forecast_high is not None:
        half = point.forecast_high - point.forecast
        values = (point.forecast, half, point.objective)
        forecast, around, promised = alike(values, view.currency)
        said.append(
            f"Forecast of the recommended plan on fresh futures: {forecast} ± {around} "
            f"{view.per_horizon} (95 % interval); the futures it was made on promised {promised}."
        )
    about = view.frontier.about
    said.append(
        f"Every plan is a run of its own, verified by a second computation: {point.run} is the "
        f"recommended one. {count(len(view.solved), 'budget')} and "
        f"{view.settings.n_futures:,} futures, seed {view.settings.scenarios.seed}; Ballast "
        f"{about.ballast}."
    )
    return said


def _budget(view: FrontierView, point: SolvedPoint) -> str:
    return budget_words(point.budget, view.frontier)
