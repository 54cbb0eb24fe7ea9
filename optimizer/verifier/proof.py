"""Checks what a run states about itself: objective, bound, gap, status, settings, inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import Settings
from optimizer.verifier.ledger import RELATIVE, Ledger, as_number, shown

FORMAT: Final = 2
CERTAIN: Final = (
    "carrying",
    "ordering",
    "purchasing",
    "routine_stockout",
    "qualification",
    "onboarding",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A plan's expected cost over the horizon, and its risk charge. [currency]"""

    expected_cost: float
    risk_charge: float

    @property
    def objective(self) -> float:
        """Expected cost plus risk charge."""
        return self.expected_cost + self.risk_charge


def totals_of(components: Mapping[str, float], settings: Settings) -> Totals:
    r"""Return certain cost plus expected loss, and :math:`\omega y \max(0, \rho - E L)`."""
    expected = components["expected_loss"]
    tail = components["cvar" if settings.risk.measure == "cvar" else "var"]
    charge = 0.0 if settings.risk.measure == "expected" else settings.risk.weight
    return Totals(
        expected_cost=sum(components[name] for name in CERTAIN) + expected,
        risk_charge=charge * settings.horizon.years * max(0.0, tail - expected),
    )


def check_objective(
    manifest: Mapping[str, Any],
    components: Mapping[str, float],
    sizes: Mapping[str, float],
    settings: Settings,
    ledger: Ledger,
) -> float:
    """Compare every component and their totals; ``sizes`` are the sums of absolute values."""
    stated = manifest.get("components") or {}
    for name, expected in components.items():
        ledger.number(f"components.{name}", stated.get(name), expected, scale=sizes[name])
    totals, scale = totals_of(components, settings), sum(sizes.values())
    for name in ("expected_cost", "risk_charge", "objective"):
        ledger.number(name, manifest.get(name), getattr(totals, name), scale=scale)
    return totals.objective


def check_proof(
    manifest: Mapping[str, Any], objective: float, settings: Settings, ledger: Ledger
) -> None:
    """Check bound and status against the recomputed objective, the gap against the stated one."""
    bound = as_number(manifest.get("bound"))
    ledger.require(
        bool(np.isfinite(bound)) and bound <= objective + RELATIVE * abs(objective),
        f"bound: found {shown(manifest.get('bound'))}, "
        f"expected a number not above the objective {shown(objective)}",
    )
    gap = _gap(as_number(manifest.get("objective")), bound)
    ledger.number("gap", manifest.get("gap"), gap, scale=1.0)
    status = manifest.get("status")
    ledger.require(
        status in ("optimal", "feasible"),
        f'status: found {shown(status)}, expected "optimal" or "feasible"',
    )
    ledger.require(
        status != "optimal" or gap <= settings.gap + RELATIVE,
        f'status: found "optimal" at gap {shown(gap)}, expected a gap of {settings.gap} at most',
    )


def check_settings(manifest: Mapping[str, Any], settings: Settings, ledger: Ledger) -> None:
    """Compare the manifest's settings with the portfolio's, key by key."""
    resolved = settings.resolved.model_dump(mode="json")
    _check_same("settings", manifest.get("settings"), resolved, ledger)
    seed = settings.scenarios.seed
    stated = manifest.get("seed", seed)
    ledger.require(stated == seed, f"seed: found {shown(stated)}, expected {seed}")


def check_format(manifest: Mapping[str, Any], ledger: Ledger) -> None:
    """Check that the run has the format that this verifier reads."""
    stated = manifest.get("format")
    ledger.require(stated == FORMAT, f"format: found {shown(stated)}, expected {FORMAT}")


def check_inputs(manifest: Mapping[str, Any], portfolio: Portfolio, ledger: Ledger) -> None:
    """Compare the fingerprints of the run's input files with those of today's."""
    then, now = manifest.get("inputs"), portfolio.inputs
    if not isinstance(then, Mapping):
        ledger.require(False, "inputs: the run does not say which files it read")
        return
    for file in dict.fromkeys([*now, *then]):
        ledger.require(file in now, f"inputs: {file} was read by this run and is gone")
        ledger.require(file in then, f"inputs: {file} was not there when this run was made")
        same = then.get(file) == now.get(file) or file not in now or file not in then
        ledger.require(same, f"inputs: {file} has changed since this run")
    aside = portfolio.set_aside and portfolio.set_aside.model_dump(mode="json")
    _check_same("set_aside", manifest.get("set_aside"), aside, ledger)


def _gap(objective: float, bound: float) -> float:
    distance = objective - bound
    if distance == 0.0:
        return 0.0
    return distance / abs(objective) if objective else float(np.copysign(np.inf, distance))


def _check_same(where: str, stated: object, expected: object, ledger: Ledger) -> None:
    """Compare two trees of tables, lists and values."""
    if isinstance(expected, Mapping) and isinstance(stated, Mapping):
        for key in dict.fromkeys([*expected, *stated]):
            ledger.require(
                key in expected, f"{where}.{key}: found {shown(stated.get(key))}, expected nothing"
            )
            if key in expected:
                _check_same(f"{where}.{key}", stated.get(key), expected[key], ledger)
        return
    same = type(stated) is type(expected) or {type(stated), type(expected)} == {int, float}
    ledger.require(
        same and stated == expected, f"{where}: found {shown(stated)}, expected {shown(expected)}"
    )
