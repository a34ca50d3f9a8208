"""Where a line of a bill comes from: its formula, its numbers, and who says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from patternctl import faults
from patternctl.costing.bill import Design, bill, reckoned
from patternctl.costing.parts import Part
from patternctl.costing.prices import Prices
from patternctl.costing.scope import Scope, Unknown
from patternctl.errors import Problem, UsageError
from patternctl.model.bill import Line, Origin, total
from patternctl.model.cost import Measure
from patternctl.model.estimate import Estimate, Intervals
from patternctl.model.expression import parse
from patternctl.model.figure import Lines
from patternctl.model.price import Source


class Input(NamedTuple):
    """One name of a formula."""

    name: str
    title: str
    measure: Measure | None
    """None for constants."""
    value: Estimate | None
    """In the units of formulas; None where it is not known."""
    origin: Origin | None
    """Who states it; None where nobody does, and for constants."""
    place: str
    """Where exactly: file and line, `--set`."""
    formula: str
    """How it follows from others, where it does."""
    because: str
    """The reason for the formula or the assumption."""
    lines: Lines
    """Where the source document states it."""
    factors: tuple[Term, ...] = ()
    """What adopted patterns multiply it by."""
    inputs: tuple[Input, ...] = ()
    """Names of its formula."""
    told: bool = False
    """Whether the same explanation tells of its inputs further up."""


class Term(NamedTuple):
    """A formula with its value."""

    formula: str
    value: Estimate | None
    inputs: tuple[Input, ...]


class PriceOrigin(NamedTuple):
    """What one unit costs, and who says so."""

    resource: str
    book: str
    """Title of the price book."""
    service: str
    """The provider's name of the service; empty where the book does not have it."""
    sku: str
    unit: str
    per: float
    price: Estimate | None
    """None where there are tiers."""
    tiers: tuple[tuple[float, float], ...]
    """(limit, price), ascending."""
    discount: float
    """Share off."""
    own: bool
    """Whether it was agreed and is not the list price."""
    included_in: str
    """The resource whose price covers it."""
    source: Source | None
    """Where the list price was read."""
    date: str
    """Day at which it was in force, ISO 8601; empty where nobody says."""
    note: str


class Explanation(NamedTuple):
    """Where one line comes from."""

    line: Line
    because: str
    """The reason for the quantity."""
    quantity: Term
    times: Estimate
    """How often the thing is there: what the formula is multiplied by."""
    at_most: Term | None
    """Quantity of one beyond which there is no such thing."""
    price: PriceOrigin | Term | None
    """A price book's, or the formula for people; None where there is no price."""


class Item(NamedTuple):
    """A line or an element of what is asked about."""

    id: str
    title: str
    cost: Estimate | None
    """Of what is known; None where nothing is."""
    unknown: str = ""


class Items(NamedTuple):
    """An element of a bill, or all of it, by what it consists of."""

    id: str
    total: Estimate
    """Of what is known."""
    items: tuple[Item, ...]
    """The dearest first."""


WHOLE = ("infrastructure", "people")
"""Parts of a bill that can be asked about as a whole."""


def explain(design: Design, name: str) -> Explanation | Items:
    """Where a line comes from, or what an element, all infrastructure or all people consist of.

    Raises `UsageError` for a name that the bill lacks.
    """
    found = _find(design, name)
    return _explained(design, found) if isinstance(found, Line) else found


def _find(design: Design, name: str) -> Line | Items:
    """A line, or the lines of an element, by its id with or without what begins it (`system/`).

    Raises `UsageError` where there is none, with the nearest names.
    """
    lines = bill(design).lines
    if name in WHOLE:
        own = [line for line in lines if line.people == (name == "people")]
        return _items(name, [_together(*each) for each in _by_element(own)])
    asked = {name, *(f"{start}/{name}" for start in ("system", design.name))}
    for line in lines:
        if line.id in asked:
            return line
    for start in asked:
        own = [line for line in lines if line.id.startswith((f"{start}/", f"{start}."))]
        if own:
            return _items(
                start, [Item(each.id, each.title, each.cost, each.unknown) for each in own]
            )
    known = list(dict.fromkeys(part for line in lines for part in (line.id, _element(line))))
    hint = faults.suggest(name, known) or _near(name, known)
    raise UsageError(Problem(f"there is no line {faults.shown(name)} in the bill", hint=hint))


def _near(name: str, known: Sequence[str]) -> str:
    """Names that hold what was asked for, or what can always be asked for."""
    near = [each for each in known if name.strip() and name.strip().lower() in each.lower()][:3]
    if near:
        return f"near it: {', '.join(near)}"
    return f"{', '.join(WHOLE)}, or an id of `patternctl cost --format csv`"


def _element(line: Line) -> str:
    return line.id.rpartition("/")[0]


