"""
``make bench-var``: plans for VaR, what is proven of them, beside CVaR's plan and HiGHS with big-M.

Writes VAR.md, a row a size.  Both solvers get the same time; HiGHS gets the pruned options and the
least big-M that the options' bounds prove (models/value_at_risk.py), up to some thousand SKUs.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks import machine
from benchmarks.instance import whole_model
from benchmarks.portfolios import make_portfolio
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.exact.compile import compile_model
from optimizer.engine.highs import solve
from optimizer.jobs.prepare import Prepared, prepare
from optimizer.maths.risk import unexpected_loss

SIZES: Final = "300x100 1000x200 10000x200 1000x1000"
AIMS: Final = {(300, 100): 0.005, (1_000, 200): 0.007, (10_000, 200): 0.01}
BEYOND: Final = 0.02
HERE: Final = Path(__file__).parent
_MOST_SKUS = 2_000  # HiGHS gets no larger ones: it has no plan of them by then
_ARITHMETIC: Final = 1e-9


def main(arguments: list[str] | None = None) -> None:
    """Measure, and write VAR.md after every size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.value_at_risk", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="SKUs x scenarios")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE)
    asked = parser.parse_args(arguments)
    decide(prepared(make_portfolio(20, 20, asked.seed), "var", 1e-2, 10.0).case)  # compiles
    rows = []
    for size in asked.sizes.split():
        n_skus, n_scenarios = map(int, size.split("x"))
        rows.append(_row(n_skus, n_scenarios, asked.seconds, asked.seed))
        sys.stdout.write(rows[-1] + "\n")
        sys.stdout.flush()
        asked.out.mkdir(parents=True, exist_ok=True)
        text = _document(rows, asked.seconds, asked.seed)
        (asked.out / "VAR.md").write_text(text, encoding="utf-8")


def _row(n_skus: int, n_scenarios: int, seconds: float, seed: int) -> str:
    portfolio = make_portfolio(n_skus, n_scenarios, seed)
    aim = AIMS.get((n_skus, n_scenarios), BEYOND)
    by_var = prepared(portfolio, "var", aim, seconds)
    began = time.perf_counter()
    outcome = decide(by_var.case)
    taken = time.perf_counter() - began
    convex = decide(prepared(portfolio, "cvar", 1e-4, seconds).case)
    dearer = _var_objective(convex, by_var) / outcome.objective - 1.0
    facts = [
        f"{n_skus:,} × {n_scenarios:,}",
        _percent(aim),
        _percent(outcome.gap),
        f"{taken:.1f}",
        _percent(dearer),
        _big_m(by_var, seconds) if n_skus <= _MOST_SKUS else "not tried",
    ]
    return f"| {' | '.join(facts)} |"


def prepared(portfolio: Portfolio, measure: str, gap: float, seconds: float) -> Prepared:
    """Return what is to be decided for this measure, gap and time limit."""
    settings = portfolio.settings
    stated = {"method": "decompose", "gap": gap, "time_limit": seconds}
    changed = settings.model_copy(
        update={
            "risk": settings.risk.model_copy(update={"measure": measure}),
            "solver": settings.solver.model_copy(update=stated),
        }
    )
    return prepare(replace(portfolio, settings=changed))


def _var_objective(outcome: Outcome, by_var: Prepared) -> float:
    """Return what a plan made for CVaR costs in terms of VaR."""
    charge, losses = by_var.case.portfolio.settings.tail_charge, outcome.losses
    counted = unexpected_loss(losses.cvar, losses.expected)
    true = unexpected_loss(losses.value_at_risk, losses.expected)
    return outcome.objective + charge * (true - counted)


def _big_m(by_var: Prepared, seconds: float) -> str:
    """Return the gap that HiGHS leaves on the whole model with one binary per scenario."""
    data = replace(whole_model(by_var.case).core.data, measure="var")
    program = compile_model(data).program
    answer = solve(program, gap=1e-4, stop=Stop.within(seconds))
    if answer.values is None:
        return "no plan"
    cost = float(program.cost @ answer.values)
    return _percent((cost - answer.bound) / abs(cost))


def _percent(share: float) -> str:
    """Two digits, and 0 where only the arithmetic's last ones differ."""
    return "0 %" if abs(share) < _ARITHMETIC else f"{100.0 * share:.2g} %"


def _document(rows: list[str], seconds: float, seed: int) -> str:
    told = machine.describe()
    heads = (
        "| SKUs × scenarios | gap asked | gap proven | seconds | "
        "CVaR's plan is dearer, in VaR terms, by | gap that HiGHS with big-M leaves |"
    )
    words = f"""# VaR: what is proven

Level .95, unexpected loss charged at .5, the default catalogue, {seconds:g} s at most for either,
seed {seed}.
Every gap is of a whole plan. Repeat: `make bench-var`.

{told["date"]}, {told["cores"]} cores ({told["processor"]}), {told["memory"]}; {told["versions"]}.
"""
    return "\n".join([words, heads, "|---|---:|---:|---:|---:|---:|", *rows, ""])


if __name__ == "__main__":
    main()
