"""Resources in words: limits, use, and marginal value of one unit more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from optimizer.domain.manifest import ResourceUse
from optimizer.reports.kit.format import compact, money, percent_used
from optimizer.reports.kit.price_words import saves

_QUARTERS: Final = {f"capital_q{k}": f"capital in quarter {k}" for k in range(1, 5)}
_SERVICE: Final = "service"
_LOSSES: Final = {"expected_loss": "expected loss", "cvar": "CVaR"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitFacts:
    """
    One resource of the run.

    Attributes
    ----------
    label
        Its name for people.
    unit
        Unit of `used` and `limit`; the currency's code where it is money, empty for counts.
    one
        One unit of it, as in "one more … would save".
    price
        Shadow price: saving over the horizon per unit more, in the relaxation, with CVaR replacing
        VaR.  [currency per unit]
    price_expected
        How much of that is expected cost; None where that is not known.  [currency per unit]
    """

    name: str
    label: str
    unit: str
    one: str
    used: float
    limit: float | None
    price: float
    price_expected: float | None

    @property
    def holds_back(self) -> bool:
        """Whether the limit is binding: more of it would make the plan cheaper."""
        return self.limit is not None and self.price > 0.0

    @property
    def is_floor(self) -> bool:
        """Whether it is a service floor: what is used is what is short, in percent of demand."""
        return self.name.startswith(f"{_SERVICE}:")

    def shown(self, value: float) -> float:
        """Return what stands for a quantity in a table: of a service floor, its fill rate. [%]"""
        return 100.0 - value if self.is_floor else value

    def amount(self, value: float) -> str:
        """Return a quantity of this resource with its unit; of a service floor, its fill rate."""
        if self.is_floor:
            return f"{self.shown(value):.2f} %"
        return f"{value:,.0f}" if self.unit == "" else f"{compact(value)} {self.unit}"

    @property
    def used_share(self) -> str:
        """Return how much of the limit is used, empty without one and of a service floor."""
        if self.is_floor:
            return ""
        return percent_used(self.used / self.limit) if self.limit else ""

    @property
    def is_count(self) -> bool:
        """Whether it is a count of whole things, a fraction of which has no price."""
        return self.unit == ""


def worth(limit: LimitFacts, currency: str, per_horizon: str) -> str:
    """Return the marginal value of a resource, as one clause."""
    if limit.limit is None:
        return "no limit was set"
    if not limit.holds_back:
        return "a lower floor would save nothing" if limit.is_floor else "more would save nothing"
    if limit.is_floor:
        size, step = _step(limit)
        expected = None if limit.price_expected is None else size * limit.price_expected
        cost = saves(size * limit.price, expected, currency, per_horizon, against="less")
        return f"{step} would cost at least {cost}"
    if limit.is_count:
        price = money(limit.price, currency)
        return f"up to {price} {per_horizon} per {limit.one}, estimated as if it could be divided"
    saved = saves(limit.price, limit.price_expected, currency, per_horizon)
    return f"one more {limit.one} would save {saved}"


def read_limits(resources: Mapping[str, ResourceUse], currency: str) -> tuple[LimitFacts, ...]:
    """Return the manifest's resources with their words."""
    return tuple(_limit(name, use, currency) for name, use in resources.items())


def label_and_unit(name: str, currency: str) -> tuple[str, str]:
    """
    Return what people call a resource, and its unit; counts have none.

    Examples
    --------
    >>> label_and_unit("capital:Steel", "EUR"), label_and_unit("changes", "EUR")
    (('capital in Steel', 'EUR'), ('changes', ''))
    >>> label_and_unit("capital_q2", "EUR")
    ('capital in quarter 2', 'EUR')
    >>> label_and_unit("service:segment:A-X", "EUR")
    ('demand short in segment A-X', '%')
    """
    kind, _, category = name.partition(":")
    if kind == _SERVICE:
        return f"demand short {_of_floor(category)}", "%"
    label = f"capital in {category}" if category else kind
    money = dict.fromkeys(("capital", *_QUARTERS, *_LOSSES), currency)
    return (_QUARTERS | _LOSSES).get(kind, label), (money | {"storage": "m³"}).get(kind, "")


def _limit(name: str, use: ResourceUse, currency: str) -> LimitFacts:
    kind = name.partition(":")[0]
    losses = {name: f"{currency} a year of {words}" for name, words in _LOSSES.items()}
    quarters = {name: f"{currency} of {words}" for name, words in _QUARTERS.items()}
    one = {"capital": f"{currency} of capital", "storage": "m³"} | quarters | losses
    label, unit = label_and_unit(name, currency)
    if kind == _SERVICE:
        label = f"fill rate {_of_floor(name.partition(':')[2])}"
    return LimitFacts(
        name=name,
        label=label[0].upper() + label[1:],
        unit=unit,
        one=one.get(kind, kind.removesuffix("s")),
        used=use.used,
        limit=use.limit,
        price=use.price,
        price_expected=use.price_expected,
    )


def _of_floor(selector: str) -> str:
    """Return whose fill rate it is, ``in category electronics``."""
    by, _, name = selector.partition(":")
    return f"from supplier {name}" if by == "supplier" else f"in {by} {name}"


def _step(limit: LimitFacts) -> tuple[float, str]:
    """Return by how much a floor is thought to rise, so that it stays below 100 %. [%]"""
    room = limit.limit or 0.0
    if room >= 1.0:
        return 1.0, "one more percentage point of fill rate"
    return (
        (0.1, "0.1 percentage points of fill rate more")
        if room >= 0.1
        else (0.01, "0.01 percentage points of fill rate more")
    )
