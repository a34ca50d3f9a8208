"""At which volumes the order of two designs by cost changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from patternctl.costing.bill import Design, reckoned, with_driver
from patternctl.model.cost import PEOPLE
from patternctl.model.estimate import Intervals

How = Literal["exact", "bisected", "step"]
POINTS = 101
"""Volumes that are compared first."""
PRECISION = 1e-6
"""Width of a bisected interval, relative to the volume."""
_SEEN = 1e-3
"""Relative width over which a curve cannot be taken for a straight line."""
_SAME = 1e-9
"""Relative difference that rounding errors make."""


class Crossing(NamedTuple):
    """A volume at which another design becomes the cheaper one."""

    volume: float
    """In the units of formulas."""
    before: tuple[float, float]
    """Infrastructure cost of the one and the other just below."""
    after: tuple[float, float]
    """And from there on."""
    how: How
    """`exact`: both are straight lines there; `bisected`: within a millionth of the volume;
    `step`: one of them jumps past the other there, found by bisection."""
    cheaper: Literal["one", "other"]
    """Which one is cheaper beyond, at once or after a stretch where both cost the same."""


class Gap(NamedTuple):
    """Volumes at which one of the costs is not known."""

    low: float
    high: float
    why: str


class Crossings(NamedTuple):
    """Where the order of two designs changes, as far as both costs are known."""

    found: tuple[Crossing, ...]
    gaps: tuple[Gap, ...]
    left_out: tuple[str, ...] = ()
    """Lines without a cost at any volume, each with the reason: costs leave them out."""


class _Pair(NamedTuple):
    """Both costs at a volume."""

    volume: float
    one: float
    other: float
    unknown: str = ""

    @property
    def sign(self) -> int:
        """-1 where the one is cheaper, 1 where the other is, 0 where they cost the same."""
        if abs(self.one - self.other) <= _SAME * max(self.one, self.other):
            return 0
        return -1 if self.one < self.other else 1

    @property
    def costs(self) -> tuple[float, float]:
        return self.one, self.other


_At = Callable[[float], _Pair]


def crossings(
    one: Curve,
    other: Curve,
    low: float = 1.0,
    high: float = 100_000.0,
    points: int = POINTS,
    *,
    whole: bool = False,
) -> Crossings:
    """Volumes from `low` to `high` at which the order of the likely infrastructure costs changes.

    Costs are compared at `points` volumes at equal ratios; between two that differ in order the
    place is interpolated where both designs are straight lines, and else bisected until they are
    or the interval is narrow enough. Two changes between neighbours are not seen. Lines without a
    cost at any volume are left out and named; volumes at which another line has none are not
    compared, they are gaps. The units of `low` and `high` are those of formulas: requests are a
    second's. Where only `whole` volumes can be, only these are compared.

    Raises `ValueError` for a range that cannot be, and where no volume has both costs.
    """
    if not 0 < low < high < float("inf") or points < 2:
        raise ValueError("a range goes from above zero to a larger volume, over two points or more")
    ratio = (high / low) ** (1 / (points - 1))
    volumes = [*(low * ratio**index for index in range(points - 1)), high]
    if whole:
        volumes = [*dict.fromkeys(float(round(volume)) for volume in volumes)]
    left_out = {**one.never(volumes), **other.never(volumes)}
    at = _compared(one, other, left_out)
    grid = [at(volume) for volume in volumes]
    if all(pair.unknown for pair in grid):
        raise ValueError(f"no volume has both costs: {grid[0].unknown}")
    changes = [*_changes(grid, at, whole=whole)]
    gaps = sorted([*_gaps(grid), *(each for each in changes if isinstance(each, Gap))])
    return Crossings(
        tuple(each for each in changes if isinstance(each, Crossing)),
        tuple(gaps),
        tuple(f"{name}: {why}" for name, why in left_out.items()),
    )


class Curve:
    """What one design likely costs at volumes of a driver, each reckoned once."""

    def __init__(self, design: Design, driver: str = "requests") -> None:
        self.design = design
        self._driver = driver
        self._known: dict[float, list[tuple[str, float | None, str]]] = {}

    def at(self, volume: float, leave_out: Collection[str] = ()) -> tuple[float, str]:
        """Infrastructure cost at a volume, in the units of formulas, and why it is not known."""
        total = 0.0
        for name, cost, unknown in self._lines(volume):
            if cost is not None:
                total += cost
            elif name not in leave_out:
                return 0.0, f"{name}: {unknown}"
        return total, ""

    def never(self, volumes: Sequence[float]) -> dict[str, str]:
        """Lines without a cost at any of these volumes, with the reason.

        Raises `ValueError` where no other line costs anything.
        """
        found: dict[str, str] = {}
        for number, volume in enumerate(volumes):
            lines = self._lines(volume)
            lacking = {name: why for name, cost, why in lines if cost is None}
            if number == 0:
                found = lacking
            found = {name: why for name, why in found.items() if name in lacking}
            if not found:
                return {}
        if not any(cost for volume in volumes for _, cost, _ in self._lines(volume)):
            name, why = next(iter(found.items()))
            raise ValueError(f"{self.design.title} has no cost at any volume: {name}: {why}")
        return found

    def _lines(self, volume: float) -> list[tuple[str, float | None, str]]:
        """Lines of the infrastructure at a volume: likely costs, or why they are not known."""
        if volume not in self._known:
            design = with_driver(self.design, self._driver, volume)
            self._known[volume] = [
                (part.id, cost and cost.likely, unknown)
                for part, cost, unknown in reckoned(design, Intervals())
                if part.component.role not in PEOPLE
            ]
        return self._known[volume]


def _compared(one: Curve, other: Curve, leave_out: Collection[str]) -> _At:
    def at(volume: float) -> _Pair:
        (first, why), (second, reason) = one.at(volume, leave_out), other.at(volume, leave_out)
        return _Pair(volume, first, second, why or reason)

    return at


def _changes(grid: list[_Pair], at: _At, *, whole: bool) -> Iterator[Crossing | Gap]:
    before: _Pair | None = None
    for pair in grid:
        if pair.unknown:
            before = None
        elif pair.sign:
            if before is not None and before.sign != pair.sign:
                between = _between_whole if whole else _between
                yield between(before, pair, at)
            before = pair


def _between(low: _Pair, high: _Pair, at: _At) -> Crossing | Gap:
    """The place where the order of `low` ends; a gap where costs are not known in between."""
    end = high
    while high.volume - low.volume > PRECISION * low.volume:
        if _straight(low, high, at):
            pair = at(_root(low, high))
            return _crossing(pair, pair, end, "exact")
        middle = at((low.volume + high.volume) / 2)
        if middle.unknown:
            return Gap(low.volume, high.volume, middle.unknown)
        low, high = (middle, high) if middle.sign == low.sign else (low, middle)
    jump = abs(high.one - low.one) + abs(high.other - low.other)
    how: How = "step" if jump > 1e-4 * max(low.costs) else "bisected"
    return _crossing(low, high, end, how)


def _between_whole(low: _Pair, high: _Pair, at: _At) -> Crossing | Gap:
    """The same over whole volumes: the first one at which the order is another."""
    end = high
    while high.volume - low.volume > 1:
        middle = at(float((low.volume + high.volume) // 2))
        if middle.unknown:
            return Gap(low.volume, high.volume, middle.unknown)
        low, high = (middle, high) if middle.sign == low.sign else (low, middle)
    return _crossing(low, high, end, "step")


def _crossing(low: _Pair, high: _Pair, end: _Pair, how: How) -> Crossing:
    return Crossing(high.volume, low.costs, high.costs, how, "one" if end.sign < 0 else "other")


def _straight(low: _Pair, high: _Pair, at: _At) -> bool:
    """Whether both costs are straight lines: at quarters, and where these would cross."""
    if high.volume - low.volume < _SEEN * low.volume:
        return False
    quarters = [low.volume + (high.volume - low.volume) * part for part in (0.5, 0.25, 0.75)]
    return all(_on_line(low, high, at(volume)) for volume in (*quarters, _root(low, high)))


def _on_line(low: _Pair, high: _Pair, pair: _Pair) -> bool:
    part = (pair.volume - low.volume) / (high.volume - low.volume)
    return not pair.unknown and all(
        abs(first + (last - first) * part - there) <= _SAME * max(abs(there), 1e-9)
        for first, last, there in zip(low.costs, high.costs, pair.costs, strict=True)
    )


def _root(low: _Pair, high: _Pair) -> float:
    below, above = low.one - low.other, high.one - high.other
    return low.volume + (high.volume - low.volume) * below / (below - above)


def _gaps(grid: list[_Pair]) -> Iterator[Gap]:
    for why, group in groupby(grid, key=lambda pair: pair.unknown):
        pairs = [*group]
        if why:
            yield Gap(pairs[0].volume, pairs[-1].volume, why)
