"""Source lines under which the faulty part is underlined."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from unicodedata import category, east_asian_width

from patternctl.errors import Location
from patternctl.reports._style import visible

_TAB = "    "
_CUT = "…"
_LEAST_ROOM = 20
# What libyaml counts as the end of a line: its line numbers are ours.
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


class Frame(NamedTuple):
    """A line of source ready for a terminal, and the cells below it to underline."""

    line: str
    indent: int
    length: int


class Frames:
    """Frames from the texts of a run; every text is split into lines once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._lines: dict[str, list[str]] = {}

    def at(self, location: Location, room: int) -> Frame | None:
        """The frame of a place in at most `room` cells; None where there is no such line."""
        lines = self._lines_of(location.file)
        if not 1 <= location.line <= len(lines):
            return None
        line = lines[location.line - 1]
        if not line:
            return None
        start = location.column - 1 if location.column else len(line) - len(line.lstrip())
        end = location.end_column - 1 if location.end_column else len(line)
        start = min(max(start, 0), len(line))
        return _frame(line, start, max(min(end, len(line)), start + 1), max(room, _LEAST_ROOM))

    def _lines_of(self, file: str) -> list[str]:
        if file not in self._lines:
            lines = _LINE_END.split(self._texts.get(file, ""))
            self._lines[file] = [line.rstrip() for line in lines]
        return self._lines[file]


def _frame(line: str, start: int, end: int, room: int) -> Frame:
    """Cut `line` so that the underlined part, or its beginning, is seen.

    Looks at `room` characters on either side only: a line may be a whole file.
    """
    first = max(0, start - room)
    near = line[first : start + room + 1]
    shown = [_TAB if c == "\t" else visible(c) for c in near]
    widths = _widths(shown, near)
    start, end = start - first, min(end - first, len(near))
    left, right = _window(widths, start, end, room, whole=len(near) == len(line))
    cut_left, cut_right = bool(first or left), first + right < len(line)
    text = (_CUT if cut_left else "") + "".join(shown[left:right]) + (_CUT if cut_right else "")
    indent = cut_left + sum(widths[left:start])
    return Frame(text, indent, max(1, sum(widths[start : min(end, right)])))


def _window(widths: list[int], start: int, end: int, room: int, *, whole: bool) -> tuple[int, int]:
    """Characters to show of those at hand; `whole`: there are no others in the line."""
    if whole and sum(widths) <= room:
        return 0, len(widths)
    room -= 2 * len(_CUT)
    left = 0 if sum(widths[:end]) <= room else _left_edge(widths, start, room // 3)
    return left, _right_edge(widths, left, room)


def _widths(shown: list[str], near: str) -> list[int]:
    if near.isascii():
        return [len(text) for text in shown]
    return [len(text) if len(text) > 1 else _cells(text) for text in shown]


def _cells(character: str) -> int:
    """Terminal cells that one character takes: 0, 1 or 2."""
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _left_edge(widths: list[int], start: int, room: int) -> int:
    """First character to show so that `room` cells are left before the one at `start`."""
    edge, taken = start, 0
    while edge and taken + widths[edge - 1] <= room:
        edge -= 1
        taken += widths[edge]
    return edge


def _right_edge(widths: list[int], left: int, room: int) -> int:
    """Character after the last that `room` cells have place for."""
    edge, taken = left, 0
    while edge < len(widths) and taken + widths[edge] <= room:
        taken += widths[edge]
        edge += 1
    return edge
