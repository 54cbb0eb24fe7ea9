"""A frontier's headline: what the range buys, the knee, one step more and one step less."""

from __future__ import annotations

import math
from itertools import pairwise

from optimizer.domain.frontier import Frontier, Point, SolvedPoint, UnsolvedPoint
from optimizer.reports.frontier.frontier_view import BudgetStep, FrontierView
from optimizer.reports.kit.document import Figure, amount, number_of
from optimizer.reports.kit.format import alike, compact, count, money, percent
from optimizer.reports.kit.measures import PARTS
from optimizer.reports.kit.price_words import saves
from optimizer.reports.kit.series_words import (
    STOPPED,
    gap_figure,
    losses,
    made_of,
    plan_figures,
    proof,
)


def lead_sentence(view: FrontierView) -> str:
    """Say what the whole range buys."""
    first, last = view.solved[0], view.solved[-1]
    if first is last:
        return f"With {_budget(first, view)} of capital the plan costs {_cost(first, view)}."
    low, high = _budget(first, view), _budget(last, view)
    dear, cheap = alike((first.objective, last.objective), view.currency)
    if dear == cheap:
        return (
            f"From {low} to {high} of capital, the plan's cost is about the same, {cheap} "
            f"{view.per_horizon}."
        )
    return (
        f"From {low} to {high} of capital, the plan's cost falls from {dear} to {cheap} "
        f"{view.per_horizon}."
    )


def proof_sentence(view: FrontierView) -> str:
    """Say how far from the best of its budget any plan can be."""
    why = STOPPED
    if any(point.stopped_by == "nesting" for point in view.solved):
        why = f"{why} or keep what smaller budgets bought"
    return proof(view.solved, "at every budget", why)


def sentences(view: FrontierView) -> list[str]:
    """Return what the budgets mean, by sentence."""
    knee = [] if view.knee is None else [knee_sentence(view.knee, view.frontier)]
    up, down = view.ups[view.place], view.downs[view.place]
    return [
        *knee,
        *([hurdle_sentence(view)] if len(view.solved) > 1 else []),
        here_sentence(view),
        *([f"The next money: {step_sentence(up, view)}"] if up else []),
        *([f"A cut: {step_sentence(down, view)}"] if down else []),
        _price_sentence(view),
        *_today_sentences(view),
        *_unsolved_sentences(view),
        *_shared_sentences(view),
        *_nested_sentences(view),
    ]


def hurdle_sentence(view: FrontierView) -> str:
    """Say beyond which budget the next money earns less than the hurdle rate, in two measures."""
    by_cost, by_expected = (
        _earns(next((point for point in view.solved if getattr(point, mark)), None), view)
        for mark in ("hurdle", "hurdle_expected")
    )
    said = f"by the cost, {by_cost}; by the expected cost alone, {by_expected}"
    if by_cost == by_expected:
        said = f"by the cost and by the expected cost alone, {by_cost}"
    rate = percent(view.frontier.hurdle_rate)
    return f"Hurdle {rate} a year: {said}. {hurdle_basis(view)}"


def _earns(stop: SolvedPoint | None, view: FrontierView) -> str:
    if stop is None:
        return f"every step up to {_budget(view.solved[-1], view)} earns at least that"
    return f"the next {view.currency} earns less beyond {_budget(stop, view)}"


def hurdle_basis(view: FrontierView) -> str:
    """Say what the earnings come on top of."""
    own = view.settings.carrying.capital
    return f"This is on top of the {percent(own)} a year that carrying charges for capital."


def here_sentence(view: FrontierView) -> str:
    """Say what the point buys from which the frontier is looked at."""
    here, own = view.here, view.settings.budget.capital
    why = " (the knee)" if here.knee else ""
    if own is not None and own == here.budget:
        why = " (the portfolio's own budget)"
    elif own is not None and view.solved[0].budget <= own <= view.solved[-1].budget:
        why = f" (nearest to the portfolio's own budget, {budget_words(own, view.frontier)})"
    return (
        f"{_budget(here, view)}{why}: the plan costs {_cost(here, view)}, "
        f"{made_of(here, view.currency)}; {losses(here, view.settings.risk.level, view.currency)}"
    )


def step_sentence(step: BudgetStep, view: FrontierView) -> str:
    """Say what a step to a neighbouring budget saves or costs."""
    from_, to = _budget(step.here, view), _budget(step.there, view)
    amount = f"{money(abs(step.saved), view.currency)} {view.per_horizon}"
    each = f"{compact(abs(step.each))} {view.currency} for each {view.currency}"
    if step.is_more:
        return f"from {from_} to {to} saves {amount}, {each}."
    return f"from {from_} to {to} costs {amount}, {each} given up."


