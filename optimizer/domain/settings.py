"""
The settings of `portfolio.toml` (MODEL 1), declared once: default, domain, unit, meaning.

Every key can be overridden on the command line by its dotted name, ``risk.weight=0.3``.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from optimizer.domain.characters import oddity_of

MOST_DAYS: Final = 36_500.0
"""A hundred years."""
MOST_A_YEAR: Final = 100.0
"""Of a rate that is a share of value, 10 000 %. [/yr]"""
MOST_STRIKES_A_YEAR: Final = 366.0
MOST_FACTOR: Final = 1_000.0
_LARGEST: Final = 1e15

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0.0, le=_LARGEST, allow_inf_nan=False)]
YearlyShare = Annotated[float, Field(ge=0.0, le=MOST_A_YEAR, allow_inf_nan=False)]
Days = Annotated[float, Field(ge=0.0, le=MOST_DAYS, allow_inf_nan=False)]
PositiveDays = Annotated[float, Field(gt=0.0, le=MOST_DAYS, allow_inf_nan=False)]
Life = Annotated[float, Field(ge=0.01, le=1_000.0, allow_inf_nan=False)]
ServiceLevel = Annotated[float, Field(gt=0.0, lt=1.0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=10**9)]
Percent = Annotated[float, Field(ge=0.0, le=1e6, allow_inf_nan=False)]
Factor = Annotated[float, Field(ge=0.0, le=MOST_FACTOR, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0.0, le=MOST_STRIKES_A_YEAR, allow_inf_nan=False)]

DAYS_PER_YEAR: Final = 365.0
_FUTURES: Final = 2_000
_FUTURES_OF_VAR: Final = 300  # which ones VaR ignores is a combinatorial choice


def _plain(text: str) -> str:
    if odd := oddity_of(text):
        raise ValueError(odd)
    return text


def _one_each_quarter(amounts: tuple[float, ...] | None) -> tuple[float, ...] | None:
    if amounts is not None and len(amounts) != 4:
        raise ValueError(f"must be four amounts, one for each quarter; found {len(amounts)}")
    return amounts


def _ascending(values: tuple[float, ...]) -> tuple[float, ...]:
    if not all(low < high for low, high in pairwise(values)):
        raise ValueError("must ascend")
    return values


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Horizon(_Table):
    """The planning horizon."""

    days: Annotated[int, Field(ge=1, le=3650, description="length of the horizon [days]")] = 365

    @property
    def years(self) -> float:
        """Horizon in years of 365 days, y = H/365."""
        return self.days / DAYS_PER_YEAR


class Demand(_Table):
    """How the history of demand is read (MODEL 1a)."""

    period: Annotated[
        Literal["day", "week", "month"],
        Field(description="what a row of demand covers, from its date on"),
    ] = "day"
    pooling: Annotated[
        Literal["category", "none"],
        Field(description="what SKUs with little history borrow from"),
    ] = "category"
    interval_limit: Annotated[
        Factor,
        Field(description="periods between demands from which it is intermittent or lumpy [-]"),
    ] = 1.32
    variation_limit: Annotated[
        Factor,
        Field(description="squared variation of its sizes from which it is erratic or lumpy [-]"),
    ] = 0.49


class Segments(_Table):
    """Where the classes of SKUs and suppliers begin and end."""

    value_shares: Annotated[
        tuple[Share, Share],
        AfterValidator(_ascending),
        Field(description="A up to the first share of the annual value, B up to the second"),
    ] = (0.80, 0.95)
    variation_limits: Annotated[
        tuple[Factor, Factor],
        AfterValidator(_ascending),
        Field(description="X up to the first coefficient of variation, Y up to the second"),
    ] = (0.5, 1.0)
    fast_issues: Annotated[
        Factor, Field(description="issues a year from which a SKU is fast-moving [1/yr]")
    ] = 12.0
    non_moving_days: Annotated[
        PositiveDays, Field(description="days without an issue that make it non-moving")
    ] = 182.0
    high_risk_days: Annotated[
        Days, Field(description="outage days a year from which a supplier is high risk")
    ] = 3.0


class AuditTable(_Table):
    """What `ballast audit` assumes and tells."""

    ttr_days: Annotated[
        PositiveDays, Field(description="time to recover of a supplier that states none [days]")
    ] = 30.0
    occurrence_rates: Annotated[
        tuple[Rate, Rate, Rate, Rate, Rate, Rate, Rate, Rate, Rate],
        AfterValidator(_ascending),
        Field(description="outages a year from which occurrence is rated 2, 3, … 10 [1/yr]"),
    ] = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
    bias_limit: Annotated[
        Factor, Field(description="standard errors from which a forecast is called biased [-]")
    ] = 2.0
    least_saving: Annotated[
        Share,
        Field(description="share of a SKU's cost that another buffer must save to be told"),
    ] = 0.05


class ReviewTable(_Table):
    """From which change on `ballast audit --before` flags a buffer for review."""

    false_discovery_rate: Annotated[
        ServiceLevel,
        Field(description="share of the drifts told as proven that may be chance [-]"),
    ] = 0.05
    otif_change: Annotated[
        Share, Field(description="least change of a supplier's OTIF that is told [-]")
    ] = 0.02
    lead_time_change: Annotated[
        Factor, Field(description="least change of a lead time, as a share of it [-]")
    ] = 0.10
    demand_change: Annotated[
        Factor, Field(description="least change of mean demand, as a share of it [-]")
    ] = 0.20
    hazard_factor: Annotated[
        float,
        Field(
            ge=1.0,
            le=MOST_FACTOR,
            allow_inf_nan=False,
            description="factor from which a hazard's rate is told to be up [-]",
        ),
    ] = 1.5


class Budget(_Table):
    """The capital there is; a limit left out does not bind."""

    capital: Annotated[Amount | None, Field(description="capital limit [currency]")] = None
    includes_qualification: Annotated[
        bool, Field(description="whether qualification and onboarding cash draw on the capital")
    ] = True
    category: Annotated[
        dict[str, Amount],
        Field(description="capital limit by category [currency]", examples=["1_000_000"]),
    ] = {}
    quarters: Annotated[
        tuple[Amount, ...] | None,
        AfterValidator(_one_each_quarter),
        Field(
            description="capital limit of each of the next four quarters, today's stock counted",
            examples=["[2_500_000, 2_300_000, 2_100_000, 2_100_000]"],
        ),
    ] = None


class Carrying(_Table):
    """The parts of the carrying rate, fractions of unit cost per year."""

    capital: Annotated[YearlyShare, Field(description="cost of capital [/yr]")] = 0.10
    storage: Annotated[YearlyShare, Field(description="storage and handling [/yr]")] = 0.04
    insurance: Annotated[YearlyShare, Field(description="insurance [/yr]")] = 0.01
    tax: Annotated[YearlyShare, Field(description="tax [/yr]")] = 0.01
    shrink: Annotated[YearlyShare, Field(description="shrinkage [/yr]")] = 0.01

    @property
    def rate(self) -> float:
        """Sum of the parts [/yr]; a SKU adds its own obsolescence_rate."""
        return self.capital + self.storage + self.insurance + self.tax + self.shrink


class Risk(_Table):
    """How the loss to disruptions is measured, and what holding capital against it costs."""

    measure: Annotated[
        Literal["var", "cvar", "expected"], Field(description="risk measure of the loss")
    ] = "var"
    level: Annotated[
        float, Field(ge=0.0, lt=1.0, allow_inf_nan=False, description="tail confidence [-]")
    ] = 0.95
    weight: Annotated[
        Share, Field(description="cost of risk capital, ω: per unit of unexpected loss [/yr]")
    ] = 0.15

    @property
    def yearly_charge(self) -> float:
        """ω, which counts as 0 with the measure `expected`. [/yr]"""
        return 0.0 if self.measure == "expected" else self.weight


class HazardRates(_Table):
    """How often hazards strike, relative to their table."""

    rate_factor: Annotated[
        Factor, Field(description="factor on the annual_rate of every hazard [-]")
    ] = 1.0
    factor: Annotated[
        dict[str, Factor],
        Field(
            description="factor on that of one hazard, times the common one [-]", examples=["1.5"]
        ),
    ] = {}


class Scenarios(_Table):
    """The futures that the tail is read from; the expected loss needs none (MODEL 4)."""

    count: Annotated[
        Literal["auto"] | Annotated[int, Field(ge=1, le=1_000_000)],
        Field(description="number of tail futures, or auto"),
    ] = "auto"
    seed: Annotated[int, Field(ge=0, lt=2**63, description="random seed")] = 1
    longest_days: Annotated[
        int, Field(ge=1, le=3650, description="longest duration drawn [days]")
    ] = 365


class CatalogueTable(_Table):
    """How far the catalogue's levels, reserves and lots are refined (MODEL 2)."""

    refine: Annotated[
        bool, Field(description="whether finer levels are searched around the best ones")
    ] = True
    gap: Annotated[
        Factor,
        Field(description="refine until finer levels can save no more than this share of the cost"),
    ] = 1e-3


