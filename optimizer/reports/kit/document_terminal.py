"""A document in the terminal: tables in brief, sentences, and the first rows of a choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from optimizer.reports.kit.document import Choice, Document, LongTable, Question
from optimizer.reports.kit.measured_table import MeasuredTable

_TOP: Final = 10  # rows of an answer


def in_terminal(document: Document) -> Iterator[str | MeasuredTable]:
    """Yield what is printed, one below the other."""
    for section in document.sections:
        for table in section.tables.values():
            if isinstance(table, LongTable) and table.brief is not None:
                yield from (table.brief, "", section.note, "")
    yield from (document.lead, document.proof, *document.sentences)
    for section in document.sections:
        for table in section.tables.values():
            if isinstance(table, Choice):
                for asked in table.questions.values():
                    yield from _answer(asked, table, document)


def _answer(asked: Question, choice: Choice, document: Document) -> Iterator[str | MeasuredTable]:
    """Yield the answer for the option that the page begins with."""
    answer = asked.answers[choice.selected]
    yield from ("", f"{asked.title}. {answer.said}")
    if answer.rows is not None:
        rows: list[Any] = answer.rows.head(_TOP).to_dict("records")
        yield MeasuredTable(
            columns=list(asked.columns),
            rows=rows,
            currency=document.currency,
            own=asked.columns,
        )
        if len(answer.rows) > _TOP:
            yield f"The first {_TOP}; {choice.source} has them all."
