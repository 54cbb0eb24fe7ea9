"""Pure functions of inventory and risk: arrays in, arrays out."""
