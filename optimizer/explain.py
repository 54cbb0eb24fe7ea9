"""Why a SKU of a run got its option: the run reopened, one SKU priced once more."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from optimizer.contract.nearest import did_you_mean
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.errors import BadInputError, Problem
from optimizer.options.restore import restore
from optimizer.pipeline import reopen
from optimizer.rationale.explanation import Explanation
from optimizer.rationale.futures import make_futures
from optimizer.rationale.sku import explain_sku
from optimizer.rationale.view import Futures, make_view


def explain(folder: Path, sku: str) -> Explanation:
    """
    Return why a SKU got its option in a run.

    Raises
    ------
    BadInputError
        If the run or its inputs cannot be read, an input has changed, the SKU is not in it, or the
        run holds no weights of its scenarios.
    """
    portfolio, tables = reopen(folder)
    row = _row(portfolio, sku)
    futures = make_futures(portfolio)
    _check_scenarios(folder, tables, futures)
    prices = {name: use["price"] for name, use in tables.manifest["resources"].items()}
    try:
        view = make_view(
            portfolio,
            futures,
            restore(portfolio, tables.plan),
            prices,
            tables.scenarios["weight"].to_numpy(np.float64),
        )
        return explain_sku(view, futures, tables, row)
    except (KeyError, ValueError) as error:
        rule = "the plan holds a choice that the portfolio does not offer"
        raise BadInputError([_problem(folder, rule)]) from error


def _row(portfolio: Portfolio, sku: str) -> int:
    """Row of a SKU by its name, as it is written."""
    found = np.flatnonzero(portfolio.skus.sku == sku)
    if found.size:
        return int(found[0])
    remedy = did_you_mean(sku, portfolio.skus.sku)
    rule = "the run has no such SKU"
    raise BadInputError([Problem(file="SKU", value=sku, rule=rule, remedy=remedy)])


def _check_scenarios(folder: Path, tables: RunTables, futures: Futures) -> None:
    """Refuse a run whose scenarios are not weighed, or not those that the inputs give today."""
    if "weight" not in tables.scenarios:
        rule = "the run holds no weights of its scenarios: an older version wrote it"
        raise BadInputError([_problem(folder, rule)])
    then, now = tables.scenarios["probability"].to_numpy(), futures.scenarios.probability
    if len(then) != len(now) or not np.allclose(then, now, rtol=1e-9, atol=0.0):
        rule = "its scenarios are not those that this version draws from the same inputs"
        raise BadInputError([_problem(folder, rule)])


def _problem(folder: Path, rule: str) -> Problem:
    return Problem(file=str(folder), rule=rule, remedy="Solve again.")
