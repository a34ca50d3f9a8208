"""What something costs a month, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from patternctl.model.cost import PEOPLE, Measure, Role
from patternctl.model.estimate import ZERO, Estimate, Intervals

Origin = Literal["flag", "file", "asked", "manifest", "assumed", "derived", "included"]
"""Where the value of a driver comes from."""


class Given(NamedTuple):
    """The value of a driver that somebody states."""

    value: Estimate
    origin: Origin
    place: str = ""
    """Where exactly: `architecture.yaml:7:16`, `--set`."""


class Assumption(NamedTuple):
    """The value of a driver that nobody states."""

    id: str
    """`materials/driver`, or the name of a shared driver."""
    title: str
    value: Estimate
    measure: Measure
    because: str


class Line(NamedTuple):
    """One thing that is paid for."""

    id: str
    """Element or materials, and component: `services.orders/cpu`."""
    title: str
    role: Role
    resource: str
    """As price books name it; empty for people."""
    unit: str
    quantity: Estimate | None
    """Units a month; None where it is not known."""
    cost: Estimate | None
    """In the bill's currency a month; None where it is not known."""
    floor: Estimate | None
    """The part of it that is paid without a single request."""
    unknown: str = ""
    """What keeps it from having a cost: what it depends on, or that there is no price."""
    lacks: tuple[str, ...] = ()
    """Drivers that nobody states, without which it has no quantity."""

    @property
    def people(self) -> bool:
        """Whether it is people's work and no infrastructure."""
        return self.role in PEOPLE


class Bill(NamedTuple):
    """What one design costs a month."""

    name: str
    title: str
    currency: str
    book: str
    """Id of the price book."""
    lines: tuple[Line, ...]
    assumptions: tuple[Assumption, ...]
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """What is paid for as well and is in no line, each once."""
    unread: tuple[str, ...] = ()
    """Drivers that were given a value on purpose, and that no line reads."""

    @property
    def infrastructure(self) -> Estimate:
        """Sum of what is known of machines and services: of a line without a cost its floor."""
        return total(line.cost or line.floor for line in self.lines if not line.people)

    @property
    def people(self) -> Estimate:
        """Sum of what is known of people's work."""
        return total(line.cost for line in self.lines if line.people)

    @property
    def floor(self) -> Estimate:
        """What infrastructure costs without a single request."""
        return total(line.floor for line in self.lines if not line.people)

    @property
    def per_request(self) -> Estimate:
        """What requests add to the floor of the infrastructure."""
        return total(
            Estimate(*(cost - floor for cost, floor in zip(line.cost, line.floor, strict=True)))
            for line in self.lines
            if not line.people and line.cost is not None and line.floor is not None
        )

    @property
    def unknown(self) -> tuple[Line, ...]:
        """Lines without a cost: what totals leave out."""
        return tuple(line for line in self.lines if line.cost is None)


def total(amounts: Iterable[Estimate | None]) -> Estimate:
    """Sum of the known ones."""
    result = ZERO
    for amount in amounts:
        if amount is not None:
            result = Intervals.add(result, amount)
    return result
