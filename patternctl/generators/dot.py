"""Diagrams in Graphviz's language: flows and state machines, laid out by `dot`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from patternctl.generators import _dot, _dotsequence, _drawing
from patternctl.generators._drawing import KINDS, LINES, TONES, Drawing, Mark
from patternctl.model.diagram import Edge, Flow, Node, NodeKind, Sequence, States

_SHAPES: dict[NodeKind, tuple[str, str]] = {
    "actor": ("shape=box", "rounded,filled,bold"),
    "service": ("shape=box", "filled"),
    "store": ('shape=cylinder, margin="0.12,0.1"', "filled"),
    "cache": ('shape=cylinder, margin="0.12,0.1"', "filled"),
    "queue": ('shape=note, margin="0.15,0.06"', "filled"),
    "log": ('shape=note, margin="0.15,0.06"', "filled"),
    "worker": ("shape=box", "rounded,filled"),
    "decision": ("shape=diamond, margin=0.02", "filled"),
    "timer": ("shape=ellipse, margin=0.02", "filled"),
    "network": ("shape=hexagon, margin=0.02", "filled"),
    "platform": ("shape=component", "filled"),
    "outcome": ("shape=box", "rounded,filled,bold"),
    "step": ("shape=box", "rounded,filled"),
    "external": ("shape=box", "filled"),
}
"""Shape and style; round ones have room around their words as it is."""
_BOX = "labeljust=l, labelloc=t, style=rounded, color=gray60"
_STROKES = {
    "sync": "style=solid",
    "async": "style=dashed",
    "data": "style=dotted, penwidth=1.5",
    "control": "style=dashed, arrowhead=open, color=gray50",
}
_RANKS = "newrank=true"
"""Places nodes over all boxes at once: box by box, Graphviz 2.43 fails where arrows between boxes
run in circles ("trouble in init_rank")."""
_MANY = 200
"""Arrows of a flow beyond which curves and the best places would take Graphviz minutes."""
_MANY_CHANGES = 100
"""Likewise of a state machine, whose arrows are long."""
_QUICK = "splines=line, nslimit=1, nslimit1=1, mclimit=0.1"
_SAMPLES = {
    "sync": "────",
    "async": "─ ─ ─",
    "data": "·····",
    "control": '<font color="gray50">─ ─ &gt;</font>',
}
"""Lines as the legend shows them."""


def render(drawing: Drawing) -> str:
    """The drawing as DOT text."""
    diagram = drawing.diagram
    if isinstance(diagram, Flow):
        body = _flow(diagram, drawing)
    elif isinstance(diagram, Sequence):
        body = _dotsequence.body(diagram, drawing)
    else:
        body = _states(diagram, drawing)
    title = _dot.quoted(_drawing.clean(diagram.title, 400))
    return "\n".join([f"digraph {title} {{", *body, "}"]) + "\n"


def _flow(flow: Flow, drawing: Drawing) -> Iterator[str]:
    found = _drawing.styles(flow)
    samples = found if drawing.legend and len(found) > 1 else []
    yield from _dot.head(drawing, [f"{_SAMPLES[style]} {LINES[style]}" for style in samples])
    direction = "LR" if flow.direction == "right" else "TB"
    layout = _layout(len(flow.edges), _MANY)
    yield f"  graph [rankdir={direction}, nodesep=0.35, ranksep=0.6, {layout}];"
    ids = _drawing.names(flow.nodes, "n")
    yield from _boxes(flow, drawing, ids)
    for number, edge in enumerate(flow.edges):
        look = _edge(edge, drawing.arrows.get(number))
        yield f"  {ids[edge.source]} -> {ids[edge.target]} [{look}];"


def _layout(arrows: int, many: int) -> str:
    """How Graphviz finds places."""
    return f"{_RANKS}, {_QUICK}" if arrows > many else _RANKS


def _boxes(flow: Flow, drawing: Drawing, ids: Mapping[str, str]) -> Iterator[str]:
    inside: dict[str | None, list[str]] = defaultdict(list)
    for key, node in flow.nodes.items():
        inside[node.within].append(_node(ids[key], node, drawing.nodes.get(key)))
    groups = _drawing.filled(flow)
    names = _drawing.names(groups, "cluster_")
    indent = "  "
    for group, way in _drawing.nested(groups):
        if way < 0:
            indent = indent[2:]
            yield f"{indent}}}"
            continue
        yield f"{indent}subgraph {names[group]} {{"
        indent += "  "
        label = _dot.label([flow.groups[group].label], 60)
        yield f'{indent}graph [label="{label}", {_BOX}];'
        yield from (indent + line for line in inside[group])
    yield from ("  " + line for line in inside[None])


def _node(name: str, node: Node, mark: Mark | None) -> str:
    label = _dot.label((_drawing.marked(node.label, mark), node.detail or "", _drawing.codes(mark)))
    shape, style = _SHAPES[node.kind]
    return f'{name} [label="{label}", {shape}, {_dot.looks(style, KINDS[node.kind], mark)}];'


def _edge(edge: Edge, mark: Mark | None) -> str:
    label = _dot.label((_drawing.marked(edge.label or "", mark), _drawing.codes(mark)), 30, " ")
    return f"{_STROKES[edge.style]}{_arrow(label, mark)}"


def _arrow(label: str, mark: Mark | None) -> str:
    """Label and colour of an arrow."""
    told = f', label="{label}"' if label else ""
    if not mark:
        return told
    look = TONES[mark.tone]
    dashed = ", style=dashed" if look.dashed else ", penwidth=2.5"
    return f'{told}, color="{look.stroke}", fontcolor="{look.stroke}"{dashed}'


def _states(machine: States, drawing: Drawing) -> Iterator[str]:
    yield from _dot.head(drawing)
    ids = _drawing.names(machine.states, "s")
    within = {key: state.within for key, state in machine.states.items()}
    composite = {*within.values()}
    tips = _tips(machine, ids)
    layout = _layout(len(machine.transitions), _MANY_CHANGES)
    yield f"  graph [rankdir=TB, compound=true, nodesep=0.35, ranksep=0.45, {layout}];"
    indent = "  "
    for key, way in _drawing.nested(within):
        mark = drawing.nodes.get(key)
        label = _dot.label((_drawing.marked(machine.states[key].label, mark), _drawing.codes(mark)))
        if key not in composite:
            if way > 0:
                look = _dot.looks("rounded,filled", KINDS["service"], mark)
                yield f'{indent}{ids[key]} [label="{label}", shape=box, {look}];'
        elif way > 0:
            yield f"{indent}subgraph cluster_{ids[key]} {{"
            indent += "  "
            yield f'{indent}graph [label="{label}", {_BOX}];'
            yield f"{indent}{ids[key]} [shape=point, style=invis];"
            yield from (indent + tip for tip in tips[key])
        else:
            indent = indent[2:]
            yield f"{indent}}}"
    yield from ("  " + tip for tip in tips[None])
    yield from _transitions(machine, drawing, ids, composite)


def _tips(machine: States, ids: Mapping[str, str]) -> dict[str | None, list[str]]:
    """The dots for the beginning and the end, by the state whose they are."""
    found: dict[str | None, dict[str, None]] = defaultdict(dict)
    for step in machine.transitions:
        outer = _drawing.begun(machine, step)
        for end in {"start", "end"} & {step.source, step.target}:
            shape = "doublecircle" if end == "end" else "circle"
            look = f'label="", shape={shape}, style=filled, fillcolor=black, width=0.18'
            found[outer][f"{_tip(end, outer, ids)} [{look}];"] = None
    return defaultdict(list, {outer: sorted(tips) for outer, tips in found.items()})


def _tip(end: str, outer: str | None, ids: Mapping[str, str]) -> str:
    return f"{end}_{ids[outer]}" if outer else end


def _transitions(
    machine: States, drawing: Drawing, ids: Mapping[str, str], composite: set[str | None]
) -> Iterator[str]:
    for number, step in enumerate(machine.transitions):
        mark = drawing.arrows.get(number)
        label = _dot.label((_drawing.marked(step.on or "", mark), _drawing.codes(mark)), 24, " ")
        ends = ""
        if step.source in composite:
            ends += f", ltail=cluster_{ids[step.source]}"
        if step.target in composite:
            ends += f", lhead=cluster_{ids[step.target]}"
        outer = _drawing.begun(machine, step)
        source, target = (
            ids.get(end) or _tip(end, outer, ids) for end in (step.source, step.target)
        )
        yield f"  {source} -> {target} [style=solid{_arrow(label, mark)}{ends}];"
