"""Pictures of what happens in time: flows as sequences, and marks by the place in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from patternctl.artefacts._views import Found, mark_of
from patternctl.generators._drawing import Drawing, Mark, counted
from patternctl.model.diagram import Sequence, Step
from patternctl.model.finding import Finding
from patternctl.model.units import format_duration
from patternctl.rulekit import Facts
from patternctl.rulekit.facts import Hop

Drawn = tuple[Drawing, tuple[Finding, ...]]


def sequence(facts: Facts, name: str, found: Found) -> Drawn | None:
    """A flow, call by call; None where its way is not known or runs in a circle."""
    hops = facts.hops(name)
    if not hops:
        return None
    flow = facts.architecture.flows[name]
    steps: list[Step] = []
    places: dict[str, list[str | int]] = defaultdict(list)
    untold: dict[int, Mark] = {}
    for number, (hop, reply) in enumerate(_in_order(flow.entry, hops)):
        steps.append(_step(hop, reply=reply))
        if reply:
            continue
        if hop.edge:
            places[found.names(hop.edge.path)].append(number)
        if _way(hop) is None:
            untold[number] = Mark("unknown")
    ends = (end for step in steps for end in (step.source, step.target) if end)
    participants = {end: end for end in dict.fromkeys((flow.entry, *ends))}
    made = Sequence.model_construct(
        kind="sequence",
        title=f"Flow {name}{f': {flow.description}' if flow.description else ''}",
        participants=participants,
        steps=tuple(steps),
    )
    for service in participants:
        places[found.names(("services", service))].append(service)
    places[found.names(("flows", name))].append(flow.entry)
    marks = Marks.of(found, places)
    size = counted((len(participants), "service"), (len(steps), "message"))
    about = f"{made.title}: {size}.{marks.words}"
    drawing = Drawing(made, about, marks.nodes, untold | marks.arrows)
    return drawing, marks.findings


class Marks(NamedTuple):
    """Findings as marks of what they are about."""

    nodes: dict[str, Mark]
    arrows: dict[int, Mark]
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, found: Found, places: dict[str, list[str | int]]) -> Marks:
        """`places` are ids of nodes and numbers of arrows by element."""
        by_place: dict[str | int, list[Finding]] = defaultdict(list)
        shown: list[Finding] = []
        for element, findings in found.on(places, partial=True).items():
            shown += findings
            for place in places[element]:
                by_place[place] += findings
        return cls(
            {place: mark_of(each) for place, each in by_place.items() if isinstance(place, str)},
            {place: mark_of(each) for place, each in by_place.items() if isinstance(place, int)},
            tuple(shown),
        )

    @property
    def words(self) -> str:
        """What is marked, for a description."""
        told = dict.fromkeys(f"{finding.code} at {finding.element}" for finding in self.findings)
        return f" Marked: {', '.join([*told][:12])}." if told else ""


def _in_order(entry: str, hops: Iterable[Hop]) -> Iterator[tuple[Hop, bool]]:
    """Calls in the order they are made, each answered after its own calls.

    What a service calls is told at the first call to it, so that no work is told twice.
    """
    calls: dict[str, list[Hop]] = defaultdict(list)
    for hop in hops:
        calls[hop.caller].append(hop)
    work = [(hop, False) for hop in reversed(calls.pop(entry, []))]
    while work:
        hop, reply = work.pop()
        yield hop, reply
        if not reply:
            if hop.kind == "sync":
                work.append((hop, True))
            work += [(inner, False) for inner in reversed(calls.pop(hop.callee, []))]


def _step(hop: Hop, *, reply: bool) -> Step:
    source, target = (hop.callee, hop.caller) if reply else (hop.caller, hop.callee)
    return Step.model_construct(
        source=source,
        target=target,
        say="answer" if reply else _said(hop),
        reply=reply,
        waits=hop.kind != "async",
    )


def _said(hop: Hop) -> str:
    """What a call asks for, and what bounds it."""
    way = _way(hop) or "way not stated"
    call = hop.edge.call if hop.edge else None
    if call is None:
        return way
    words = [call.operation, way]
    if call.per_request:
        words.append(f"×{call.per_request:g}")
    if call.timeout is not None:
        words.append(f"timeout {format_duration(call.timeout)}")
    if call.attempts and call.attempts > 1:
        words.append(f"up to {call.attempts} tries")
    return ", ".join(word for word in words if word)


def _way(hop: Hop) -> str | None:
    """How a message travels; None where that is not stated."""
    if hop.edge:
        return hop.edge.call.via
    return "event" if hop.kind == "async" else None
