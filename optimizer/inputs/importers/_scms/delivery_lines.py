"""Delivery lines of the Supply Chain Shipment Pricing Dataset: text → typed columns."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from optimizer.errors import BadInputError, Problem
from optimizer.inputs.importers._rawtable import ROW, read_text_table

PRODUCT: Final = ["molecule/test type", "dosage", "dosage form", "unit of measure (per pack)"]
NUMBERS: Final = ["line item quantity", "line item value", "pack price", "unit price"]
DELIVERED, SCHEDULED = "delivered to client date", "scheduled delivery date"
ORDERED: Final = "po sent to vendor date"
ORDERED_WORDS: Final = ("N/A - From RDC", "Date Not Captured")
WEIGHT: Final = "weight (kilograms)"
TEXTS: Final = ["country", "manufacturing site", "product group", "sub classification"]
COLUMNS: Final = ["id", *TEXTS, *PRODUCT, *NUMBERS, DELIVERED, SCHEDULED, ORDERED, WEIGHT]


def read_lines(path: Path) -> pd.DataFrame:
    """
    Return one row per delivery line.

    Columns: product, country, site, category; delivered, scheduled, ordered (NaT for text instead
    of a date); quantity [pack], value [USD], pack_price [USD], priced (False for a unit price of
    zero, a glitch), kg_per_pack (NaN for text instead of a weight).
    """
    text = read_text_table(path, COLUMNS)
    numbers = {name: pd.to_numeric(text[name], errors="coerce") for name in NUMBERS}
    delivered, scheduled = (_dates(text[name], "%d-%b-%y") for name in (DELIVERED, SCHEDULED))
    ordered = _dates(text[ORDERED], "%m/%d/%Y")
    problems = _number_problems(path, text, numbers)
    problems += _date_problems(path, text, DELIVERED, delivered.isna(), "2-Jun-06")
    problems += _date_problems(path, text, SCHEDULED, scheduled.isna(), "2-Jun-06")
    unread = ordered.isna() & ~text[ORDERED].isin(ORDERED_WORDS)
    problems += _date_problems(path, text, ORDERED, unread, "8/27/2014")
    problems += _text_problems(path, text)
    if problems:
        raise BadInputError(problems)
    quantity = numbers["line item quantity"]
    return pd.DataFrame(
        {
            "product": text[PRODUCT].agg("|".join, axis=1),
            "country": text["country"],
            "site": text["manufacturing site"],
            "category": text["product group"] + " " + text["sub classification"],
            "delivered": delivered,
            "scheduled": scheduled,
            "ordered": ordered,
            "quantity": quantity,
            "value": numbers["line item value"],
            "pack_price": numbers["pack price"],
            "priced": (numbers["unit price"] > 0) & (numbers["pack price"] > 0),
            "kg_per_pack": _positive(text[WEIGHT]) / quantity,
        }
    )


def _dates(column: pd.Series[str], form: str) -> pd.Series[pd.Timestamp]:
    return pd.to_datetime(column, format=form, errors="coerce")


def _positive(column: pd.Series[str]) -> pd.Series[float]:
    numbers = pd.to_numeric(column, errors="coerce")
    return numbers.where(numbers > 0)


def _number_problems(
    path: Path, text: pd.DataFrame, numbers: dict[str, pd.Series[float]]
) -> list[Problem]:
    problems: list[Problem] = []
    for name, values in numbers.items():
        least = "> 0" if name == "line item quantity" else ">= 0"
        good = values.gt(0) if least == "> 0" else values.ge(0)
        bad = ~(good & values.lt(float("inf")))
        problems += _problems(path, text, name, bad, f"must be a finite number {least}")
    return problems


def _date_problems(
    path: Path, text: pd.DataFrame, name: str, bad: pd.Series[bool], example: str
) -> list[Problem]:
    return _problems(path, text, name, bad, f"must be a date written as {example}")


def _text_problems(path: Path, text: pd.DataFrame) -> list[Problem]:
    problems = _problems(path, text, "id", text["id"].duplicated(keep=False), "must be unique")
    for name in ("country", "manufacturing site", PRODUCT[0]):
        problems += _problems(path, text, name, text[name] == "", "must be given")
    return problems


def _problems(
    path: Path, text: pd.DataFrame, name: str, bad: pd.Series[bool], rule: str
) -> list[Problem]:
    remedy = "Correct the cell or remove the row."
    return [
        Problem(file=path.name, row=int(row), column=name, value=value, rule=rule, remedy=remedy)
        for row, value in zip(text.loc[bad, ROW], text.loc[bad, name], strict=True)
    ]
