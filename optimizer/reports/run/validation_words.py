"""A validated run in words: the forecast with its intervals, what was compared, the advice."""

from __future__ import annotations

from typing import Final

from optimizer.domain.validation import Interval, Validation
from optimizer.reports.kit.format import alike, count, per_horizon, percent, percent_up

HEADINGS: Final = ("", "in sample", "fresh futures", "95 % confidence")


def forecast_rows(found: Validation) -> list[tuple[str, str, str, str]]:
    """Return the run's own figures beside those of the fresh futures, one row each."""
    labels = {
        "objective": f"objective, {per_horizon(found.horizon_days)}",
        "expected_loss": "expected loss",
        "var": f"VaR at {percent(found.level)}",
        "cvar": f"CVaR at {percent(found.level)}",
    }
    rows = []
    for name, label in labels.items():
        measure = found.measures[name]
        fresh = measure.fresh
        said = alike((measure.in_sample, fresh.estimate, fresh.half_width), found.currency)
        error = "exact" if name == "expected_loss" else f"± {said[2]}"
        rows.append((label, said[0], said[1], error))
    return rows


def validation_sentences(found: Validation) -> list[str]:
    """Return what was tried and found, sentence by sentence, advice last."""
    return [
        *_stopped_sentences(found),
        _forecast_sentence(found),
        *_gap_sentences(found),
        _value_sentence(found),
        *advice(found),
    ]


def advice(found: Validation) -> list[str]:
    """Return whether the futures are enough, and how many would be."""
    return [*_tail_advice(found), _gap_advice(found), *_forecast_advice(found)]


def _stopped_sentences(found: Validation) -> list[str]:
    """Say what is not there, where it was stopped."""
    futures, replications = found.left_out.batches, found.left_out.replications
    missing = [f"batches of fresh futures: {futures}"] if futures else []
    missing += [f"replications: {replications}"] if replications else []
    return [f"Stopped before its end; left out are {', '.join(missing)}."] if missing else []


def _forecast_sentence(found: Validation) -> str:
    fresh = found.fresh
    return (
        f"Tried on {fresh.scenarios:,} fresh futures in {fresh.batches} independent batches "
        f"(seed {fresh.seed}). They are the forecast of the tail; the plan was made for the "
        f"{found.scenarios:,} in sample, which tend to flatter it. The expected loss is exact on "
        "either."
    )


def _gap_sentences(found: Validation) -> list[str]:
    gap = found.sampling_gap
    if gap is None:
        return []
    objective = abs(found.measures["objective"].fresh.estimate)
    mean, upper, solver = alike((gap.mean, gap.upper, gap.solver), found.currency)
    share = f" ({percent_up(gap.upper / objective)} of the objective)" if objective else ""
    said = (
        f"By {len(gap.gaps)} replications of {found.scenarios:,} futures, another plan could be "
        f"cheaper by {mean} on average and, with 95 % confidence, by {upper} at most{share}; "
        f"{solver} of the average is what the solver left unproven."
    )
    return [said, _meaning(found)]


def _meaning(found: Validation) -> str:
    """Say what the gap proves, which depends on the measure."""
    if found.measure == "var" and found.yearly_charge > 0.0:
        return (
            "For VaR this is an estimate, no bound: the VaR of few futures is biased either way. "
            'With risk.measure = "cvar" the bound holds.'
        )
    return (
        "That is conservative: a plan chosen on few futures looks better on them than any plan "
        "is, so the gap is overstated on average."
    )


def _value_sentence(found: Validation) -> str:
    value = found.stochastic_solution.value
    less, half = alike((abs(value.estimate), value.half_width), found.currency)
    compared = "more" if value.estimate >= 0.0 else "less"
    return (
        f"The best plan for the mean of all hazards would cost {less} ± {half} {compared} "
        f"{per_horizon(found.horizon_days)} on the same futures: {_worth(value)}."
    )


def _tail_advice(found: Validation) -> list[str]:
    need = found.need
    if need.in_tail is None or need.for_tail <= found.scenarios:
        return []
    few = f"Only {need.in_tail:.3g} of the {found.scenarios:,} futures lie in the worst"
    share = percent(1.0 - found.level)
    return [f"{few} {share}: ask for at least {need.for_tail:,} (scenarios.count)."]


def _gap_advice(found: Validation) -> str:
    need, target = found.need, percent(found.need.target)
    if need.for_gap is None:
        why = "it was stopped" if found.left_out.replications else "no replications"
        return f"Whether another plan would be better was not tried: {why}."
    if need.for_gap <= found.scenarios:
        enough = f"{count(found.scenarios, 'future')} are enough for the plan"
        return f"{enough}: sampling costs at most {target} of the objective."
    ask = f"Ask for about {need.for_gap:,} futures (scenarios.count)"
    return f"{ask} to bring what sampling may cost below {target} of the objective."


def _forecast_advice(found: Validation) -> list[str]:
    need, target = found.need, percent(found.need.target)
    if need.for_forecast <= found.fresh.scenarios:
        enough = f"{count(found.fresh.scenarios, 'fresh future')} are enough for the forecast"
        return [f"{enough}: its objective is known within ± {target}."]
    ask = f"Ask for about {need.for_forecast:,} fresh futures (--scenarios)"
    return [f"{ask} to know the objective within ± {target}."]


def _worth(value: Interval) -> str:
    if value.low > 0.0:
        return "what looking beyond the mean is worth"
    if value.high < 0.0:
        return "the run's futures are too few to beat it"
    return "no difference that these futures show"
