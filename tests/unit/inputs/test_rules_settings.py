"""Settings against tables, and tails too thin to measure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from optimizer.errors import BadInputError, Problem
from optimizer.inputs.read import read_portfolio

Write = Callable[[dict[str, str | bytes]], Path]


def problem_of(folder: Path, *overrides: str) -> Problem:
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(folder, overrides)
    [problem] = refusal.value.problems
    return problem


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("49", "0.95"), ("too rough a tail", "50 at least, 200")),
        (("19", "0.95"), ("there is no tail", "50 at least, 200")),
        (("99", "0.99"), ("there is no tail", "100 at least, 1000")),
        (("49", "0.5"), ("too rough a tail", "50 at least, 50")),
    ],
)
def test_a_count_too_small_names_what_would_do(
    sound: dict[str, str], write: Write, asked: tuple[str, str], told: tuple[str, str]
) -> None:
    """
    Proves: less than 50 futures, or less than one beyond the level, are refused with what will do.

    0.01 x 99 = 0.99 < 1; 1 / 0.01 = 100; 10 / 0.01 = 1,000.
    """
    (count, level), (rule, remedy) = asked, told
    problem = problem_of(
        write({**sound}), f"scenarios.count={count}", f"risk.level={level}", "risk.measure=cvar"
    )
    assert (problem.column, problem.value) == ("scenarios.count", count)
    assert rule in problem.rule
    assert remedy in problem.remedy


def test_thin_tail_is_a_warning(sound: dict[str, str], write: Write) -> None:
    """Proves: 0.02 x 50 = 1 tail scenario is allowed, in spite of rounding, with a warning."""
    portfolio = read_portfolio(write({**sound}), ["scenarios.count=50", "risk.level=0.98"])
    assert any("the tail is rough" in warning for warning in portfolio.warnings)


@pytest.mark.parametrize("override", ["risk.measure=expected", "risk.weight=0"])
def test_no_tail_is_needed_where_none_is_measured(
    override: str, sound: dict[str, str], write: Write
) -> None:
    """Proves: one future is enough where the tail costs nothing: the mean needs none."""
    read_portfolio(write({**sound}), ["scenarios.count=1", override])


def test_auto_is_a_number_before_its_tail_is_looked_at(sound: dict[str, str], write: Write) -> None:
    """
    Proves: `auto` is 300 futures with VaR, of which 0.3 lie beyond 0.999, and 2,000 with CVaR.

    2,000 × 0.001 = 2: enough to measure, too few to be stable.
    """
    folder = write({**sound})
    problem = problem_of(folder, "risk.level=0.999")
    assert (problem.column, problem.value) == ("scenarios.count", "auto")
    assert "0.3 of 300 futures" in problem.rule
    warnings = read_portfolio(folder, ["risk.level=0.999", "risk.measure=cvar"]).warnings
    assert any("2 of 2000 futures" in warning for warning in warnings)


@pytest.mark.parametrize("value", ["0", "many", "1.5", "2000000"])
def test_a_count_of_futures_that_is_none(value: str, sound: dict[str, str], write: Write) -> None:
    """Proves: a value that may be a word or a number is refused once, by its key, with both."""
    problem = problem_of(write({**sound}), f"scenarios.count={value}")
    assert (problem.file, problem.column) == ("--set", "scenarios.count")
    assert problem.value == value
    assert "'auto', or" in problem.rule


def test_a_policy_on_demand_needs_no_level(sound: dict[str, str], write: Write) -> None:
    """Proves: today's `on_demand` stands without a level; one that offers levels is refused."""
    folder = write({**sound, "plan.csv": "sku,policy\nA1,on_demand\n"})
    plan = read_portfolio(folder).plan_in_force
    assert plan is not None
    assert (plan.policy[0], plan.service_level[0]) == ("on_demand", 0.0)
    problem = problem_of(folder, "policies.on_demand.service_levels=[0.9]")
    assert problem.column == "policies.on_demand.service_levels"


def test_unknown_budgeted_category(sound: dict[str, str], write: Write) -> None:
    """Proves: a budget for a category that no SKU has is refused with the nearest one."""
    problem = problem_of(write({**sound}), "budget.category.metl=5")
    assert (problem.file, problem.column) == ("--set", "budget.category.metl")
    assert problem.value == "5"
    assert '"metal"' in problem.remedy


