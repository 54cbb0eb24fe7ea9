"""A run as a notebook shows it: one line of text, or its sentences with a small table."""

from __future__ import annotations

from pathlib import Path

from optimizer.domain.run import RunTables
from optimizer.reports.kit.format import count, money, percent_up
from optimizer.reports.kit.page import environment
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.summary import summarise


def run_line(tables: RunTables, folder: Path, checks: int) -> str:
    """Return a run in one line: where it is, what its plan costs, and what is proven of it."""
    facts = Facts.of(tables)
    cost = money(facts.a_year(facts.cost), facts.currency)
    return (
        f"<Run {folder}: {count(len(tables.plan), 'SKU')}, {cost} a year, "
        f"proven within {percent_up(facts.gap)}, {checks:,} numbers and rules verified>"
    )


def run_cell(tables: RunTables, folder: Path) -> str:
    """Return the sentences of a run and its policies in a table, as HTML."""
    facts = Facts.of(tables)
    by_policy = tables.plan.groupby("policy")
    policies = by_policy[["capital", "expected_loss"]].sum().assign(skus=by_policy.size())
    policies = policies.sort_values("capital", ascending=False)
    template = environment(facts.currency).get_template("run_cell.html.j2")
    return template.render(
        folder=str(folder),
        sentences=summarise(tables),
        per_horizon=facts.per_horizon,
        policies=policies.reset_index().to_dict("records"),
    )
