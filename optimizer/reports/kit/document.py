"""
What a subject has to say, whatever renders it: a headline, sections, and how it came about.

`document_page`, `document_workbook` and `document_terminal` render it; a subject does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from optimizer.domain.manifest import About
from optimizer.reports.kit.bar_chart import BarChart
from optimizer.reports.kit.line_chart import LineChart
from optimizer.reports.kit.matrix import Matrix
from optimizer.reports.kit.measured_table import MeasuredTable, said
from optimizer.reports.kit.measures import Kind, Measure

Chart = BarChart | LineChart


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure at the head of a page, with its name and one line on it."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    A number of the headline: the workbook's summary lists them all, tiles show some.

    Attributes
    ----------
    value
        None where there is none: the figure is left out.
    of
        How many there are in all, where it is a number of things.
    text
        What a tile says, where that is not the value in its kind's usual form.
    is_tile
        Whether it is among those that a reader looks for first.
    """

    label: str
    kind: Kind
    value: float | None
    note: str
    of: int | None = None
    text: str = ""
    is_tile: bool = False

    def tile(self, currency: str) -> Tile:
        """Return it as it stands at the head of a page."""
        shown = self.text or said(self.value, Measure(label=self.label, kind=self.kind), currency)
        if self.of is not None:
            shown = f"{shown} of {self.of:,}"
        return Tile(label=self.label, value=shown, note=self.note)


def amount(label: str, value: float | None, note: str, *, is_tile: bool = False) -> Figure:
    """Return an amount of money as a figure."""
    return Figure(label=label, kind="money", value=value, note=note, is_tile=is_tile)


def number_of(
    label: str, value: int, note: str, *, of: int | None = None, is_tile: bool = True
) -> Figure:
    """Return a number of things as a figure, of all of them where that is said."""
    return Figure(label=label, kind="count", value=value, of=of, note=note, is_tile=is_tile)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LongTable:
    """
    A table to search and sort on the page, and whole on a sheet of the workbook.

    Attributes
    ----------
    rows
        Columns called as `MEASURES` names them.
    shown, details
        Columns of the page, and those that show when a row is opened.
    things, hint
        What its rows are, and what can be searched for.
    own
        Columns that this table calls otherwise.
    brief
        As a terminal prints it; None where it does not.
    sheet
        Name of the sheet with every column; empty for none.
    widths, pages
        Of the sheet: columns in characters, and how many pages wide it prints.
    """

    rows: pd.DataFrame
    shown: Sequence[str]
    details: Sequence[str] = ()
    things: str
    hint: str
    own: Mapping[str, Measure] = field(default_factory=dict)
    brief: MeasuredTable | None = None
    sheet: str = ""
    widths: Mapping[str, float] = field(default_factory=dict)
    pages: int = 1

    form: Final = "table"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What one option comes to, in words and, where there are any, in rows."""

    said: str
    rows: pd.DataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """Something asked of every option: a heading, and an answer for each."""

    title: str
    columns: Mapping[str, Measure]
    answers: Sequence[Answer]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """
    Tables for the option that a reader chooses on the page; the workbook holds all their rows.

    Attributes
    ----------
    questions
        By name, in the order in which they stand on the page.
    source
        The file that has all rows.
    rows, own, sheet, widths
        Of the sheet, as in `LongTable`.
    """

    label: str
    options: Sequence[str]
    selected: int
    questions: Mapping[str, Question]
    things: str
    hint: str
    source: str
    rows: pd.DataFrame
    own: Mapping[str, Measure]
    sheet: str
    widths: Mapping[str, float]
    pages: int = 1

    form: Final = "choice"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Section:
    """
    One thing there is to say.

    Attributes
    ----------
    name
        Where links lead to.
    contents
        Charts, matrices, tables and choices by name; charts stand beside each other.
    note
        How to read them.
    """

    name: str
    title: str
    contents: Mapping[str, Chart | Matrix | LongTable | Choice]
    note: str

    @property
    def charts(self) -> dict[str, Chart]:
        """Its charts by name."""
        return {
            name: content
            for name, content in self.contents.items()
            if isinstance(content, BarChart | LineChart)
        }

    @property
    def matrices(self) -> list[Matrix]:
        """Its matrices."""
        return [content for content in self.contents.values() if isinstance(content, Matrix)]

    @property
    def tables(self) -> dict[str, LongTable | Choice]:
        """Its tables and choices by name."""
        return {
            name: content
            for name, content in self.contents.items()
            if isinstance(content, LongTable | Choice)
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """
    Everything a subject says.

    Attributes
    ----------
    subject, kind
        What it is on, "Frontier", and what it tells, "what a budget buys".
    lead, proof
        The two sentences to read first; `is_proven` unless a search was stopped early.
    facts
        How it came about, each with its name.
    files
        The files whose numbers it shows.
    about
        What all its runs share.
    paper
        File of the two pages to print that stand beside the page; empty where there are none.
    """

    subject: str
    kind: str
    currency: str
    lead: str
    proof: str
    is_proven: bool
    figures: Sequence[Figure]
    sentences: Sequence[str]
    sections: Sequence[Section]
    facts: Mapping[str, str]
    files: str
    about: About
    paper: str = ""

    @property
    def known_figures(self) -> list[Figure]:
        """The figures that have a value."""
        return [figure for figure in self.figures if figure.value is not None]

    @property
    def tiles(self) -> list[Tile]:
        """The figures a reader looks for first."""
        return [figure.tile(self.currency) for figure in self.known_figures if figure.is_tile]
