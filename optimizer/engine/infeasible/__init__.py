"""No plan meets the limits: confirmed by a second solver, with the least that would mend it."""
