"""What a run is worth on scenarios it has not seen.  Money in the run's currency, per horizon."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with its two-sided 95 % confidence interval; no width where nothing is drawn."""

    estimate: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Distance from the estimate to either end."""
        return (self.high - self.low) / 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure as the run states it, in sample, and as fresh scenarios estimate it."""

    in_sample: float
    fresh: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """
    The fresh scenarios.

    Attributes
    ----------
    method
        ``exact``: every state, once, and therefore without error; ``stratified`` or ``sampled``.
    """

    scenarios: int
    batches: int
    method: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingGap:
    """
    How much better a plan could be, by replications that each solve the problem anew.

    Attributes
    ----------
    gaps
        One per replication: the run's plan less what is proven to be the least, both on the
        replication's scenarios.
    mean, upper
        Their mean, and the end of its one-sided 95 % confidence interval.
    solver
        Part of the mean that the solver left unproven; more scenarios do not lessen it.
    """

    gaps: tuple[float, ...]
    mean: float
    upper: float
    solver: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StochasticSolution:
    """
    The plan beside the one made for the mean of all hazards, both on the same fresh scenarios.

    Attributes
    ----------
    mean_value_objective
        Objective of the mean-value plan.
    value
        How much more the mean-value plan costs than the run's.
    """

    mean_value_objective: Interval
    value: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """
    How many scenarios would do; the number there was where that is enough.

    Attributes
    ----------
    target
        Share of the objective up to which an error of sampling is borne. [-]
    in_tail
        Scenarios of the run in the worst share that its measure looks at; None without a tail.
    for_tail
        Scenarios of a run that put enough of them in its tail.
    for_gap
        Scenarios of a run that bring the gap of sampling to the target; None without replications.
    for_forecast
        Fresh scenarios that bring half the objective's interval to the target.
    """

    target: float
    in_tail: float | None
    for_tail: int
    for_gap: int | None
    for_forecast: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """
    A validated run.

    Attributes
    ----------
    measure, level, tail_weight
        What the run minimised.
    scenarios, scenario_method
        What the run was made on.
    measures
        Of objective, expected_loss, var and cvar.
    sampling_gap
        None where the run was made on every state, or no replication was asked for.
    """

    run: str
    currency: str
    horizon_days: int
    measure: str
    level: float
    tail_weight: float
    scenarios: int
    scenario_method: str
    fresh: Fresh
    measures: dict[str, Measure]
    sampling_gap: SamplingGap | None
    stochastic_solution: StochasticSolution
    need: Need
