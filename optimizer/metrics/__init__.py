"""Measures of a portfolio and a plan: ABC, XYZ, supplier risk, scorecard, cost build-ups."""
