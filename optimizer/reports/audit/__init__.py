"""An audit as people read it."""
