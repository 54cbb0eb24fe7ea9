"""What a run is worth on futures it has not seen.  Money in the run's currency, per horizon."""

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
    """A figure as the run states it, in sample, and as fresh futures estimate it."""

    in_sample: float
    fresh: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """The fresh futures: `scenarios` of them in independent batches of one size."""

    scenarios: int
    batches: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingGap:
    """
    How much better a plan could be, by replications that each solve the problem anew.

    Attributes
    ----------
    gaps
        One per replication: the run's plan less what is proven to be the least, both on the
        replication's futures.
    mean, upper
        Their mean, and the end of its one-sided 95 % confidence interval.
    solver
        Part of the mean that the solver left unproven; more futures do not lessen it.
    """

    gaps: tuple[float, ...]
    mean: float
    upper: float
    solver: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StochasticSolution:
    """
    The plan beside the one made for the mean of all hazards, both on the same fresh futures.

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
    How many futures would do; the number there was where that is enough.

    Attributes
    ----------
    target
        Share of the objective up to which an error of sampling is borne. [-]
    in_tail
        Equally probable futures that would tell as much of the worst share that its measure looks
        at as the run's do; None without a tail.
    for_tail
        Futures of a run that put enough of them in its tail.
    for_gap
        Futures of a run that bring the gap of sampling to the target; None without replications.
    for_forecast
        Fresh futures that bring half the objective's interval to the target.
    """

    target: float
    in_tail: float | None
    for_tail: int
    for_gap: int | None
    for_forecast: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """How many batches and replications that were asked for are not there: it was stopped."""

    batches: int
    replications: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """
    A validated run.

    Attributes
    ----------
    measure, level, yearly_charge
        What the run minimised; the charge is ω, 0 with `expected`. [/yr]
    scenarios
        How many futures the run was made on.
    measures
        Of objective, expected_loss, var and cvar.  The expected loss is exact: both its values are
        the same, and the fresh one has no width.
    sampling_gap
        None where fewer than two replications were asked for, or done.
    """

    run: str
    currency: str
    horizon_days: int
    measure: str
    level: float
    yearly_charge: float
    scenarios: int
    fresh: Fresh
    measures: dict[str, Measure]
    sampling_gap: SamplingGap | None
    stochastic_solution: StochasticSolution
    need: Need
    left_out: LeftOut