class Qualification(_Table):
    """Over how long a qualification is written off."""

    life_years: Annotated[Life, Field(description="life of a qualification [years]")] = 3.0


class Onboarding(_Table):
    """Over how long an onboarding is written off."""

    life_years: Annotated[Life, Field(description="life of an onboarding [years]")] = 5.0


class ServiceFloor(_Table):
    """The least fill rate of some SKUs together, weighed by annual demand at unit cost."""

    category: Annotated[str, Field(description="category of its SKUs")] = ""
    segment: Annotated[
        str,
        Field(
            pattern=r"^([ABC]|[XYZ]|[ABC]-[XYZ]|)$",
            description="their value class, variability class, or both: A, X, A-X",
        ),
    ] = ""
    supplier: Annotated[str, Field(description="their primary supplier")] = ""
    fill_rate: Annotated[ServiceLevel, Field(description="least fill rate [-]")]

    @model_validator(mode="after")
    def _selects_once(self) -> ServiceFloor:
        if len(list(filter(None, (self.category, self.segment, self.supplier)))) != 1:
            raise ValueError("must name exactly one of category, segment and supplier")
        return self

    @property
    def selector(self) -> tuple[str, str]:
        """What it selects by, and the name there."""
        chosen = {"category": self.category, "segment": self.segment, "supplier": self.supplier}
        return next((by, name) for by, name in chosen.items() if name)

    @property
    def resource(self) -> str:
        """Its name among the resources, ``service:category:electronics``."""
        return ":".join(("service", *self.selector))

    @property
    def most_short(self) -> float:
        """Percentage of demand that may be short. [%]"""
        return round(100.0 * (1.0 - self.fill_rate), 10)


