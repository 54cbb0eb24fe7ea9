"""Problems with the input: one in words, many by rule, and the first of each as lines."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

MOST_OF_FILE: Final = 100
"""Problems of one file that are shown."""
_COUNTED: Final = 20
"""Problems beyond which it is worth counting them by rule first."""
_PARTICULARS: Final = re.compile(r'"[^"]*"|\([^)]*\)|\d[\d,.]*(e[+-]?\d+)?')


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    One problem with the input, in the words of the person who can correct it.

    Attributes
    ----------
    file
        File (or workbook!sheet) that holds the value.
    row
        Row as a spreadsheet counts it: the header is row 1; ``None`` for the whole file.
    column
        Column (or dotted setting) name; ``None`` for the whole row.
    value
        The value as written; ``None`` if there is none.
    rule
        The rule that the value breaks.
    remedy
        What to do about it.
    key
        What says which row it is, where rows have no number: its key, ``sku "A-17"``.
    """

    file: str
    rule: str
    remedy: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.place}")
        if self.column is not None:
            where.append(self.column)
        value = "" if self.value is None else f" = {_quoted(self.value)}"
        return _escaped(f"{', '.join(where)}{value}: {self.rule}. {self.remedy}")

    @property
    def place(self) -> str:
        """The row, and what it is known by."""
        return f"{self.row}" if self.key is None else f"{self.row} ({self.key})"

    @property
    def where(self) -> str:
        """File and column."""
        return self.file if self.column is None else f"{self.file}, {self.column}"


class RuleCount(NamedTuple):
    """How many problems break one rule, and the first of them."""

    number: int
    first: Problem

    def __str__(self) -> str:
        of_first = "" if self.first.row is None else f" (first in row {self.first.place})"
        return _escaped(f"{self.number:>7,} x {self.first.where}: {self.first.rule}{of_first}")


def by_rule(problems: Sequence[Problem]) -> list[RuleCount]:
    """Return how many problems break each rule, the most frequent first."""
    first: dict[tuple[str, str], Problem] = {}
    number: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        key = _check(problem)
        first.setdefault(key, problem)
        number[key] += 1
    return [RuleCount(count, first[key]) for key, count in number.most_common()]


def in_lines(problems: Sequence[Problem]) -> list[str]:
    """Return what is printed of problems: many are counted by rule first, then 100 of each file."""
    listed = [str(problem) for problem in shown(problems)]
    if len(problems) <= _COUNTED:
        return listed
    counts = by_rule(problems)
    rules = "1 rule" if len(counts) == 1 else f"{len(counts):,} rules"
    head = f"{len(problems):,} problems by {rules}:"
    return [head, *map(str, counts[:MOST_OF_FILE]), "", *listed]


def shown(problems: Sequence[Problem]) -> list[Problem]:
    """
    Return the first `MOST_OF_FILE` problems of every file, and how many more there are.

    If there are too many, every rule keeps its share, so that one bad column does not hide the
    rest.
    """
    by_file: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_file[problem.file].append(problem)
    return [problem for file, of_file in by_file.items() for problem in _first(file, of_file)]


def _first(file: str, problems: list[Problem]) -> list[Problem]:
    rank: Counter[tuple[str, str]] = Counter()
    ranked: list[tuple[int, Problem]] = []
    for problem in problems:
        key = _check(problem)
        ranked.append((rank[key], problem))
        rank[key] += 1
    ranked.sort(key=lambda pair: pair[0])
    first = [problem for _, problem in ranked[:MOST_OF_FILE]]
    first.sort(key=lambda problem: problem.row or 0)
    if more := len(problems) - len(first):
        rule = f"{more} more problems were found in this file"
        remedy = "`ballast check --problems FILE` writes them all."
        first.append(Problem(file=file, rule=rule, remedy=remedy))
    return first


def _check(problem: Problem) -> tuple[str, str]:
    """Return the file and column of a problem, and its rule without the particulars."""
    return problem.where, _PARTICULARS.sub("…", problem.rule)


def in_one_line(said: str) -> str:
    """Return what another program says, of any length and form, in one line."""
    return " ".join(said.split())[:300]


def printable(text: str) -> str:
    """Replace every character that is not printable, or reorders others, by its code."""
    return "\n".join(map(_escaped, text.split("\n")))


def _quoted(value: str) -> str:
    return '"' + (value if len(value) <= 60 else value[:59] + "…") + '"'


def _escaped(line: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)
