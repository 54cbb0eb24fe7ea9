"""
Every table and column of a portfolio (MODEL 1), declared once: unit, domain, default, meaning.

Reading, checking, the template and its `COLUMNS.md` are all derived from these rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan
from typing import Final, Literal

from optimizer.domain.portfolio import ROLES, USES
from optimizer.inputs.admitted import (
    ANY,
    AT_LEAST_A_DAY,
    AT_LEAST_ONE,
    DAYS,
    DECIMALS,
    MULTIPLE,
    NOT_NEGATIVE,
    POSITIVE,
    POSITIVE_DAYS,
    POSITIVE_SHARE,
    PREMIUM,
    RATING,
    SERVICE_LEVEL,
    SHARE,
    SPREAD,
    STRIKES_A_YEAR,
    YEARLY_SHARE,
    Admitted,
)

Kind = Literal["text", "choice", "number", "bool", "date", "setting"]
Reference = Literal["skus.sku", "suppliers.supplier"]

DEMAND_MODELS: Final = ("auto", "gamma", "discrete")
_UNUSED: Final = "; checked, not used yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """
    One column of a table.

    Attributes
    ----------
    default
        What an empty cell means; NaN and ``inf`` mean "none".
    identity
        Whether its text is a name, so that two spellings of one name are rejected.
    refers_to
        The column whose names it must match.
    estimated_from
        The table from which empty cells are estimated.
    advice
        What to do about a value outside the domain, if the domain alone is not enough.
    whole
        Whether its numbers must be whole.
    default_in_words
        What an empty cell means, if that depends on the row.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    domain: Admitted = NOT_NEGATIVE
    choices: tuple[str, ...] = ()
    required: bool = False
    default: float | bool | str = ""
    identity: bool = False
    refers_to: Reference | None = None
    estimated_from: str | None = None
    advice: str = ""
    whole: bool = False
    default_in_words: str = ""

    @property
    def is_text(self) -> bool:
        """Whether its cells hold text."""
        return self.kind in ("text", "choice")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """
    One table: its columns, its key, and whether a portfolio must have it.

    Rows with the same key are rejected, unless the table `adds_up`.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[TableColumn, ...]
    required: bool = False
    may_be_empty: bool = False
    extra_columns: bool = False
    adds_up: bool = False

    def column(self, name: str) -> TableColumn:
        """Return the column of this name."""
        return next(column for column in self.columns if column.name == name)


def _name(name: str, meaning: str, *, refers_to: Reference | None = None) -> TableColumn:
    identity = refers_to is None
    return TableColumn(
        name=name,
        kind="text",
        meaning=meaning,
        required=True,
        identity=identity,
        refers_to=refers_to,
    )


def _text(name: str, meaning: str, *, identity: bool = False) -> TableColumn:
    return TableColumn(name=name, kind="text", meaning=meaning, identity=identity)


def _choice(name: str, choices: tuple[str, ...], meaning: str, *, default: str = "") -> TableColumn:
    return TableColumn(
        name=name,
        kind="choice",
        choices=choices,
        meaning=meaning,
        required=not default,
        default=default,
    )


def _bool(name: str, meaning: str, *, default: bool) -> TableColumn:
    return TableColumn(name=name, kind="bool", domain=SHARE, meaning=meaning, default=default)


def _date(name: str, meaning: str, *, required: bool = False) -> TableColumn:
    return TableColumn(
        name=name, kind="date", meaning=meaning, domain=ANY, required=required, default=nan
    )


def _needed(
    name: str,
    unit: str,
    domain: Admitted,
    meaning: str,
    *,
    estimated_from: str | None = None,
    advice: str = "",
) -> TableColumn:
    return TableColumn(
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
    domain: Admitted,
    meaning: str,
    *,
    default: float = 0.0,
    default_in_words: str = "",
    estimated_from: str | None = None,
    advice: str = "",
    whole: bool = False,
) -> TableColumn:
    return TableColumn(
        name=name,
        kind="number",
        unit=unit,
        domain=domain,
        meaning=meaning,
        default=default,
        default_in_words=default_in_words,
        estimated_from=estimated_from,
        advice=advice,
        whole=whole,
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
        _text("site", "where it is held; for your information only"),
        _needed(
            "unit_cost", "currency/unit", NOT_NEGATIVE, "cost of one unit from the primary source"
        ),
        _needed(
            "demand_mean",
            "unit/day",
            NOT_NEGATIVE,
            "mean demand per day",
            estimated_from="demand",
        ),
        _needed(
            "demand_std",
            "unit",
            NOT_NEGATIVE,
            "standard deviation of one day's demand",
            estimated_from="demand",
        ),
        _number(
            "demand_mean_error",
            "unit/day",
            NOT_NEGATIVE,
            "standard error of demand_mean: how far off it may be",
            estimated_from="demand",
        ),
        _number(
            "demand_interval_days",
            "day",
            AT_LEAST_A_DAY,
            "mean days from one demand to the next; 1: demand every day",
            default=1.0,
            estimated_from="demand",
            advice="Write 1 for demand every day or more often.",
        ),
        _choice(
            "demand_model",
            DEMAND_MODELS,
            "demand law over a lead time; auto: discrete if units are whole and few",
            default="auto",
        ),
        _date("launched", "first day with possible demand"),
        _date("ends", "last day with possible demand"),
        _number("order_cost", "currency/order", NOT_NEGATIVE, "cost of placing one order"),
        _number("min_order_qty", "unit", NOT_NEGATIVE, "smallest lot the supplier accepts"),
        _number(
            "order_multiple",
            "unit",
            POSITIVE,
            "pack size: every lot is a multiple of it; itself a multiple of the smallest unit",
            default=nan,
            default_in_words="the smallest unit by unit_decimals",
        ),
        _number(
            "unit_decimals",
            "-",
            DECIMALS,
            "decimals of a quantity: 0 for whole units, 3 for kilograms weighed to the gram",
            whole=True,
        ),
        _number(
            "min_stock",
            "unit",
            NOT_NEGATIVE,
            "for insurance parts: reorder point and lot together are at least this",
        ),
        _number("unit_margin", "currency/unit", NOT_NEGATIVE, "margin lost per unit short"),
        _number("expedite_cost", "currency/unit", NOT_NEGATIVE, "expediting cost per unit short"),
        _number("goodwill_cost", "currency/unit", NOT_NEGATIVE, "goodwill cost per unit short"),
        _number("downtime_cost", "currency/day", NOT_NEGATIVE, "downtime cost per day short"),
        _number("obsolescence_rate", "1/yr", YEARLY_SHARE, "share of its value lost per year"),
        _number("shelf_life_days", "day", AT_LEAST_ONE, "how long it keeps", default=inf),
        _number("volume", "m³/unit", NOT_NEGATIVE, "storage volume of one unit"),
        _number("severity", "1-10", RATING, "how bad a stockout is, for RPN", default=5.0),
        _number(
            "detection",
            "1-10",
            RATING,
            "how late a stockout is noticed (10: latest), for RPN",
            default=5.0,
        ),
        _text("lock_policy", "the one policy allowed; empty: the optimizer chooses"),
        _number("min_cover_days", "day", DAYS, "minimum mean stock, in days"),
        _number("max_cover_days", "day", NOT_NEGATIVE, "maximum mean stock, in days", default=inf),
    ),
)

SUPPLIERS: Final = TableSchema(
    name="suppliers",
    meaning="who can supply",
    key=("supplier",),
    required=True,
    columns=(
        _name("supplier", "key of the supplier; must not contain ;"),
        TableColumn(
            name="region",
            kind="text",
            meaning="region whose hazards it shares",
            required=True,
            identity=True,
        ),
        _number("otif", "-", SHARE, "deliveries on time and in full", estimated_from="deliveries"),
        _number("ttr_days", "day", DAYS, "time to recover from an outage"),
        _bool("onboarded", "whether it is onboarded already", default=True),
        _number("onboarding_cost", "currency", NOT_NEGATIVE, "one-time cost of onboarding it"),
        _bool("offers_vmi", "whether it offers vendor-managed inventory", default=False),
        _number("financial_risk", "-", SHARE, "its risk of financial failure" + _UNUSED),
    ),
)

TAGS: Final = TableSchema(
    name="tags",
    meaning="what suppliers share beyond a region: a port, a lane, a tier-2 plant, a carrier",
    key=("supplier", "tag"),
    may_be_empty=True,
    columns=(
        _name("supplier", "the supplier", refers_to="suppliers.supplier"),
        _name("tag", "what it shares with every supplier of this tag"),
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
        _choice(
            "use",
            USES,
            "whether an alternate may be chosen, must be or never is; may for a primary",
            default="may",
        ),
        _needed(
            "lead_time_mean",
            "day",
            DAYS,
            "mean time from order to receipt",
            estimated_from="deliveries",
        ),
        _needed(
            "lead_time_std",
            "day",
            DAYS,
            "standard deviation of the lead time",
            estimated_from="deliveries",
        ),
        _number("price_premium", "-", PREMIUM, "fraction of unit_cost paid on top"),
        _number("qualification_cost", "currency", NOT_NEGATIVE, "one-time cost of qualifying it"),
        _number("ramp_days", "day", DAYS, "days a candidate needs before it delivers"),
        _number(
            "capacity_share",
            "-",
            POSITIVE_SHARE,
            "share of the SKU's demand it can supply",
            default=1.0,
        ),
        _number("volume_share", "-", SHARE, "share of volume always bought from it"),
        _date("approved_until", "last day of its approval; empty: it does not end"),
    ),
)

HAZARDS: Final = TableSchema(
    name="hazards",
    meaning="what can strike; the table may be empty",
    key=("hazard",),
    required=True,
    may_be_empty=True,
    columns=(
        _name("hazard", "key of the hazard"),
        _choice("kind", ("outage", "surge", "price"), "what it does"),
        _choice("scope", ("region", "supplier", "tag", "category"), "what it strikes"),
        TableColumn(
            name="target",
            kind="text",
            meaning="name of the region, supplier, tag or category",
            required=True,
        ),
        _needed("annual_rate", "1/yr", STRIKES_A_YEAR, "mean number of strikes per year"),
        _needed("duration_mean_days", "day", POSITIVE_DAYS, "mean length once it strikes"),
        _number("duration_cv", "-", SPREAD, "coefficient of variation of the length"),
        _number(
            "hit_probability",
            "-",
            SHARE,
            "outages only: probability that each supplier in reach is hit",
            default=1.0,
            advice="A probability is a fraction of 1; a rate per year belongs in annual_rate.",
        ),
        _number(
            "multiplier",
            "-",
            MULTIPLE,
            "surge: demand × this; price: unit cost × this",
            default=1.0,
            advice="Write 1.4 for 40 % more; a fall is not a hazard.",
        ),
    ),
)

DEMAND: Final = TableSchema(
    name="demand",
    meaning=(
        "history by day, week or month (setting `demand.period`) to estimate the demand columns "
        "of skus; a period without a row had no demand; rows of one SKU and period are added up"
    ),
    key=("sku", "date"),
    adds_up=True,
    columns=(
        _name("sku", "the SKU", refers_to="skus.sku"),
        _date("date", "the day, or the first day of the week or month", required=True),
        _needed(
            "quantity",
            "unit",
            ANY,
            "quantity demanded; negative: a return, netted against the demand before it",
        ),
    ),
)

ORDERS: Final = TableSchema(
    name="orders",
    meaning="customer order lines, for line-item fill rate and perfect order fulfillment",
    key=("order", "line"),
    columns=(
        TableColumn(name="order", kind="text", meaning="key of the order", required=True),
        TableColumn(name="line", kind="text", meaning="key of the order line", required=True),
        _name("sku", "the SKU", refers_to="skus.sku"),
        _needed("quantity", "unit", POSITIVE, "quantity ordered"),
        _date("promised", "the committed day", required=True),
        _date("delivered", "the day delivered; empty: not yet"),
        _number("quantity_delivered", "unit", NOT_NEGATIVE, "quantity delivered"),
        _bool("undamaged", "whether it arrived undamaged", default=True),
        _bool("documented", "whether its documents were correct", default=True),
    ),
)

DELIVERIES: Final = TableSchema(
    name="deliveries",
    meaning="supplier deliveries, to estimate lead times and OTIF",
    key=(),
    columns=(
        _name("sku", "the SKU", refers_to="skus.sku"),
        _name("supplier", "the supplier", refers_to="suppliers.supplier"),
        _date("ordered", "the day it was ordered; empty: not known"),
        _date("promised", "the day it was promised for"),
        _date("received", "the day it was received; empty: not yet"),
        _number("quantity_ordered", "unit", POSITIVE, "quantity ordered", default=nan),
        _number("quantity_received", "unit", NOT_NEGATIVE, "quantity received", default=nan),
    ),
)

PLAN: Final = TableSchema(
    name="plan",
    meaning=(
        "the plan in force: a policy, or today's numbers (reorder_point with order_quantity "
        "or max_stock); a run's plan.csv can be used unchanged, its other columns are ignored"
    ),
    key=("sku",),
    extra_columns=True,
    columns=(
        TableColumn(name="sku", kind="text", meaning="the SKU", required=True),
        _text("policy", "today's policy; empty: none, or today's numbers"),
        _number(
            "service_level",
            "-",
            SERVICE_LEVEL,
            "today's cycle service level; 0 with a policy that orders on demand",
        ),
        _number("reserve_days", "day", DAYS, "today's reserve in days of demand"),
        _number("lot_days_min", "day", DAYS, "today's minimum lot from forward buying; 0: none"),
        _number("lot_factor", "-", POSITIVE, "today's lot relative to the policy's", default=1.0),
        _number(
            "reorder_point",
            "unit",
            ANY,
            "order when the stock is at or below this; -1: when there is a demand; used in rows "
            "without a policy",
            default=nan,
        ),
        _number(
            "order_quantity",
            "unit",
            NOT_NEGATIVE,
            "today's lot; used in rows without a policy",
            default=nan,
        ),
        _number(
            "max_stock",
            "unit",
            NOT_NEGATIVE,
            "instead of order_quantity: order up to this; used in rows without a policy",
            default=nan,
        ),
        _text("alternates", "today's alternate suppliers, joined by ;"),
        _bool("keep", "whether this decision must stay as it is", default=False),
    ),
)

STOCK: Final = TableSchema(
    name="stock",
    meaning=(
        "today's stock: excess over the plan, cash to release and to spend, capital by quarter; "
        "a SKU without a row is taken to be at its plan's level"
    ),
    key=("sku",),
    columns=(
        _name("sku", "the SKU", refers_to="skus.sku"),
        _needed("on_hand", "unit", NOT_NEGATIVE, "quantity in stock, blocked stock included"),
        _number("on_order", "unit", NOT_NEGATIVE, "quantity ordered and not yet received"),
        _number(
            "blocked",
            "unit",
            NOT_NEGATIVE,
            "part of on_hand that must not be used; it ties up capital all the same",
        ),
        _date("as_of", "the day of the count, the same in every row"),
    ),
)

TABLES: Final = {
    schema.name: schema
    for schema in (
        *(SKUS, SUPPLIERS, TAGS, SOURCES, HAZARDS),
        *(DEMAND, ORDERS, DELIVERIES, PLAN, STOCK),
    )
}
