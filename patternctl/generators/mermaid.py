"""Diagrams in Mermaid's language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from patternctl.generators import _drawing
from patternctl.generators._drawing import KINDS, LINES, TONES, Drawing, Look, Mark
from patternctl.model.diagram import Edge, Flow, Node, Sequence, States

MOST_CHARACTERS = 50_000
"""Mermaid's `maxTextSize`, which GitHub does not raise."""
MOST_EDGES = 500
"""Mermaid's `maxEdges`, likewise."""

_SPECIAL = str.maketrans({char: f"#{ord(char)};" for char in '#"<>&`\\;:%{}|*$[]^'})
_LIST = re.compile(r"^([-+=]|\d+[.)])")
_PLAIN = str.maketrans(dict.fromkeys('#;{}%"<>&`\\', " "))
_SHAPES = {
    "actor": ('(["', '"])'),
    "service": ('["', '"]'),
    "store": ('[("', '")]'),
    "cache": ('[("', '")]'),
    "queue": ('[/"', '"/]'),
    "log": ('[/"', '"/]'),
    "worker": ('("', '")'),
    "decision": ('{"', '"}'),
    "timer": ('(("', '"))'),
    "network": ('{{"', '"}}'),
    "platform": ('[["', '"]]'),
    "outcome": ('(["', '"])'),
    "step": ('("', '")'),
    "external": ('["', '"]'),
}
_GROUNDS = {"error": "red", "warning": "yellow", "info": "purple", "unknown": "grey"}
"""What messages of these tones stand on; sequences have no other."""
_DASHES = {"sync": "", "async": "8 5", "data": "2 4", "control": "10 4 2 4"}
_ARROWS = {"sync": "-->", "async": "-.->", "data": "-.->", "control": "-.->"}


def render(drawing: Drawing) -> str:
    """The drawing as Mermaid text."""
    diagram = drawing.diagram
    if isinstance(diagram, Flow):
        body = _flow(diagram, drawing)
    elif isinstance(diagram, Sequence):
        body = _sequence(diagram, drawing)
    else:
        body = _states(diagram, drawing)
    return "\n".join(body) + "\n"


def escaped(text: str) -> str:
    """Text of a label that ends nothing early and is not taken for markup or a directive."""
    text = text.translate(_SPECIAL)
    if found := _LIST.match(text):
        # mermaid reads labels as Markdown, and refuses lists in them
        last = found.end() - 1
        text = f"{text[:last]}#{ord(text[last])};{text[last + 1 :]}"
    return text


def _titles(drawing: Drawing) -> Iterator[str]:
    """Title and description for readers of screens; entities are not read there."""
    for key, text in (("accTitle", drawing.diagram.title), ("accDescr", _drawing.told(drawing))):
        plain = _drawing.clean(text, 800).translate(_PLAIN)
        yield f"  {key}: {' '.join(plain.split()) or 'diagram'}"


def _label(parts: Iterable[str], width: int = 26) -> str:
    """Parts below one another, each wrapped."""
    rows = [row for part in parts if part for row in _drawing.lines(part, width)]
    return "<br/>".join(map(escaped, rows))


def _flow(flow: Flow, drawing: Drawing) -> Iterator[str]:
    ids = _drawing.names(flow.nodes, "n")
    yield f"flowchart {'LR' if flow.direction == 'right' else 'TB'}"
    yield from _titles(drawing)
    yield from _boxes(flow, drawing, ids)
    for number, edge in enumerate(flow.edges):
        yield f"  {ids[edge.source]} {_arrow(edge, drawing.arrows.get(number))} {ids[edge.target]}"
    samples = _samples(flow, drawing)
    yield from _legend(drawing, samples)
    yield from _lines(flow, drawing, samples)
    yield from _classes(flow, drawing)
    if samples:
        yield "  classDef key fill:transparent,stroke:transparent"


