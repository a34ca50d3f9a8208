"""The files of a project."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Literal, NamedTuple

from patternctl.model.scaffold import Answers, Unit
from patternctl.model.units import format_duration
from patternctl.scaffold import architecture, names, stated, units
from patternctl.templating import render

_PREFIX = "scaffold/python"
_TEMPLATE = ".j2"
_PACKAGE = "package"
_ABOUT = "unit.yaml"
_SERVICE = "{service}"
"""In the path of a template of which there is a file for each service."""
_FRAGMENT = "architecture.yaml.j2"
"""What a unit adds to the project's own manifest."""


class Entry(NamedTuple):
    """A function of a unit that the base calls by a name: a worker, or a command."""

    name: str
    unit: str
    module: str
    function: str

    @property
    def alias(self) -> str:
        """Name of the module where those of all units meet."""
        return f"{self.unit}_{self.module}"


class Part(NamedTuple):
    """A unit as templates see it."""

    name: str
    module: str
    """Its package in the project's."""
    told: Unit
    documented: bool
    """Whether it has a page in `docs`."""

    @property
    def kind(self) -> str:
        """What a server is to the project, such as `store`; its URL is the setting `store_url`."""
        return self.name.partition("-")[0]

    @property
    def variable(self) -> str:
        """Of the environment, which tells the tests where the server is."""
        scheme = self.told.server.scheme if self.told.server else ""
        return f"TEST_{scheme.partition('+')[0].upper()}_URL"


def files(answers: Answers, chosen: units.Chosen) -> dict[str, str]:
    """Text of every file, by its path in the project.

    Raises `UsageError` where names of the manifest mean parts of the project.
    """
    values = _values(answers, chosen)
    found: dict[str, str] = {}
    fragments: dict[str, str] = {}
    for name in chosen.units:
        for source, path, more in _each(name, answers):
            text = render(f"{_PREFIX}/{name}/{source}", {**values, **more})
            if source == _FRAGMENT:
                fragments[name] = text
            elif text or not source.endswith(_TEMPLATE):  # else it is for other sets of units
                found[_target(path, str(values["package"]))] = text
    system = architecture.system(fragments, stated.UNIT)
    counted = (each for unit in chosen.units.values() for each in unit.objectives)
    found[architecture.FILE] = architecture.text(system)
    found |= architecture.operations(system, counted)
    return dict(sorted(found.items()))


def _each(unit: str, answers: Answers) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Template, its path in the project, and its own values: one for each service if it says so."""
    for source in _sources(unit):
        if _SERVICE in source:
            for service in stated.services(answers):
                yield source, source.replace(_SERVICE, service.module), {"service": service}
        else:
            yield source, source, {}


def _values(answers: Answers, chosen: units.Chosen) -> dict[str, object]:
    services = stated.services(answers)
    parts = [
        Part(
            name,
            names.package(name),
            stated.unit(unit, services) if name == stated.UNIT else unit,
            f"docs/{name}.md.j2" in _sources(name),
        )
        for name, unit in chosen.units.items()
    ]
    return {
        "name": answers.name,
        "title": answers.name.replace("-", " ").capitalize(),
        "package": names.package(answers.name),
        "prefix": names.package(answers.name).upper(),
        "has": frozenset(chosen.units),
        "patterns": chosen.patterns,
        "parts": parts,
        "by_module": sorted(parts, key=lambda part: part.module),
        "workers": [*_entries(parts, "workers")],
        "commands": [*_entries(parts, "commands")],
        "servers": [part for part in parts if part.told.server],
        "packages": _requirements(part.told.packages for part in parts),
        "testing": _requirements(part.told.testing for part in parts),
        "store": answers.store,
        "broker": answers.broker,
        "duration": format_duration,
        "adopted": partial(_setting, answers.settings),
        "written_by": answers.written_by,
        "services": services,
        "modules": stated.modules(services),
        "events": [*stated.events(answers).values()],
        "longest": stated.longest(services),
        "slow": stated.slow(services),
    }


def _setting(
    settings: Mapping[str, Mapping[str, float | str]], pattern: str, key: str, default: object
) -> object:
    """What a manifest states of an adopted pattern."""
    return settings.get(pattern, {}).get(key, default)


def _entries(parts: Sequence[Part], kind: Literal["workers", "commands"]) -> Iterator[Entry]:
    for part in parts:
        for name, function in getattr(part.told, kind).items():
            module, _, attribute = function.partition(".")
            yield Entry(name, part.module, module, attribute)


def _requirements(lists: Iterator[Sequence[str]]) -> list[str]:
    return sorted({each for found in lists for each in found}, key=str.casefold)


@cache
def _sources(unit: str) -> tuple[str, ...]:
    """Paths of a unit's templates within it."""
    top = units.folder() / unit
    paths = (
        Path(folder, name).relative_to(top).as_posix()
        for folder, _, found in os.walk(top)
        for name in found
    )
    return tuple(sorted(path for path in paths if path != _ABOUT))


def _target(source: str, package: str) -> str:
    first, _, rest = source.removesuffix(_TEMPLATE).partition("/")
    return f"src/{package}/{rest}" if first == _PACKAGE else source.removesuffix(_TEMPLATE)
