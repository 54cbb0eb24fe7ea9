"""The headline of a sweep over weights of risk: what a smaller tail costs."""

from __future__ import annotations

from optimizer.domain.risk_sweep import RiskPoint
from optimizer.reports.kit.document import Figure, amount, number_of
from optimizer.reports.kit.format import alike, count, money, percent
from optimizer.reports.kit.series_words import gap_figure, losses, made_of, plan_figures, proof
from optimizer.reports.risk_sweep.risk_sweep_view import RiskSweepView


def weight_words(weight: float) -> str:
    """
    Return what a year of risk capital costs.

    Examples
    --------
    >>> weight_words(0.15)
    '15 % a year'
    """
    return f"{percent(weight)} a year"


def lead_sentence(view: RiskSweepView) -> str:
    """Say what the whole range buys."""
    last, currency = view.points[-1], view.currency
    if last is view.none:
        return f"Where risk is charged nothing, the plan's expected cost is {_cost(last, view)}."
    cheap, dear = alike((view.none.expected_cost, last.expected_cost), currency)
    high, low = alike((view.none.cvar, last.cvar), currency)
    return (
        f"From nothing to {weight_words(last.risk_weight)} for risk capital, CVaR {view.tail} goes "
        f"from {high} to {low} and the expected cost from {cheap} to {dear} {view.per_horizon}."
    )


def proof_sentence(view: RiskSweepView) -> str:
    """Say how far from the best at its weight any plan can be."""
    return proof(view.points, "at every weight")


def sentences(view: RiskSweepView) -> list[str]:
    """Return what the weights mean, by sentence."""
    here = view.here
    own = " (the portfolio's own)" if here.own_weight else ""
    return [
        (
            f"At {weight_words(here.risk_weight)}{own}: the plan costs "
            f"{money(here.objective, view.currency)} {view.per_horizon}, "
            f"{made_of(here, view.currency)}; "
            f"{losses(here, view.settings.risk.level, view.currency)}"
        ),
        *([premium_sentence(here, view)] if here is not view.none else []),
        *_stopped(view),
    ]


def premium_sentence(point: RiskPoint, view: RiskSweepView) -> str:
    """Say what a point's smaller tail costs, as an insurer would."""
    at = f"Against a plan that charges nothing for risk, that of {weight_words(point.risk_weight)}"
    if point.rate_on_line is None:
        return f"{at} has no smaller CVaR {view.tail}."
    premium, less = money(point.premium, view.currency), money(point.cvar_less, view.currency)
    return (
        f"{at} has {less} less CVaR {view.tail} for {premium} more expected cost a year: a rate on "
        f"line of {percent(point.rate_on_line)}."
    )


def figures(view: RiskSweepView) -> list[Figure]:
    """Return the figures of the headline."""
    here = view.here
    at = f"at {weight_words(here.risk_weight)}"
    against = f"{at}, against nothing charged for risk"
    return [
        number_of("Weights of risk", len(view.points), "each a verified run"),
        amount("Premium for the tail, a year", here.premium, against, is_tile=True),
        amount(f"CVaR {view.tail} less", here.cvar_less, against, is_tile=True),
        Figure(
            label="Rate on line",
            kind="share",
            value=here.rate_on_line,
            note="premium a year for each unit less of CVaR",
            is_tile=True,
        ),
        amount(f"Cost {view.per_horizon}", here.objective, at, is_tile=True),
        *plan_figures(here, view.settings.risk.level, at),
        gap_figure(view.points, "of any weight's plan"),
    ]


def tail_finding(view: RiskSweepView) -> str:
    """Say by how much the tail shrinks over the range."""
    none, last = view.none, view.points[-1]
    if not none.cvar or last.cvar >= none.cvar:
        return f"CVaR {view.tail} does not fall."
    return f"CVaR {view.tail} falls by {percent((none.cvar - last.cvar) / none.cvar)}."


def premium_finding(view: RiskSweepView) -> str:
    """Say what the smallest tail costs."""
    last = view.points[-1]
    if last.rate_on_line is None:
        return "No premium buys a smaller tail."
    premium, less = money(last.premium, view.currency), money(last.cvar_less, view.currency)
    return f"{premium} a year buys {less} less CVaR at {weight_words(last.risk_weight)}."


def remark(point: RiskPoint) -> str:
    """Return what there is to say of a point beside its figures."""
    remarks = ["own weight"] if point.own_weight else []
    if point.weight_of != point.risk_weight:
        remarks.append(f"the plan of {weight_words(point.weight_of)}")
    if point.status == "feasible":
        remarks.append(f"stopped by {point.stopped_by.replace('_', ' ')}")
    return ", ".join(remarks)


def _stopped(view: RiskSweepView) -> list[str]:
    left_out = view.sweep.left_out
    return [f"Stopped: {count(left_out, 'weight')} not reached."] if left_out else []


def _cost(point: RiskPoint, view: RiskSweepView) -> str:
    return f"{money(point.expected_cost, view.currency)} {view.per_horizon}"
