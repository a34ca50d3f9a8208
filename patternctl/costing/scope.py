"""Values of drivers: who states them, what follows from others, what is assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple

from patternctl.model.bill import Assumption, Given, Origin
from patternctl.model.cost import BYTES, CONSTANTS, Driver
from patternctl.model.estimate import Estimate, exactly
from patternctl.model.expression import Algebra, V, parse

Facts = Callable[[str], Given | None]
"""What a manifest states, by the name of a fact."""


class Unknown(Exception):  # noqa: N818 -- not an error: what is not known has no cost
    """Drivers that nobody states and nothing gives."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        super().__init__(", ".join(self.names))

    @property
    def told(self) -> str:
        """What keeps a line from having a cost, as it is told."""
        return f"depends on {', '.join(self.names)}"


class Context(NamedTuple, Generic[V]):
    """What holds for all of one bill."""

    algebra: Algebra[V]
    flags: Mapping[str, Given]
    """Values given on purpose, which count before all others: by driver, or by materials or element
    and driver (`store-relational/size`, `stores.orders-db/size`), where the narrowest counts."""
    assumptions: dict[str, Assumption]
    """Filled with what had to be assumed."""
    left_out: dict[str, None]
    """Filled with what materials leave out."""
    read: set[str]
    """Filled with the flags that were read."""
    idle: bool = False
    """Reckon as if no request ever came."""
    shared: Mapping[str, Driver] = {}
    """Drivers that are one and the same in every scope, unless materials have their own."""


def _given_here(flags: Iterable[str], name: str, label: str) -> dict[str, str]:
    """Flags for materials, and over them those for one element, by driver."""
    found: dict[str, str] = {}
    for place in (name, label):
        for flag in flags:
            before, slash, driver = flag.rpartition("/")
            if slash and before == place:
                found[driver] = flag
    return found


class Source(NamedTuple):
    """Where a value comes from, and what it is."""

    origin: Origin
    place: str
    driver: Driver | None
    value: Any


