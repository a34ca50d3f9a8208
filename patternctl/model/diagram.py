"""Diagrams as data: flows, sequences and state machines, whatever draws them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from patternctl.model.base import (
    CatalogModel,
    Id,
    Items,
    Some,
    Text,
    refusal,
    rules,
    told,
    untold,
    when,
)
from patternctl.model.figure import Lines

NodeKind = Literal[
    "actor",
    "service",
    "store",
    "cache",
    "queue",
    "log",
    "worker",
    "decision",
    "timer",
    "network",
    "platform",
    "outcome",
    "step",
    "external",
]
EdgeStyle = Literal["sync", "async", "data", "control"]
"""`sync` waits for an answer, `async` does not, `data` copies state, `control` watches or
steers."""


_ENDS = frozenset({"start", "end"})
"""What a state machine calls its beginning and its end."""


class Group(CatalogModel):
    """A box around nodes."""

    label: Text
    """What the box says."""
    within: Id | None = None
    """The box it stands in."""


class Node(CatalogModel):
    """One thing in a flow."""

    label: Text
    """What it is called, in a few words."""
    kind: NodeKind
    """What it is, which decides its shape."""
    detail: Text | None = None
    """A second line: settings, contents."""
    within: Id | None = None
    """The group it stands in."""


class Edge(CatalogModel):
    """One arrow of a flow."""

    source: Annotated[Id, Field(alias="from")]
    """Node it starts at."""
    target: Annotated[Id, Field(alias="to")]
    """Node it ends at."""
    label: Text | None = None
    """What goes along it, or when."""
    style: EdgeStyle = "sync"
    """How it is meant."""


class Flow(CatalogModel):
    """Nodes and arrows."""

    kind: Literal["flow"]
    """`flow`."""
    title: Text
    """What it shows, in one line."""
    direction: Literal["down", "right"] = "down"
    """Which way it reads."""
    groups: dict[Id, Group] = {}
    """Boxes by id."""
    nodes: dict[Id, Node]
    """Nodes by id."""
    edges: Some[Edge]
    """Arrows, in reading order."""
    lines: Lines = ()
    """Where the source document draws it."""

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        ends = [end for edge in self.edges for end in (edge.source, edge.target)]
        boxes = [group.within for group in self.groups.values()]
        boxes += [node.within for node in self.nodes.values()]
        _require("node", ends, self.nodes)
        _require("group", [name for name in boxes if name], self.groups)
        _refuse_circles({name: group.within for name, group in self.groups.items()})
        _refuse_unused("no edge leads to or from", self.nodes.keys() - set(ends))
        return self


class Branch(CatalogModel):
    """One way that a sequence may go on."""

    when: Text
    """The case."""
    steps: Some[Step]
    """What happens then."""


class Step(CatalogModel):
    """One step of a sequence: a message, a note, or alternatives."""

    model_config = rules(
        *(when(told(key), told("from", "to", "say")) for key in ("from", "to", "say")),
        when(told("note"), told("over")),
        when(told("over"), told("note")),
        when(told("say"), untold("note", "alternatives")),
        when(told("note"), untold("alternatives")),
        when(
            {"allOf": [{"not": told(key)} for key in ("say", "note", "alternatives")]}, told("say")
        ),
    )

    source: Annotated[Id | None, Field(alias="from")] = None
    """Participant that sends a message."""
    target: Annotated[Id | None, Field(alias="to")] = None
    """Participant that receives it; the sender itself for work of its own."""
    say: Text | None = None
    """The message."""
    reply: bool = False
    """The message answers an earlier one."""
    waits: bool = True
    """Whether the sender waits for an answer; of no meaning for replies."""
    note: Text | None = None
    """A remark, in place of a message."""
    over: Items[Id] = ()
    """Participants the remark is about."""
    alternatives: Items[Branch] = ()
    """Ways to go on, in place of a message."""

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        message = (self.source, self.target, self.say)
        if any(message) and not all(message):
            raise refusal("a message has `from`, `to` and `say`", "write all three")
        if bool(self.note) != bool(self.over):
            raise refusal("a note has `note` and `over`", "write both")
        if [bool(self.say), bool(self.note), bool(self.alternatives)].count(True) != 1:
            raise refusal("a step is a message, a note or alternatives", "write one of them")
        return self


class Sequence(CatalogModel):
    """Who says what to whom, in time."""

    kind: Literal["sequence"]
    """`sequence`."""
    title: Text
    """What it shows, in one line."""
    participants: dict[Id, Text]
    """Names by id, from left to right."""
    steps: Some[Step]
    """What happens, in order."""
    lines: Lines = ()
    """Where the source document draws it."""

    @model_validator(mode="after")
    def _participants_exist(self) -> Self:
        involved = list(_involved(self.steps))
        _require("participant", involved, self.participants)
        _refuse_unused("no step involves", self.participants.keys() - set(involved))
        return self


class State(CatalogModel):
    """One state of a machine."""

    label: Text
    """What it is called."""
    within: Id | None = None
    """The state it is a part of."""


class Transition(CatalogModel):
    """A change of state; `start` and `end` stand for beginning and end: of the machine, or of the
    state that the other side is a part of.
    """

    source: Annotated[Id, Field(alias="from")]
    """State it leaves."""
    target: Annotated[Id, Field(alias="to")]
    """State it enters."""
    on: Text | None = None
    """What makes it happen."""


class States(CatalogModel):
    """A state machine."""

    kind: Literal["states"]
    """`states`."""
    title: Text
    """What it shows, in one line."""
    states: dict[Id, State]
    """States by id."""
    transitions: Some[Transition]
    """Changes, in reading order."""
    lines: Lines = ()
    """Where the source document draws it."""

    @model_validator(mode="after")
    def _states_exist(self) -> Self:
        ends = [end for step in self.transitions for end in (step.source, step.target)]
        outer = [state.within for state in self.states.values() if state.within]
        if named := sorted(self.states.keys() & _ENDS):
            message = f"{' and '.join(named)} cannot name a state"
            raise refusal(message, "start and end stand for the machine's beginning and end")
        _require("state", ends, {*self.states, *_ENDS})
        _require("state", outer, self.states)
        _refuse_circles({name: state.within for name, state in self.states.items()})
        _refuse_unused("no transition leads to or from", self.states.keys() - {*ends, *outer})
        return self


Diagram = Annotated[Flow | Sequence | States, Field(discriminator="kind")]


def _require(kind: str, names: list[str], known: Collection[str]) -> None:
    missing = sorted({name for name in names if name not in known})
    if missing:
        raise refusal(f"there is no {kind} {', '.join(missing)}", f"there are: {', '.join(known)}")


def _refuse_unused(what: str, unused: Collection[str]) -> None:
    if unused:
        raise refusal(f"{what} {', '.join(sorted(unused))}", "connect it, or remove it")


def _refuse_circles(within: Mapping[str, str | None]) -> None:
    """Refuse what stands within itself, directly or by way of others."""
    settled: set[str] = set()
    for name in within:
        trail: dict[str, None] = {}
        inner: str | None = name
        while inner and inner not in settled:
            if inner in trail:
                circle = [*trail][[*trail].index(inner) :]
                message = f"these stand within one another: {' → '.join([*circle, inner])}"
                raise refusal(message, "let one of them stand alone")
            trail[inner] = None
            inner = within.get(inner)
        settled.update(trail)


def _involved(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        yield from (name for name in (step.source, step.target, *step.over) if name)
        for branch in step.alternatives:
            yield from _involved(branch.steps)