def figures(view: FrontierView) -> list[Figure]:
    """Return the figures of the headline."""
    here, knee = view.here, view.knee
    at = f"at {_budget(here, view)}"
    return [
        number_of(
            "Budgets with a plan",
            len(view.solved),
            "each a verified run",
            of=len(view.frontier.points),
        ),
        amount("Own budget", view.settings.budget.capital, "the portfolio's"),
        _stop_figure(view),
        Figure(
            label="Knee",
            kind="money",
            value=None if knee is None else knee.budget,
            text="" if knee is None else _budget(knee, view),
            note="beyond it, returns diminish clearly",
            is_tile=True,
        ),
        amount(f"Cost {view.per_horizon}", here.objective, at, is_tile=True),
        *plan_figures(here, view.settings.risk.level, at),
        *_step_figures(view),
        gap_figure(view.solved, "of any budget's plan"),
    ]


def _stop_figure(view: FrontierView) -> Figure:
    stop = view.stop
    rate = percent(view.frontier.hurdle_rate)
    return Figure(
        label=f"Stop at {rate}",
        kind="money",
        value=None if stop is None else stop.budget,
        text="" if stop is None else _budget(stop, view),
        note=f"beyond it, the next money saves less than {rate} a year of cost",
        is_tile=True,
    )


def knee_finding(view: FrontierView) -> str:
    """Say how much of what the range saves the knee brings already."""
    first, last, knee = view.solved[0], view.solved[-1], view.knee
    saved = first.objective - last.objective
    if knee is None or saved <= 0.0:
        return change_finding("The cost", view, "objective", "is the same at every budget")
    share = (first.objective - knee.objective) / saved
    at, end = (_budget(point, view) for point in (knee, last))
    return f"{at} already brings {percent(share)} of what {end} saves."


def change_finding(what: str, view: FrontierView, name: str, same: str) -> str:
    """Say how a figure moves from the first budget to the last."""
    first, last = (getattr(point, name) for point in (view.solved[0], view.solved[-1]))
    if len(view.solved) == 1 or not first:
        return f"{what} is {money(first, view.currency)} {view.per_horizon}."
    change = (last - first) / abs(first)
    if abs(change) < 5e-4:
        return f"{what} {same}."
    ends = " to ".join(alike((first, last), view.currency))
    return f"{what} {'falls' if change < 0.0 else 'rises'} by {percent(abs(change))}, from {ends}."


def worth_finding(view: FrontierView) -> str:
    """Say what more money is worth at the smallest and at the largest budget."""
    ends = (view.solved[0], view.solved[-1])
    first, last = (money(point.capital_price, view.currency) for point in ends)
    said = f"One more {view.currency} saves {first} of cost at {_budget(ends[0], view)}"
    if len(view.solved) == 1:
        return f"{said}."
    return f"{said}, {last} at {_budget(ends[1], view)}."


def service_finding(view: FrontierView) -> str:
    """Say how the fill rate moves from the first budget to the last."""
    fill_rates = [point.fill_rate for point in view.solved if point.fill_rate is not None]
    if not fill_rates:
        return "No fill rate is known."
    first, last = percent(fill_rates[0]), percent(fill_rates[-1])
    if first == last:
        return f"The fill rate is {first} at either end."
    return (
        f"The fill rate {'rises' if fill_rates[-1] > fill_rates[0] else 'falls'} "
        f"from {first} to {last}."
    )


def parts_finding(view: FrontierView) -> str:
    """Say which part the last budget changes most against the first."""
    first, last = view.solved[0], view.solved[-1]
    ends = [{name: float(getattr(at, name)) for name in PARTS} for at in (first, last)]
    shifts = {name: ends[1][name] - ends[0][name] for name in PARTS}
    most = max(PARTS, key=lambda name: abs(shifts[name]))
    shift = shifts[most]
    if not shift:
        largest = max(PARTS, key=lambda name: ends[0][name])
        return f"{PARTS[largest].label} is the largest part."
    way = "less" if shift < 0.0 else "more"
    amount = money(abs(shift), view.currency)
    return (
        f"The largest change is in {PARTS[most].label.lower()}: {amount} {way} at the largest "
        "budget than at the smallest."
    )


def knee_sentence(point: SolvedPoint, frontier: Frontier) -> str:
    """Say where the knee is, and what it is."""
    return (
        f"The knee is at {budget_words(point.budget, frontier)}: beyond it, returns diminish "
        "clearly (the point farthest from the line between the first and the last)."
    )


