"""A frontier of budgets as people read it."""
