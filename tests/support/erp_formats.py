"""What each ERP's fields hold, typed from its own documentation, and a checker of files by it."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple


class Held(NamedTuple):
    """Most characters of a text; most digits before and after the point of a number."""

    text: int = 0
    whole: int = 0
    decimals: int = 0
    one_of: tuple[str, ...] = ()
    blank: bool = False


FLOAT = Held(whole=9, decimals=6)
QUAN = Held(whole=10, decimals=3, blank=True)  # SAP QUAN 13,3
DECIMAL = Held(whole=10, decimals=5)
FREPPLE = Held(whole=12, decimals=8)
FRAPPE = Held(whole=12, decimals=3)

COLUMNS: dict[str, dict[str, Held]] = {
    "stock.warehouse.orderpoint.csv": {
        "id": Held(text=10_000),
        "product_id": Held(text=10_000),
        "warehouse_id": Held(text=10_000),
        "product_min_qty": FLOAT,
        "product_max_qty": FLOAT,
        "qty_multiple": FLOAT,
        "trigger": Held(one_of=("manual", "auto")),
    },
    "item.csv": {
        "name": Held(text=140),
        "item_code": Held(text=140),
        "safety_stock": FRAPPE,
        "min_order_qty": FRAPPE,
        "lead_time_days": Held(whole=9),
        "reorder_levels.warehouse": Held(text=140),
        "reorder_levels.warehouse_reorder_level": FRAPPE,
        "reorder_levels.warehouse_reorder_qty": FRAPPE,
        "reorder_levels.material_request_type": Held(one_of=("Purchase", "Transfer")),
    },
    "marc.txt": {
        "MATNR": Held(text=18),
        "WERKS": Held(text=4),
        "DISMM": Held(one_of=("VB", "PD")),
        "MINBE": QUAN,
        "EISBE": QUAN,
        "DISLS": Held(one_of=("FX", "EX")),
        "BSTFE": QUAN,
        "BSTMI": QUAN,
        "BSTRF": QUAN,
        "PLIFZ": Held(whole=3),
    },
    "Item coverage V2.csv": {
        "ItemNumber": Held(text=20),
        "CoverageSiteId": Held(text=10),
        "CoverageMethod": Held(one_of=("MinMax", "Req")),
        "MinimumOnHandInventoryQuantity": FLOAT,
        "MaximumOnHandInventoryQuantity": FLOAT,
        "IsProcurementLeadTimeOverridden": Held(one_of=("Yes",)),
        "ProcurementLeadTimeDays": Held(whole=5),
        "IsProcumentLeadTimeUsingWorkingDays": Held(one_of=("No",)),
    },
    "Stockkeeping Unit.csv": {
        "Item No.": Held(text=20),
        "Variant Code": Held(one_of=("",), blank=True),
        "Location Code": Held(text=10),
        "Reordering Policy": Held(one_of=("Fixed Reorder Qty.", "Order")),
        "Reorder Point": DECIMAL,
        "Reorder Quantity": DECIMAL,
        "Safety Stock Quantity": DECIMAL,
        "Minimum Order Quantity": DECIMAL,
        "Order Multiple": DECIMAL,
    },
    "buffer.csv": {"item": Held(text=300), "location": Held(text=300), "minimum": FREPPLE},
    "itemsupplier.csv": {
        "supplier": Held(text=300),
        "item": Held(text=300),
        "location": Held(text=300),
        "cost": FREPPLE,
        "leadtime": Held(text=20),
        "size_minimum": FREPPLE,
        "size_multiple": FREPPLE,
    },
    "stock.order_point.csv": {
        "product": Held(text=10_000),
        "location": Held(text=10_000),
        "type": Held(one_of=("purchase",)),
        "min_quantity": FLOAT,
        "target_quantity": FLOAT,
    },
}
KEYS = {
    "stock.warehouse.orderpoint.csv": ("product_id", "warehouse_id"),
    "item.csv": ("name", "reorder_levels.warehouse"),
    "marc.txt": ("MATNR", "WERKS"),
    "Item coverage V2.csv": ("ItemNumber", "CoverageSiteId"),
    "Stockkeeping Unit.csv": ("Item No.", "Variant Code", "Location Code"),
    "buffer.csv": ("item", "location"),
    "itemsupplier.csv": ("supplier", "item", "location"),
    "stock.order_point.csv": ("product", "location"),
}


def read_erp_file(name: str, content: bytes) -> list[dict[str, str]]:
    """Read a file as its ERP would, every value as text: SAP knows tabs and no quotes."""
    text = content.decode("utf-8")
    if name == "marc.txt":
        head, *rows = (line.split("\t") for line in text.removesuffix("\r\n").split("\r\n"))
        return [dict(zip(head, row, strict=True)) for row in rows]
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def check_erp_file(name: str, content: bytes) -> list[dict[str, str]]:
    """Return the rows of a file after asserting columns, types, lengths, decimals and keys."""
    rows = read_erp_file(name, content)
    for row in rows:
        assert list(row) == list(COLUMNS[name])
        for column, held in COLUMNS[name].items():
            _check(row[column], held)
    keys = [tuple(row[column] for column in KEYS[name]) for row in rows]
    assert len(set(keys)) == len(keys)
    return rows


def _check(value: str, held: Held) -> None:
    if value == "":
        assert held.blank
    elif held.one_of:
        assert value in held.one_of
    elif held.text:
        assert len(value) <= held.text
    else:
        whole, _, decimals = value.partition(".")
        assert whole.isdecimal()
        assert len(whole) <= held.whole
        assert len(decimals) <= held.decimals
        assert whole == "0" or not whole.startswith("0")
        assert not decimals.endswith("0")
        assert decimals or "." not in value
