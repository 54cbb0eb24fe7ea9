"""
Every table and column of a portfolio (MODEL 1), declared once: unit, domain, default, meaning.

Reading, checking, the template and its `COLUMNS.md` all follow from these rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan
from typing import Final, Literal

from optimizer.contract.interval import (
    ABOVE_MINUS_ONE,
    AT_LEAST_ONE,
    NOT_NEGATIVE,
    POSITIVE,
    POSITIVE_SHARE,
    RATING,
    SERVICE_LEVEL,
    SHARE,
    Interval,
)
from optimizer.domain.portfolio import ROLES

Kind = Literal["text", "choice", "number", "bool", "date", "setting"]
Reference = Literal["skus.sku", "suppliers.supplier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    One column of a table.

    Attributes
    ----------
    default
        What an empty cell means; NaN and ``inf`` read as "none".
    identity
        Whether its text names a thing, so that two spellings of one name are refused.
    refers_to
        The column whose names it must repeat.
    estimated_from
        The table that fills its empty cells.
    advice
        What to do about a value outside the domain, where the domain alone does not tell.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    domain: Interval = NOT_NEGATIVE
    choices: tuple[str, ...] = ()
    required: bool = False
    default: float | bool | str = ""
    identity: bool = False
    refers_to: Reference | None = None
    estimated_from: str | None = None
    advice: str = ""

    @property
    def is_text(self) -> bool:
        """Whether its cells are kept as text."""
        return self.kind in ("text", "choice")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """One table: its columns, its key, and whether a portfolio must have it."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    may_be_empty: bool = False
    extra_columns: bool = False

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        return next(column for column in self.columns if column.name == name)


def _name(name: str, meaning: str, *, refers_to: Reference | None = None) -> Column:
    identity = refers_to is None
    return Column(
        name=name,
        kind="text",
        meaning=meaning,
        required=True,
        identity=identity,
        refers_to=refers_to,
    )


def _text(name: str, meaning: str, *, identity: bool = False) -> Column:
    return Column(name=name, kind="text", meaning=meaning, identity=identity)


def _choice(name: str, choices: tuple[str, ...], meaning: str) -> Column:
    return Column(name=name, kind="choice", choices=choices, meaning=meaning, required=True)


def _bool(name: str, meaning: str, *, default: bool) -> Column:
    return Column(name=name, kind="bool", domain=SHARE, meaning=meaning, default=default)


def _date(name: str, meaning: str, *, required: bool = False) -> Column:
    domain = Interval(-inf, inf)
    return Column(
        name=name, kind="date", meaning=meaning, domain=domain, required=required, default=nan
    )


def _needed(
    name: str,
    unit: str,
    domain: Interval,
    meaning: str,
    *,
    estimated_from: str | None = None,
    advice: str = "",
) -> Column:
    return Column(
        name=name,
        kind="number",
        unit=unit,
        domain=domain,
        meaning=meaning,
        required=True,
        default=nan,
        estimated_from=estimated_from,
        advice=advice,
    )


def _number(
    name: str,
    unit: str,
    domain: Interval,
    meaning: str,
    *,
    default: float = 0.0,
    estimated_from: str | None = None,
    advice: str = "",
) -> Column:
    return Column(
        name=name,
        kind="number",
        unit=unit,
        domain=domain,
        meaning=meaning,
        default=default,
        estimated_from=estimated_from,
        advice=advice,
    )