class Scope(Generic[V]):
    """Values by name, each worked out once, for one element or bill of materials."""

    def __init__(
        self,
        context: Context[V],
        name: str,
        drivers: Mapping[str, Driver],
        *,
        label: str = "",
        facts: Facts = lambda _: None,
        given: Mapping[str, V] | None = None,
        parent: Scope[V] | None = None,
    ) -> None:
        """`name` is that of materials, `label` that of the element or place they are for.

        `given` counts before anything but what flags say for this very scope; names that are not
        in `drivers` are the parent's.
        """
        self.context = context
        self.name = name
        self.label = label
        self._own = _given_here(context.flags, name, label) if context.flags else {}
        """Flags for this very scope, by driver."""
        here = {key: context.shared[key] for key in self._own if key in context.shared}
        self.drivers = {**here, **drivers} if here else drivers
        self.given = dict(given or {})
        self.scales: dict[str, list[tuple[str, Scope[V]]]] = {}
        """Factors by name, each a formula with the scope that it is read in."""
        self.facts = facts
        self._parent = parent
        self._values: dict[str, V] = {}
        self._lacking: dict[str, tuple[str, ...]] = {}
        """What keeps names from having a value."""
        self._sources: dict[str, tuple[Origin, str]] = {}
        self._open: set[str] = set()

    def compute(self, formula: str) -> V:
        """The value of a formula. Raises `Unknown` with every driver that it lacks."""
        expression = parse(formula)
        try:
            value: V = expression.evaluate(self.value, self.context.algebra)
        except Unknown:
            raise Unknown(self._missing(expression.names)) from None
        except ZeroDivisionError:
            raise Unknown([f"{formula}, which divides by zero"]) from None
        except OverflowError:
            raise Unknown([f"{formula}, which has no end"]) from None
        return value

    def value(self, name: str) -> V:
        """The value of a driver. Raises `Unknown`."""
        if name in self._values:
            return self._values[name]
        if not self._holds(name):
            if self._parent is not None:
                return self._parent.value(name)
            if name not in CONSTANTS:
                raise KeyError(name)
            return self.context.algebra.of(CONSTANTS[name], ("", name))
        if name in self._lacking:
            raise Unknown(self._lacking[name])
        if name in self._open:
            raise Unknown([f"{name}, which depends on itself"])
        self._open.add(name)
        try:
            value = self._values[name] = self._scaled(name, self._found(name))
        except Unknown as unknown:
            self._lacking[name] = unknown.names
            raise
        finally:
            self._open.discard(name)
        return value

    def home(self, name: str) -> Scope[V]:
        """The scope that a name is read in: this one, or one around it."""
        return self if self._parent is None or self._holds(name) else self._parent.home(name)

    def source(self, name: str) -> Source:
        """Where a value that was worked out comes from."""
        home = self.home(name)
        if name not in home._sources:
            return Source("derived", "", None, home.value(name))
        origin, place = home._sources[name]
        return Source(origin, place, home.drivers.get(name), home._values[name])

    def _holds(self, name: str) -> bool:
        return name in self.drivers or name in self.given

    def _found(self, name: str) -> V:
        if name in self.given and name not in self._own:
            self._sources[name] = ("included", "")
            return self.given[name]
        driver = self.drivers[name]
        stated = self._flag(name) or self._fact(driver)
        if driver.formula is None or stated:
            return self._stated(name, driver, stated)
        try:
            value = self.compute(driver.formula)
        except Unknown:
            if driver.assume is None:
                raise
            return self._stated(name, driver, None)
        self._sources[name] = ("derived", driver.formula)
        return value

    def _flag(self, name: str) -> Given | None:
        """What was given on purpose, the narrowest first."""
        flag = self._own.get(name, name)
        if flag not in self.context.flags:
            return None
        self.context.read.add(flag)
        return self.context.flags[flag]

    def _fact(self, driver: Driver) -> Given | None:
        """What the manifest states, in the units of formulas: sizes are bytes there."""
        found = self.facts(driver.read) if driver.read else None
        unit = BYTES.get(driver.measure)
        if found is None or unit is None:
            return found
        return found._replace(value=Estimate(*(each / unit for each in found.value)))

    def _stated(self, name: str, driver: Driver, stated: Given | None) -> V:
        algebra = self.context.algebra
        if self.context.idle and driver.measure == "rate":
            self._sources[name] = ("assumed", "without requests")
            return algebra.of(exactly(0.0), ("", "0"))
        if stated is not None:
            self._sources[name] = (stated.origin, stated.place)
            return algebra.of(stated.value, self._key(name))
        if driver.assume is None:
            raise Unknown([name])
        value, own = driver.assumed, self._key(name)
        key = "/".join(filter(None, own))
        because = driver.because or ""
        if key not in self.context.assumptions:
            self.context.assumptions[key] = Assumption(
                key, driver.title, value, driver.measure, because
            )
        self._sources[name] = ("assumed", because)
        return algebra.of(value, own)

    def _key(self, name: str) -> tuple[str, str]:
        """Materials and driver; no materials where the driver is a shared one."""
        shared = self.context.shared.get(name)
        return ("" if shared is not None and shared is self.drivers[name] else self.name, name)

    def factors(self, name: str) -> Sequence[tuple[str, Scope[V]]]:
        """What a value that was worked out is multiplied by, each with the scope it is read in."""
        found, grows = self.scales.get(name, []), self._grows(name)
        return [*found, (grows, self)] if grows else found

    def _grows(self, name: str) -> str | None:
        """The factor for what fits the stated load, where a value does."""
        driver = self.drivers.get(name)
        if driver is None or driver.grows is None or name not in self._sources:
            return None
        return driver.grows if self._sources[name][0] in ("manifest", "assumed") else None

    def _scaled(self, name: str, value: V) -> V:
        if name not in self.scales and not self._grows(name):
            return value
        for formula, scope in self.factors(name):
            value = self.context.algebra.multiply(value, scope.compute(formula))
        return self.context.algebra.ceil(value) if self._whole(name) else value

    def _whole(self, name: str) -> bool:
        """Whether growth is in whole things: draws of an assumed range are not whole either."""
        if not self._grows(name) or self.drivers[name].measure != "count":
            return False
        return self._sources[name][0] == "manifest" or self.drivers[name].assumed.exact

    def _missing(self, names: Iterable[str]) -> Iterable[str]:
        for name in names:
            try:
                self.value(name)
            except Unknown as unknown:
                yield from unknown.names
