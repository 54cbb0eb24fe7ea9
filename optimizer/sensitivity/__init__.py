"""Sensitivity: every option of every SKU, priced again at the plan's shadow prices."""
