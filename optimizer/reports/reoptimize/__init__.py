"""What a plan changes of the plan in force, as people read it."""
