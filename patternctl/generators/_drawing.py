"""What Mermaid's language and Graphviz's have in common: marks, colours, words of labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import Literal, NamedTuple

from patternctl.model.diagram import Diagram, Flow, NodeKind, States, Step, Transition

Tone = Literal[
    "error",
    "warning",
    "info",
    "added",
    "removed",
    "changed",
    "lacking",
    "unknown",
    "outside",
    "focus",
    "taken",
    "open",
]
"""Why something stands out: a finding's severity, a difference, what is stated not to be there or
not stated, what another picture shows in full, what the picture is about, the way through a tree
and the ways that are open."""


class Mark(NamedTuple):
    """Why a node or an arrow stands out."""

    tone: Tone
    codes: tuple[str, ...] = ()
    """Codes of the rules that found something there."""


class Drawing(NamedTuple):
    """A diagram and what is marked on it."""

    diagram: Diagram
    description: str = ""
    """What it shows, for readers who cannot see it."""
    nodes: Mapping[str, Mark] = {}
    """By id of a node, participant or state."""
    arrows: Mapping[int, Mark] = {}
    """By the number of an edge, message or transition, in the order of the diagram."""
    legend: bool = True
    """Whether the picture tells what its lines and colours mean."""


class Look(NamedTuple):
    """Colours of one tone or kind."""

    fill: str
    stroke: str
    text: str
    word: str
    """What the legend says."""
    dashed: bool = False


TONES: dict[Tone, Look] = {
    "error": Look("#ffe3e3", "#c92a2a", "#7d1a1a", "finding: error"),
    "warning": Look("#fff3bf", "#d9480f", "#7a2e0b", "finding: warning"),
    "info": Look("#e5dbff", "#6741d9", "#3b2580", "finding: info"),
    "added": Look("#d3f9d8", "#2b8a3e", "#14532d", "+ added"),
    "removed": Look("#ffe3e3", "#c92a2a", "#7d1a1a", "− removed", dashed=True),
    "changed": Look("#fff3bf", "#e67700", "#7a3e00", "~ changed"),
    "lacking": Look("#fff3bf", "#d9480f", "#7a2e0b", "stated not to be there"),
    "unknown": Look("#f8f9fa", "#868e96", "#495057", "? not stated", dashed=True),
    "outside": Look("#f8f9fa", "#868e96", "#495057", "shown in full elsewhere", dashed=True),
    "focus": Look("#d0ebff", "#1864ab", "#0b3a66", "what this is about"),
    "taken": Look("#fff4e6", "#d9480f", "#7a2e0b", "the way taken"),
    "open": Look("#fff4e6", "#d9480f", "#7a2e0b", "open until it is answered", dashed=True),
}
SIGNS: dict[Tone, str] = {"added": "+ ", "removed": "− ", "changed": "~ "}
"""What a label begins with, so that colour is not all that tells."""
KINDS: dict[NodeKind, Look] = {
    "actor": Look("#e9ecef", "#495057", "#212529", "people"),
    "service": Look("#e7f5ff", "#1971c2", "#0b3a66", "service"),
    "store": Look("#ebfbee", "#2f9e44", "#14532d", "store"),
    "cache": Look("#ebfbee", "#2f9e44", "#14532d", "cache", dashed=True),
    "queue": Look("#f3f0ff", "#7048e8", "#3b2580", "messages"),
    "log": Look("#f3f0ff", "#7048e8", "#3b2580", "log"),
    "worker": Look("#e7f5ff", "#1971c2", "#0b3a66", "worker"),
    "decision": Look("#fff9db", "#e67700", "#7a3e00", "decision"),
    "timer": Look("#fff9db", "#e67700", "#7a3e00", "timer"),
    "network": Look("#e3fafc", "#0c8599", "#0b4a55", "gateway"),
    "platform": Look("#f1f3f5", "#495057", "#212529", "platform"),
    "outcome": Look("#f1f3f5", "#212529", "#212529", "outcome"),
    "step": Look("#ffffff", "#495057", "#212529", "step"),
    "external": Look("#f1f3f5", "#495057", "#343a40", "of others", dashed=True),
}
LINES = {
    "sync": "waits for the answer",
    "async": "does not wait",
    "data": "reads or writes data",
    "control": "watches or steers",
}
"""What the legend says about styles of edges."""

_LONGEST = 160
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that reorder what stands beside them; letters of any script stay."""
_ODD = re.compile(r"[^ -~]")


def clean(text: str, longest: int = _LONGEST) -> str:
    """Text on one line, without control characters, cut to `longest`."""
    if _ODD.search(text):
        text = "".join(_kept(char) for char in text)
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _kept(char: str) -> str:
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    return "" if category in ("Cc", "Cs", "Cn", "Co") or char in _BIDI else char