SKUS: Final = TableSchema(
    name="skus",
    meaning="what is stocked; a SKU held at several sites is one row, with its own key, per site",
    key=("sku",),
    required=True,
    columns=(
        _name("sku", "key of the stock-keeping unit"),
        _text("description", "free text"),
        _text("category", "group that budgets, surges and price shocks act on", identity=True),
        _text("site", "where it is held"),
        _needed("unit_cost", "currency/unit", POSITIVE, "cost of one unit from the primary source"),
        _needed(
            "demand_mean",
            "unit/day",
            NOT_NEGATIVE,
            "mean demand of one day",
            estimated_from="demand",
        ),
        _needed(
            "demand_std",
            "unit",
            NOT_NEGATIVE,
            "standard deviation of one day's demand",
            estimated_from="demand",
        ),
        _number("order_cost", "currency/order", NOT_NEGATIVE, "cost of placing one order"),
        _number("min_order_qty", "unit", NOT_NEGATIVE, "smallest lot the supplier accepts"),
        _number("unit_margin", "currency/unit", NOT_NEGATIVE, "margin lost per unit short"),
        _number("expedite_cost", "currency/unit", NOT_NEGATIVE, "expediting per unit short"),
        _number("goodwill_cost", "currency/unit", NOT_NEGATIVE, "goodwill lost per unit short"),
        _number("downtime_cost", "currency/day", NOT_NEGATIVE, "downtime per day short"),
        _number("obsolescence_rate", "1/yr", NOT_NEGATIVE, "share of its value lost a year"),
        _number("shelf_life_days", "day", AT_LEAST_ONE, "how long it keeps", default=inf),
        _number("volume", "m³/unit", NOT_NEGATIVE, "storage volume of one unit"),
        _number("severity", "1-10", RATING, "how bad a stockout is", default=5.0),
        _number("detection", "1-10", RATING, "how late one is noticed (10: last)", default=5.0),
        _text("lock_policy", "the one policy allowed; empty: the optimizer chooses"),
        _number("min_cover_days", "day", NOT_NEGATIVE, "least mean stock in days of demand"),
        _number("max_cover_days", "day", NOT_NEGATIVE, "most mean stock, likewise", default=inf),
    ),
)

SUPPLIERS: Final = TableSchema(
    name="suppliers",
    meaning="who can supply",
    key=("supplier",),
    required=True,
    columns=(
        _name("supplier", "key of the supplier; without ;"),
        Column(
            name="region",
            kind="text",
            meaning="region whose hazards it shares",
            required=True,
            identity=True,
        ),
        _number("otif", "-", SHARE, "deliveries on time and in full", estimated_from="deliveries"),
        _number("ttr_days", "day", NOT_NEGATIVE, "time to recover from an outage"),
        _bool("onboarded", "whether it is a supplier already", default=True),
        _number("onboarding_cost", "currency", NOT_NEGATIVE, "one-time cost of onboarding it"),
        _bool("offers_vmi", "whether it offers vendor-managed inventory", default=False),
        _number("financial_risk", "-", SHARE, "its risk of failing financially"),
    ),
)

SOURCES: Final = TableSchema(
    name="sources",
    meaning="which supplier can supply which SKU; exactly one primary per SKU",
    key=("sku", "supplier"),
    required=True,
    columns=(
        _name("sku", "the SKU", refers_to="skus.sku"),
        _name("supplier", "the supplier", refers_to="suppliers.supplier"),
        _choice("role", ROLES, "primary delivers today; a candidate must be qualified first"),
        _needed(
            "lead_time_mean",
            "day",
            NOT_NEGATIVE,
            "mean time from order to receipt",
            estimated_from="deliveries",
        ),
        _needed(
            "lead_time_std",
            "day",
            NOT_NEGATIVE,
            "standard deviation of the lead time",
            estimated_from="deliveries",
        ),
        _number("price_premium", "-", ABOVE_MINUS_ONE, "fraction of unit_cost paid on top"),
        _number("qualification_cost", "currency", NOT_NEGATIVE, "one-time cost of qualifying it"),
        _number("ramp_days", "day", NOT_NEGATIVE, "days a candidate needs until it delivers"),
        _number(
            "capacity_share",
            "-",
            POSITIVE_SHARE,
            "share of the SKU's demand it can supply",
            default=1.0,
        ),
        _number("volume_share", "-", SHARE, "share of the volume kept with it while active"),
    ),
)

