"""What a notebook sees of the package: its names, and a run that shows itself."""

from __future__ import annotations

import ast
from importlib.resources import files
from pathlib import Path

import pytest

import optimizer
from optimizer.jobs.solve import Run
from optimizer.reports.run.summary import summarise
from optimizer.verifier import Verification
from tests.support.pages import HOSTILE, Page
from tests.support.runs import make_tables, with_skus

_TAGS = {"p", "strong", "bdi", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}


def make_run(name: str = "results/autumn", policy: str = "") -> Run:
    """Build a run; `policy` names the first SKU's, and everything else that is a user's text."""
    tables = make_tables()
    verification = Verification(
        objective=1.0,
        expected_loss=1.0,
        var=1.0,
        cvar=1.0,
        checks=1_234,
        worst_difference=0.0,
        bound=1.0,
    )
    tables = with_skus(tables, [policy]) if policy else tables
    return Run(folder=Path(name), tables=tables, verification=verification)


def test_tab_shows_the_public_names() -> None:
    """
    Proves: `dir` is the public names and nothing else, each of them is there, and a type checker
    is told of the same ones.

    Sensitivity: without `__dir__` the list holds `Any` and none of the names not yet used.
    """
    assert dir(optimizer) == sorted(optimizer.__all__)
    assert {"explain", "report", "runs", "what_if"} <= set(dir(optimizer))
    assert all(getattr(optimizer, name) is not None for name in dir(optimizer))
    source = Path(optimizer.__file__).read_text(encoding="utf-8")
    [checked] = [node for node in ast.parse(source).body if isinstance(node, ast.If)]
    typed = [name.name for node in ast.walk(checked) if isinstance(node, ast.ImportFrom)
             for name in node.names]  # fmt: skip
    assert sorted(typed) == dir(optimizer)


def test_it_is_marked_as_typed() -> None:
    """Proves: type checkers read the annotations of the package where it is installed."""
    assert (files("optimizer") / "py.typed").is_file()


def test_a_request_takes_text() -> None:
    """Proves: a folder said in text is the same request as one said as a path."""
    assert optimizer.Request(results="r") == optimizer.Request(results=Path("r"))
    with pytest.raises(AttributeError):
        optimizer.Request().name = "late"  # type: ignore[misc]


def test_a_run_is_a_line_where_it_is_printed() -> None:
    """Proves: folder, SKUs, cost, proof and checks, and none of its tables."""
    shown = repr(make_run())
    assert shown.startswith("<Run results/autumn: 12 SKUs, ")
    assert shown.endswith(", 1,234 numbers and rules verified>")
    assert "\n" not in shown


def test_a_run_shows_itself_in_a_notebook() -> None:
    """Proves: every sentence of the summary, and capital by policy, the largest first."""
    run = make_run()
    texts = [text for text in Page(run._repr_html_()).text if text.strip()]
    sentences = summarise(run.tables)
    assert texts[: len(sentences) + 1] == ["results/autumn", *sentences]
    capital = run.tables.plan.groupby("policy")["capital"].sum().sort_values(ascending=False)
    assert [text for text in texts if text in capital.index] == capital.index.tolist()


@pytest.mark.parametrize("name", HOSTILE)
def test_names_in_a_notebook_stay_text(name: str) -> None:
    """Proves: a portfolio's own names cannot bring markup into a notebook."""
    shown = Page(make_run(policy=name)._repr_html_())
    assert {tag for tag, _ in shown.elements} <= _TAGS
    assert name in shown.text


def test_a_run_stands_for_its_folder() -> None:
    """Proves: what takes a path takes a run."""
    assert Path(make_run()) == Path("results/autumn")
