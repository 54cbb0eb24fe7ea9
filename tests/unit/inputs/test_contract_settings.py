"""Settings: defaults, file, overrides, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimizer.domain.settings import Settings
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.findings import Findings
from optimizer.inputs.settings.origin import Origin
from optimizer.inputs.settings.read_settings import read_overrides, read_toml, resolve_settings


def resolved(written: dict[str, Any], *overrides: str) -> Settings:
    findings = Findings()
    origin = Origin(file="portfolio.toml", overridden=read_overrides(overrides, findings))
    settings = resolve_settings(written, origin, findings)
    findings.raise_if_any()
    assert settings is not None
    return settings


def problem_of(written: dict[str, Any], *overrides: str) -> Problem:
    with pytest.raises(BadInputError) as refusal:
        resolved(written, *overrides)
    [problem] = refusal.value.problems
    return problem


def test_nothing_written_is_every_default() -> None:
    """Proves: an empty file gives the defaults of the Settings type."""
    assert resolved({}) == Settings()


def test_overrides_win_and_the_last_one_counts() -> None:
    """Proves: --set beats the file, later beats earlier, bare words are text, keys quoted."""
    settings = resolved(
        {"risk": {"weight": 0.1, "level": 0.9}},
        "risk.weight=0.2",
        "risk.weight=0.3",
        "risk.measure=cvar",
        'budget.category."raw steel" = 5_000',
        "policies.jit.service_levels=[0.5, 0.6]",
    )
    assert (settings.risk.weight, settings.risk.level) == (0.3, 0.9)
    assert settings.risk.measure == "cvar"
    assert settings.budget.category == {"raw steel": 5000.0}
    assert settings.policies["jit"].service_levels == (0.5, 0.6)
    assert settings.policies["jit"].lot_days_max == 7.0


@pytest.mark.parametrize(
    ("written", "column", "value", "remedy"),
    [
        ({"risk": {"wieght": 0.3}}, "risk.wieght", "0.3", '"weight"'),
        ({"rsik": {}}, "rsik", "{}", '"risk"'),
        ({"policies": {"jit": {"fees": 1}}}, "policies.jit.fees", "1", '"fee"'),
        ({"budget": {"capital": "5"}}, "budget.capital", "5", "of that kind"),
        ({"budget": {"capital": True}}, "budget.capital", "true", "of that kind"),
        ({"budget": {"capital": float("nan")}}, "budget.capital", "NaN", "of that kind"),
        ({"budget": {"capital": float("inf")}}, "budget.capital", "Infinity", "of that kind"),
        ({"risk": {"level": 1.0}}, "risk.level", "1.0", "of that kind"),
        ({"horizon": {"days": 3.5}}, "horizon.days", "3.5", "of that kind"),
        ({"risk": 3}, "risk", "3", "of that kind"),
    ],
)
def test_wrong_setting_is_refused(
    written: dict[str, Any], column: str, value: str, remedy: str
) -> None:
    """Proves: a setting of unknown name or wrong kind is refused by dotted key and value."""
    problem = problem_of(written)
    assert (problem.file, problem.column, problem.value) == ("portfolio.toml", column, value)
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ({"risk": {"level": 95}}, "95 % is 0.95"),
        ({"risk": {"weight": 30.0}}, "30 % is 0.3"),
        ({"policies": {"jit": {"service_levels": [99.5]}}}, "99.5 % is 0.995"),
    ],
)
def test_a_percentage_is_told_as_a_fraction(written: dict[str, Any], remedy: str) -> None:
    """Proves: who writes 95 for a level is told 0.95."""
    assert remedy in problem_of(written).remedy


def test_wrong_override_is_refused_as_such() -> None:
    """Proves: a fault of --set is not blamed on the file."""
    problem = problem_of({"risk": {"weight": 0.3}}, "risk.weight=1,5")
    assert (problem.file, problem.column, problem.value) == ("--set", "risk.weight", "1,5")


@pytest.mark.parametrize("override", ["risk.weight", "=3", "risk weight=3"])
def test_override_without_key_and_value_is_refused(override: str) -> None:
    """Proves: what is no KEY=VALUE is refused with the text as given."""
    assert problem_of({}, override).value == override


def test_duplicate_key_names_its_line(tmp_path: Path) -> None:
    """Proves: a key that stands twice is refused with the line of the second."""
    path = tmp_path / "portfolio.toml"
    path.write_text('currency = "EUR"\n[risk]\nweight = 0.1\nweight = 0.2\n')
    findings = Findings()
    assert read_toml(path, findings) == {}
    with pytest.raises(BadInputError) as refusal:
        findings.raise_if_any()
    assert refusal.value.problems[0].row == 4
