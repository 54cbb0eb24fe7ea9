"""A validation in words: the forecast with its intervals, the comparisons, the advice."""

from __future__ import annotations

from typing import Final

from optimizer.domain.validation import Interval, Validation
from optimizer.reports.kit.format import alike, count, per_horizon, percent, percent_up

HEADINGS: Final = ("", "in sample", "fresh futures", "95 % confidence")


def forecast_rows(validation: Validation) -> list[tuple[str, str, str, str]]:
    """Return the run's own figures beside those of the fresh futures, one row each."""
    labels = {
        "objective": f"objective, {per_horizon(validation.horizon_days)}",
        "expected_loss": "expected loss",
        "var": f"VaR at {percent(validation.level)}",
        "cvar": f"CVaR at {percent(validation.level)}",
    }
    rows = []
    for name, label in labels.items():
        measure = validation.measures[name]
        fresh = measure.fresh
        said = alike((measure.in_sample, fresh.estimate, fresh.half_width), validation.currency)
        error = "exact" if name == "expected_loss" else f"± {said[2]}"
        rows.append((label, said[0], said[1], error))
    return rows


def validation_sentences(validation: Validation) -> list[str]:
    """Return what was tried and its results in sentences, advice last."""
    return [
        *_stopped_sentences(validation),
        _forecast_sentence(validation),
        *_gap_sentences(validation),
        _value_sentence(validation),
        *advice(validation),
    ]


def advice(validation: Validation) -> list[str]:
    """Return whether the futures are enough, and how many would be."""
    return [*_tail_advice(validation), _gap_advice(validation), *_forecast_advice(validation)]


def _stopped_sentences(validation: Validation) -> list[str]:
    """Say what is missing if the validation was stopped."""
    futures, replications = validation.left_out.batches, validation.left_out.replications
    missing = [f"batches of fresh futures: {futures}"] if futures else []
    missing += [f"replications: {replications}"] if replications else []
    return [f"Stopped before its end; left out are {', '.join(missing)}."] if missing else []


def _forecast_sentence(validation: Validation) -> str:
    fresh = validation.fresh
    return (
        f"Tried on {fresh.scenarios:,} fresh futures in {fresh.batches} independent batches "
        f"(seed {fresh.seed}). They are the forecast of the tail; the plan was made for the "
        f"{validation.scenarios:,} in sample, which tend to flatter it. The expected loss is exact "
        "on either."
    )


def _gap_sentences(validation: Validation) -> list[str]:
    gap = validation.sampling_gap
    if gap is None:
        return []
    objective = abs(validation.measures["objective"].fresh.estimate)
    mean, upper, solver = alike((gap.mean, gap.upper, gap.solver), validation.currency)
    share = f" ({percent_up(gap.upper / objective)} of the objective)" if objective else ""
    said = (
        f"By {len(gap.gaps)} replications of {validation.scenarios:,} futures, another plan could "
        f"be cheaper by {mean} on average and, with 95 % confidence, by {upper} at most{share}; "
        f"{solver} of the average is what the solver left unproven."
    )
    return [said, _meaning(validation)]


def _meaning(validation: Validation) -> str:
    """Say what the gap proves, which depends on the measure."""
    if validation.measure == "var" and validation.yearly_charge > 0.0:
        return (
            "For VaR this is an estimate, no bound: the VaR of few futures is biased either way. "
            'With risk.measure = "cvar" the bound holds.'
        )
    return (
        "That is conservative: a plan chosen on few futures looks better on them than any plan "
        "is, so the gap is overstated on average."
    )


def _value_sentence(validation: Validation) -> str:
    value = validation.stochastic_solution.value
    less, half = alike((abs(value.estimate), value.half_width), validation.currency)
    compared = "more" if value.estimate >= 0.0 else "less"
    return (
        f"The best plan for the mean of all hazards would cost {less} ± {half} {compared} "
        f"{per_horizon(validation.horizon_days)} on the same futures: {_worth(value)}."
    )


def _tail_advice(validation: Validation) -> list[str]:
    need = validation.need
    if need.in_tail is None or need.for_tail <= validation.scenarios:
        return []
    few = f"Only {need.in_tail:.3g} of the {validation.scenarios:,} futures lie in the worst"
    share = percent(1.0 - validation.level)
    return [f"{few} {share}: ask for at least {need.for_tail:,} (scenarios.count)."]


def _gap_advice(validation: Validation) -> str:
    need, target = validation.need, percent(validation.need.target)
    if need.for_gap is None:
        why = "it was stopped" if validation.left_out.replications else "no replications"
        return f"Whether another plan would be better was not tried: {why}."
    if need.for_gap <= validation.scenarios:
        enough = f"{count(validation.scenarios, 'future')} are enough for the plan"
        return f"{enough}: sampling costs at most {target} of the objective."
    ask = f"Ask for about {need.for_gap:,} futures (scenarios.count)"
    return f"{ask} to bring what sampling may cost below {target} of the objective."


def _forecast_advice(validation: Validation) -> list[str]:
    need, target = validation.need, percent(validation.need.target)
    if need.for_forecast <= validation.fresh.scenarios:
        enough = f"{count(validation.fresh.scenarios, 'fresh future')} are enough for the forecast"
        return [f"{enough}: its objective is known within ± {target}."]
    ask = f"Ask for about {need.for_forecast:,} fresh futures (--scenarios)"
    return [f"{ask} to know the objective within ± {target}."]


def _worth(value: Interval) -> str:
    if value.low > 0.0:
        return "what looking beyond the mean is worth"
    if value.high < 0.0:
        return "the run's futures are too few to beat it"
    return "no difference that these futures show"
