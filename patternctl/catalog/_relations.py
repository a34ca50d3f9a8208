"""Relations between entries: what they point to exists, and points back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from patternctl import faults
from patternctl.catalog._units import Unit
from patternctl.errors import Problem
from patternctl.yamlio import ElementPath

Units = Mapping[str, Unit]


class Edge(NamedTuple):
    """One entry refers to another."""

    source: Unit
    target: str
    path: ElementPath


class Known(NamedTuple):
    """Everything that relations may point to: what was read, and all ids there are."""

    entries: Units
    antipatterns: Units
    mechanisms: Units
    entry_ids: Collection[str]
    """Ids of entries, those of unreadable files too."""
    antipattern_ids: Collection[str]


def check(known: Known) -> Iterator[Problem]:
    """Every relation that is dangling, one-way, to itself or, for `requires`, round."""
    for field, back in (
        ("requires", "required_by"),
        ("composes_with", "composes_with"),
        ("conflicts_with", "conflicts_with"),
    ):
        forward, backward = _edges(known.entries, field), _edges(known.entries, back)
        yield from _dangling(forward, known.entry_ids, "pattern", "patterns")
        yield from one_way(forward, backward, known.entries, back)
        if field != back:
            yield from _dangling(backward, known.entry_ids, "pattern", "patterns")
            yield from one_way(backward, forward, known.entries, field)
    yield from _rounds(_edges(known.entries, "requires"))
    wants = [
        Edge(unit, word, ("wants", number, "any_of", index))
        for unit in known.entries.values()
        for number, want in unit.items("wants")
        for index, word in enumerate(want.get("any_of") or ())
        if isinstance(word, str)
    ]
    yield from _dangling(wants, known.entry_ids, "pattern", "patterns")
    alternatives = [
        Edge(unit, word, path)
        for unit in known.entries.values()
        for path, word in unit.words("alternatives", "pattern")
    ]
    yield from _dangling(alternatives, known.entry_ids, "pattern", "patterns")
    yield from one_way(alternatives, alternatives, known.entries, "alternatives")
    yield from _with_antipatterns(known)
    yield from _with_mechanisms(known)


def _with_antipatterns(known: Known) -> Iterator[Problem]:
    cures = _edges(known.entries, "cures")
    cured = _edges(known.antipatterns, "cured_by")
    pitfalls = [
        Edge(unit, word, path)
        for unit in known.entries.values()
        for path, word in unit.words("pitfalls", "antipattern")
    ]
    yield from _dangling((*cures, *pitfalls), known.antipattern_ids, "anti-pattern", "rules")
    yield from _dangling(cured, known.entry_ids, "pattern", "patterns")
    yield from one_way(cures, cured, known.antipatterns, "cured_by")
    yield from one_way(cured, cures, known.entries, "cures")


def _with_mechanisms(known: Known) -> Iterator[Problem]:
    if not known.mechanisms:  # nothing of them is readable
        return
    made_of = _edges(known.entries, "mechanisms")
    used_by = _edges(known.mechanisms, "used_by")
    for edge in made_of:
        if edge.target not in known.mechanisms:
            where = edge.source.place.locate(edge.path)
            hint = "catalog/mechanisms.yaml lists them"
            yield Problem(f'there is no mechanism "{edge.target}"', where, hint)
    yield from _dangling(used_by, known.entry_ids, "pattern", "patterns")
    yield from one_way(made_of, used_by, known.mechanisms, "used_by")
    yield from one_way(used_by, made_of, known.entries, "mechanisms")


def _edges(units: Units, field: str) -> list[Edge]:
    return [
        Edge(unit, target, path) for unit in units.values() for path, target in unit.keys(field)
    ]


def one_way(
    forward: Sequence[Edge], backward: Sequence[Edge], targets: Units, back: str
) -> Iterator[Problem]:
    """Edges that the other side does not answer in its field `back`, and edges to itself.

    Only within one folder: a user's file may refer to a shipped one, which knows nothing of it.
    """
    answered = {(edge.target, edge.source.id) for edge in backward}
    for edge in forward:
        source, field = edge.source, edge.path[0]
        other = targets.get(edge.target)
        if other is None:
            continue
        where = source.place.locate(edge.path)
        if other is source:
            yield Problem(f'{field}: "{source.id}" refers to itself', where, "remove it")
        elif other.home == source.home and (source.id, edge.target) not in answered:
            message = f'{field}: "{edge.target}" does not list "{source.id}" in its {back}'
            hint = f"add it in {other.place.file}, or remove it here"
            yield Problem(message, where, hint)


def _dangling(
    edges: Sequence[Edge], known: Collection[str], kind: str, command: str
) -> Iterator[Problem]:
    for edge in edges:
        if edge.target not in known:
            hint = faults.suggest(edge.target, known) or f"`patternctl {command}` lists them"
            message = f'{edge.path[0]}: there is no {kind} "{edge.target}"'
            yield Problem(message, edge.source.place.locate(edge.path), hint)


def _rounds(edges: Sequence[Edge]) -> Iterator[Problem]:
    places = {(edge.source.id, edge.target): edge for edge in edges}
    targets: dict[str, list[str]] = {edge.source.id: [] for edge in edges}
    for edge in edges:
        if edge.source.id != edge.target:  # told as a relation to itself
            targets[edge.source.id].append(edge.target)
    for cycle in cycles(targets):
        edge = places[cycle[0], cycle[1]]
        message = f"requires goes round in a circle: {' → '.join(cycle)}"
        yield Problem(message, edge.source.place.locate(edge.path), "remove one of these")


def cycles(targets: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Circles in a graph, the first node repeated at the end: none where there are none.

    Not all of them: one for each edge that closes one on the way through the graph, in linear time.
    """
    state: dict[str, bool] = {}  # whether it lies on the trail
    for start in targets:
        if start in state:
            continue
        trail, open_edges = [start], [iter(targets[start])]
        state[start] = True
        while trail:
            for target in open_edges[-1]:
                if target not in state:
                    trail.append(target)
                    open_edges.append(iter(targets.get(target, ())))
                    state[target] = True
                    break
                if state[target]:
                    yield [*trail[trail.index(target) :], target]
            else:
                state[trail.pop()] = False
                open_edges.pop()
