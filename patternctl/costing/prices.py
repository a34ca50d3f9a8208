"""A price book with what somebody agreed on over it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from patternctl.model.cost import BYTES
from patternctl.model.estimate import Estimate, exactly
from patternctl.model.expression import Algebra, V
from patternctl.model.price import SIZES, Override, Price, PriceBook

_GIGABYTES = {"decimal": 1e9, "binary": 2.0**30}
"""Bytes in a GB of a price list."""


class Agreed(NamedTuple):
    """What is paid for one resource, and since when."""

    unit: str
    per: float
    price: Estimate | None
    """None where there are tiers."""
    tiers: Sequence[tuple[float, float]]
    """(limit, price), ascending."""
    discount: float
    """Share off."""
    date: date | None
    listed: Price | None
    """What the book says; None where it says nothing."""
    own: Override | None
    """What was agreed over it; None where the list price is paid."""
    scale: float = 1.0
    """Units of the list in one unit of formulas."""


class Prices:
    """Prices by resource."""

    def __init__(
        self,
        book: PriceBook,
        overrides: dict[str, Override] | None = None,
        discounts: dict[str, float] | None = None,
    ) -> None:
        """`discounts` are shares off by resource, with `*` for all others."""
        self.book = book
        self._overrides = overrides or {}
        self._discounts = discounts or {}
        self._found: dict[str, Agreed | None] = {}
        self._gigabyte = BYTES["size"] / _GIGABYTES[book.gigabyte]

    def find(self, resource: str) -> Agreed | None:
        """What a resource costs; None where there is no price."""
        if resource not in self._found:
            self._found[resource] = self._agreed(resource)
        return self._found[resource]

    def _agreed(self, resource: str) -> Agreed | None:
        listed, own = self.book.prices.get(resource), self._overrides.get(resource)
        found: Price | Override | None = own or listed
        if found is None:
            return None
        tiers = [(tier.up_to or float("inf"), tier.price) for tier in found.tiers]
        price = found.price
        if isinstance(found, Price) and found.included_in:
            price = Estimate(0.0, 0.0, 0.0)
        off = self._discounts.get(resource, self._discounts.get("*", 0.0))
        scale = self._gigabyte if found.unit in SIZES else 1.0
        return Agreed(found.unit, found.per, price, tiers, off, found.date, listed, own, scale)

    def get(self, resource: str) -> Agreed:
        """As `find`, of what has a price."""
        found = self.find(resource)
        if found is None:
            raise KeyError(resource)
        return found


def billed(agreed: Agreed | None, quantity: V, algebra: Algebra[V]) -> V:
    """A quantity of formulas as the price list counts it: its GB may be 2^30 bytes."""
    if agreed is None or agreed.scale == 1:
        return quantity
    return algebra.multiply(quantity, algebra.of(exactly(agreed.scale), ("", "")))


def cost(agreed: Agreed, quantity: V, algebra: Algebra[V], resource: str) -> V:
    """What a quantity, as the price list counts it, costs a month in the book's currency."""
    factor = (1 - agreed.discount) / agreed.per
    if agreed.price is not None:
        listed = algebra.multiply(quantity, algebra.of(agreed.price, ("price", resource)))
    else:
        listed = algebra.tiered(quantity, agreed.tiers)
    return algebra.multiply(listed, algebra.of(exactly(factor), ("", "")))
