"""A small, valid, explained portfolio to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from optimizer.domain.address import split_address, without_password, without_secrets
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.describe import describe_columns, describe_settings
from optimizer.inputs.readers.settings_beside import SETTINGS_FILE

SKUS: Final = """\
sku,description,category,site,unit_cost,demand_mean,demand_std,demand_mean_error,\
demand_interval_days,order_cost,min_order_qty,order_multiple,unit_decimals,min_stock,\
unit_margin,goodwill_cost,downtime_cost,shelf_life_days,volume,severity,detection
BRACKET-01,"cheap, steady, bought locally: a case for just-in-time",mechanical,North,\
1.80,120,15,1,1,40,0,50,0,0,0.60,0,0,,0.002,2,2
CONTROLLER-7,single-sourced part that stops the line when missing,electronics,North,\
240,6,3,0.2,1,120,0,,0,0,0,0,18000,,0.01,9,6
SENSOR-12,expensive part with a second supplier worth qualifying,electronics,South,\
65,14,8,0.5,1.2,80,20,5,0,0,25,10,2500,720,0.003,7,5
SEAL-KIT,"perishable slow mover, sold by tenths of a kilogram",mechanical,South,\
12,0.4,1.1,0.06,8,25,5,,1,0,9,2,0,180,0.004,4,5
PUMP-SPARE,"demanded twice a year; one is always kept for a customer",spares,North,\
900,0.0055,0.075,0.003,182,60,0,,0,1,350,0,4000,,0.05,8,7
"""

SUPPLIERS: Final = """\
supplier,region,otif,ttr_days,onboarded,onboarding_cost,offers_vmi,financial_risk
Nearby Metal,Home,0.97,10,true,0,true,0.02
Harbour Electronics,Coast,0.91,60,true,0,false,0.05
Inland Circuits,Inland,0.94,45,false,15000,false,0.04
Overseas Pumps,Overseas,0.90,50,true,0,false,0.06
"""

TAGS: Final = """\
supplier,tag
Harbour Electronics,South Port
Overseas Pumps,South Port
"""

SOURCES: Final = """\
sku,supplier,role,lead_time_mean,lead_time_std,price_premium,qualification_cost,ramp_days,\
capacity_share,volume_share
BRACKET-01,Nearby Metal,primary,3,0.5,0,0,0,1,0
CONTROLLER-7,Harbour Electronics,primary,45,12,0,0,0,1,0
SENSOR-12,Harbour Electronics,primary,40,10,0,0,0,1,0
SENSOR-12,Inland Circuits,candidate,18,4,0.08,12000,14,0.6,0.1
SEAL-KIT,Nearby Metal,primary,9,2,0,0,0,1,0
PUMP-SPARE,Overseas Pumps,primary,60,15,0,0,0,1,0
"""

HAZARDS: Final = """\
hazard,kind,scope,target,annual_rate,duration_mean_days,duration_cv,hit_probability,multiplier
Typhoon on the coast,outage,region,Coast,0.20,25,0.8,0.7,
Strike in South Port,outage,tag,South Port,0.30,12,0.6,0.9,
Fire at Nearby Metal,outage,supplier,Nearby Metal,0.03,60,0.5,,
Electronics rush,surge,category,electronics,0.25,30,0.5,,1.4
Chip price shock,price,category,electronics,0.15,90,0.4,,1.3
"""

PLAN: Final = """\
sku,policy,service_level,reorder_point,order_quantity,max_stock
BRACKET-01,jit,0.5,,,
CONTROLLER-7,,,330,120,
SENSOR-12,,,650,,850
SEAL-KIT,safety_stock,0.95,,,
PUMP-SPARE,,,0,1,
"""

STOCK: Final = """\
sku,on_hand,on_order,blocked,as_of
BRACKET-01,480,0,0,2026-07-01
CONTROLLER-7,210,240,6,2026-07-01
SENSOR-12,390,400,0,2026-07-01
SEAL-KIT,7.5,0,0.5,2026-07-01
PUMP-SPARE,1,0,0,2026-07-01
"""

EXAMPLES: Final = {
    "skus": SKUS,
    "suppliers": SUPPLIERS,
    "tags": TAGS,
    "sources": SOURCES,
    "hazards": HAZARDS,
    "plan": PLAN,
    "stock": STOCK,
}
"""The template's tables."""


def write_template(folder: str | Path) -> list[Path]:
    """
    Write a portfolio of five SKUs, with every setting and every column explained.

    Returns
    -------
    list[Path]
        The files written.

    Raises
    ------
    BadInputError
        If the folder exists and is not empty, is a file, or an address.
    """
    if split_address(str(folder)) is not None:
        rule, remedy = "is an address", "Name a folder, or a workbook: a database gets no template."
        shown = without_secrets(without_password(folder))
        raise BadInputError([Problem(file=shown, rule=rule, remedy=remedy)])
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        rule, remedy = "exists and is not an empty folder", "Choose a new folder."
        raise BadInputError([Problem(file=str(folder), rule=rule, remedy=remedy)])
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        **{f"{name}.csv": rows for name, rows in EXAMPLES.items()},
        SETTINGS_FILE: describe_settings(),
        "COLUMNS.md": describe_columns(),
    }
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in contents]
