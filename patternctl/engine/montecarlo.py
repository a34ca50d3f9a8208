"""How far a cost spreads: many draws of everything that is uncertain, reckoned at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from patternctl.costing.bill import Design, reckoned
from patternctl.errors import Problem, UsageError
from patternctl.model.cost import PEOPLE, Costs
from patternctl.model.estimate import Estimate, Intervals, exactly

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]

Key = tuple[str, str]
"""Materials and driver, or `price` and resource."""
MOST = 1_000_000
"""Draws beyond which memory, not doubt, is the limit."""
_STEPS = 4096
"""Steps of a distribution function."""


class Cause(NamedTuple):
    """Something uncertain that a spread comes from."""

    key: Key
    title: str
    share: float
    """Of the variance; those of one spread add up to 1."""


class Spread(NamedTuple):
    """Where an amount lies."""

    p10: float
    p50: float
    p90: float
    mean: float
    causes: tuple[Cause, ...]
    """The largest first; none where nothing is uncertain."""


class Simulation(NamedTuple):
    """What one design costs a month, in the bill's currency, in many draws."""

    draws: int
    seed: int
    infrastructure: Spread
    people: Spread
    total: Spread
    unknown: tuple[str, ...]
    """Lines without a cost: what all of it leaves out."""


def simulate(design: Design, draws: int = 10_000, seed: int = 0) -> Simulation:
    """Spread of the costs of a design where all that is uncertain is drawn `draws` times.

    Every uncertain driver and price is drawn from the PERT distribution of its lowest, likeliest
    and highest value, independent of the others: a beta distribution between the ends whose mean
    is (lowest + 4 likeliest + highest) / 6. It is drawn once for the whole design: an assumption
    that holds for many services is right or wrong for all of them, so that errors do not average
    out. Values depend on the seed and the driver only, not on what else is drawn.

    Source: Malcolm, Roseboom, Clark, Fazar, Application of a Technique for Research and
    Development Program Evaluation, Operations Research 7(5), 1959; Clark, The PERT Model for the
    Distribution of an Activity Time, Operations Research 10(3), 1962.

    Raises `ValueError` for a number of draws that cannot be, `UsageError` without numpy or memory.
    """
    if not 1 <= draws <= MOST:
        raise ValueError(f"draws should be from 1 to {MOST:,}")
    try:
        return _simulated(design, draws, seed)
    except MemoryError:
        hint = "take fewer draws: 10,000 tell percentiles to about one in a hundred"
        raise UsageError(
            Problem(f"{draws:,} draws need more memory than there is", hint=hint)
        ) from None


def _simulated(design: Design, draws: int, seed: int) -> Simulation:
    algebra = _Draws(draws, seed)
    sums = {True: algebra.of(exactly(0.0), ("", "0")), False: algebra.of(exactly(0.0), ("", "0"))}
    unknown = []
    for part, cost, _ in reckoned(design, algebra):
        people = part.component.role in PEOPLE
        if cost is None:
            unknown.append(part.id)
        else:
            sums[people] = algebra.add(sums[people], cost)
    titles = _titles(design.terms.costs)
    infrastructure, people_, total = (
        algebra.spread(amount, titles)
        for amount in (sums[False], sums[True], algebra.add(sums[False], sums[True]))
    )
    return Simulation(draws, seed, infrastructure, people_, total, tuple(unknown))


def _titles(costs: Costs) -> Mapping[Key, str]:
    shared = {("", name): driver.title for name, driver in costs.drivers.items()}
    own = {
        (materials.id, name): driver.title
        for materials in costs.materials.values()
        for name, driver in materials.drivers.items()
    }
    return {**own, **shared}


class _Drawn(NamedTuple):
    """An amount in all draws."""

    bounds: Estimate
    values: Any
    """One for each draw, or a single number where nothing about it is uncertain."""


