"""A document as one page that opens offline: charts drawn, tables to search, options to choose."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from markupsafe import Markup

from optimizer.reports.kit.document import Choice, Document, LongTable, Question
from optimizer.reports.kit.embed import script_json
from optimizer.reports.kit.measures import measures_of
from optimizer.reports.kit.page import environment, shell
from optimizer.reports.kit.page_table import described, values


def render_page(document: Document) -> str:
    """Return the page; the same document gives the same bytes."""
    template = environment(document.currency).get_template("document.html.j2")
    return template.render(
        **shell(),
        document=document,
        portfolio=PurePath(document.about["portfolio"]).name,
        data={
            name: _data(content, document.currency)
            for section in document.sections
            for name, content in section.tables.items()
        },
    )


def _data(content: LongTable | Choice, currency: str) -> Markup:
    if isinstance(content, Choice):
        return script_json(choice_data(content, currency))
    return script_json(table_data(content, currency))


def table_data(table: LongTable, currency: str) -> dict[str, Any]:
    """Return a table as the page's script takes it."""
    columns = measures_of((*table.shown, *table.details), table.own)
    return {
        "columns": described(columns, currency, table.details),
        "values": values(table.rows, columns),
    }


def choice_data(choice: Choice, currency: str) -> dict[str, Any]:
    """Return the columns of each question, and each option's answers to them."""
    questions = choice.questions
    return {
        "columns": {name: described(asked.columns, currency) for name, asked in questions.items()},
        "answers": [
            {name: _answer(asked, place) for name, asked in questions.items()}
            for place in range(len(choice.options))
        ],
    }


def _answer(asked: Question, place: int) -> dict[str, Any]:
    answer = asked.answers[place]
    rows = None if answer.rows is None else values(answer.rows, asked.columns)
    return {"said": answer.said, "values": rows}
