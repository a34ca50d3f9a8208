"""Cutting a drawing that is too large for the tools that show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as Row
from typing import NamedTuple

from patternctl.generators import mermaid
from patternctl.generators._drawing import Drawing, Mark
from patternctl.model.diagram import Edge, Flow, Sequence, States

_CHARACTERS = mermaid.MOST_CHARACTERS - 6_000
"""Room is left for the legend, the classes and the header."""
_ARROWS = mermaid.MOST_EDGES - 20
_OVERHEAD = 80
"""Characters of an element's line beside its label, numbers of styles included."""


def parts(drawing: Drawing) -> list[tuple[Drawing, str]]:
    """The drawing with its Mermaid text, or several that show it together, each within limits.

    Every arrow is on one part. A node is drawn where its arrows begin; on other parts it is grey.
    """
    text = mermaid.render(drawing)
    if len(text) <= _CHARACTERS and _arrows(drawing) <= _ARROWS:
        return [(drawing, text)]
    diagram = drawing.diagram
    if isinstance(diagram, Flow):
        cut = [*_flows(diagram, drawing)]
    elif isinstance(diagram, States):
        cut = [*_machines(diagram, drawing)]
    else:
        cut = [*_sequences(diagram, drawing)]
    titled = []
    for number, part in enumerate(cut, start=1):
        title = f"{diagram.title} (part {number} of {len(cut)})"
        named = part.diagram.model_copy(update={"title": title})
        part = part._replace(diagram=named, description=f"{title}. {drawing.description}")
        titled.append((part, mermaid.render(part)))
    return titled


def _arrows(drawing: Drawing) -> int:
    return len(drawing.diagram.edges) if isinstance(drawing.diagram, Flow) else 0


def _weight(*texts: str | None) -> int:
    """Characters that a line with these texts may take."""
    longest = 160  # what labels are cut to
    return _OVERHEAD + sum(len(mermaid.escaped(text[:longest])) + 30 for text in texts if text)


class _Item(NamedTuple):
    """One line of a text, and the nodes it needs."""

    characters: int
    """Of its own."""
    arrows: int
    keys: tuple[str, ...]


def _packed(items: Iterable[_Item], sizes: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Begin and end of runs of items that fit together; `sizes` are those of nodes."""
    begin = characters = arrows = end = 0
    there: set[str] = set()
    for end, item in enumerate(items):
        needed = item.characters + sum(sizes.get(key, 0) for key in {*item.keys} - there)
        full = characters + needed > _CHARACTERS or arrows + item.arrows > _ARROWS
        if end > begin and full:
            yield begin, end
            begin, characters, arrows = end, 0, 0
            there.clear()
            needed = item.characters + sum(sizes.get(key, 0) for key in {*item.keys})
        characters += needed
        arrows += item.arrows
        there.update(item.keys)
    yield begin, end + 1


def _flows(flow: Flow, drawing: Drawing) -> Iterator[Drawing]:
    """Nodes in the order of their groups, each with the arrows that begin at it."""
    leaving: dict[str, list[int]] = {key: [] for key in _by_group(flow)}
    for number, edge in enumerate(flow.edges):
        leaving[edge.source].append(number)
    items: list[tuple[str, int | None]] = []
    for key, numbers in leaving.items():
        items.append((key, None))
        items += [(key, number) for number in numbers]
    sizes = {key: _weight(node.label, node.detail) for key, node in flow.nodes.items()}
    lines = (
        _Item(0, 0, (key,))
        if number is None
        else _Item(_weight(flow.edges[number].label), 1, (key, flow.edges[number].target))
        for key, number in items
    )
    for begin, end in _packed(lines, sizes):
        yield _part(flow, drawing, items[begin:end])


def _by_group(flow: Flow) -> list[str]:
    order = {group: place for place, group in enumerate(flow.groups)}
    return sorted(flow.nodes, key=lambda key: order.get(flow.nodes[key].within or "", len(order)))


def _part(flow: Flow, drawing: Drawing, items: Row[tuple[str, int | None]]) -> Drawing:
    own = dict.fromkeys(key for key, _ in items)
    numbers = [number for _, number in items if number is not None]
    edges: list[Edge] = [flow.edges[number] for number in numbers]
    shown = dict.fromkeys((*own, *(edge.target for edge in edges)))
    nodes = {
        key: flow.nodes[key] if key in own else flow.nodes[key].model_copy(update={"within": None})
        for key in shown
    }
    marks = {
        key: drawing.nodes[key] if key in drawing.nodes else Mark("outside")
        for key in shown
        if key in drawing.nodes or key not in own
    }
    arrows = {
        place: drawing.arrows[number]
        for place, number in enumerate(numbers)
        if number in drawing.arrows
    }
    made = flow.model_copy(update={"nodes": nodes, "edges": tuple(edges)})
    return drawing._replace(diagram=made, nodes=marks, arrows=arrows)


def _machines(machine: States, drawing: Drawing) -> Iterator[Drawing]:
    sizes = {key: _weight(state.label) for key, state in machine.states.items()}
    lines = (_Item(_weight(t.on), 1, (t.source, t.target)) for t in machine.transitions)
    for begin, end in _packed(lines, sizes):
        transitions = machine.transitions[begin:end]
        kept = {key for step in transitions for key in (step.source, step.target)}
        kept |= {outer for key in kept for outer in _around(machine, key)}
        states = {key: state for key, state in machine.states.items() if key in kept}
        made = machine.model_copy(update={"states": states, "transitions": transitions})
        yield _cut(drawing._replace(diagram=made), states, begin, end)


def _around(machine: States, key: str) -> Iterator[str]:
    """The states that a state is a part of."""
    state = machine.states.get(key)
    while state and state.within:
        yield state.within
        state = machine.states[state.within]


def _sequences(sequence: Sequence, drawing: Drawing) -> Iterator[Drawing]:
    sizes = {key: _weight(label) for key, label in sequence.participants.items()}
    lines = (
        _Item(_weight(step.say), 1, (step.source or "", step.target or ""))
        for step in sequence.steps
    )
    for begin, end in _packed(lines, sizes):
        steps = sequence.steps[begin:end]
        ends = {key for step in steps for key in (step.source, step.target, *step.over)}
        involved = {key: text for key, text in sequence.participants.items() if key in ends}
        made = sequence.model_copy(update={"participants": involved, "steps": steps})
        yield _cut(drawing._replace(diagram=made), involved, begin, end)


def _cut(drawing: Drawing, kept: Iterable[str], begin: int, end: int) -> Drawing:
    """The marks of what is left."""
    left = {*kept}
    return drawing._replace(
        nodes={key: mark for key, mark in drawing.nodes.items() if key in left},
        arrows={
            number - begin: mark for number, mark in drawing.arrows.items() if begin <= number < end
        },
    )
