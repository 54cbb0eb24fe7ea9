"""What a run states of itself (`manifest.json`), and what a folder of several runs states."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from optimizer.domain.settings import Settings

FORMAT: Final = 2
"""Format of the run folders that this version writes and reads: MODEL 6."""
Number = Annotated[float, Field(allow_inf_nan=False)]
_Moment = Annotated[datetime, PlainSerializer(datetime.isoformat, when_used="json")]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class Components(_Facts):
    """The components of the objective, and the tail of the loss; currency over the horizon."""

    carrying: Number
    ordering: Number
    purchasing: Number
    routine_stockout: Number
    qualification: Number
    onboarding: Number
    expected_loss: Number
    var: Number
    cvar: Number


class ResourceUse(_Facts):
    """
    How much of a resource the plan uses, its limit, and what one more unit of it is worth.

    Attributes
    ----------
    price
        Shadow price: what it saves of the objective. [currency per unit]
    price_expected
        How much of that is expected cost; the rest is risk charge.  None where not known.
    """

    used: Number
    limit: Number | None
    price: Number
    price_expected: Number | None = None


class MixtureShare(_Facts):
    """A component of the mixture that futures are drawn from: see `domain.scenario.Mixture`."""

    hazard: str
    above: Number
    share: Number


class Sampling(_Facts):
    """
    What a run's futures were drawn from.

    Attributes
    ----------
    pilot
        Futures that the shares were found on; 0 where only the nominal law was drawn from.
    nominal
        Share of the nominal law.
    """

    pilot: int = 0
    nominal: Number = 1.0
    components: tuple[MixtureShare, ...] = ()


class Estimate(_Facts):
    """An estimate from fresh futures, and half its 95 % confidence interval. [currency]"""

    value: Number
    half_width: Annotated[Number, Field(ge=0.0)]


class ReturnPeriod(Estimate):
    """The loss over the horizon that is exceeded once in so many years."""

    years: int


class Forecast(_Facts):
    """What the plan costs on fresh futures; its expected cost is exact and in none of it."""

    objective: Estimate
    var: Estimate
    cvar: Estimate
    return_periods: tuple[ReturnPeriod, ...]
    futures: int


class SetAside(_Facts):
    """
    What was set aside because it cannot be planned.

    Attributes
    ----------
    skus, of
        How many SKUs, and of how many.
    problems
        Why, counted.
    strangers
        How many of these stand in rows that name no SKU of `skus`.
    capital
        What the SKUs tie up today, as far as it is known. [currency]
    unknown
        Of how many SKUs it is not known.
    reserved
        What of it was taken off the budget; None where there is no budget to take it off.
    """

    skus: int
    of: int
    problems: int
    strangers: int
    capital: Number
    unknown: int
    reserved: Number | None = None


class Origin(_Facts):
    """
    Where and when something was made, by what and from what.

    Attributes
    ----------
    run
        Its name.
    created
        When the run ended, with its offset from UTC.
    overrides
        The settings overridden for this run.
    portfolio
        Where its inputs were read, relative to the results folder if they share more than the
        root.
    ballast
        The version that wrote the run.
    parent
        Name of the frontier or of the what-ifs that it belongs to.
    plan_of
        Name of the run whose plan was the plan in force, in the place of the portfolio's own.
    left_out
        Which of ``forecast``, ``reasons`` and ``strategies`` are missing because the command was
        stopped.
    set_aside
        None where everything was planned.
    """

    run: str
    command: str
    created: _Moment
    overrides: tuple[str, ...]
    portfolio: str
    ballast: str
    versions: dict[str, str]
    seconds: Number
    peak_memory_mb: Number
    parent: str | None
    plan_of: str | None = None
    left_out: tuple[Literal["forecast", "reasons", "strategies"], ...] = ()
    set_aside: SetAside | None = None


class StockFacts(_Facts):
    """
    Today's stock against the plan; money on own books [currency].

    Attributes
    ----------
    as_of
        Day of the count; None where the table does not say.
    counted, uncounted
        SKUs with a row in `stock`, and without one: these are taken to be at the plan's level.
    usable, on_order, blocked
        What there is today.
    excess, excess_skus
        Beyond the most that the plan ever holds and has on order; and of how many SKUs.
    unused
        The part of it without demand: it is never used up.
    past_shelf_life
        What cannot be sold before it expires, even if all of it were fresh today.
    obsolescence
        What excess loses within a year at the SKUs' rates.
    to_spend
        What is missing below the plan's mean stock.
    """

    as_of: str | None
    counted: int
    uncounted: int
    usable: Number
    on_order: Number
    blocked: Number
    excess: Number
    excess_skus: int
    unused: Number
    past_shelf_life: Number
    obsolescence: Number
    to_spend: Number


class Manifest(Origin):
    """
    The keys of MODEL 6, and some more, in the order in which they are written.

    Attributes
    ----------
    catalogue_gap
        Share of the objective that finer levels, reserves and lots could still save; None where
        none were searched, or nothing is proven of them.
    forecast
        None where it was left out.
    resources
        By name; `capital` is always there.
    stock_on_hand
        None without a table `stock`.
    settings
        Of this run, ``auto`` resolved.
    inputs
        SHA-256 of every file that was read, by name.
    method_reason
        Why this method was chosen, in words.
    files
        SHA-256 of every other file of the run by name; empty until the run is written.
    """

    format: Literal[2]
    status: Literal["optimal", "feasible"]
    stopped_by: str
    objective: Number
    expected_cost: Number
    risk_charge: Annotated[Number, Field(ge=0.0)]
    bound: Number
    gap: Annotated[Number, Field(ge=0.0)]
    catalogue_gap: Annotated[Number, Field(ge=0.0)] | None = None
    forecast: Forecast | None = None
    components: Components
    resources: dict[str, ResourceUse]
    stock_on_hand: StockFacts | None = None
    settings: Settings
    seed: int
    sampling: Sampling = Sampling()
    inputs: dict[str, str]
    method: str
    method_reason: str
    files: dict[str, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]

    @property
    def prices(self) -> dict[str, float]:
        """Shadow price of each resource, by name. [currency per unit]"""
        return {name: use.price for name, use in self.resources.items()}

    @property
    def proven_bound(self) -> float:
        """No plan of any level costs less, as far as finer levels were priced. [currency]"""
        return self.bound - (self.catalogue_gap or 0.0) * abs(self.objective)


class About(Origin):
    """
    What a document states about the runs that it is made from.

    Attributes
    ----------
    settings
        Of the portfolio as it is, ``auto`` resolved.
    method
        By which methods its plans were found, in words.
    skus
        How many there are.
    """

    settings: Settings
    inputs: dict[str, str]
    method: str
    skus: int

    @classmethod
    def of(cls, manifest: Manifest, skus: int) -> Self:
        """Return what one run states."""
        return cls(
            **{name: getattr(manifest, name) for name in Origin.model_fields},
            settings=manifest.settings,
            inputs=manifest.inputs,
            method=manifest.method,
            skus=skus,
        )
