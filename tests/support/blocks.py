"""The code blocks of a page, in its order: commands to run, and what they are said to print."""

from __future__ import annotations

import difflib
import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FENCE = re.compile(r"```(\w*)")
_INLINE = re.compile(r"prints:? `([^`]+)`")
_COMMANDS = ("ballast ", "make ", "cp ")
_LEFT_OUT = ("…", "...")
_LIKELY = 0.5  # ratio of a line that another one has taken the place of
# Of another machine or minute: hashes, folders for temporary files, what rounding leaves.
_OTHERWISE = re.compile(r"\b[0-9a-f]{64}\b|\bballast-\w{8}\b|\b\d\.\de-1\d\b|(?<=\.\d{6})\d+")


@dataclass(frozen=True)
class Command:
    """A line to run: ``language`` is empty for a shell's, else all of a block is one command."""

    text: str
    language: str = ""

    @property
    def is_usage(self) -> bool:
        """Whether it shows how a command is typed, with words in capitals to be filled in."""
        words = shlex.split(self.text) if not self.language else []
        return any(re.fullmatch(r"\[?[A-Z]+\]?", word) for word in words)


@dataclass(frozen=True)
class Shown:
    """Lines that the commands before them are said to print, first and last line on the page."""

    lines: tuple[str, ...]
    place: tuple[int, int]


def read_page(page: Path) -> list[Command | Shown]:
    """
    Return what a page tells to run and says is printed.

    A block of commands is run line by line; in a block with a line that begins with ``$`` all
    other lines are printed. Any other block without a language, and what ``prints`` stands before,
    is printed by the last block of commands.
    """
    found: list[Command | Shown] = []
    lines = page.read_text(encoding="utf-8").splitlines()
    place = 0
    while place < len(lines):
        if fence := _FENCE.fullmatch(lines[place]):
            end = lines.index("```", place + 1)
            found += _block(fence[1], lines[place + 1 : end], place + 1)
            place = end
        else:
            found += [Shown((said,), (place, place)) for said in _INLINE.findall(lines[place])]
        place += 1
    return found


def missing(shown: Shown, printed: list[str]) -> str:
    """
    Return the first line that none of the texts printed has in its place, empty if there is none.

    Lines stand in a text one behind the other, but where a line of … leaves some out; a text may
    begin earlier and end later.
    """
    return min((_missing_in(shown, text) for text in printed), key=len, default="nothing printed")


def mend(page: Path, shown: Shown, printed: list[str]) -> Shown:
    """
    Replace each run of lines by the run printed behind the last one that is likest; keep what is
    left out, and a run that is likest to nothing.  Return what the page shows then: not missing any
    more if all runs found theirs, as these stand in one text, one behind the other.
    """
    first, end = shown.place
    lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
    _, mended = max(
        (_mended(list(shown.lines), text.splitlines()) for text in printed),
        key=lambda found: found[0],
    )
    if first == end:  # within a line of prose
        lines[first] = lines[first].replace(shown.lines[0], mended[0])
    else:
        lines[first:end] = [f"{line}\n" for line in mended]
    page.write_text("".join(lines), encoding="utf-8")
    return Shown(tuple(mended), shown.place)


def _mended(block: list[str], told: list[str]) -> tuple[float, list[str]]:
    """Return how like a text is to a block, and the block as that text would have it."""
    mended, begin, like = list(block), 0, 0.0
    for start, n in _runs(block):
        run = block[start : start + n]
        windows = [
            (sum(map(_alike, run, told[at : at + n])), -at)
            for at in range(begin, len(told) - n + 1)
        ]
        best, behind = max(windows, default=(0.0, 0))
        if best > _LIKELY * n:
            mended[start : start + n] = told[-behind : n - behind]
            begin, like = n - behind, like + best
    return like, mended


def _runs(block: list[str]) -> list[tuple[int, int]]:
    """Return first line and number of lines of each run that stands between lines of …"""
    runs, start = [], 0
    for at, line in enumerate([*block, _LEFT_OUT[0]]):
        if line.strip() in _LEFT_OUT:
            runs.append((start, at - start))
            start = at + 1
    return [(start, n) for start, n in runs if n]


@cache
def _alike(line: str, other: str) -> float:
    """Return the ratio of two lines; the same one counts twice, so that it is not left for one."""
    return 2.0 if line == other else difflib.SequenceMatcher(None, line, other).ratio()


def _block(language: str, lines: list[str], first: int) -> list[Command | Shown]:
    if language:
        return [Command("\n".join(lines), language)]
    if any(line.startswith("$ ") for line in lines):
        return _transcript(lines, first)
    if all(line.startswith(_COMMANDS) for line in lines):
        return [_typed(line) for line in lines]
    return [Shown(tuple(lines), (first, first + len(lines)))]


def _typed(line: str) -> Command:
    return Command(shlex.join(shlex.split(line, comments=True)))


def _transcript(lines: list[str], first: int) -> list[Command | Shown]:
    starts = [at for at, line in enumerate(lines) if line.startswith("$ ")]
    found: list[Command | Shown] = []
    for at, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        found.append(_typed(lines[at][2:]))
        printed = lines[at + 1 : end]
        while printed and not printed[-1]:
            printed.pop()
        if printed:
            found.append(Shown(tuple(printed), (first + at + 1, first + at + 1 + len(printed))))
    return found


def _missing_in(shown: Shown, text: str) -> str:
    told = [_masked(line) for line in text.splitlines()]
    begin = 0
    for part in _parts(shown.lines):
        starts = range(begin, len(told) - len(part) + 1)
        here = next((at for at in starts if told[at : at + len(part)] == part), None)
        if here is None:
            return next((line for line in part if line not in told[begin:]), part[0])
        begin = here + len(part)
    return ""


def _parts(lines: tuple[str, ...]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in lines:
        if line.strip() in _LEFT_OUT:
            parts.append([])
        else:
            parts[-1].append(_masked(line))
    return [part for part in parts if part]


def _masked(line: str) -> str:
    return _OTHERWISE.sub("~", line.rstrip())
