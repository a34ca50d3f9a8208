"""The units there are, and which of them a set of patterns takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from patternctl import catalog, faults, resources, yamlio
from patternctl.errors import Problem, UsageError
from patternctl.model.scaffold import Unit

BASE = "base"
EMBEDDED = {"broker": "embedded", "store": "sqlite"}
"""What needs no server, and is in every project that needs a broker or store."""
_FILE = "unit.yaml"


class Chosen(NamedTuple):
    """What a project is made of."""

    patterns: tuple[str, ...]
    """Those asked for and those that these bring, by id."""
    units: Mapping[str, Unit]
    """By name, each after those that it needs."""
    remarks: tuple[str, ...]
    """What came unasked, and why."""


def folder() -> Path:
    """Where the units are."""
    return resources.directory("templates") / "scaffold" / "python"


@cache
def known() -> Mapping[str, Unit]:
    """Every unit by name, drafts left out."""
    files = sorted(folder().glob(f"*/{_FILE}"))
    found = {file.parent.name: Unit.model_validate(yamlio.read(file).plain()) for file in files}
    return {name: unit for name, unit in found.items() if not unit.draft}


def patterns() -> dict[str, Unit]:
    """The units that can be asked for, by the id of their pattern."""
    return {name: unit for name, unit in known().items() if _relations(name)}


def options(kind: str) -> list[str]:
    """What can be chosen as a `broker` or `store`, by name; the embedded one comes first."""
    servers = [name.removeprefix(f"{kind}-") for name in known() if name.startswith(f"{kind}-")]
    return [EMBEDDED[kind], *servers]


def choose(asked: Sequence[str], servers: Mapping[str, str], besides: Sequence[str] = ()) -> Chosen:
    """What patterns take, with what they require.

    `servers` are the names of broker and store, of which those come in that a pattern needs;
    `besides` are units that are no patterns.
    Raises `UsageError` with every pattern that is unknown, has no unit, or does not go with
    another.
    """
    ids, problems = _ids(asked)
    taken, remarks = _with_required(ids)
    problems += _conflicts(taken)
    if problems:
        raise UsageError(*problems)
    needed = _closure([BASE, *taken, *besides])
    clients = [
        f"{kind}-{name}"
        for kind, name in servers.items()
        if kind in needed and name != EMBEDDED[kind]
    ]
    units = {name: known()[name] for name in _closure([*needed, *clients])}
    return Chosen(tuple(taken), units, tuple(remarks))


def _ids(asked: Sequence[str]) -> tuple[list[str], list[Problem]]:
    found: list[str] = []
    problems: list[Problem] = []
    for name in asked:
        try:
            found.append(name if name in known() else catalog.pattern(name).id)
        except UsageError as error:
            problems += error.problems
    problems += [
        Problem(
            f"there is no code for {name} yet" if _relations(name) else f"{name} is no pattern",
            hint=f"there is for: {', '.join(patterns())}",
        )
        for name in dict.fromkeys(found)
        if name not in known() or not _relations(name)
    ]
    return [name for name in dict.fromkeys(found) if name in known()], problems


def _with_required(ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Ids with what they require, and for what they want one of, the first there is code for."""
    taken, remarks = list(ids), []
    for name in taken:  # grows meanwhile
        relations = _relations(name)
        if relations is None:
            continue
        for other, why in relations.requires.items():
            if other not in taken and other in known():
                taken.append(other)
                remarks.append(f"{name} brings {other}: {why}")
        for want in relations.wants:
            here = [other for other in want.any_of if other in known()]
            if here and not set(want.any_of) & set(taken):
                taken.append(here[0])
                remarks.append(f"{name} brings {here[0]}: {want.why}")
    return taken, remarks


def _conflicts(ids: Sequence[str]) -> Iterator[Problem]:
    for number, name in enumerate(ids):
        relations = _relations(name)
        for other in ids[number + 1 :]:
            if relations and (why := relations.conflicts_with.get(other)):
                hint = "make two projects of them"
                yield Problem(f"{name} and {other} do not go together: {why}", hint=hint)


def _closure(names: Iterable[str]) -> dict[str, None]:
    """Names with all that they need, each after what it needs."""
    done: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in done:
            for other in known()[name].needs:
                visit(other)
            done[name] = None

    for name in names:
        visit(name)
    return done


@cache
def _relations(name: str) -> catalog.Relations | None:
    return catalog.relations(name)


def requirements() -> list[str]:
    """All that is installed with projects, theirs and what that needs."""
    pins = (folder() / BASE / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [*pins, *(each for unit in known().values() for each in (*unit.packages, *unit.testing))]


def unknown(kind: str, name: str) -> Problem:
    """Complaint about a broker or store that there is not."""
    there = options(kind)
    hint = faults.suggest(name, there) or f"there are: {', '.join(there)}"
    return Problem(f"there is no {kind} {faults.shown(name)}", hint=hint)
