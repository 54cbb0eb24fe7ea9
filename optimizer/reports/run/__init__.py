"""One run as people read it."""
