"""Factors on the rates of hazards: applied once, where the portfolio is built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from optimizer.errors import BadInputError
from optimizer.inputs.read import read_portfolio

Write = Callable[[dict[str, str | bytes]], Path]

HEADER = "hazard,kind,scope,target,annual_rate,duration_mean_days\n"


def rates(folder: Path, *overrides: str) -> list[float]:
    hazards = read_portfolio(folder, overrides).hazards
    return [round(rate, 12) for rate in hazards.annual_rate.tolist()]


@pytest.fixture
def two(sound: dict[str, str], write: Write) -> Path:
    """A portfolio with the hazards fire (0.1 a year) and flood (0.2 a year)."""
    rows = "flood,outage,region,Asia,0.2,20\nfire,outage,supplier,North,0.1,9\n"
    return write({**sound, "hazards.csv": HEADER + rows})


def test_factors_multiply(two: Path) -> None:
    """
    Proves: a hazard's rate is its table's times the factor of all times its own.

    2 × 0.1 = 0.2 and 2 × 3 × 0.2 = 1.2.  Sensitivity: an own factor in place of the common one
    gives 0.6.
    """
    assert rates(two) == [0.1, 0.2]
    assert rates(two, "hazards.rate_factor=2", "hazards.factor.flood=3") == [0.2, 1.2]
    assert rates(two, "hazards.factor.flood=0") == [0.1, 0.0]


def test_the_file_states_factors_too(two: Path) -> None:
    """Proves: portfolio.toml takes both."""
    (two / "portfolio.toml").write_text("[hazards]\nrate_factor = 0.5\nfactor = {fire = 4}\n")
    assert rates(two) == [0.2, 0.1]


@pytest.mark.parametrize("name", ["Gulf storm", "a.b", 'the "big" one', "it's", "a=b", "a = b"])
def test_names_in_quotes(name: str, sound: dict[str, str], write: Write) -> None:
    """Proves: any name a hazard may have can be told, in TOML's quotes, and counts."""
    cell = '"' + name.replace('"', '""') + '"'
    folder = write({**sound, "hazards.csv": f"{HEADER}{cell},outage,region,Asia,0.2,20\n"})
    escaped = name.replace('"', '\\"').replace("=", "\\u003d")
    assert rates(folder, f'hazards.factor."{escaped}"=5') == [1.0]


def test_an_unknown_hazard_is_refused(two: Path) -> None:
    """Proves: a factor of a hazard that is not there names the nearest, by where it is stated."""
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(two, ["hazards.factor.floot=2"])
    [problem] = refusal.value.problems
    assert (problem.file, problem.column) == ("--set", "hazards.factor.floot")
    assert (problem.value, problem.remedy) == ("2", 'Nearest: "flood".')


@pytest.mark.parametrize("value", ["-0.1", "nan", "inf", "1e7", "twice", "true"])
@pytest.mark.parametrize("key", ["hazards.rate_factor", "hazards.factor.flood"])
def test_what_is_no_factor_is_refused(two: Path, key: str, value: str) -> None:
    """Proves: negative, endless and unreadable factors are refused by their key."""
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(two, [f"{key}={value}"])
    assert [problem.column for problem in refusal.value.problems] == [key]
