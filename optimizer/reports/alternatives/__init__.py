"""Near-optimal alternatives, as people read them."""
