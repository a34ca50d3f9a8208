"""What one unit of a resource costs, by whose price list, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, StringConstraints, model_validator

from patternctl.model.base import CatalogModel, Id, Items, Text, refusal
from patternctl.model.estimate import Amount, Estimate

ServiceCategory = Literal[
    "AI and Machine Learning",
    "Analytics",
    "Business Applications",
    "Compute",
    "Databases",
    "Developer Tools",
    "Identity",
    "Integration",
    "Internet of Things",
    "Management and Governance",
    "Media",
    "Migration",
    "Mobile",
    "Multicloud",
    "Networking",
    "Security",
    "Storage",
    "Web",
    "Other",
]
"""Categories of FinOps FOCUS 1.2, column ServiceCategory."""
Unit = Literal[
    "hour",
    "vCPU-hour",
    "GB-hour",
    "GB-month",
    "GB",
    "GB-second",
    "request",
    "message",
    "unit",
    "transition",
    "month",
]
"""What quantities are counted in; a month is 730 hours."""
SIZES: tuple[Unit, ...] = ("GB", "GB-month")
"""Units of stored and moved data."""
Resource = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$")]
"""What is paid for, the same word for every provider: `container.vcpu`."""
Day = Annotated[date, Strict(strict=False)]


class Source(CatalogModel):
    """Where prices were read."""

    title: Text
    """What it is called."""
    url: Annotated[str, StringConstraints(pattern=r"^https://")] | None = None
    """Where it is in the web."""


class Tier(CatalogModel):
    """A price that holds for a part of the quantity."""

    up_to: Annotated[float, Field(gt=0)] | None = None
    """Quantity at which the next tier begins; none for the last one."""
    price: Annotated[float, Field(ge=0)]
    """The price within it."""


class Price(CatalogModel):
    """The list price of one resource."""

    service: Text
    """The provider's name of the service."""
    category: ServiceCategory
    """What FinOps FOCUS calls its kind."""
    sku: Text
    """What the price list calls it, with the size that was chosen."""
    unit: Unit
    """What one of `per` is."""
    per: Annotated[float, Field(gt=0)] = 1
    """Units that the price is for: 1000000 where it is per million."""
    price: Amount | None = None
    """The same for every unit."""
    tiers: Items[Tier] = ()
    """Prices that change with the quantity of a month."""
    included_in: Resource | None = None
    """The resource whose price covers this one already."""
    source: Id
    """One of the book's sources."""
    date: Day
    """Day at which the price was in force."""
    note: Text | None = None
    """What has to be known about it."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.price is not None, bool(self.tiers), self.included_in is not None]
        if sum(ways) != 1:
            raise refusal("a price has one of `price`, `tiers` and `included_in`", "keep one")
        _sound(self.price, self.tiers)
        return self


class PriceBook(CatalogModel):
    """Prices of one provider in one region."""

    id: Id
    """Name in kebab-case, equal to the file's stem."""
    title: Text
    """Its name for readers."""
    provider: Text
    """Whose prices they are."""
    region: Text
    """The provider's name of the region."""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    """ISO 4217 code."""
    gigabyte: Literal["decimal", "binary"] = "decimal"
    """What a GB of stored or moved data is in this list: 10^9 or 2^30 bytes."""
    sources: dict[Id, Source]
    """Where prices were read, by id."""
    prices: dict[Resource, Price]
    """Prices by resource."""


class Overrides(CatalogModel):
    """Prices of one's own over those of a book."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    """ISO 4217 code; that of the book."""
    prices: dict[Resource, Override] = {}
    """What is paid, by resource."""
    discounts: dict[Resource | Literal["*"], Annotated[str, StringConstraints(max_length=20)]] = {}
    """Share off the price by resource, or of everything else with `*`: `12%`."""


class Override(CatalogModel):
    """A price that was agreed."""

    unit: Unit
    per: Annotated[float, Field(gt=0)] = 1
    price: Amount | None = None
    tiers: Items[Tier] = ()
    date: Day | None = None
    note: Text | None = None

    _one_way = model_validator(mode="after")(lambda self: _priced(self))


def _priced(override: Override) -> Override:
    if (override.price is None) != bool(override.tiers):
        raise refusal("a price has either `price` or `tiers`", "keep one")
    _sound(override.price, override.tiers)
    return override


def _sound(price: Estimate | None, tiers: Sequence[Tier]) -> None:
    """Raises the refusal of a negative price and of tiers that do not cover every quantity once."""
    if price is not None and price.low < 0:
        raise refusal("a price is not negative", "write what is paid for one unit")
    limits = [tier.up_to for tier in tiers]
    known = [limit for limit in limits if limit is not None]
    if tiers and (limits[-1] is not None or len(known) != len(limits) - 1):
        raise refusal("the last tier, and no other, is without `up_to`", "give its limit")
    if known != sorted(set(known)):
        raise refusal("tiers ascend", "order them by `up_to`")
