"""From parts and prices to a bill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Generic, NamedTuple

from patternctl.costing import prices as pricing
from patternctl.costing.parts import Collect, Part, Stated, of_architecture, of_design, root
from patternctl.costing.prices import Prices
from patternctl.costing.scope import Context, Unknown
from patternctl.model.bill import Bill, Given, Line
from patternctl.model.cost import CURRENCY, Costs
from patternctl.model.estimate import Estimate, Intervals, exactly
from patternctl.model.expression import Algebra, V, parse

_EXACT = Intervals()


class Terms(NamedTuple):
    """What bills are reckoned with."""

    costs: Costs
    prices: Prices
    stated: Stated
    flags: Mapping[str, Given]
    """Values of drivers that were given on purpose."""


class Design(NamedTuple):
    """Something that can be priced."""

    name: str
    """Id of an architecture, or the manifest as it was named."""
    title: str
    collect: Collect
    terms: Terms


def architecture(name: str, terms: Terms) -> Design:
    """An architecture of the catalog, for the workload that `terms` state."""
    materials = terms.costs.materials[name]
    return Design(name, materials.title, partial(of_architecture, name, terms.costs), terms)


def declared(terms: Terms) -> Design:
    """The system that a manifest declares. Raises `ValueError` without one."""
    system = terms.stated.system
    if system is None:
        raise ValueError("there is no manifest")
    collect = partial(of_design, terms.costs, terms.stated)
    return Design(system.name, system.architecture.system, collect, terms)


def bill(design: Design) -> Bill:
    """What a design costs a month."""
    name, title, collect, terms = design
    context = context_of(terms, _EXACT)
    parts = [*collect(root(context, terms.costs, terms.stated))]
    costs = priced(parts, terms.prices, _EXACT)
    idle = [*collect(root(context_of(terms, _EXACT, idle=True), terms.costs, terms.stated))]
    floors = {
        part.id: cost
        for part, (cost, _) in zip(idle, priced(idle, terms.prices, _EXACT), strict=True)
    }
    book = terms.prices.book
    lines = tuple(
        _line(part, cost, why, floors.get(part.id), terms.prices)
        for part, (cost, why) in zip(parts, costs, strict=True)
    )
    return Bill(
        name,
        title,
        book.currency,
        book.id,
        lines,
        tuple(context.assumptions.values()),
        left_out=tuple(context.left_out),
        unread=tuple(flag for flag in terms.flags if flag not in context.read),
    )


def converted(made: Bill, currency: str, rate: float) -> Bill:
    """A bill in another currency, of which one unit of its own is worth `rate`."""

    def worth(amount: Estimate | None) -> Estimate | None:
        return amount and Estimate(*(each * rate for each in amount))

    lines = tuple(
        line._replace(cost=worth(line.cost), floor=worth(line.floor)) for line in made.lines
    )
    return made._replace(currency=currency, lines=lines)


class Reckoned(NamedTuple, Generic[V]):
    """A part with its cost."""

    part: Part[V]
    cost: V | None
    """In the book's currency a month; None where it is not known."""
    unknown: str
    """Why not."""


def reckoned(design: Design, algebra: Algebra[V]) -> Iterator[Reckoned[V]]:
    """Parts with their costs in another algebra, one after the other.

    The design is walked twice, first for what tiers go by, so that the values of a large system
    need not be in memory at once.
    """
    prices = design.terms.prices
    pooled = _pooled(_parts(design, algebra), prices, algebra)
    for part in _parts(design, algebra):
        yield Reckoned(part, *_cost(part, prices, algebra, pooled))


def _parts(design: Design, algebra: Algebra[V]) -> Iterable[Part[V]]:
    _, _, collect, terms = design
    return collect(root(context_of(terms, algebra), terms.costs, terms.stated))


def with_driver(design: Design, name: str, value: float) -> Design:
    """The same design where a driver has a value, in the units of formulas, given on purpose."""
    flags = {**design.terms.flags, name: Given(exactly(value), "flag")}
    return design._replace(terms=design.terms._replace(flags=flags))