def _each_once(floors: tuple[ServiceFloor, ...]) -> tuple[ServiceFloor, ...]:
    names = [" ".join(floor.selector) for floor in floors]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"states {' and '.join(twice)} twice; keep one floor of each")
    return floors


class Limits(_Table):
    """Planners' limits; one left out does not bind."""

    storage: Annotated[Amount | None, Field(description="mean stock volume [m³]")] = None
    qualifications: Annotated[Count | None, Field(description="candidates qualified")] = None
    onboardings: Annotated[Count | None, Field(description="suppliers onboarded")] = None
    changes: Annotated[
        Count | None, Field(description="SKUs whose decision differs from the plan in force")
    ] = None
    expected_loss: Annotated[
        Amount | None, Field(description="expected loss to disruptions [currency/yr]")
    ] = None
    cvar: Annotated[
        Amount | None, Field(description="CVaR at risk.level on the plan's futures [currency/yr]")
    ] = None
    tts_covers_ttr: Annotated[
        int | None,
        Field(ge=1, le=10, description="severity from which a SKU survives its supplier's outage"),
    ] = None
    service: Annotated[
        tuple[ServiceFloor, ...],
        Field(
            max_length=100,
            description="least fill rate of a category, segment or supplier; any number of them",
            examples=['category = "NAME"  # or segment, or supplier\nfill_rate = 0.97'],
        ),
        AfterValidator(_each_once),
    ] = ()

    @property
    def on_losses(self) -> dict[str, float]:
        """The limits on losses that are stated, by name. [currency/yr]"""
        stated = {"expected_loss": self.expected_loss, "cvar": self.cvar}
        return {name: limit for name, limit in stated.items() if limit is not None}


class Stability(_Table):
    """What a decision may be instead of the one in force; without a plan in force it is idle."""

    min_change_percent: Annotated[
        Percent, Field(description="smaller moves within a policy are not offered [%]")
    ] = 0.0
    max_change_percent: Annotated[
        Percent | None,
        Field(description="larger moves of reorder point or lot are not offered [%]"),
    ] = None

    @property
    def binds(self) -> bool:
        """Whether it keeps any option back."""
        return self.min_change_percent > 0.0 or self.max_change_percent is not None