HAZARDS: Final = TableSchema(
    name="hazards",
    meaning="what can strike; the table may hold no row",
    key=("hazard",),
    required=True,
    may_be_empty=True,
    columns=(
        _name("hazard", "key of the hazard"),
        _choice("kind", ("outage", "surge", "price"), "what it does"),
        _choice("scope", ("region", "supplier", "category"), "what it strikes"),
        Column(
            name="target",
            kind="text",
            meaning="name of the region, supplier or category",
            required=True,
        ),
        _needed("annual_rate", "1/yr", NOT_NEGATIVE, "how often it strikes in a year"),
        _needed("duration_mean_days", "day", POSITIVE, "mean length once it strikes"),
        _number("duration_cv", "-", NOT_NEGATIVE, "coefficient of variation of the length"),
        _number(
            "hit_probability",
            "-",
            SHARE,
            "chance that one supplier of the region is hit",
            default=1.0,
            advice="A probability is a fraction of 1; a rate per year belongs in annual_rate.",
        ),
        _number(
            "multiplier",
            "-",
            AT_LEAST_ONE,
            "surge: demand × this; price: unit cost × this",
            default=1.0,
            advice="Write 1.4 for 40 % more; a fall is no hazard.",
        ),
    ),
)

DEMAND: Final = TableSchema(
    name="demand",
    meaning="history that fills demand_mean and demand_std; a day without a row had no demand",
    key=("sku", "date"),
    columns=(
        _name("sku", "the SKU", refers_to="skus.sku"),
        _date("date", "the day", required=True),
        _needed(
            "quantity",
            "unit",
            NOT_NEGATIVE,
            "demand of that day",
            advice="Leave returns out: history is what was asked for.",
        ),
    ),
)

ORDERS: Final = TableSchema(
    name="orders",
    meaning="customer order lines, for line-item fill rate and Perfect Order Fulfillment",
    key=("order", "line"),
    columns=(
        Column(name="order", kind="text", meaning="key of the order", required=True),
        Column(name="line", kind="text", meaning="key of its line", required=True),
        _name("sku", "the SKU", refers_to="skus.sku"),
        _needed("quantity", "unit", POSITIVE, "quantity ordered"),
        _date("promised", "the committed day", required=True),
        _date("delivered", "the day delivered; empty: not yet"),
        _number("quantity_delivered", "unit", NOT_NEGATIVE, "quantity delivered"),
        _bool("undamaged", "whether it arrived undamaged", default=True),
        _bool("documented", "whether its papers were right", default=True),
    ),
)

DELIVERIES: Final = TableSchema(
    name="deliveries",
    meaning="supplier deliveries that fill lead times and OTIF",
    key=(),
    columns=(
        _name("sku", "the SKU", refers_to="skus.sku"),
        _name("supplier", "the supplier", refers_to="suppliers.supplier"),
        _date("ordered", "the day it was ordered", required=True),
        _date("promised", "the day it was promised for"),
        _date("received", "the day it was received; empty: not yet"),
        _number("quantity_ordered", "unit", POSITIVE, "quantity ordered", default=nan),
        _number("quantity_received", "unit", NOT_NEGATIVE, "quantity received", default=nan),
    ),
)

PLAN: Final = TableSchema(
    name="plan",
    meaning="the plan in force; a run's plan.csv as it stands, its other columns are not read",
    key=("sku",),
    extra_columns=True,
    columns=(
        Column(name="sku", kind="text", meaning="the SKU", required=True),
        _text("policy", "today's policy; empty: none"),
        _number("service_level", "-", SERVICE_LEVEL, "today's cycle service level"),
        _number("reserve_days", "day", NOT_NEGATIVE, "today's reserve in days of demand"),
        _number("lot_days_min", "day", NOT_NEGATIVE, "today's forward buying, 0: none"),
        _text("alternates", "today's alternate suppliers, joined by ;"),
    ),
)

TABLES: Final = {
    schema.name: schema
    for schema in (SKUS, SUPPLIERS, SOURCES, HAZARDS, DEMAND, ORDERS, DELIVERIES, PLAN)
}
