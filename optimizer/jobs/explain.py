"""Why a SKU of a run got its option: the run reopened, one SKU priced once more."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from optimizer.domain.paths import AnyPath
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.did_you_mean import did_you_mean
from optimizer.jobs.prepare import draw_futures
from optimizer.jobs.reopen import check_drawn, mixture_of, reopen
from optimizer.options.restore import restore
from optimizer.sensitivity.explanation import Explanation
from optimizer.sensitivity.prospects import make_prospects
from optimizer.sensitivity.sku import explain_sku
from optimizer.sensitivity.view import make_view


def explain(folder: AnyPath, sku: str) -> Explanation:
    """
    Return why a SKU got its option in a run.

    Raises
    ------
    BadInputError
        If the run or its inputs cannot be read, an input has changed, the SKU is not in it, or its
        futures are not those that this version draws.
    """
    portfolio, tables = reopen(folder)
    row = _row(portfolio, sku)
    futures = draw_futures(portfolio, mixture_of(tables.manifest))
    prospects = make_prospects(portfolio, futures)
    check_drawn(Path(folder), tables, prospects.futures)
    prices = tables.manifest.prices
    tail_weight = tables.scenarios["weight"].to_numpy(np.float64)
    try:
        chosen = restore(portfolio, tables.plan)
        view = make_view(portfolio, prospects, chosen, prices, tail_weight)
        return explain_sku(view, tail_weight, tables, row)
    except (KeyError, ValueError) as error:
        rule = "the plan holds a choice that the portfolio does not offer"
        raise BadInputError([_problem(Path(folder), rule)]) from error


def _row(portfolio: Portfolio, sku: str) -> int:
    """Row of a SKU by its name, as it is written."""
    rows = np.flatnonzero(portfolio.skus.sku == sku)
    if rows.size:
        return int(rows[0])
    remedy = did_you_mean(sku, portfolio.skus.sku)
    rule = "the run has no such SKU"
    raise BadInputError([Problem(file="SKU", value=sku, rule=rule, remedy=remedy)])


def _problem(folder: Path, rule: str) -> Problem:
    return Problem(file=str(folder), rule=rule, remedy="Solve again.")