def test_an_unknown_category_of_the_file_is_the_files(sound: dict[str, str], write: Write) -> None:
    """Proves: what portfolio.toml states is blamed on it, whatever else is overridden."""
    folder = write({**sound, "portfolio.toml": "[budget.category]\nmetl = 7.5\n"})
    problem = problem_of(folder, "budget.category.metal=5")
    assert (problem.file, problem.value) == ("portfolio.toml", "7.5")


def test_change_limit_needs_a_plan(sound: dict[str, str], write: Write) -> None:
    """Proves: changes cannot be limited where there is nothing to change."""
    assert problem_of(write({**sound}), "limits.changes=3").column == "limits.changes"


def test_volume_shares_of_a_pair(sound: dict[str, str], write: Write) -> None:
    """
    Proves: two alternates that keep 0.6 + 0.5 of one SKU are refused only where pairs are allowed.
    """
    files = {
        **sound,
        "suppliers.csv": sound["suppliers.csv"] + "West,US,0.9\n",
        "sources.csv": (
            "sku,supplier,role,lead_time_mean,lead_time_std,volume_share\n"
            "A1,North,primary,10,2,0\nA1,South,candidate,20,5,0.6\nA1,West,candidate,9,1,0.5\n"
            "B2,North,primary,1,0,0\nC3,South,primary,7,1,0\n"
        ),
    }
    folder = write(files)
    read_portfolio(folder)
    problem = problem_of(folder, "max_alternates=2")
    assert (problem.file, problem.row, problem.column) == ("sources.csv", 4, "volume_share")


@pytest.mark.parametrize(
    ("floors", "column", "told"),
    [
        ('[{category="matal", fill_rate=0.9}]', "limits.service.0.category", '"metal"'),
        ('[{supplier="Nord", fill_rate=0.9}]', "limits.service.0.supplier", '"North"'),
        ('[{segment="D", fill_rate=0.9}]', "limits.service.0.segment", "match pattern"),
        ('[{category="metal", fill_rate=97}]', "limits.service.0.fill_rate", "97 % is 0.97"),
        ('[{category="metal", fill_rate=1.0}]', "limits.service.0.fill_rate", "less than 1"),
        ('[{category="metal"}]', "limits.service.0.fill_rate", "required"),
        ("[{fill_rate=0.9}]", "limits.service.0", "exactly one of"),
        ('[{category="metal", segment="A", fill_rate=0.9}]', "limits.service.0", "exactly one"),
        (
            '[{segment="A", fill_rate=0.9}, {segment="A", fill_rate=0.8}]',
            "limits.service",
            "segment A twice",
        ),
    ],
)
def test_a_floor_that_cannot_be_meant_is_refused(
    sound: dict[str, str], write: Write, floors: str, column: str, told: str
) -> None:
    """Proves: an unknown name, a percentage, no or two selectors, one floor twice are refused."""
    problem = problem_of(write({**sound}), f"limits.service={floors}")
    assert (problem.file, problem.column) == ("--set", column)
    assert told in f"{problem.rule} {problem.remedy}"


def test_a_floor_without_demand_is_refused(sound: dict[str, str], write: Write) -> None:
    """Proves: a category and a segment of which no SKU has demand are named, both at once."""
    floors = '[{category="glass", fill_rate=0.9}, {segment="Z", fill_rate=0.9}]'
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(write({**sound}), [f"limits.service={floors}"])
    assert [problem.value for problem in refusal.value.problems] == ["glass", "Z"]
    assert all("has demand" in problem.rule for problem in refusal.value.problems)


@pytest.mark.parametrize("severity", ["0", "11", "4.5", "high"])
def test_a_severity_there_is_none_of_is_refused(
    sound: dict[str, str], write: Write, severity: str
) -> None:
    """Proves: `limits.tts_covers_ttr` is a whole number from 1 to 10."""
    problem = problem_of(write({**sound}), f"limits.tts_covers_ttr={severity}")
    assert problem.column == "limits.tts_covers_ttr"