class _Draws:
    """Arithmetic on draws, which also keeps their bounds.

    Whatever is decided while reckoning (a limit exceeded, a divisor that may be zero) is decided
    by the bounds, and so the same way as for the bill.
    """

    def __init__(self, draws: int, seed: int) -> None:
        self._numpy = _numpy()
        self._draws = draws
        self._seed = seed
        self._chances: dict[Key, Array] = {}
        self._drawn: dict[tuple[Key, Estimate], Array] = {}
        self._orders: dict[Key, Array] = {}

    def of(self, value: Estimate, key: Key) -> _Drawn:
        if value.exact:
            return _Drawn(value, value.likely)
        if (key, value) not in self._drawn:
            self._drawn[key, value] = self._pert(value, self._chance(key))
        return _Drawn(value, self._drawn[key, value])

    def add(self, one: _Drawn, other: _Drawn) -> _Drawn:
        bounds = Intervals.add(one.bounds, other.bounds)
        return _applied(bounds, lambda a, b: a + b, one, other)

    def subtract(self, one: _Drawn, other: _Drawn) -> _Drawn:
        bounds = Intervals.subtract(one.bounds, other.bounds)
        return _applied(bounds, lambda a, b: a - b, one, other)

    def multiply(self, one: _Drawn, other: _Drawn) -> _Drawn:
        bounds = Intervals.multiply(one.bounds, other.bounds)
        return _applied(bounds, lambda a, b: a * b, one, other)

    def divide(self, one: _Drawn, other: _Drawn) -> _Drawn:
        bounds = Intervals.divide(one.bounds, other.bounds)
        return _applied(bounds, lambda a, b: a * (1 / b), one, other)

    def minimum(self, *all: _Drawn) -> _Drawn:  # noqa: A002
        bounds = Intervals.minimum(*(each.bounds for each in all))
        return _applied(bounds, lambda *each: reduce(self._numpy.minimum, each), *all)

    def maximum(self, *all: _Drawn) -> _Drawn:  # noqa: A002
        bounds = Intervals.maximum(*(each.bounds for each in all))
        return _applied(bounds, lambda *each: reduce(self._numpy.maximum, each), *all)

    def ceil(self, value: _Drawn) -> _Drawn:
        bounds = Intervals.ceil(value.bounds)
        return _applied(bounds, lambda a: self._numpy.ceil(a - 1e-9), value)

    def tiered(self, quantity: _Drawn, tiers: Sequence[tuple[float, float]]) -> _Drawn:
        bounds = Intervals.tiered(quantity.bounds, tiers)
        return _applied(bounds, lambda a: self._tiered(a, tiers), quantity)

    def share(self, amount: _Drawn, part: _Drawn, whole: _Drawn) -> _Drawn:
        bounds = Intervals.share(amount.bounds, part.bounds, whole.bounds)
        return _applied(bounds, self._share, amount, part, whole)

    @staticmethod
    def vanishes(value: _Drawn) -> bool:
        return Intervals.vanishes(value.bounds)

    @staticmethod
    def exceeds(value: _Drawn, limit: _Drawn) -> bool:
        return Intervals.exceeds(value.bounds, limit.bounds)

    def spread(self, amount: _Drawn, titles: Mapping[Key, str]) -> Spread:
        """Where an amount lies, and what makes it uncertain."""
        if isinstance(amount.values, float):
            known = amount.values
            return Spread(known, known, known, known, ())
        p10, p50, p90 = map(float, self._numpy.quantile(amount.values, (0.1, 0.5, 0.9)))
        causes = tuple(
            Cause(key, titles.get(key) or f"Price of {key[1]}", share)
            for key, share in self._shares(amount.values)
        )
        return Spread(p10, p50, p90, float(amount.values.mean()), causes)

    def _shares(self, values: Array) -> Iterator[tuple[Key, float]]:
        """What part of the variance comes from each input, the largest first.

        Formula: squares of Spearman's rank correlations, divided by their sum. What chance alone
        brings about (below three standard errors, 3 / sqrt(draws)) counts as none.
        Source: Oracle Crystal Ball User's Guide, sensitivity chart, "contribution to variance".
        It is an approximation where inputs act together or not monotonically.
        """
        ranks = self._ranks(values)
        squares = {
            key: self._correlation(self._order(key), ranks) ** 2 for key in sorted(self._chances)
        }
        felt = {key: each for key, each in squares.items() if each * len(values) > 9}
        whole = sum(felt.values())
        for key, square in sorted(felt.items(), key=lambda item: (-item[1], item[0])):
            yield key, square / whole

    def _order(self, key: Key) -> Array:
        """Ranks of an input."""
        if key not in self._orders:
            self._orders[key] = self._ranks(self._chances[key])
        return self._orders[key]

    def _ranks(self, values: Array) -> Array:
        """Ranks, with the mean of theirs for equal ones, less the mean of all."""
        numpy = self._numpy
        order = numpy.argsort(values)
        ascending = values[order]
        starts = numpy.flatnonzero(numpy.r_[True, ascending[1:] != ascending[:-1]])
        counts = numpy.diff(numpy.r_[starts, len(values)])
        ranks: Array = numpy.empty(len(values))
        ranks[order] = numpy.repeat(starts + (counts - 1) / 2, counts)
        return ranks - (len(values) - 1) / 2

    @staticmethod
    def _correlation(one: Array, other: Array) -> float:
        # Sums of products rather than `@`: the threads of a linear algebra library wait for cores.
        norm = float((one * one).sum() * (other * other).sum()) ** 0.5
        return float((one * other).sum()) / norm if norm else 0.0

    def _chance(self, key: Key) -> Array:
        """Uniform numbers from 0 to 1 that are always the same for a key."""
        if key not in self._chances:
            words = sha256("\0".join((str(self._seed), *key)).encode()).digest()
            source = self._numpy.random.default_rng(int.from_bytes(words, "big"))
            self._chances[key] = source.random(self._draws)
        return self._chances[key]

    def _pert(self, value: Estimate, chance: Array) -> Array:
        """The quantile function of the PERT distribution.

        Formula: beta distribution on [low, high] with alpha = 1 + 4 (likely - low) / (high - low)
        and alpha + beta = 6. Its distribution function is added up in steps and read backwards,
        into a table that is faster to look up than the function.
        """
        numpy = self._numpy
        low, likely, high = value
        mode = (likely - low) / (high - low)
        steps = numpy.linspace(0.0, 1.0, _STEPS + 1)
        density = steps ** (4 * mode) * (1 - steps) ** (4 - 4 * mode)
        below = numpy.r_[0.0, numpy.cumsum(density[1:] + density[:-1])]
        table = low + (high - low) * numpy.interp(steps, below / below[-1], steps)
        index = (chance * _STEPS).astype(int)
        drawn = table[index] + (table[index + 1] - table[index]) * (chance * _STEPS - index)
        inside: Array = numpy.clip(drawn, low, high)
        return inside

    def _tiered(self, quantity: Array, tiers: Sequence[tuple[float, float]]) -> Any:
        cost: Any = 0.0
        below = 0.0
        for limit, price in tiers:
            inside = self._numpy.minimum(quantity, limit) - below
            cost = cost + self._numpy.maximum(0.0, inside) * price
            below = limit
        return cost

    def _share(self, amount: Any, part: Any, whole: Any) -> Any:
        numpy = self._numpy
        with numpy.errstate(divide="ignore", invalid="ignore"):
            return numpy.where(whole != 0, numpy.divide(amount * part, whole), 0.0)


def _applied(bounds: Estimate, operation: Callable[..., Any], *operands: _Drawn) -> _Drawn:
    if all(each.bounds.exact for each in operands):
        return _Drawn(bounds, bounds.likely)
    return _Drawn(bounds, operation(*(each.values for each in operands)))


def _numpy() -> Any:
    try:
        import numpy
    except ImportError:
        raise UsageError(
            Problem("a simulation needs numpy", hint='run: pip install "patternctl[simulate]"')
        ) from None
    return numpy