NO_LOSS_LIMITS: Final[Mapping[str, None]] = {"expected_loss": None, "cvar": None}
"""What `Settings.having` takes for the limits where what may be lost is not to count."""


class Policy(_Table):
    """A policy as a row of parameters (MODEL 2); one cost function serves all."""

    service_levels: Annotated[
        tuple[ServiceLevel, ...], Field(description="cycle service levels offered; none: unused")
    ] = ()
    reserve_days: Annotated[
        tuple[Days, ...], Field(description="reserve on top of safety stock [days of demand]")
    ] = (0.0,)
    lot: Annotated[
        Literal["eoq", "min_order_qty"], Field(description="starting point for the lot")
    ] = "eoq"
    lot_days_max: Annotated[
        PositiveDays | None, Field(description="upper bound of the lot [days of demand]")
    ] = None
    lot_days_min: Annotated[
        tuple[PositiveDays, ...],
        Field(description="lower bounds of the lot offered [days of demand]"),
    ] = ()
    order_cost_factor: Annotated[Factor, Field(description="share of order_cost paid")] = 1.0
    own_books: Annotated[Share, Field(description="share of the stock on own books")] = 1.0
    holding_factor: Annotated[Factor, Field(description="share of the holding cost paid")] = 1.0
    fee: Annotated[YearlyShare, Field(description="fee [/yr of spend]")] = 0.0
    discount: Annotated[Share, Field(description="price discount [fraction of spend]")] = 0.0
    rotation: Annotated[YearlyShare, Field(description="rotation [/yr of reserve value]")] = 0.0
    reorder_point: Annotated[
        Literal[-1] | None,
        Field(description="-1: order only on demand, whole units only; no service levels"),
    ] = None
    ring_fenced: Annotated[
        bool, Field(description="whether the reserve serves in outages and surges only")
    ] = False
    requires: Annotated[
        Literal["", "offers_vmi"], Field(description="what the primary supplier must offer")
    ] = ""


POLICIES: Final[dict[str, Policy]] = {
    "jit": Policy(service_levels=(0.50,), lot_days_max=7.0, order_cost_factor=0.25),
    "reorder_point": Policy(service_levels=(0.80, 0.90, 0.95)),
    "vmi": Policy(
        service_levels=(0.90, 0.95, 0.98),
        order_cost_factor=0.0,
        own_books=0.0,
        holding_factor=0.4,
        fee=0.03,
        requires="offers_vmi",
    ),
    "safety_stock": Policy(service_levels=(0.95, 0.975, 0.99, 0.995, 0.999)),
    "forward_buy": Policy(
        service_levels=(0.80, 0.95, 0.99), lot_days_min=(60.0, 90.0, 180.0), discount=0.005
    ),
    "on_demand": Policy(lot="min_order_qty", reorder_point=-1),
    "stockpile": Policy(
        service_levels=(0.50, 0.80, 0.95, 0.999),
        reserve_days=(7.0, 14.0, 21.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0),
        rotation=0.02,
    ),
}


ALL_OTHERS: Final = "*"
"""Stands for every column that is none of the table's."""


class TableColumns(_Table):
    """How the export of one table is laid out."""

    source: str = ""
    header_row: Annotated[int, Field(ge=1, le=1_000)] = 1
    names: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    units: dict[str, str] = {}
    decimal: Literal["", "point", "comma"] = ""
    delimiter: Literal["", "comma", "semicolon", "tab"] = ""


class Columns(_Table):
    """How the tables are laid out where they come as exported (docs/erp-data.md)."""

    decimal: Annotated[
        Literal["unstated", "point", "comma"],
        Field(description="decimal sign; unstated: a point, and 1.500 in a text cell is refused"),
    ] = "unstated"
    delimiter: Annotated[
        Literal["comma", "semicolon", "tab"], Field(description="what separates the fields of CSV")
    ] = "comma"
    ignore: Annotated[tuple[str, ...], Field(description="files or sheets that are not read")] = ()
    table: Annotated[
        dict[str, TableColumns],
        Field(
            description="source, header_row, names, ignore, units, decimal, delimiter of a table",
            examples=['{header_row = 3, names = {sku = "Material"}}'],
        ),
    ] = {}


