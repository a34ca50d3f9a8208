"""From settings to what bills are reckoned with: drivers, bills of materials, prices, values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from patternctl import catalog, faults
from patternctl.costing.bill import Terms
from patternctl.costing.parts import Stated, labels
from patternctl.costing.prices import Prices
from patternctl.errors import InputError, PatternctlError, Problem
from patternctl.model.bill import Given
from patternctl.model.cost import CONSTANTS, Costs, Driver, Materials, measured
from patternctl.model.estimate import Estimate
from patternctl.model.expression import parse
from patternctl.model.settings import CostSettings, DriverText
from patternctl.model.system import System


def terms(settings: CostSettings, system: System | None = None) -> Terms:
    """What bills are reckoned with. Raises one `InputError` with all that is wrong with it."""
    problems: list[Problem] = []
    costs: Costs | None = None
    prices: Prices | None = None
    values: dict[str, Given] = {}
    try:
        costs = catalog.costs(settings.catalogs)
        values, wrong = _values(settings.values, _Known(costs, system))
        problems += wrong
    except PatternctlError as error:
        problems += error.problems
    try:
        prices = _prices(settings, costs)
    except PatternctlError as error:
        problems += error.problems
    if problems or costs is None or prices is None:
        raise InputError(*dict.fromkeys(problems))
    return Terms(costs, prices, Stated(system), values)


def architectures(costs: Costs) -> list[str]:
    """Ids of the architectures that have a bill of materials."""
    return [name for name, each in costs.materials.items() if each.of == "architecture"]


def drivers(costs: Costs) -> dict[str, Driver]:
    """Every driver by name, the shared ones first."""
    found = dict(costs.drivers)
    for materials in costs.materials.values():
        for name, driver in materials.drivers.items():
            found.setdefault(name, driver)
    return found


def find_driver(costs: Costs, word: str) -> tuple[str, Driver]:
    """The driver of a name (`cpu-time`, `cpu_time`) or of what it is read from.

    A shared driver counts before those of single materials. Raises `ValueError` where there is
    none, or where materials measure theirs in different things.
    """
    aliases = {each.read: name for name, each in costs.drivers.items() if each.read}
    name = aliases.get(word.strip(), word.strip().replace("-", "_"))
    if name in costs.drivers:
        return name, costs.drivers[name]
    own = (materials.drivers.get(name) for materials in costs.materials.values())
    found = [each for each in own if each is not None]
    if not found:
        known = [*drivers(costs), *aliases]
        hint = faults.suggest(name, known) or "`patternctl cost --drivers` lists them"
        raise ValueError(f"there is no driver {faults.shown(word)}: {hint}")
    if len({driver.measure for driver in found}) > 1:
        raise ValueError(f"{name} is measured in different things: set it where it belongs")
    return name, found[0]


def checked(driver: Driver, value: Estimate) -> Estimate:
    """The value, in the units of formulas. Raises `ValueError` for an absurd one."""
    if value.low < driver.least or (driver.most is not None and value.high > driver.most):
        raise ValueError("is absurd: nobody has seen such a value")
    return value


def read_value(driver: Driver, text: str) -> Estimate:
    """`5ms`, `2ms..20ms` or `2ms..5ms..20ms`. Raises `ValueError` with what is wrong."""
    values = [measured(driver.measure, _number(part.strip())).likely for part in text.split("..")]
    if len(values) == 2:
        values.insert(1, sum(values) / 2)
    if len(values) not in (1, 3) or values != sorted(values):
        raise ValueError("should be one value, lowest..highest or lowest..likeliest..highest")
    return checked(driver, Estimate(values[0], values[len(values) // 2], values[-1]))


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _prices(settings: CostSettings, costs: Costs | None) -> Prices:
    book = catalog.prices(settings.book, settings.catalogs)
    if settings.prices is None:
        return Prices(book)
    known = {*book.prices, *(_resources(costs) if costs else ())}
    agreed = catalog.agreement(settings.prices, book, known)
    return Prices(book, agreed.prices, agreed.discounts)


def _resources(costs: Costs) -> Iterator[str]:
    for materials in costs.materials.values():
        yield from (each.resource for each in materials.components.values() if each.resource)


class _Known:
    """Drivers that values may be given for."""

    def __init__(self, costs: Costs, system: System | None) -> None:
        self.bare = drivers(costs)
        self.aliases = {each.read: name for name, each in costs.drivers.items() if each.read}
        self._costs = costs
        self._system = system

    def of(self, place: str) -> Mapping[str, Driver]:
        """What can be set of materials, or of one element. Raises `ValueError` for neither."""
        found = self._part(place.split("/"))
        if found is None and self._system is None:
            return self._of_kind(place)
        if found is None and place not in self._labels:
            near = faults.suggest(place, [*self._labels, *self._costs.materials])
            raise ValueError(near or "name an element or materials")
        found = found or self._labels[place]
        return {**{name: self.bare[name] for name in _read(found)}, **found.drivers}

    def _part(self, names: Sequence[str]) -> Materials | None:
        """Materials by their id, or by the ids of all that they are in."""
        found = [self._costs.materials.get(name) for name in names]
        inside = all(
            outer and inner and inner.id in {each.id for each in outer.includes}
            for outer, inner in pairwise(found)
        )
        return found[-1] if inside else None

    @cached_property
    def _labels(self) -> Mapping[str, Materials]:
        return labels(self._costs, Stated(self._system))

    def _of_kind(self, place: str) -> Mapping[str, Driver]:
        """Without a manifest: whatever some element of the kind has."""
        subject = _SUBJECTS.get(place.partition(".")[0])
        several = [each for each in self._costs.materials.values() if each.of == subject]
        if not several:
            raise ValueError("name an element, as in `stores.orders-db/size`, or materials")
        found = {name: self.bare[name] for each in several for name in _read(each)}
        return {**found, **{n: d for each in several for n, d in each.drivers.items()}}


_SUBJECTS = {
    "services": "service",
    "stores": "store",
    "brokers": "broker",
    "patterns": "pattern",
}


def _read(materials: Materials) -> set[str]:
    """Drivers that the formulas of materials name."""
    formulas = [each.quantity for each in materials.components.values()]
    formulas += [each.formula for each in materials.drivers.values() if each.formula]
    formulas += [formula for each in materials.includes for formula in each.given.values()]
    return {name for each in formulas for name in parse(each).names} - CONSTANTS.keys()


def _values(texts: tuple[DriverText, ...], known: _Known) -> tuple[dict[str, Given], list[Problem]]:
    """Values by driver, flags before what a file says, and what is wrong with them."""
    found: dict[str, dict[str, Given]] = {"file": {}, "flag": {}}
    problems: list[Problem] = []
    for told in texts:
        problems += _take(found[told.origin], told, known)
    return {**found["file"], **found["flag"]}, problems


def _take(values: dict[str, Given], told: DriverText, known: _Known) -> Iterator[Problem]:
    """Read one value into `values`, or tell what is wrong with it."""
    label = "--set" if told.origin == "flag" else "cost.set"
    place, slash, word = told.name.rpartition("/")
    name = known.aliases.get(word, word.replace("-", "_"))
    try:
        drivers = known.of(place) if slash else known.bare
    except ValueError as error:
        message = f"{label}: there is nothing called {faults.shown(place)}"
        yield Problem(message, told.place, str(error))
        return
    if name not in drivers:
        near = faults.suggest(name, [*drivers, *(() if slash else known.aliases)])
        where = f" in {faults.shown(place)}" if slash else ""
        hint = near or "`patternctl cost --drivers` lists them"
        message = f"{label}: there is no driver {faults.shown(word)}{where}"
        yield Problem(message, told.place, hint)
        return
    key = f"{place}{slash}{name}"
    try:
        value = read_value(drivers[name], told.text)
    except ValueError as error:
        hint = f"it says {faults.shown(told.text)}"
        yield Problem(f"{label}: {key} {error}", told.place, hint)
        return
    stated = Given(value, told.origin, str(told.place or "--set"))
    if values.setdefault(key, stated).value != value:
        yield Problem(f"{label}: {key} is given twice", told.place, "keep one of them")
