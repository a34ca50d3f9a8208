"""A picture of a system before it is a drawing: elements, arrows, and what the manifest says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from typing import Literal, NamedTuple

from patternctl.generators._drawing import Drawing, Mark, Tone, counted
from patternctl.model.diagram import Edge, EdgeStyle, Flow, Group, Node, NodeKind
from patternctl.model.finding import SEVERITIES, Finding
from patternctl.model.system import ElementNames, ElementPath

RELATIONS = frozenset({"calls", "uses", "publishes", "consumes"})
"""Keys of a service that are arrows."""
_PART = re.compile(r'"[^"]*"(?:#\d+)?|[^.]+')


class View(NamedTuple):
    """One picture of the index."""

    name: str
    """Of its files, without an ending."""
    heading: str
    """In the index."""
    about: str
    """What it shows and how to read it, in a sentence or two."""
    drawing: Drawing
    findings: tuple[Finding, ...] = ()
    """Those drawn on it."""


class Found:
    """Findings of a system, by element."""

    def __init__(self, names: ElementNames, findings: Iterable[Finding]) -> None:
        self.names = names
        self._findings = [(finding, _outwards(finding.element)) for finding in findings]

    def on(self, drawn: Container[str], *, partial: bool = False) -> dict[str, list[Finding]]:
        """Findings by the drawn element they are about, or that holds what they are about.

        A `partial` picture leaves out calls on purpose: what is found there is not told of the
        caller.
        """
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding, elements in self._findings:
            element = next((each for each in elements if each in drawn), None)
            if element and not (partial and _between(elements[0], element)):
                found[element].append(finding)
        return dict(found)


def _outwards(element: str) -> list[str]:
    """The element and what it stands in: `services.a.calls.b`, `services.a.calls`, `services.a`."""
    parts = _PART.findall(element)
    return [".".join(parts[:end]) for end in range(len(parts), 1, -1)]


def _between(element: str, drawn: str) -> bool:
    """Whether an element is a call, an event or an access to data, and something else is drawn."""
    parts = _PART.findall(element)
    return element != drawn and len(parts) > 2 and parts[2] in RELATIONS


def mark_of(findings: Iterable[Finding]) -> Mark:
    """The mark of what these findings are about."""
    found = list(findings)
    tone: Tone = max((finding.severity for finding in found), key=SEVERITIES.index)
    return Mark(tone, tuple(sorted({finding.code for finding in found})))


class Arrow(NamedTuple):
    """An edge and the element of the manifest that it stands for."""

    edge: Edge
    path: ElementPath
    subject: object
    """What the manifest says about it, for comparison."""


class Canvas:
    """Nodes and arrows of one system, by the places of its manifest."""

    def __init__(self, direction: Literal["down", "right"] = "down") -> None:
        self.direction = direction
        self.groups: dict[str, Group] = {}
        self.nodes: dict[str, Node] = {}
        self.paths: dict[str, ElementPath] = {}
        self.subjects: dict[str, object] = {}
        self.arrows: list[Arrow] = []
        self.marks: dict[str, Mark] = {}
        """Of nodes that stand out whatever is found."""
        self.untold: set[int] = set()
        """Numbers of arrows about which the manifest does not say enough."""

    def group(self, key: str, label: str, within: str | None = None) -> str:
        """A box, made once; gives its key."""
        if key not in self.groups:
            self.groups[key] = Group.model_construct(label=label, within=within)
        return key

    def node(
        self,
        path: ElementPath,
        label: str,
        kind: NodeKind,
        *,
        detail: str = "",
        within: str | None = None,
        subject: object = None,
    ) -> str:
        """An element, made once; gives its key."""
        key = "/".join(map(str, path))
        if key not in self.nodes:
            self.nodes[key] = Node.model_construct(
                label=label, kind=kind, detail=detail or None, within=within
            )
            self.paths[key] = path
            self.subjects[key] = subject
        return key

    def undeclared(self, block: str, name: str, kind: NodeKind) -> str:
        """An element that something names and nothing declares."""
        key = f"{block}/{name}"
        if key not in self.nodes:
            self.node((block, name), name, kind, detail="not declared")
            self.marks[key] = Mark("unknown")
        return key

    def arrow(
        self,
        source: str,
        target: str,
        label: str,
        style: EdgeStyle,
        path: ElementPath = (),
        subject: object = None,
    ) -> None:
        """An edge between two nodes."""
        edge = Edge.model_construct(source=source, target=target, label=label or None, style=style)
        self.arrows.append(Arrow(edge, path, subject))

    def flow(self, title: str) -> Flow:
        """The canvas as a diagram."""
        return Flow.model_construct(
            kind="flow",
            title=title,
            direction=self.direction,
            groups=self.groups,
            nodes=self.nodes,
            edges=tuple(arrow.edge for arrow in self.arrows),
        )

    def near(self, keys: Iterable[str], depth: int) -> Canvas:
        """What can be reached in so many steps, whichever way arrows point."""
        beside: dict[str, list[str]] = defaultdict(list)
        for edge, _, _ in self.arrows:
            beside[edge.source].append(edge.target)
            beside[edge.target].append(edge.source)
        kept = front = set(keys)
        for _ in range(depth):
            front = {other for key in front for other in beside[key]} - kept
            if not front:
                break
            kept = kept | front
        return self.only(kept)

    def only(self, kept: Container[str]) -> Canvas:
        """These nodes, and the arrows between them."""
        part = Canvas(self.direction)
        part.groups = self.groups
        part.nodes = {key: node for key, node in self.nodes.items() if key in kept}
        part.paths = {key: self.paths[key] for key in part.nodes}
        part.subjects = {key: self.subjects[key] for key in part.nodes}
        part.marks = {key: mark for key, mark in self.marks.items() if key in kept}
        for number, arrow in enumerate(self.arrows):
            if arrow.edge.source in kept and arrow.edge.target in kept:
                if number in self.untold:
                    part.untold.add(len(part.arrows))
                part.arrows.append(arrow)
        return part

    def drawn(
        self, title: str, found: Found | None, *, partial: bool = False
    ) -> tuple[Drawing, tuple[Finding, ...]]:
        """The canvas with findings on it, and which they are; `partial` as in `Found.on`."""
        nodes: dict[str, Mark] = dict(self.marks)
        arrows: dict[int, Mark] = {number: Mark("unknown") for number in self.untold}
        shown: list[Finding] = []
        if found:
            places: dict[str, str | int] = {
                found.names(path): key for key, path in self.paths.items()
            }
            places |= {
                found.names(arrow.path): number
                for number, arrow in enumerate(self.arrows)
                if arrow.path
            }
            for element, findings in found.on(places, partial=partial).items():
                place = places[element]
                shown += findings
                if isinstance(place, str):
                    nodes[place] = mark_of(findings)
                else:
                    arrows[place] = mark_of(findings)
        flow = self.flow(title)
        drawing = Drawing(flow, described(flow, nodes, arrows), nodes, arrows)
        return drawing, tuple(shown)


def described(flow: Flow, nodes: Mapping[str, Mark], arrows: Mapping[int, Mark]) -> str:
    """What a flow shows, for readers who cannot see it: how much, and what is marked."""
    size = counted((len(flow.nodes), "element"), (len(flow.edges), "arrow"))
    parts = [f"{flow.title}: {size}."]
    marked = [(flow.nodes[key].label, mark) for key, mark in nodes.items() if key in flow.nodes]
    for number, mark in arrows.items():
        edge = flow.edges[number]
        ends = f"{flow.nodes[edge.source].label} to {flow.nodes[edge.target].label}"
        marked.append((ends, mark))
    told = [f"{' '.join(mark.codes) or mark.tone} at {label}" for label, mark in marked[:12]]
    if told:
        more = f", and {len(marked) - len(told)} more" if len(marked) > len(told) else ""
        parts.append(f"Marked: {', '.join(told)}{more}.")
    return " ".join(parts)
