"""A decided plan → the tables of its run: reasons, strategies, every number verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from optimizer.domain.decided import Decided
from optimizer.domain.manifest import Origin
from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.reasons import Rationale
from optimizer.domain.run import RunTables
from optimizer.domain.stop import Stop
from optimizer.engine.certificate import check_certificate
from optimizer.jobs.decided import explained
from optimizer.jobs.prepare import Prepared
from optimizer.jobs.risk_neutral import risk_neutral
from optimizer.metrics.segment import segment
from optimizer.metrics.stock_on_hand import with_stock_facts
from optimizer.sensitivity.plans import no_reasons
from optimizer.store.tabulate import tabulate
from optimizer.strategies import (
    Strategy,
    check_strategies,
    figures_of_strategies,
    fixed_strategies,
)
from optimizer.verifier import Verification
from optimizer.verifier import verify as verify_tables

_MOST_RECOMPUTED: Final = 20_000  # SKUs
LEFT_OUT: Final = "left out"


def verified(
    prepared: Prepared,
    decided: Decided,
    origin: Origin,
    observer: Observer = SILENT,
    *,
    stop: Stop | None = None,
) -> tuple[RunTables, Verification]:
    """
    Return the tables of a plan, every number of them verified; reasons only if there is time.

    Raises
    ------
    VerificationError
        If the verifier does not reproduce the plan.
    """
    with step(observer, "reasons") as tell:
        rationale = explained(decided.portfolio, prepared, decided.outcome, stop or Stop())
        n_even = len(rationale.break_evens) if rationale else 0
        many = f"{n_even:,} sources, suppliers and reserves with a break-even"
        tell(many if rationale else LEFT_OUT)
    return checked(prepared, decided, rationale, origin, observer)


def checked(
    prepared: Prepared,
    decided: Decided,
    rationale: Rationale | None,
    origin: Origin,
    observer: Observer = SILENT,
) -> tuple[RunTables, Verification]:
    """Return the tables of a plan and its reasons, if any, every number of them verified."""
    portfolio = decided.portfolio
    missing = {"forecast": decided.forecast is None, "reasons": rationale is None}
    left_out = tuple(name for name, is_missing in missing.items() if is_missing)
    with step(observer, "verify") as tell:
        reasons = rationale or no_reasons(portfolio, decided.designs)
        of_sku = segment(portfolio)
        tables = tabulate(
            decided, reasons, of_sku, origin.model_copy(update={"left_out": left_out})
        )
        tables = with_stock_facts(portfolio, tables)
        verification = verify_tables(portfolio, tables)
        if needs_certificate(tables):
            check_certificate(prepared.case, tables.manifest.bound, tables.certificate)
        tell(
            f"{verification.checks:,} numbers, worst difference {verification.worst_difference:.0e}"
        )
    return tables, verification


def with_strategies(
    prepared: Prepared, decided: Decided, tables: RunTables, stop: Stop | None = None
) -> RunTables:
    """
    Return the run's tables with today, just in time, just in case and ω = 0 beside its plan.

    Where it is to stop they are left out, which the manifest tells.

    Raises
    ------
    VerificationError
        If the verifier does not reproduce one of them.
    """
    portfolio = decided.portfolio

    def beside() -> RunTables:
        neutral = risk_neutral(prepared, decided, stop or Stop())
        others = [*fixed_strategies(portfolio), *neutral]
        complete = replace(tables, strategies=figures_of_strategies(decided, others))
        check_strategies(portfolio, complete, to_recompute(portfolio, others))
        return complete

    complete = (stop or Stop()).unless_asked(beside)
    if complete is not None:
        return complete
    left_out = (*tables.manifest.left_out, "strategies")
    return replace(tables, manifest=tables.manifest.model_copy(update={"left_out": left_out}))


def to_recompute(portfolio: Portfolio, strategies: Sequence[Strategy]) -> Sequence[Strategy]:
    """Return the strategies that the verifier recomputes: none where there are many SKUs."""
    return strategies if len(portfolio.skus) <= _MOST_RECOMPUTED else ()


def needs_certificate(tables: RunTables) -> bool:
    """Return whether conflicts prove a bound (VaR, decomposed); others need no more than prices."""
    risk = tables.manifest.settings.risk
    is_var = risk.measure == "var" and risk.weight > 0.0
    return is_var and tables.manifest.method == "decompose"
