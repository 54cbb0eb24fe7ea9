"""The option table behind a model."""

from __future__ import annotations

from optimizer.engine.decompose.option_arrays import OptionArrays
from optimizer.engine.decompose.price_table import PricingTable
from optimizer.engine.decompose.pricing_model import PricingModel


def table_of(model: PricingModel) -> PricingTable:
    """Return the arrays that a model's options are kept in."""
    assert isinstance(model.options, OptionArrays)
    return model.options.table
