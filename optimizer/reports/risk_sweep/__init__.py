"""A sweep over weights of risk as people read it."""
