"""The public data that the `scms` importer reads: beside the checkout, not in the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

_FOLDER = Path(__file__).parents[3] / "shared" / "data"
HISTORY = _FOLDER / "usaid_scms" / "Supply_Chain_Shipment_Pricing_Data.csv"
HAZARDS = _FOLDER / "hazards" / "hazard_by_country.csv"

needs_public_data = pytest.mark.skipif(
    not (HISTORY.is_file() and HAZARDS.is_file()),
    reason="needs the public data of docs/scms.md in ../shared/data beside the checkout",
)
