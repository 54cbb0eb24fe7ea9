"""A tail taken apart, as people read it."""
