"""The run folder, the inputs it keeps, and the index of runs."""
