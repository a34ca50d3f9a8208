"""Amounts that are known within bounds, and arithmetic on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema


class Estimate(NamedTuple):
    """An amount from lowest to highest, with the likeliest between them."""

    low: float
    likely: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether nothing about it is uncertain."""
        return self.low == self.high


ZERO = Estimate(0.0, 0.0, 0.0)


def exactly(value: float) -> Estimate:
    """An amount that is known."""
    return Estimate(value, value, value)


class Intervals:
    """Interval arithmetic: bounds of a result hold whatever the inputs are within theirs.

    An input that occurs twice in an expression is taken for two, so that bounds may be wider than
    need be, never too narrow. `likely` is the result of the likeliest inputs.
    """

    @staticmethod
    def of(value: Estimate, key: tuple[str, str]) -> Estimate:  # noqa: ARG004
        """An input; `key` says which, for algebras that draw one value for each."""
        return value

    @staticmethod
    def add(one: Estimate, other: Estimate) -> Estimate:
        return Estimate(one.low + other.low, one.likely + other.likely, one.high + other.high)

    @staticmethod
    def subtract(one: Estimate, other: Estimate) -> Estimate:
        return Estimate(one.low - other.high, one.likely - other.likely, one.high - other.low)

    @staticmethod
    def multiply(one: Estimate, other: Estimate) -> Estimate:
        likely = one.likely * other.likely
        if one.low >= 0 and other.low >= 0:
            return Estimate(one.low * other.low, likely, one.high * other.high)
        ends = [a * b for a in (one.low, one.high) for b in (other.low, other.high)]
        return Estimate(min(ends), likely, max(ends))

    @staticmethod
    def divide(one: Estimate, other: Estimate) -> Estimate:
        """Raises `ZeroDivisionError` where the divisor may be zero."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError
        inverse = Estimate(1 / other.high, 1 / other.likely, 1 / other.low)
        return Intervals.multiply(one, inverse)

    @staticmethod
    def minimum(*all: Estimate) -> Estimate:  # noqa: A002
        return Estimate(*(min(each) for each in zip(*all, strict=True)))

    @staticmethod
    def maximum(*all: Estimate) -> Estimate:  # noqa: A002
        return Estimate(*(max(each) for each in zip(*all, strict=True)))

    @staticmethod
    def ceil(value: Estimate) -> Estimate:
        """Up to the next whole number; what exceeds one by rounding errors only does not count.

        Raises `OverflowError` for what has no end.
        """
        return Estimate(*(float(math.ceil(each - 1e-9)) for each in value))

    @staticmethod
    def tiered(quantity: Estimate, tiers: Sequence[tuple[float, float]]) -> Estimate:
        """Cost of a quantity of which each part has its price: (limit, price) ascending."""
        return Estimate(*(_tiered(each, tiers) for each in quantity))

    @staticmethod
    def share(amount: Estimate, part: Estimate, whole: Estimate) -> Estimate:
        """What `part` of `whole` has of an amount that belongs to `whole`.

        The average price of all falls or rises with their quantity: a part has at least its lowest
        quantity at the lowest average, at most its highest at the highest.
        """
        if part == whole:
            return amount
        pairs = zip(amount, whole, strict=True)
        average = [one / other for one, other in pairs if other] or [0.0]
        likely = amount.likely * part.likely / whole.likely if whole.likely else 0.0
        return Estimate(
            min(part.low * min(average), likely), likely, max(part.high * max(average), likely)
        )

    @staticmethod
    def vanishes(value: Estimate) -> bool:
        """Whether it is nothing for certain."""
        return value == ZERO

    @staticmethod
    def exceeds(value: Estimate, limit: Estimate) -> bool:
        """Whether it is likely to."""
        return value.likely > limit.likely


def _tiered(quantity: float, tiers: Sequence[tuple[float, float]]) -> float:
    cost = below = 0.0
    for limit, price in tiers:
        cost += max(0.0, min(quantity, limit) - below) * price
        below = limit
    return cost


def read(value: object) -> Estimate:
    """A number, or three of them from lowest to highest. Raises `ValueError` for anything else."""
    numbers: list[Any] = [*value] if isinstance(value, list | tuple) else [value] * 3
    if len(numbers) == 3 and all(map(_is_number, numbers)) and numbers == sorted(numbers):
        return Estimate(*map(float, numbers))
    raise ValueError("should be a number, or three of them: [lowest, likeliest, highest]")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _plain(value: Estimate) -> Any:
    return value.likely if value.exact else [*value]


_SCHEMA = {
    "type": ["number", "array"],
    "items": {"type": "number"},
    "minItems": 3,
    "maxItems": 3,
}
Amount = Annotated[
    Estimate,
    PlainValidator(read),
    PlainSerializer(_plain, return_type=Any),
    WithJsonSchema(_SCHEMA),
]
"""An `Estimate` as files write it: a number, or `[lowest, likeliest, highest]`."""
