"""What designs cost over a range of one driver."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from patternctl import faults
from patternctl.costing.bill import Design, bill, with_driver
from patternctl.costing.terms import find_driver, read_value
from patternctl.model.cost import Costs, Driver, Measure
from patternctl.model.estimate import Estimate

Scale = Literal["log", "linear"]
MOST = 10_000
"""Most points of one sweep: more than a screen shows."""


class Range(NamedTuple):
    """A driver from one value to another, in the units of formulas."""

    driver: str
    title: str
    measure: Measure
    low: float
    high: float


class Reading(NamedTuple):
    """What a design costs at one value of the driver, in the bill's currency a month."""

    infrastructure: Estimate
    floor: Estimate
    unknown: tuple[str, ...]
    """Lines of the infrastructure that have a cost at other values, but none here, each with the
    reason: what ends a curve."""


class Row(NamedTuple):
    """One value of the driver."""

    value: float
    readings: tuple[Reading, ...]
    """For each design, in the order given."""


class Sweep(NamedTuple):
    """What designs cost at all values."""

    rows: tuple[Row, ...]
    left_out: tuple[tuple[str, ...], ...]
    """For each design, lines of the infrastructure without a cost at any value, each with the
    reason: what its sums leave out."""


def parse(text: str, costs: Costs) -> Range:
    """`workload.requests=1/s..100000/s`. Raises `ValueError` with what to write instead."""
    word, equals, ends = text.partition("=")
    low, dots, high = (each.strip() for each in ends.partition(".."))
    if not (equals and word.strip()):
        raise ValueError("should name a driver and a range: workload.requests=1/s..100000/s")
    if not (low and dots and high):
        raise ValueError("should have a start and an end: 1/s..100000/s")
    name, driver = find_driver(costs, word)
    first, last = _measured(name, driver, low), _measured(name, driver, high)
    if first > last:
        raise ValueError(f"starts above its end: write {high}..{low}")
    if first == last:
        raise ValueError("starts where it ends: a range takes two values")
    return Range(name, driver.title, driver.measure, first, last)


def _measured(name: str, driver: Driver, text: str) -> float:
    if ".." in text:
        raise ValueError("should have one start and one end: 1/s..100000/s")
    try:
        return read_value(driver, text).likely
    except ValueError as error:
        raise ValueError(f"{name}: {faults.shown(text)} {error}") from None


def values(over: Range, points: int = 41, scale: Scale = "log") -> tuple[float, ...]:
    """Values from the start to the end, at equal ratios or at equal distances.

    Counts are rounded to whole numbers, and what falls together is told once. Raises
    `ValueError` for a number of points that cannot be, and for a logarithm of zero.
    """
    if not 2 <= points <= MOST:
        raise ValueError(f"points should be from 2 to {MOST:,}")
    low, high = over.low, over.high
    if scale == "log" and low <= 0:
        raise ValueError("a logarithmic scale does not start at zero: start above, or use linear")
    steps = [index / (points - 1) for index in range(1, points - 1)]
    if scale == "log":
        inner = [low * (high / low) ** step for step in steps]
    else:
        inner = [low + (high - low) * step for step in steps]
    grid: Iterable[float] = (low, *inner, high)
    if over.measure == "count":
        grid = map(float, map(round, grid))
    return tuple(dict.fromkeys(grid))


def sweep(designs: Sequence[Design], driver: str, grid: Iterable[float]) -> Sweep:
    """What each design costs at each value of a driver.

    Raises `ValueError` where a design has no cost at any value, with the reason.
    """
    values = [*grid]
    columns = [
        _column(design, [_priced(with_driver(design, driver, value)) for value in values])
        for design in designs
    ]
    rows = zip(*(column for column, _ in columns), strict=True)
    return Sweep(
        tuple(Row(value, readings) for value, readings in zip(values, rows, strict=True)),
        tuple(left_out for _, left_out in columns),
    )


class _Priced(NamedTuple):
    """What a design costs at one value."""

    infrastructure: Estimate
    floor: Estimate
    known: bool
    """Whether any line costs something."""
    unknown: dict[str, str]
    """Why lines have none, by id."""


def _priced(design: Design) -> _Priced:
    made = bill(design)
    machines = [line for line in made.lines if not line.people]
    unknown = {line.id: line.unknown for line in machines if line.cost is None}
    known = any(line.cost is not None and line.cost.high > 0 for line in machines)
    return _Priced(made.infrastructure, made.floor, known, unknown)


def _column(design: Design, priced: Sequence[_Priced]) -> tuple[list[Reading], tuple[str, ...]]:
    """Readings of one design, and what has no cost in any of them."""
    never = {
        name: why
        for name, why in priced[0].unknown.items()
        if all(name in each.unknown for each in priced)
    }
    readings = [
        Reading(each.infrastructure, each.floor, _told(each.unknown, never)) for each in priced
    ]
    if never and not any(each.known for each in priced):
        raise ValueError(f"{design.title} has no cost at any value: {_told(never)[0]}")
    return readings, _told(never)


def _told(unknown: Mapping[str, str], but: Container[str] = ()) -> tuple[str, ...]:
    return tuple(f"{name}: {why}" for name, why in unknown.items() if name not in but)
