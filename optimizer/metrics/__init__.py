"""What a portfolio and a plan are measured by: ABC, XYZ, supplier risk, scorecard, build-ups."""
