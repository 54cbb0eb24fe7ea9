"""No plan meets the limits: a second solver confirms it and finds the least repairs."""