def lines(text: str, width: int = 26) -> list[str]:
    """A label's lines; never empty."""
    text = clean(text)
    if len(text) <= width:
        return [text or "(no name)"]
    return wrap(text, width, break_on_hyphens=False, max_lines=5, placeholder=" …")


def marked(text: str, mark: Mark | None) -> str:
    """The label with its sign before it."""
    return SIGNS.get(mark.tone, "") + text if mark else text


def codes(mark: Mark | None) -> str:
    """The codes of a mark as a line of a label; empty where there are none."""
    if not mark or not mark.codes:
        return ""
    shown = mark.codes[:4]
    more = f" +{len(mark.codes) - 4}" if len(mark.codes) > 4 else ""
    return f"⚠ {' '.join(shown)}{more}"


class Case(NamedTuple):
    """A step of a sequence as it is written: where alternatives begin, go on and end."""

    kind: Literal["message", "note", "open", "else", "close"]
    step: Step | None = None
    when: str = ""
    number: int = -1
    """Of the message, as marks count them."""


def walked(steps: tuple[Step, ...]) -> Iterator[Case]:
    """The steps of a sequence, alternatives unfolded."""
    work: list[Case | Step] = [*reversed(steps)]
    number = 0
    while work:
        item = work.pop()
        if isinstance(item, Case):
            yield item
        elif item.alternatives:
            unfolded: list[Case | Step] = []
            for place, branch in enumerate(item.alternatives):
                unfolded += [Case("else" if place else "open", when=branch.when), *branch.steps]
            work += reversed([*unfolded, Case("close")])
        elif item.note:
            yield Case("note", item)
        else:
            yield Case("message", item, number=number)
            number += 1


def nested(within: Mapping[str, str | None]) -> Iterator[tuple[str, int]]:
    """Boxes in the order they open, each with 1, and where they close, with -1."""
    inner: dict[str | None, list[str]] = {}
    for name, outer in within.items():
        inner.setdefault(outer, []).append(name)
    work: list[tuple[str, int]] = [(name, 1) for name in reversed(inner.get(None, []))]
    while work:
        name, way = work.pop()
        yield name, way
        if way > 0:
            work.append((name, -1))
            work += [(each, 1) for each in reversed(inner.get(name, []))]


def begun(machine: States, step: Transition) -> str | None:
    """The state that a transition begins or ends inside of; None for the machine and for others."""
    ends = (step.source, step.target)
    if not {"start", "end"} & {*ends}:
        return None
    return next((machine.states[end].within for end in ends if end in machine.states), None)


def filled(flow: Flow) -> dict[str, str | None]:
    """Groups of a flow that hold a node, with the group each stands in."""
    held: dict[str, str | None] = {}
    for node in flow.nodes.values():
        name = node.within
        while name and name not in held:
            held[name] = flow.groups[name].within
            name = held[name]
    return {name: held[name] for name in flow.groups if name in held}


def tones(drawing: Drawing) -> list[Tone]:
    """Tones on the drawing, in the legend's order."""
    found = {mark.tone for mark in (*drawing.nodes.values(), *drawing.arrows.values())}
    return [tone for tone in TONES if tone in found]


def styles(flow: Flow) -> list[str]:
    """Styles of edges on the flow, in the legend's order."""
    found = {edge.style for edge in flow.edges}
    return [style for style in LINES if style in found]


def told(drawing: Drawing) -> str:
    """The description, or one worked out from what the drawing holds."""
    if drawing.description:
        return drawing.description
    diagram = drawing.diagram
    if isinstance(diagram, Flow):
        return counted((len(diagram.nodes), "node"), (len(diagram.edges), "arrow"))
    if isinstance(diagram, States):
        return counted((len(diagram.states), "state"), (len(diagram.transitions), "transition"))
    messages = sum(case.kind == "message" for case in walked(diagram.steps))
    return counted((len(diagram.participants), "participant"), (messages, "message"))


def counted(*counts: tuple[int, str]) -> str:
    """`2 elements and 1 arrow`."""
    return " and ".join(f"{n} {noun}{'' if n == 1 else 's'}" for n, noun in counts)


def codes_of(tone: Tone) -> str:
    """The sign before a finding's words in a legend."""
    return "⚠ " if tone in ("error", "warning", "info") else ""


def names(keys: Iterable[str], letter: str) -> dict[str, str]:
    """A name for each key that no language takes for anything else."""
    return {key: f"{letter}{number}" for number, key in enumerate(keys)}