def _boxes(flow: Flow, drawing: Drawing, ids: dict[str, str]) -> Iterator[str]:
    inside: dict[str | None, list[str]] = defaultdict(list)
    for key, node in flow.nodes.items():
        inside[node.within].append(_node(ids[key], node, drawing.nodes.get(key)))
    groups = _drawing.filled(flow)
    names = _drawing.names(groups, "g")
    indent = "  "
    for group, way in _drawing.nested(groups):
        if way < 0:
            indent = indent[2:]
            yield f"{indent}end"
            continue
        yield f'{indent}subgraph {names[group]}["{_label([flow.groups[group].label], 60)}"]'
        indent += "  "
        yield from (indent + line for line in inside[group])
    yield from ("  " + line for line in inside[None])


def _node(name: str, node: Node, mark: Mark | None) -> str:
    left, right = _SHAPES[node.kind]
    label = _label((_drawing.marked(node.label, mark), node.detail or "", _drawing.codes(mark)))
    return f"{name}{left}{label}{right}:::{mark.tone if mark else node.kind}"


def _arrow(edge: Edge, mark: Mark | None) -> str:
    arrow = _ARROWS[edge.style]
    label = _label((_drawing.marked(edge.label or "", mark), _drawing.codes(mark)), 30)
    return f'{arrow}|"{label}"|' if label else arrow


def _samples(flow: Flow, drawing: Drawing) -> list[str]:
    """Styles of edges that the legend shows: where there is but one, nothing needs telling."""
    found = _drawing.styles(flow)
    return found if drawing.legend and len(found) > 1 else []


def _legend(drawing: Drawing, samples: list[str]) -> Iterator[str]:
    found = _drawing.tones(drawing) if drawing.legend else []
    if not samples and not found:
        return
    yield '  subgraph legend["Legend"]'
    yield "    direction LR"
    for number, style in enumerate(samples):
        yield f'    k{number}[" "]:::key {_ARROWS[style]}|"{LINES[style]}"| l{number}[" "]:::key'
    for number, tone in enumerate(found):
        label = escaped(_drawing.codes_of(tone) + TONES[tone].word)
        yield f'    t{number}["{label}"]:::{tone}'
    yield "  end"


def _lines(flow: Flow, drawing: Drawing, samples: list[str]) -> Iterator[str]:
    """Colours and dashes, each once with the numbers of its arrows."""
    looks: dict[str, list[int]] = defaultdict(list)
    for number, edge in enumerate(flow.edges):
        looks[_line(edge.style, drawing.arrows.get(number))].append(number)
    for number, style in enumerate(samples, start=len(flow.edges)):
        looks[_line(style, None)].append(number)
    for look, numbers in looks.items():
        if look:
            yield f"  linkStyle {','.join(map(str, numbers))} {look}"


def _line(style: str, mark: Mark | None) -> str:
    parts = []
    dashes = _DASHES[style]
    if mark:
        look = TONES[mark.tone]
        parts.append(f"stroke:{look.stroke},stroke-width:{'1.5px' if look.dashed else '3px'}")
        dashes = "5 5" if look.dashed else dashes
    if dashes:
        parts.append(f"stroke-dasharray:{dashes}")
    return ",".join(parts)


def _classes(flow: Flow, drawing: Drawing) -> Iterator[str]:
    kinds = {node.kind for key, node in flow.nodes.items() if key not in drawing.nodes}
    yield from (f"  {_class(kind, look)}" for kind, look in KINDS.items() if kind in kinds)
    yield from (f"  {_class(tone, TONES[tone])}" for tone in _drawing.tones(drawing))


def _class(name: str, look: Look) -> str:
    dashes = ",stroke-dasharray:5 4" if look.dashed else ""
    return f"classDef {name} fill:{look.fill},stroke:{look.stroke},color:{look.text}{dashes}"


