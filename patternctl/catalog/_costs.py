"""Costs: drivers, bills of materials, price books; what they name exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from patternctl import faults
from patternctl.catalog import _reading
from patternctl.catalog._reading import File, Found
from patternctl.errors import CatalogError, Problem, UsageError
from patternctl.model import stated
from patternctl.model.cost import CONSTANTS, Costs, Driver, Drivers, Materials, Reference
from patternctl.model.expression import parse
from patternctl.model.price import PriceBook
from patternctl.yamlio import ElementPath


class Files(NamedTuple):
    """Every file about costs as it was read."""

    drivers: File[Drivers]
    materials: list[File[Materials]]
    books: list[File[PriceBook]]
    reference: File[Reference]

    def all(self) -> Iterator[File[Any]]:
        """All of them."""
        yield self.drivers
        yield self.reference
        yield from self.materials
        yield from self.books


def read(folders: Sequence[Path]) -> Files:
    """Every file about costs."""
    materials = _reading.find("costs", folders).values()
    return Files(
        _drivers(),
        [_reading.read(found, Materials, "a bill of materials") for found in materials],
        [_reading.read(found, PriceBook, "a price book") for found in _books(folders).values()],
        _reference(),
    )


def costs(folders: Sequence[Path]) -> Costs:
    """See `patternctl.catalog.costs`."""
    found = _reading.find("costs", folders).values()
    files = [_reading.read(each, Materials, "a bill of materials") for each in found]
    drivers = _drivers()
    problems = [*drivers.problems, *(problem for file in files for problem in file.problems)]
    problems = problems or [*_check_materials(drivers, files)]
    if problems:
        raise CatalogError(*problems)
    return _costs(drivers, files)


def prices(name: str, folders: Sequence[Path]) -> PriceBook:
    """See `patternctl.catalog.prices`."""
    known = _books(folders)
    if name not in known:
        hint = faults.suggest(name, known) or f"there are: {', '.join(known)}"
        raise UsageError(Problem(f'there is no price book "{name}"', hint=hint))
    file = _reading.read(known[name], PriceBook, "a price book")
    problems = [*file.problems, *check_book(file)]
    if file.model is None or problems:
        raise CatalogError(*problems)
    return file.model


def reference() -> Reference:
    """See `patternctl.catalog.reference_costs`."""
    file = _reference()
    if file.model is None:
        raise CatalogError(*file.problems)
    return file.model


NO_REFERENCE = Reference(currency="USD", architectures={})
"""What stands in for a faulty table, so that the rest can be looked at."""


def known(files: Files) -> Costs:
    """What is readable of drivers and bills of materials."""
    return _costs(files.drivers, files.materials)


def _costs(drivers: File[Drivers], files: Sequence[File[Materials]]) -> Costs:
    shared = drivers.model.drivers if drivers.model else {}
    return Costs(shared, {file.stem: file.model for file in files if file.model})


def check(files: Files) -> Iterator[Problem]:
    """What is wrong with what the files name in one another."""
    yield from _check_materials(files.drivers, files.materials)
    for book in files.books:
        yield from check_book(book)
    known = {name for book in files.books if book.model for name in book.model.prices}
    for file in files.materials:
        for name, component in file.model.components.items() if file.model else ():
            resource = component.resource
            if resource and resource not in known and file.document:
                where = file.document.locate_value(("components", name, "resource"))
                hint = faults.suggest(resource, known) or "no price book has a price for it"
                yield Problem(f'no price book knows the resource "{resource}"', where, hint)


def check_book(file: File[PriceBook]) -> Iterator[Problem]:
    """What is wrong with what prices name in their book."""
    if file.model is None or file.document is None:
        return
    for name, price in file.model.prices.items():
        path: ElementPath = ("prices", name)
        if price.source not in file.model.sources:
            where = file.document.locate_value((*path, "source"))
            hint = faults.suggest(price.source, file.model.sources) or "add it to `sources`"
            yield Problem(f'there is no source "{price.source}"', where, hint)
        covering = price.included_in
        if covering and (
            covering not in file.model.prices or file.model.prices[covering].included_in
        ):
            where = file.document.locate_value((*path, "included_in"))
            yield Problem(f'"{covering}" has no price of its own', where, "name one that has")


def _drivers() -> File[Drivers]:
    home = _reading.shipped()
    return _reading.read(Found(home, home / "drivers.yaml"), Drivers, "a list of drivers")


def _reference() -> File[Reference]:
    home = _reading.shipped()
    found = Found(home, home / "reference-costs.yaml")
    return _reading.read(found, Reference, "a table of costs")


def _books(folders: Sequence[Path]) -> dict[str, Found]:
    return _reading.find("prices", folders)


# What formulas and includes name


_DEEPEST = 12
"""Longest chain of drivers that follow from one another."""
_PLACED = "share"
"""The driver of single services that patterns may scale: requests for one at the entry."""


def _check_materials(drivers: File[Drivers], files: Sequence[File[Materials]]) -> Iterator[Problem]:
    shared = drivers.model.drivers if drivers.model else {}
    whole = _facts(shared)
    yield from _formulas(drivers, shared, shared)
    known = {file.stem: file.model for file in files}
    for file in files:
        if file.model is not None:
            own = {**shared, **file.model.drivers}
            yield from _formulas(file, file.model.drivers, own)
            yield from _readings(file, whole | stated.facts(file.model.of))
            yield from _components(file, own)
            yield from _includes(file, own, {**shared, **_inside(file.stem, known)}, known)
    yield from _nested(files)
    yield from _kinds(files)


def _facts(shared: Mapping[str, Driver]) -> set[str]:
    """Facts of a whole system that somebody reads already."""
    return {driver.read for driver in shared.values() if driver.read}


def _formulas(
    file: File[Drivers] | File[Materials],
    drivers: Mapping[str, Driver],
    known: Mapping[str, Driver],
) -> Iterator[Problem]:
    for name, driver in drivers.items():
        if driver.formula and file.document:
            where: ElementPath = ("drivers", name, "formula")
            yield from _names(file, where, driver.formula, known)
            place = file.document.locate_value(where)
            reached = _reached(driver.formula, known)
            if reached is None:
                message = f"{name} rests on more than {_DEEPEST} formulas in a row"
                yield Problem(message, place, "join some of them")
            elif name in reached:
                yield Problem(f"{name} depends on itself", place, "break the circle")


def _readings(file: File[Materials], known: Collection[str]) -> Iterator[Problem]:
    for name, driver in file.model.drivers.items() if file.model else ():
        if driver.read and driver.read not in known and file.document:
            where = file.document.locate_value(("drivers", name, "read"))
            hint = faults.suggest(driver.read, known) or "name a key of the element or workload"
            yield Problem(f'no manifest states "{driver.read}"', where, hint)


def _components(file: File[Materials], known: Mapping[str, Driver]) -> Iterator[Problem]:
    if file.model is None:
        return
    for name, component in file.model.components.items():
        for key in ("quantity", "price", "at_most"):
            if formula := getattr(component, key):
                yield from _names(file, ("components", name, key), formula, known)
    for name, formula in file.model.scales.items():
        yield from _names(file, ("scales", name), formula, known)
        if name != _PLACED:
            yield from _known(file, ("scales", name), name, known)


def _includes(
    file: File[Materials],
    own: Mapping[str, Driver],
    inside: Mapping[str, Driver],
    known: Mapping[str, Materials | None],
) -> Iterator[Problem]:
    if file.model is None:
        return
    for index, include in enumerate(file.model.includes):
        path: ElementPath = ("includes", index)
        if include.id in {each.id for each in file.model.includes[:index]} and file.document:
            where = file.document.locate_value((*path, "id"))
            yield Problem(f"{include.id} is included twice", where, "say `times` instead")
        if include.id not in known and file.document:
            where = file.document.locate_value((*path, "id"))
            hint = faults.suggest(include.id, known) or f"there are: {', '.join(sorted(known))}"
            yield Problem(f'there are no materials "{include.id}"', where, hint)
        yield from _names(file, (*path, "times"), include.times, own)
        for name, formula in include.given.items():
            yield from _names(file, (*path, "given", name), formula, own)
            if include.id in known:
                yield from _known(file, (*path, "given", name), name, inside)


def _inside(name: str, known: Mapping[str, Materials | None]) -> dict[str, Driver]:
    """Drivers of all that materials include, at any depth."""
    found: dict[str, Driver] = {}
    for inner in _below(name, known):
        model = known.get(inner)
        found |= model.drivers if model else {}
    return found


def _below(name: str, known: Mapping[str, Materials | None]) -> set[str]:
    """Ids of all that materials include, at any depth."""
    seen: set[str] = set()
    open_ = [name]
    while open_:
        model = known.get(open_.pop())
        new = {include.id for include in model.includes} - seen if model else set()
        seen |= new
        open_ += new
    return seen


def _nested(files: Sequence[File[Materials]]) -> Iterator[Problem]:
    known = {file.stem: file.model for file in files}
    for file in files:
        if file.stem in _below(file.stem, known) and file.document:
            where = file.document.locate(("includes",))
            yield Problem(f"{file.stem} includes itself", where, "break the circle")
        elif file.document and _expanded(file.stem, known) > _MOST:
            where = file.document.locate(("includes",))
            message = f"{file.stem} includes more than {_MOST:,} materials, one in another"
            yield Problem(message, where, "say `times` instead of including twice")


_MOST = 1000
"""Most materials within materials, counted as often as they are there."""


def _expanded(name: str, known: Mapping[str, Materials | None]) -> int:
    """How many materials are within others, as far as it is not more than too many."""
    count = 0
    open_ = [name]
    while open_ and count <= _MOST:
        model = known.get(open_.pop())
        inner = [include.id for include in model.includes] if model else []
        count += len(inner)
        open_ += inner
    return count


def _kinds(files: Sequence[File[Materials]]) -> Iterator[Problem]:
    """Every kind of element has one bill of materials."""
    owners: dict[tuple[str, str], str] = {}
    for file in files:
        if file.model is None or file.model.of not in ("service", "store", "broker"):
            continue
        for index, kind in enumerate(file.model.kinds or ("",)):
            owner = owners.setdefault((file.model.of, kind), file.stem)
            if owner != file.stem and file.document:
                told = f'kind "{kind}"' if kind else "kinds without materials of their own"
                where = file.document.locate_value(("kinds", index) if kind else ("of",))
                message = f"{owner} is for the {file.model.of} {told} too"
                yield Problem(message, where, "keep one of them, or replace the file")


def _names(
    file: File[Drivers] | File[Materials],
    path: ElementPath,
    formula: str,
    known: Mapping[str, Driver],
) -> Iterator[Problem]:
    for name in parse(formula).names:
        yield from _known(file, path, name, known)


def _known(
    file: File[Drivers] | File[Materials],
    path: ElementPath,
    name: str,
    known: Mapping[str, Driver],
) -> Iterator[Problem]:
    if name not in known and name not in CONSTANTS and file.document:
        hint = faults.suggest(name, [*known, *CONSTANTS]) or "add it to `drivers`"
        yield Problem(f'there is no driver "{name}"', file.document.locate_value(path), hint)


def _reached(formula: str, known: Mapping[str, Driver]) -> set[str] | None:
    """Every driver that a formula rests on; None where the way there is too long."""
    found: set[str] = set()
    level = {*parse(formula).names}
    for _ in range(_DEEPEST):
        found |= level
        formulas = [known[name].formula for name in level if name in known]
        below = {name for each in formulas if each for name in parse(each).names}
        level = below - found
        if not level:
            return found
    return None


# What costs say about the rest of the catalog


def check_entries(files: Files, entries: Collection[str]) -> Iterator[Problem]:
    """Architectures and patterns that costs are told of are in the catalog; `entries` are its."""
    for file in files.materials:
        subject = file.model.of if file.model else ""
        named = subject in ("architecture", "pattern") and file.stem not in entries
        if named and file.document:
            where = file.document.locate_value(("id",))
            hint = faults.suggest(file.stem, entries) or "`patternctl patterns` lists them"
            yield Problem(f'there is no pattern or baseline "{file.stem}"', where, hint)
    yield from _check_reference(files)


def _check_reference(files: Files) -> Iterator[Problem]:
    file = files.reference
    if file.model is None or file.document is None:
        return
    known = {each.stem: each.model for each in files.materials}
    shared = files.drivers.model.drivers if files.drivers.model else {}
    for name, told in file.model.architectures.items():
        path: ElementPath = ("architectures", name)
        if name not in known:
            where = file.document.locate(path)
            hint = faults.suggest(name, known) or "add its bill of materials"
            yield Problem(f'there are no materials "{name}"', where, hint)
            continue
        model = known[name]
        own = {**shared, **(model.drivers if model else {}), **_inside(name, known)}
        for driver in told.agrees:
            if driver not in own:
                where = file.document.locate((*path, "agrees", driver))
                hint = faults.suggest(driver, own) or "name a driver"
                yield Problem(f'there is no driver "{driver}"', where, hint)
