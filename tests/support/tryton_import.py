"""Import a CSV of order points into a fresh Tryton, and print what it holds then, as JSON."""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path

os.environ["DB_NAME"] = ":memory:"

from proteus import Model, config
from trytond.modules.company.tests.tools import create_company
from trytond.tests.tools import activate_modules


def main(file: str) -> None:
    """Make sites and products of these names, then import the rows as a user would."""
    with Path(file).open(encoding="utf-8", newline="") as content:
        rows = list(csv.DictReader(content, strict=True))
    activate_modules("stock_supply", create_company)
    for site in sorted({row["location"] for row in rows}):
        make_site(site)
    units = {digits: make_unit(digits) for digits in range(4)}
    for row in rows:
        digits = max(len(value.partition(".")[2]) for value in list(row.values())[-2:])
        make_product(row["product"], units[digits])
    points = Model.get("stock.order_point")
    fields = list(rows[0])
    values = [[row[field] for field in fields] for row in rows]
    points._proxy.import_data(fields, values, config.get_config().context)
    held = [
        (one.product.code, one.location.name, one.type, one.min_quantity, one.target_quantity)
        for one in points.find([], order=[("id", "ASC")])
    ]
    sys.stdout.write(json.dumps(held))


def make_site(name: str) -> None:
    location = Model.get("stock.location")
    parts = {}
    for part in ("storage_location", "input_location", "output_location"):
        parts[part] = location(name=f"{name} {part}", type="storage")
        parts[part].save()
    location(name=name, type="warehouse", **parts).save()


def make_unit(digits: int) -> object:
    """Return a unit that allows so many decimals."""
    units = Model.get("product.uom")
    [unit] = units.find([("name", "=", "Unit")])
    fine = units(name=f"Unit {digits}", symbol=f"u{digits}", category=unit.category)
    fine.rate = fine.factor = 1
    fine.digits, fine.rounding = digits, 10**-digits
    fine.save()
    return fine


def make_product(code: str, unit: object) -> None:
    template = Model.get("product.template")(name=f"Item {code}", type="goods", default_uom=unit)
    template.products[0].suffix_code = code
    template.purchasable = True
    template.save()


if __name__ == "__main__":
    main(sys.argv[1])
