"""The chosen patterns with all that they need, in the order to build them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from itertools import combinations

from patternctl.engine.ranking import Entries
from patternctl.model.choosing import BuildStep, Conflict
from patternctl.rulekit.graph import components
from patternctl.rulekit.tree import Code, code


def build_order(entries: Entries, chosen: Mapping[str, str]) -> tuple[BuildStep, ...]:
    """`chosen` (reason by pattern) and what it lacks, prerequisites first, ties by code.

    What a pattern requires is added, with all that this requires in turn; then, of what it wants,
    the first that would do where none is there. What is wanted comes first as well, unless the two
    wait for one another. All ids are of `entries`.
    """
    steps = {name: BuildStep(name, because, added=False) for name, because in chosen.items()}
    while lacking := next(_lacking(entries, steps), None):
        steps[lacking.pattern] = lacking
    return tuple(steps[name] for name in _order(entries, steps))


def conflicts(entries: Entries, chosen: Iterable[str]) -> tuple[Conflict, ...]:
    """Pairs that work against one another, by code; either side may be the one to say so."""
    found: list[Conflict] = []
    for one, other in combinations(_by_code(entries, chosen), 2):
        why = entries[one].conflicts_with.get(other) or entries[other].conflicts_with.get(one)
        if why:
            found.append(Conflict(one, other, why))
    return tuple(found)


def _lacking(entries: Entries, steps: Mapping[str, BuildStep]) -> Iterator[BuildStep]:
    """What is to be added next: requirements before wishes, since they may fulfil these."""
    present = _by_code(entries, steps)
    for name in present:
        for needed, why in entries[name].requires.items():
            if needed not in steps:
                yield BuildStep(needed, f"{name} requires it: {why}", added=True)
    for name in present:
        for want in entries[name].wants:
            if not any(each in steps for each in want.any_of):
                yield BuildStep(want.any_of[0], f"{name} wants it: {want.why}", added=True)


def _order(entries: Entries, steps: Iterable[str]) -> Iterator[str]:
    sorter = TopologicalSorter(_prerequisites(entries, set(steps)))
    sorter.prepare()
    ready: list[tuple[Code, str]] = []
    while sorter.is_active():
        for name in sorter.get_ready():
            heappush(ready, (code(entries[name].code), name))
        _, name = heappop(ready)
        yield name
        sorter.done(name)


def _prerequisites(entries: Entries, chosen: set[str]) -> dict[str, set[str]]:
    """What comes before each pattern; of wishes those that do not lead round in a circle."""
    required = {name: chosen & entries[name].requires.keys() for name in chosen}
    wanted = {
        name: {each for want in entries[name].wants for each in want.any_of if each in chosen}
        for name in chosen
    }
    circles = components({name: sorted(required[name] | wanted[name]) for name in chosen})
    circle = {name: number for number, names in enumerate(circles) for name in names}
    return {
        name: required[name]
        | {each for each in wanted[name] if name not in circle or circle[name] != circle.get(each)}
        for name in chosen
    }


def _by_code(entries: Entries, names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (code(entries[name].code), name))
