"""What has to be paid for: drivers, and bills of materials over them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from patternctl.model import units
from patternctl.model.base import CatalogModel, Id, Items, Text, refusal
from patternctl.model.estimate import Estimate, exactly, read
from patternctl.model.expression import Formula, Name
from patternctl.model.figure import Lines
from patternctl.model.price import Resource, Unit

Measure = Literal["rate", "time", "size", "memory", "share", "count", "number", "money"]
"""What a driver is measured in. In formulas: events per second, seconds, GB (10^9 bytes), GiB,
fractions of 1, whole things, plain numbers, money: assumed in USD, given in that of the prices."""
CURRENCY = "USD"
"""What money is assumed in."""
Role = Literal[
    "compute", "data", "messaging", "network", "observability", "platform", "operations",
    "development",
]  # fmt: skip
PEOPLE: tuple[Role, ...] = ("operations", "development")
"""Roles that are people and no infrastructure."""
Subject = Literal["architecture", "part", "service", "store", "broker", "system", "pattern"]
"""`part` is what others include; `system` is of every declared system."""

CONSTANTS = {
    "hours": exactly(730.0),  # a month of price lists (quantities.md 1.1, Infracost)
    "month": exactly(2_628_000.0),  # the same in seconds
    "million": exactly(1e6),
}
"""What formulas may read without a driver."""


class Driver(CatalogModel):
    """A quantity that costs depend on."""

    title: Text
    """What it is, in a few words."""
    measure: Measure
    """What it is measured in."""
    read: Text | None = None
    """Where a manifest states it: `workload.requests`, or a key of the element or adoption that a
    bill of materials is for: `element.replicas`."""
    formula: Formula | None = None
    """How it follows from others where nobody states it."""
    assume: Any = None
    """What is taken where nobody states it: an amount as people write it (`5ms`), or three, from
    lowest over likeliest to highest. Beside a formula it is for when that lacks something. With
    neither formula nor assumption it stays unknown."""
    grows: Formula | None = None
    """Factor for what fits the load that the manifest states: on a value that it states itself, or
    that is assumed; counts are rounded up. What follows from a formula, and what is given on
    purpose, is left as it is."""
    because: Text | None = None
    """The reason for the formula or the assumption."""
    lines: Lines = ()
    """Where the source document states it."""
    least: Annotated[float, Field(ge=0)] = 0
    """What is absurd below this, in the units of formulas."""
    most: Annotated[float, Field(gt=0)] | None = None
    """What is absurd above this."""

    @model_validator(mode="after")
    def _founded(self) -> Self:
        if (self.formula or self.assume is not None) and not self.because:
            raise refusal("a formula or an assumption needs its reason", "add `because`")
        if self.assume is not None:
            try:
                measured(self.measure, self.assume)
            except ValueError as error:
                raise refusal(f"`assume` {error}", "write it as a manifest would") from None
        return self

    @cached_property
    def assumed(self) -> Estimate:
        """The assumption in the units of formulas. Raises `ValueError` where it is none."""
        return measured(self.measure, self.assume)


class Component(CatalogModel):
    """One thing that is paid for."""

    title: Text
    """What is paid for, in a few words."""
    role: Role
    """What it is to the system, or who is paid."""
    resource: Resource | None = None
    """What it is, as price books name it."""
    price: Formula | None = None
    """USD for one `unit`, in place of a price book's: for people."""
    unit: Literal[Unit, "engineer-month"] | None = None
    """Unit of `price`."""
    quantity: Formula
    """Units a month."""
    because: Text
    """The reason for the quantity."""
    at_most: Formula | None = None
    """Quantity beyond which there is no such thing."""
    beyond: Text | None = None
    """What that means."""

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if (self.resource is None) == (self.price is None):
            raise refusal("a component has either `resource` or `price`", "keep one of them")
        if (self.price is None) != (self.unit is None):
            raise refusal("`unit` goes with `price`", "a resource has the unit of the price book")
        if (self.at_most is None) != (self.beyond is None):
            raise refusal("`at_most` and `beyond` go together", "add the other one")
        return self


class Include(CatalogModel):
    """Other materials that belong to these."""

    id: Id
    """The other materials."""
    times: Formula = "1"
    """How many of them."""
    given: dict[Name, Formula] = {}
    """Drivers of one of them, from those outside."""


class Materials(CatalogModel):
    """A bill of materials: of an architecture, of one kind of element, or what a pattern adds."""

    id: Id
    """Name in kebab-case, equal to the file's stem."""
    of: Subject
    """What it is for."""
    title: Text
    """Its name for readers."""
    because: Text
    """What it stands for."""
    leaves_out: Items[Text] = ()
    """What is paid for as well and is in no component."""
    kinds: Items[Id] = ()
    """Runtimes and kinds of a service, engines, kinds and roles of a store, engines of a broker
    that it is for; without any it is for those of which nothing closer is there."""
    includes: Items[Include] = ()
    """Other materials that belong to it."""
    drivers: dict[Name, Driver] = {}
    """Drivers of its own, over the shared ones."""
    scales: dict[Name, Formula] = {}
    """What a pattern multiplies: factor by shared driver. `share` is that of the services which the
    adopters call, where `element.reached` is the part of its requests that they send."""
    components: dict[Id, Component] = {}
    """What is paid for, by id."""


class Drivers(CatalogModel):
    """`drivers.yaml`: what bills of materials have in common."""

    drivers: dict[Name, Driver]


class Stated(CatalogModel):
    """Monthly costs of one architecture as the source document states them."""

    infrastructure: Any
    operations: Any
    development: Annotated[float, Field(gt=0)]
    """Effort as a multiple of the traditional application's."""
    total: Any
    """Infrastructure and operations."""
    lines: Lines
    agrees: dict[Name, Any] = {}
    """Drivers with which the model comes to the same infrastructure."""
    why: Text
    """What it takes for the figure to be true."""


class Reference(CatalogModel):
    """`reference-costs.yaml`: the source document's own table."""

    currency: Literal["USD"]
    architectures: dict[Id, Stated]


class Costs(NamedTuple):
    """What a catalog knows about costs, apart from prices."""

    drivers: dict[str, Driver]
    materials: dict[str, Materials]


BYTES = {"size": 1e9, "memory": 2.0**30}
"""Bytes in one unit of formulas."""
_PARSERS: dict[str, Callable[[object], float]] = {
    "rate": units.parse_rate,
    "time": units.parse_time,
    "share": units.parse_ratio,
    "size": lambda text: units.parse_bytes(text) / BYTES["size"],
    "memory": lambda text: units.parse_bytes(text) / BYTES["memory"],
}


def measured(measure: Measure, value: object) -> Estimate:
    """One amount, or a list of three, in the units of formulas.

    Raises `ValueError` with what to write instead.
    """
    parse = _PARSERS.get(measure)
    if parse is None:
        return _not_negative(read(value), measure)
    parts = [*value] if isinstance(value, list | tuple) else [value]
    return _not_negative(read([*map(parse, parts)] * (3 if len(parts) == 1 else 1)), measure)


def _not_negative(value: Estimate, measure: Measure) -> Estimate:
    if value.low < 0:
        raise ValueError("should not be negative")
    if measure == "count" and any(each != int(each) for each in value):
        raise ValueError("should be a whole number")
    return value