def _by_element(lines: Iterable[Line]) -> Iterable[tuple[str, list[Line]]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(_element(line), []).append(line)
    return found.items()


def _together(element: str, lines: Sequence[Line]) -> Item:
    known = [line.cost for line in lines if line.cost is not None]
    why = next((line.unknown for line in lines if line.cost is None), "")
    title = f"{len(lines)} items" if len(lines) > 1 else lines[0].title
    return Item(element, title, total(known) if known else None, why)


def _items(name: str, items: Sequence[Item]) -> Items:
    dearest = sorted(items, key=lambda item: -item.cost.likely if item.cost else 0.0)
    return Items(name, total(item.cost for item in items), tuple(dearest))


class Move(NamedTuple):
    """A driver that has another value."""

    name: str
    measure: Measure | None
    before: Estimate | None
    """None where it is not known, or not read."""
    after: Estimate | None
    place: str
    """Where it is stated now, or was: `architecture.yaml:7:16`; empty where nobody does."""


def moves(base: Design, head: Design, ids: Collection[str]) -> dict[str, tuple[Move, ...]]:
    """Which drivers of lines have moved from one design to another, by the ids of these lines."""
    before, after = _leaves(base, ids), _leaves(head, ids)
    return {name: tuple(_moved(before[name], after[name])) for name in before.keys() & after.keys()}


def _moved(before: Mapping[str, Input], after: Mapping[str, Input]) -> Iterator[Move]:
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name), after.get(name)
        here = new or old
        values = [each.value if each else None for each in (old, new)]
        if here and values[0] != values[1]:
            place = (new.place if new else "") or (old.place if old else "")
            yield Move(name, here.measure, values[0], values[1], place)


def _leaves(design: Design, ids: Collection[str]) -> dict[str, dict[str, Input]]:
    """What lines rest on in the end: drivers that follow from no others, by line and name."""
    found: dict[str, dict[str, Input]] = {}
    for part, _, _ in reckoned(design, Intervals()):
        if part.id in ids:
            teller, formulas = _Teller(), (part.component.quantity, part.component.price)
            terms = [teller.term(formula, part.scope) for formula in formulas if formula]
            found[part.id] = {each.name: each for term in terms for each in _ends(term.inputs)}
    return found


def _ends(inputs: Iterable[Input]) -> Iterator[Input]:
    for each in inputs:
        for factor in each.factors:
            yield from _ends(factor.inputs)
        if each.inputs:
            yield from _ends(each.inputs)
        elif each.measure is not None and not each.told:
            yield each


def _explained(design: Design, line: Line) -> Explanation:
    algebra = Intervals()
    part = next(each.part for each in reckoned(design, algebra) if each.part.id == line.id)
    component, teller = part.component, _Teller()
    at_most = component.at_most
    return Explanation(
        line,
        component.because,
        teller.term(component.quantity, part.scope),
        part.times,
        teller.term(at_most, part.scope) if at_most else None,
        _price(part, design.terms.prices, teller),
    )


class _Teller:
    """Tells of every driver once: a formula that many others read would fill pages."""

    def __init__(self) -> None:
        self._told: set[tuple[int, str]] = set()

    def term(self, formula: str, scope: Scope[Estimate]) -> Term:
        try:
            value: Estimate | None = scope.compute(formula)
        except Unknown:
            value = None
        return Term(formula, value, tuple(self._inputs(formula, scope)))

    def _inputs(self, formula: str, scope: Scope[Estimate]) -> Iterator[Input]:
        for name in parse(formula).names:
            yield self._input(name, scope.home(name))

    def _input(self, name: str, home: Scope[Estimate]) -> Input:
        driver = home.drivers.get(name)
        try:
            value: Estimate | None = home.value(name)
            source = home.source(name)
        except Unknown:
            value = source = None
        title = driver.title if driver else name
        if driver is None and name not in home.given:
            return Input(name, title, None, value, None, "", "", "", ())
        origin = source.origin if source else None
        derived = driver is not None and driver.formula and origin in ("derived", None)
        formula = driver.formula if driver and driver.formula and derived else ""
        made = Input(
            name,
            title,
            driver.measure if driver else None,
            value,
            origin,
            source.place if source and origin in ("flag", "file", "asked", "manifest") else "",
            formula,
            (driver.because or "") if driver and (formula or origin == "assumed") else "",
            driver.lines if driver else (),
        )
        if (id(home), name) in self._told:
            return made._replace(told=True)
        self._told.add((id(home), name))
        scales = home.scales.get(name, ())
        return made._replace(
            factors=tuple(self.term(factor, scope) for factor, scope in scales),
            inputs=tuple(self._inputs(formula, home)) if formula else (),
        )


def _price(part: Part[Estimate], prices: Prices, teller: _Teller) -> PriceOrigin | Term | None:
    component = part.component
    if component.price is not None:
        return teller.term(component.price, part.scope)
    resource = component.resource or ""
    agreed = prices.find(resource)
    if agreed is None:
        return None
    listed, own = agreed.listed, agreed.own
    read = listed and not own
    return PriceOrigin(
        resource,
        prices.book.title,
        listed.service if listed else "",
        listed.sku if listed else "",
        agreed.unit,
        agreed.per,
        agreed.price,
        tuple(agreed.tiers),
        agreed.discount,
        own is not None,
        (listed.included_in or "") if listed and read else "",
        prices.book.sources.get(listed.source) if listed and read else None,
        agreed.date.isoformat() if agreed.date else "",
        (own.note if own else listed.note if listed else "") or "",
    )
