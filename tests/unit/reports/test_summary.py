"""The summary says what the run says, and claims no more."""

from __future__ import annotations

from dataclasses import replace

from optimizer.domain.settings import Horizon, Risk, Settings
from optimizer.reports.run.summary import summarise
from tests.support.runs import make_tables


def text(**changes: object) -> str:
    """Return the summary of a run with these keys of its manifest."""
    return "\n".join(summarise(make_tables(**changes)))


def test_a_proof_is_claimed_only_as_far_as_it_goes() -> None:
    """Proves: `optimal` names the gap and the money; `feasible` says a better plan may exist."""
    proven = text(status="optimal", objective=1e6, bound=999_923.9, gap=7.61e-5)
    assert (
        "Proven within 0.0077 % (of the model, on 20 futures): no plan can be cheaper by more than "
        "77 EUR a year." in proven
    )
    feasible = text(
        status="feasible", stopped_by="time_limit", objective=1e6, bound=990_000.0, gap=0.01
    )
    assert (
        "Feasible, gap 1 %: a better plan may exist, cheaper by 10,000 EUR a year at most"
        in feasible
    )
    assert "stopped by time limit" in feasible
    nested = text(status="feasible", stopped_by="nesting", objective=1e6, bound=990_000.0, gap=0.01)
    assert "at most (it keeps what smaller budgets bought)" in nested
    for summary in (proven, feasible):
        assert "optimal" not in summary.lower()


CERTAIN = {
    "carrying": 10e6,
    "ordering": 20e6,
    "purchasing": -5e6,
    "routine_stockout": 4e6,
    "qualification": 1e6,
    "onboarding": 0.0,
}


def test_expected_cost_and_risk_charge_are_never_mixed() -> None:
    """
    Proves: cost = expected cost + risk charge; expected cost = certain + expected loss.

    Certain: 10 + 20 − 5 + 4 + 1 + 0 = 30 M, expected loss 1 M: 31 M.  VaR 3 M exceeds it by 2 M, of
    which half is charged: 1 M.  Taking half of each instead would say 2 M for disruptions.
    """
    components = CERTAIN | {"expected_loss": 1e6, "var": 3e6, "cvar": 5e6}
    costs = {"objective": 32e6, "expected_cost": 31e6, "risk_charge": 1e6}
    summary = text(components=components, bound=32e6, gap=0.0, **costs)
    assert (
        "The plan costs 32.0 M EUR a year: expected cost 31.0 M EUR, risk charge 1.00 M EUR."
    ) in summary
    assert (
        "Of the expected cost 30.0 M EUR a year is certain (carrying, ordering, purchasing, "
        "routine stockouts, new sources) and 1.00 M EUR is the expected loss to disruptions."
    ) in summary
    assert (
        "The risk charge is 50 % a year on 2.00 M EUR of unexpected loss: VaR at 95 % less the "
        "expected loss."
    ) in summary


def test_no_unexpected_loss_is_said() -> None:
    """Proves: where VaR is below the mean, nothing is charged and no amount is invented."""
    components = CERTAIN | {"expected_loss": 1e6, "var": 0.0, "cvar": 5e6}
    summary = text(components=components, objective=31e6, expected_cost=31e6, risk_charge=0.0)
    assert "VaR at 95 % is no more than the expected loss: risk is not charged." in summary


def test_limits_that_hold_back_have_a_price_in_words() -> None:
    """
    Proves: a limit that has a price says what more saves, the others are silent.

    A price of whole things is no promise: it says up to how much.  The run minds VaR, so its prices
    are those of CVaR, and the sentence says so.
    """
    resources = {
        "capital": {"used": 4.9e6, "limit": 5e6, "price": 0.23, "price_expected": 0.2},
        "capital:fans": {"used": 1e6, "limit": 1e6, "price": 0.0},
        "qualifications": {"used": 3.0, "limit": 3.0, "price": 4_000.0},
    }
    summary = text(resources=resources)
    assert (
        "by capital: one more EUR of capital would save 0.230 EUR a year: 0.200 EUR of expected "
        "cost and 0.0300 EUR of risk charge, CVaR" in summary
    )
    assert "by qualifications: up to 4,000 EUR a year per qualification, estimated" in summary
    assert summary.count("CVaR taken for VaR") == 2
    assert "fans" not in summary
    assert "4.90 M EUR of the 5.00 M EUR budget (98 %)" in summary