def _sequence(sequence: Sequence, drawing: Drawing) -> Iterator[str]:
    ids = _drawing.names(sequence.participants, "p")
    yield "sequenceDiagram"
    yield from _titles(drawing)
    for key, label in sequence.participants.items():
        mark = drawing.nodes.get(key)
        yield f"  participant {ids[key]} as {_label((label, _drawing.codes(mark)))}"
    indent = "  "
    for case in _drawing.walked(sequence.steps):
        if case.kind in ("else", "close"):
            indent = indent[2:]
        if case.kind == "close":
            yield f"{indent}end"
        elif case.kind in ("open", "else"):
            word = "alt" if case.kind == "open" else "else"
            yield f"{indent}{word} {escaped(_drawing.clean(case.when))}"
            indent += "  "
        else:
            yield from _spoken(case, ids, drawing, indent)
    yield from _sequence_legend(drawing, [*ids.values()])


def _spoken(
    case: _drawing.Case, ids: dict[str, str], drawing: Drawing, indent: str
) -> Iterator[str]:
    """A note or a message; a marked one stands on its colour."""
    step = case.step
    assert step is not None  # noqa: S101 -- only cases of alternatives have none
    if case.kind == "note":
        over = [name for name in ids.values() if name in {ids[key] for key in step.over}]
        ends = dict.fromkeys((over[0], over[-1]))
        yield f"{indent}Note over {','.join(ends)}: {_label([step.note or ''], 40)}"
        return
    mark = drawing.arrows.get(case.number)
    arrow = "-->>" if step.reply else "->>" if step.waits else "-)"
    label = _label((_drawing.marked(step.say or "", mark), _drawing.codes(mark)), 60)
    source, target = ids[step.source or ""], ids[step.target or ""]
    if mark:
        yield f"{indent}rect {_rgb(TONES[mark.tone].fill)}"
    yield f"{indent}{source}{arrow}{target}: {label}"
    if mark:
        yield f"{indent}end"


def _sequence_legend(drawing: Drawing, ids: list[str]) -> Iterator[str]:
    found = _drawing.tones(drawing) if drawing.legend else []
    if found:
        words = [f"{_GROUNDS[tone]} for {TONES[tone].word}" for tone in found if tone in _GROUNDS]
        ends = dict.fromkeys((ids[0], ids[-1]))
        yield f"  Note over {','.join(ends)}: {escaped('Legend: ' + ', '.join(words))}"


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def _states(machine: States, drawing: Drawing) -> Iterator[str]:
    ids = _drawing.names(machine.states, "s") | {"start": "[*]", "end": "[*]"}
    yield "stateDiagram-v2"
    yield from _titles(drawing)
    within = {key: state.within for key, state in machine.states.items()}
    composite = {*within.values()}
    transitions = _transitions(machine, drawing, ids)
    indent = "  "
    for key, way in _drawing.nested(within):
        if way < 0:
            if key in composite:
                yield from (indent + line for line in transitions[key])
                indent = indent[2:]
                yield f"{indent}}}"
            continue
        mark = drawing.nodes.get(key)
        label = _label((_drawing.marked(machine.states[key].label, mark), _drawing.codes(mark)))
        yield f'{indent}state "{label}" as {ids[key]}{" {" if key in composite else ""}'
        indent += "  " if key in composite else ""
    yield from ("  " + line for line in transitions[None])
    yield from _state_classes(drawing, ids)


def _transitions(
    machine: States, drawing: Drawing, ids: Mapping[str, str]
) -> dict[str | None, list[str]]:
    """Transitions by the state inside of which they stand."""
    found: dict[str | None, list[str]] = defaultdict(list)
    for number, step in enumerate(machine.transitions):
        mark = drawing.arrows.get(number)
        label = _label((_drawing.marked(step.on or "", mark), _drawing.codes(mark)), 30)
        line = f"{ids[step.source]} --> {ids[step.target]}{f' : {label}' if label else ''}"
        found[_drawing.begun(machine, step)].append(line)
    return found


def _state_classes(drawing: Drawing, ids: dict[str, str]) -> Iterator[str]:
    named: dict[str, list[str]] = defaultdict(list)
    for key, mark in drawing.nodes.items():
        named[mark.tone].append(ids[key])
    for tone in _drawing.tones(drawing):
        if tone in named:
            yield f"  {_class(tone, TONES[tone])}"
            yield f"  class {','.join(named[tone])} {tone}"
