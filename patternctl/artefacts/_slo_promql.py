"""Expressions that Prometheus reads: matchers, rates, and their escapes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$])")


class Matcher(NamedTuple):
    """One condition on a label, and a value that meets it."""

    label: str
    operator: str
    value: str
    sample: str


class Counter(NamedTuple):
    """Series of a counter."""

    metric: str
    matchers: tuple[Matcher, ...]

    @property
    def selector(self) -> str:
        """As an expression has it."""
        return self._told(f"{m.label}{m.operator}{quoted(m.value)}" for m in self.matchers)

    @property
    def series(self) -> str:
        """One series that it selects."""
        return self._told(f"{m.label}={quoted(m.sample)}" for m in self.matchers)

    def rate(self, window: str) -> str:
        """Events a second over a window such as `5m`."""
        return f"sum(rate({self.selector}[{window}]))"

    def _told(self, conditions: Iterable[str]) -> str:
        return f"{self.metric}{{{', '.join(conditions)}}}"


class Indicator(NamedTuple):
    """What is measured: all events, and either the good or the bad among them."""

    total: Counter
    part: Counter
    told: Counter | None = None
    """Events with the label by which `part` tells the bad; None where `part` counts the good."""

    @property
    def bad(self) -> bool:
        """Whether `part` counts what is bad."""
        return self.told is not None

    def events(self, window: str) -> str:
        """All events a second."""
        return self.total.rate(window)

    def errors(self, window: str) -> str:
        """Bad events a second; nothing where what is good or bad is not measured.

        A counter of bad events begins to exist with the first of them, so none is read as zero as
        long as some event has the label that would tell it. Where no event has the label, its name
        is wrong, and nothing is known.
        """
        if self.told:
            return f"({self.part.rate(window)} or 0 * {self.told.rate(window)})"
        return f"({self.events(window)} - {self.part.rate(window)})"


def failing(metric: str, where: tuple[Matcher, ...], bad: Matcher, fine: str) -> Indicator:
    """Events of one counter, of which a label tells the bad; `fine` is its value on a good one."""
    told = Matcher(bad.label, "!=", "", fine)
    conditions = (where, (*where, bad), (*where, told))
    return Indicator(*(Counter(metric, each) for each in conditions))


def quoted(text: str) -> str:
    """A string literal in one line. Braces are escaped: other templates would read them."""
    return '"' + "".join(map(_escaped, text)) + '"'


def equal(label: str, value: str) -> Matcher:
    return Matcher(label, "=", value, value)


def one_of(label: str, values: Sequence[str]) -> Matcher:
    """The label has one of these values."""
    if len(values) == 1:
        return equal(label, values[0])
    return Matcher(label, "=~", "|".join(_SPECIAL.sub(r"\\\1", each) for each in values), values[0])


def bound(seconds: str) -> Matcher:
    """The bucket with this upper bound, however the exporter writes whole numbers."""
    if "." in seconds:
        return equal("le", seconds)
    return Matcher("le", "=~", rf"{seconds}(\.0)?", seconds)


def _escaped(character: str) -> str:
    code = ord(character)
    if character in '"\\':
        return "\\" + character
    if character in "{}":
        return f"\\x{code:02x}"
    if character.isprintable():
        return character
    if 0xD800 <= code <= 0xDFFF:  # half of a character is none
        return "\\ufffd"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