def test_no_limit_is_said() -> None:
    """Proves: without a budget nothing is said to bind and no limit is invented."""
    summary = text(resources={"capital": {"used": 4.9e6, "limit": None, "price": 0.0}})
    assert "no budget was set" in summary
    assert "No limit was set." in summary


def test_a_limit_with_room_is_not_called_missing() -> None:
    """Proves: a limit that costs nothing is told apart from no limit at all."""
    summary = text(resources={"capital": {"used": 4e6, "limit": 5e6, "price": 0.0}})
    assert "No limit holds the plan back" in summary
    assert "(80 %)" in summary


def test_all_but_used_up_is_not_all() -> None:
    """Proves: 4,999,900 of 5,000,000 is 99.99 %, not the 100 % it would round to."""
    summary = text(resources={"capital": {"used": 4_999_900.0, "limit": 5e6, "price": 0.2}})
    assert "5.00 M EUR of the 5.00 M EUR budget (99.99 %)" in summary


def test_a_gap_of_rounding_is_no_percentage() -> None:
    """Proves: 1.2e-14 is the rounding of sums, and nobody reads it as a finding."""
    summary = text(objective=1e6, bound=1e6 * (1.0 - 1.2e-14), gap=1.2e-14)
    assert "Proven to rounding (of the model, on 20 futures): no plan is cheaper." in summary
    assert "e-" not in summary


def test_amounts_of_a_sentence_are_in_one_style() -> None:
    """Proves: 1.64 M does not stand beside 899,976."""
    certain = dict.fromkeys(CERTAIN, 0.0) | {"onboarding": 1_640_000.0}
    components = certain | {"expected_loss": 899_976.0, "var": 899_976.0, "cvar": 2e6}
    summary = text(components=components, objective=2_539_976.0, bound=2.5e6, gap=0.016)
    assert "1.64 M EUR a year is certain" in summary
    assert "and 0.900 M EUR is the expected loss" in summary
    assert "899,976" not in summary


def test_nothing_is_counted_that_is_not_there() -> None:
    """Proves: without an onboarding no sentence says `0 suppliers`."""
    tables = make_tables()
    none = replace(tables, onboardings=tables.onboardings.head(0))
    summary = "\n".join(summarise(none))
    assert "3 alternate sources to qualify, for" in summary
    assert "onboard" not in summary


def test_a_horizon_that_is_not_a_year_is_not_called_one() -> None:
    """
    Proves: over 73 days costs are told as a year's, five times as much; losses stay the horizon's.

    Sensitivity: told as it is, the cost of 2 M would be 400,000 "a year".
    """
    settings = Settings(horizon=Horizon(days=73), risk=Risk(measure="expected"))
    components = dict.fromkeys(CERTAIN, 0.0) | {"carrying": 300_000.0}
    components |= {"expected_loss": 100_000.0, "var": 5e5, "cvar": 6e5}
    summary = text(
        settings=settings.model_dump(mode="json"),
        components=components,
        objective=400_000.0,
        expected_cost=400_000.0,
        risk_charge=0.0,
    )
    assert "The plan costs 2.00 M EUR a year: its expected cost, without a risk charge." in summary
    assert "1.50 M EUR a year is certain" in summary
    assert "expected to cost 100,000 EUR in 73 days" in summary
    assert "unexpected" not in summary


def test_a_tail_that_var_does_not_see_is_named() -> None:
    """Proves: a VaR plan whose worst years cost far more says so; one with a thin tail does not."""
    parts = ("carrying", "ordering", "purchasing", "routine_stockout", "qualification")
    certain = dict.fromkeys((*parts, "onboarding"), 1e6)
    fat, thin = (
        text(components=certain | {"expected_loss": 1e6, "var": 2e6, "cvar": cvar})
        for cvar in (5e6, 2.5e6)
    )
    assert (
        "What lies beyond, 2.50 times as much, VaR does not look at; CVaR as the risk measure does."
        in fat
    )
    assert "VaR does not look" not in thin