class Solver(_Table):
    """How hard to try."""

    method: Annotated[
        Literal["auto", "exact", "decompose"],
        Field(description="solution method; auto chooses and says why"),
    ] = "auto"
    gap: Annotated[
        Factor | None, Field(description="requested relative gap; 1e-4, or 1e-2 with var")
    ] = None
    time_limit: Annotated[
        float,
        Field(gt=0.0, le=1e7, allow_inf_nan=False, description="time allowed to the solver [s]"),
    ] = 600.0
    node_limit: Annotated[
        int | None,
        Field(
            ge=1,
            le=2**31 - 1,
            description="node limit of each search; reproducible, unlike a time limit",
        ),
    ] = None


class Settings(_Table):
    """Everything `portfolio.toml` can say."""

    currency: Annotated[str, Field(min_length=1, max_length=8), AfterValidator(_plain)] = "EUR"
    max_alternates: Annotated[
        int, Field(ge=0, le=2, description="maximum alternates per option")
    ] = 1
    policy_mode: Annotated[
        Literal["free", "segment"], Field(description="segment: only rule-of-thumb policies")
    ] = "free"
    demand: Demand = Demand()
    segments: Segments = Segments()
    audit: AuditTable = AuditTable()
    review: ReviewTable = ReviewTable()
    horizon: Horizon = Horizon()
    budget: Budget = Budget()
    carrying: Carrying = Carrying()
    risk: Risk = Risk()
    hazards: HazardRates = HazardRates()
    scenarios: Scenarios = Scenarios()
    catalogue: CatalogueTable = CatalogueTable()
    qualification: Qualification = Qualification()
    onboarding: Onboarding = Onboarding()
    limits: Limits = Limits()
    stability: Stability = Stability()
    policies: Annotated[
        dict[Annotated[str, Field(max_length=64), AfterValidator(_plain)], Policy],
        Field(description="the catalogue; keys given for an existing policy replace its own"),
    ] = POLICIES
    solver: Solver = Solver()
    columns: Columns = Columns()

    @model_validator(mode="before")
    @classmethod
    def _complete_known_policies(cls, data: object) -> object:
        """Let a table of a known policy state only what differs, and keep the others."""
        if not isinstance(data, dict) or not isinstance(data.get("policies"), dict):
            return data
        stated: dict[str, object] = data["policies"]
        merged: dict[str, object] = {name: p.model_dump() for name, p in POLICIES.items()}
        for name, table in stated.items():
            default = merged.get(name)
            both_tables = isinstance(default, dict) and isinstance(table, dict)
            merged[name] = {**default, **table} if both_tables else table  # type: ignore[dict-item]
        return {**data, "policies": merged}

    @property
    def gap(self) -> float:
        """The relative gap asked for, its default resolved."""
        if self.solver.gap is not None:
            return self.solver.gap
        return 1e-2 if self.risk.measure == "var" else 1e-4

    @property
    def n_futures(self) -> int:
        """How many futures are drawn, ``auto`` resolved."""
        count = self.scenarios.count
        if count != "auto":
            return count
        return _FUTURES_OF_VAR if self.risk.measure == "var" else _FUTURES

    @property
    def tail_charge(self) -> float:
        r"""What a unit of unexpected loss costs over the horizon, :math:`\omega y`. [-]"""
        return self.risk.yearly_charge * self.horizon.years

    @property
    def reads_tail(self) -> bool:
        """Whether the tail matters to the plan: risk is charged, or CVaR has a limit."""
        return self.tail_charge > 0.0 or self.limits.cvar is not None

    @property
    def charges_var(self) -> bool:
        """Whether VaR is what unexpected loss is charged by: its bound needs more than prices."""
        return self.risk.measure == "var" and self.tail_charge > 0.0

    @property
    def resolved(self) -> Settings:
        """The settings with the defaults that depend on others filled in."""
        return self.having(solver={"gap": self.gap}, scenarios={"count": self.n_futures})

    def having(self, **tables: Mapping[str, object]) -> Settings:
        """Return the settings with some keys of some tables changed; they are not checked anew."""
        changed = {
            name: getattr(self, name).model_copy(update=keys) for name, keys in tables.items()
        }
        return self.model_copy(update=changed)