def priced(parts: Iterable[Part[V]], prices: Prices, algebra: Algebra[V]) -> list[Priced[V]]:
    """The cost of each part, or why it has none.

    Tiers are those of a whole month's quantity: what all parts use of a resource is priced
    together, and each pays for its share.
    """
    parts = [*parts]
    pooled = _pooled(parts, prices, algebra)
    return [_cost(part, prices, algebra, pooled) for part in parts]


def context_of(terms: Terms, algebra: Algebra[V], *, idle: bool = False) -> Context[V]:
    """What holds for all of one bill; filled while it is reckoned."""
    return Context(algebra, terms.flags, {}, {}, set(), idle, terms.costs.drivers)


class Priced(NamedTuple, Generic[V]):
    """What a part costs."""

    cost: V | None
    """In the book's currency a month; None where it is not known."""
    unknown: str = ""
    """Why not."""


class _Pool(NamedTuple, Generic[V]):
    """All that is used of a resource with tiers."""

    quantity: V
    cost: V


def _pooled(parts: Iterable[Part[V]], prices: Prices, algebra: Algebra[V]) -> dict[str, _Pool[V]]:
    used: dict[str, V] = {}
    for part in parts:
        resource, quantity = part.component.resource, part.quantity
        agreed = prices.find(resource) if resource else None
        if (
            resource
            and quantity is not None
            and agreed
            and agreed.tiers
            and not _none(part, algebra)
        ):
            before, counted = used.get(resource), pricing.billed(agreed, quantity, algebra)
            used[resource] = counted if before is None else algebra.add(before, counted)
    return {
        resource: _Pool(quantity, pricing.cost(prices.get(resource), quantity, algebra, resource))
        for resource, quantity in used.items()
    }


def _cost(
    part: Part[V], prices: Prices, algebra: Algebra[V], pooled: Mapping[str, _Pool[V]]
) -> Priced[V]:
    component, quantity = part.component, part.quantity
    if quantity is None:
        return Priced(None, part.unknown)
    try:
        if _beyond(part, quantity, algebra):
            return Priced(None, component.beyond or "")
        if foreign := _foreign(part, prices):
            return Priced(None, foreign)
        if component.price is not None:
            return Priced(algebra.multiply(quantity, part.scope.compute(component.price)))
    except Unknown as unknown:
        return Priced(None, unknown.told)
    resource = component.resource or ""
    agreed = prices.find(resource)
    if agreed is None:
        if algebra.vanishes(quantity):
            return Priced(quantity)
        return Priced(None, f"no price for {resource} in {prices.book.id}")
    counted = pricing.billed(agreed, quantity, algebra)
    if resource in pooled:
        pool = pooled[resource]
        return Priced(algebra.share(pool.cost, counted, pool.quantity))
    return Priced(pricing.cost(agreed, counted, algebra, resource))


def _foreign(part: Part[V], prices: Prices) -> str:
    """Why assumed money does not tell a cost in the currency of the prices; empty where it does."""
    currency = prices.book.currency
    for name in parse(part.component.price).names if part.component.price else ():
        part.scope.value(name)
        source = part.scope.source(name)
        if currency != CURRENCY and source.origin == "assumed" and source.driver:
            return f"{name} is assumed in {CURRENCY}, prices are in {currency}: set it"
    return ""


def _none(part: Part[V], algebra: Algebra[V]) -> bool:
    """Whether there is no such thing in that quantity, or that is not known."""
    try:
        return part.quantity is None or _beyond(part, part.quantity, algebra)
    except Unknown:
        return True


def _beyond(part: Part[V], quantity: V, algebra: Algebra[V]) -> bool:
    if part.component.at_most is None:
        return False
    limit = part.scope.compute(part.component.at_most)
    return algebra.exceeds(quantity, algebra.multiply(part.times, limit))


def _line(
    part: Part[Estimate],
    cost: Estimate | None,
    unknown: str,
    floor: Estimate | None,
    prices: Prices,
) -> Line:
    component = part.component
    agreed = prices.find(component.resource) if component.resource else None
    return Line(
        part.id,
        part.title,
        component.role,
        component.resource or "",
        component.unit or (agreed.unit if agreed else ""),
        part.quantity and pricing.billed(agreed, part.quantity, _EXACT),
        cost,
        floor if cost is not None or part.quantity is None else None,
        unknown,
        part.lacks,
    )
