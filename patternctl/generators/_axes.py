"""What both kinds of plot are drawn on: points that can be drawn, axes, ticks, amounts as text."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

Point = tuple[float, float | None, float | None, float | None]
"""x, and y at its lowest, likeliest and highest; None where it is not known."""
Series = Sequence[tuple[str, Sequence[Point]]]
"""Points by name."""

_MOST = 1e300
"""Beyond this, differences overflow."""
_CURRENCIES = {"USD": "$", "$": "$", "EUR": "€", "€": "€", "GBP": "£", "£": "£"}
_SCALES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


class Spot(NamedTuple):
    """A point that can be drawn."""

    x: float
    low: float
    likely: float
    high: float


class Curve(NamedTuple):
    """One series: runs of points without a gap."""

    name: str
    runs: tuple[tuple[Spot, ...], ...]
    missing: int
    """Points that cannot be drawn."""

    @property
    def spots(self) -> list[Spot]:
        """All points from left to right."""
        return [spot for run in self.runs for spot in run]


class Axis(NamedTuple):
    """A range of values, and those of them that are written beside it."""

    low: float
    high: float
    log: bool
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Where a value lies: 0 at the low end, 1 at the high one, never outside."""
        if self.log:
            if value <= 0:
                return 0.0
            low = math.log(self.low)
            share = (math.log(value) - low) / (math.log(self.high) - low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, share))


def curves(series: Series, *, log_x: bool, log_y: bool) -> list[Curve]:
    """Series as they can be drawn, each from left to right."""
    return [_curve(clean(name), points, log_x, log_y) for name, points in series]


def _curve(name: str, points: Sequence[Point], log_x: bool, log_y: bool) -> Curve:  # noqa: FBT001
    runs: list[list[Spot]] = [[]]
    missing = 0
    for point in sorted(filter(lambda p: _drawable(p[0], log=log_x), points), key=lambda p: p[0]):
        x, low, likely, high = point
        if likely is None or not _drawable(likely, log=log_y):
            missing += 1
            runs.append([])
            continue
        low = likely if low is None or math.isnan(low) else max(low, -_MOST)
        high = likely if high is None or math.isnan(high) else min(high, _MOST)
        runs[-1].append(Spot(x, min(low, likely), likely, max(high, likely)))
    return Curve(name, tuple(tuple(run) for run in runs if run), missing)


def _drawable(value: float, *, log: bool) -> bool:
    return abs(value) <= _MOST and (value > 1 / _MOST or not log)


def across(drawn: Iterable[Curve], *, log: bool, most: int) -> Axis:
    """The axis of x."""
    return axis([spot.x for curve in drawn for spot in curve.spots], log=log, most=most)


def upright(drawn: Iterable[Curve], *, log: bool, most: int) -> Axis:
    """The axis of y, which begins at zero where it is linear."""
    values = [y for curve in drawn for spot in curve.spots for y in spot[1:]]
    return axis(values if log else [0.0, *values], log=log, most=most)


def axis(values: Sequence[float], *, log: bool, most: int) -> Axis:
    """An axis that holds all values and has at most so many ticks (two at least)."""
    values = [value for value in values if value > 0] if log else values
    low, high = (min(values), max(values)) if values else (1.0, 10.0)
    return (_logarithmic if log else _linear)(low, high, max(most, 2))


def _logarithmic(low: float, high: float, most: int) -> Axis:
    if high <= low * 1.0001:
        low, high = low / 2, high * 2
    low, high = _round(low, up=False), _round(high, up=True)
    first, last = math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1
    ticks: tuple[float, ...] = (low, high)
    for digits, step in _patterns():
        decades = [power for power in range(first, last + 1) if power % step == 0]
        every = (float(f"{digit}e{power}") for power in decades for digit in digits)
        inside = tuple(tick for tick in every if low <= tick <= high)
        if len(inside) < 2:
            break
        if len(inside) <= most:
            ticks = inside
            break
    return Axis(low, high, log=True, ticks=ticks)


def _patterns() -> Iterator[tuple[Sequence[int], int]]:
    """Digits that ticks begin with, and every which power of ten has them; the densest first."""
    yield range(1, 10), 1
    yield (1, 2, 5), 1
    yield from (((1,), step) for step in (1, 2, 3, 6, 12, 24, 48, 96))


def _round(value: float, *, up: bool) -> float:
    """The next of 1, 2, 5, 10, …"""
    power = math.floor(math.log10(value))
    steps = [
        float(f"{digit}e{each}") for each in range(power - 1, power + 2) for digit in (1, 2, 5)
    ]
    if up:
        return min(step for step in steps if step >= value * (1 - 1e-12))
    return max(step for step in steps if step <= value * (1 + 1e-12))


def _linear(low: float, high: float, most: int) -> Axis:
    if high <= low:
        low, high = low - abs(low) / 2, high + (abs(high) / 2 or 1.0)
    step = _round((high - low) / (most - 1), up=True)
    first, last = _steps(low, high, step)
    while last - first + 1 > max(most, 3 if low < 0 < high else 2):
        step = _round(step * 1.01, up=True)
        first, last = _steps(low, high, step)
    ticks = tuple(float(f"{number * step:.12g}") for number in range(first, last + 1))
    told = ticks if len(ticks) <= most else (ticks[0], ticks[-1])  # a zero lies between the signs
    return Axis(ticks[0], ticks[-1], log=False, ticks=told)


def _steps(low: float, high: float, step: float) -> tuple[int, int]:
    """The first and the last tick, in steps from zero."""
    return math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)


def amount(value: float, label: str) -> str:
    """A number as people write it, `2.5k`; with the sign of the currency that the label names."""
    words = label.replace("(", " ").replace(")", " ").replace("/", " ").split()
    sign = next((_CURRENCIES[word] for word in words if word in _CURRENCIES), "")
    return ("-" if value < 0 else "") + sign + _short(abs(value))


def _short(value: float) -> str:
    value = float(f"{value:.3g}")
    for scale, letter in _SCALES:
        if scale <= value < 1e15:
            return f"{value / scale:.3g}{letter}"
    if value == 0 or 1e-3 <= value < 1e3:
        return f"{value:.3g}"
    mantissa, power = f"{value:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}"


def clean(text: str) -> str:
    """Text on one line, without characters that steer a terminal or that XML forbids."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def columns(text: str) -> int:
    """Columns of a terminal that text takes."""
    return sum(map(_columns, text))


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def fit(text: str, most: int, more: str = "…") -> str:
    """Text cut to so many columns."""
    if columns(text) <= most:
        return text
    while text and columns(text) + columns(more) > most:
        text = text[:-1]
    return text.rstrip() + more if most >= columns(more) else ""
