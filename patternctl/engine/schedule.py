"""Calendar arithmetic of plans: working days from Monday to Friday, in ranges."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from patternctl.model.estimate import ZERO, Estimate, Intervals

DAYS = 5
"""Working days of a week. Public holidays are not known, and not reckoned with."""
LONGEST = 2_600
"""Weeks beyond which no plan reaches: 50 years."""
LAST = date(9000, 1, 1)
"""Latest first day, so that no end leaves the calendar."""


class Work(NamedTuple):
    """Something that takes time, and what has to be done before."""

    weeks: Estimate
    """Working weeks, above zero."""
    needs: tuple[int, ...] = ()
    """Places of earlier works in the plan."""


class Slot(NamedTuple):
    """From when to when something is worked on, in working weeks from the plan's first day."""

    begin: Estimate
    end: Estimate


class Span(NamedTuple):
    """When something is worked on."""

    start: date
    """First working day, where everything before took its likely time."""
    earliest: date
    """Last working day, if this and everything before is as short as it can be."""
    likely: date
    """Last working day, if this and everything before takes its likely time."""
    latest: date
    """Last working day, if this and everything before takes its longest."""


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() >= DAYS else 0)


def after(start: date, days: int) -> date:
    """The working day `days` working days after `start`, which is moved to a working day first."""
    start = working_day(start)
    weeks, rest = divmod(start.weekday() + days, DAYS)
    return start + timedelta(days=weeks * 7 + rest - start.weekday())


def days(weeks: float) -> int:
    """Whole working days of so many weeks, rounded up; a hundredth of a day is no day more."""
    return math.ceil(weeks * DAYS - 0.01)


def laid(works: Iterable[Work]) -> list[Slot]:
    """When each work of a plan is done: as soon as all that it needs has ended.

    Raises `ValueError` for works that take no time, and where one needs a later one.
    """
    slots: list[Slot] = []
    for weeks, needs in works:
        if weeks.low <= 0:
            raise ValueError("each work takes some time")
        if any(not 0 <= need < len(slots) for need in needs):
            raise ValueError("a work needs earlier ones only")
        begin = _latest(slots[need].end for need in needs)
        slots.append(Slot(begin, Intervals.add(begin, weeks)))
    return slots


def dated(start: date, slots: Iterable[Slot]) -> list[Span]:
    """The same as dates. Raises `ValueError` for what no calendar holds."""
    slots = [*slots]
    if start > LAST or any(slot.end.high > LONGEST for slot in slots):
        raise ValueError(f"a plan ends within {LONGEST // 52} years, and begins before {LAST.year}")
    return [_span(start, slot) for slot in slots]


def _span(start: date, slot: Slot) -> Span:
    """Dates of one slot; what ends on the day on which it could begin, begins that day."""
    ends = [max(days(end), 1) - 1 for end in slot.end]
    begin = min(days(slot.begin.likely), ends[1])
    return Span(after(start, begin), *(after(start, end) for end in ends))


def covered(slots: Iterable[Slot]) -> Estimate:
    """Weeks in which at least one of them is worked on, in each of the three cases."""
    slots = [*slots]
    return Estimate(
        *(_covered((slot.begin[case], slot.end[case]) for slot in slots) for case in range(3))
    )


def _covered(spans: Iterable[tuple[float, float]]) -> float:
    weeks, reached = 0.0, 0.0
    for begin, end in sorted(spans):
        weeks += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return weeks


def _latest(ends: Iterable[Estimate]) -> Estimate:
    """When the last of several works has ended, in each of the three cases."""
    latest = ZERO
    for end in ends:
        latest = Estimate(*map(max, latest, end))
    return latest


def middle(low: float, high: float) -> Estimate:
    """A range with its middle as the likeliest."""
    return Estimate(low, (low + high) / 2, high)