def remark(point: Point, frontier: Frontier) -> str:
    """Return what there is to say of a point beside its figures, or what its budget lacks."""
    if isinstance(point, UnsolvedPoint):
        return lacking(point, frontier)
    marks = {
        "knee": point.knee,
        "own budget": point.own_budget,
        "hurdle": point.hurdle,
        "hurdle by expected cost": point.hurdle_expected,
    }
    remarks = [words for words, is_so in marks.items() if is_so]
    if point.plan_of is not None and point.plan_of != point.budget:
        remarks.append(f"the plan of {budget_words(point.plan_of, frontier)}")
    if point.nesting_cost:
        remarks.append(f"keeping costs {money(point.nesting_cost, frontier.currency)}")
    if point.status == "feasible" and point.stopped_by != "nesting":
        remarks.append(f"stopped by {point.stopped_by.replace('_', ' ')}")
    return ", ".join(remarks)


def lacking(point: UnsolvedPoint, frontier: Frontier) -> str:
    """Say that a budget has no plan, and what it lacks, rounded up."""
    if point.missing is None:
        return "no plan"
    finest = 10.0 ** _places(frontier)
    return f"no plan, {budget_words(math.ceil(point.missing * finest) / finest, frontier)} missing"


def budget_words(amount: float, frontier: Frontier) -> str:
    """Return an amount to the unit, or as finely as tells the budgets of a frontier apart."""
    return f"{amount:,.{_places(frontier)}f} {frontier.currency}"


def _places(frontier: Frontier) -> int:
    """Return how many decimals the closest budgets need, 0 counted among them."""
    budgets = sorted({0.0, *(point.budget for point in frontier.points)})
    closest = min((more - less for less, more in pairwise(budgets)), default=1.0)
    return max(0, math.ceil(-math.log10(closest)))


def _price_sentence(view: FrontierView) -> str:
    here, currency = view.here, view.currency
    saved = saves(here.capital_price, here.capital_price_expected, currency, view.per_horizon)
    return (
        f"At {_budget(here, view)} one more {currency} of budget would save {saved}, according to "
        "the relaxation."
    )


def _today_sentences(view: FrontierView) -> list[str]:
    """Say what today's plan costs, against the plan that ties up no more."""
    today = view.frontier.today
    if today is None:
        return []
    capital, cost = money(today.capital, view.currency), money(today.objective, view.currency)
    expected, charge = alike((today.expected_cost, today.risk_charge), view.currency)
    said = (
        f"Today's plan ties up {capital} and costs {cost} {view.per_horizon}, expected cost "
        f"{expected} and risk charge {charge}"
    )
    within = [point for point in view.solved if point.budget <= today.capital]
    if not within:
        return [f"{said}; no budget of the range is within that."]
    best = within[-1]
    saved = money(today.objective - best.objective, view.currency)
    return [f"{said}: the plan at {_budget(best, view)} saves {saved} of it."]


def _unsolved_sentences(view: FrontierView) -> list[str]:
    said = []
    if view.unsolved:
        largest = view.unsolved[-1]
        number = f"{len(view.unsolved):,} of {count(len(view.frontier.points), 'budget')}"
        lacks = lacking(largest, view.frontier)
        said.append(f"Too small for any plan: {number}. {_budget(largest, view)}: {lacks}.")
    if view.frontier.left_out:
        said.append(f"Stopped: {count(view.frontier.left_out, 'budget')} not reached.")
    return said


def _shared_sentences(view: FrontierView) -> list[str]:
    taken = sum(point.plan_of not in (None, point.budget) for point in view.solved)
    if not taken:
        return []
    return [
        f"{count(taken, 'budget')} kept the plan of a smaller one: no cheaper plan was found there."
    ]


def _nested_sentences(view: FrontierView) -> list[str]:
    costs = [(point.nesting_cost, point) for point in view.solved if point.nesting_cost is not None]
    if not costs:
        return []
    most, dearest = max(costs, key=lambda pair: pair[0])
    cost = money(most, view.currency)
    return [
        (
            "Nested: every budget keeps the cover, the alternates and the suppliers that smaller "
            f"ones bought. That costs most at {_budget(dearest, view)}: {cost} more than the plan "
            "found there without this rule."
        )
    ]


def _step_figures(view: FrontierView) -> list[Figure]:
    """Return what the steps from here save and cost; a step that is not there has no figure."""
    up, down = view.ups[view.place], view.downs[view.place]
    steps = (("Next step up saves", up, 1.0), ("Next step down costs", down, -1.0))
    return [
        amount(label, sign * step.saved, _way(step, view), is_tile=True)
        for label, step, sign in steps
        if step
    ]


def _way(step: BudgetStep, view: FrontierView) -> str:
    return f"from {_budget(step.here, view)} to {_budget(step.there, view)}"


def _budget(point: Point, view: FrontierView) -> str:
    return budget_words(point.budget, view.frontier)


def _cost(point: SolvedPoint, view: FrontierView) -> str:
    return f"{money(point.objective, view.currency)} {view.per_horizon}"
