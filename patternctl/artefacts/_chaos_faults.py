"""Which fault challenges which pattern: what is done, to how many instances, and how often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Literal, NamedTuple

from patternctl.artefacts._chaos_targets import affected, breaks, near, target
from patternctl.model.architecture import Pattern, Saga
from patternctl.model.pattern import Experiment
from patternctl.model.pattern import Pattern as Entry
from patternctl.rulekit import Facts
from patternctl.rulekit.adoption import in_effect

TWICE = -2.0
"""Instead of seconds: twice what the system states, the timeout of a call or a saga's deadline."""
BREAKER: Literal["circuit-breaker"] = "circuit-breaker"
HEDGED = "hedged dependency"
"""Role of a callee that is asked twice; which one that is, no manifest tells."""
BY_SCRIPT = frozenset({"stop", "kill", "hang", "slow"})
"""What `fault.sh` knows how to do; the rest is the team's to write."""


class Hit(NamedTuple):
    """Instances that a fault is done to."""

    which: Literal["all", "one", "leader"]
    least: int
    """Instances that have to run beforehand."""


_ALL = Hit("all", 1)
_ONE = Hit("one", 2)
"""Another one has to take over."""
_ALONE = Hit("one", 1)
"""It may be the only one: what is claimed does not need another."""
_LEADER = Hit("leader", 2)


class Fault(NamedTuple):
    """One experiment of the catalog as something that can be done.

    How long, how often and how late are those of the experiment's text, which the tests compare.
    """

    experiment: str
    """Its name in the catalog."""
    verb: str
    """What is done: a word that `fault.sh`, or a command of the team's own, knows."""
    role: str
    """What it is done to, as people call it and as the manifest is searched for it."""
    hit: Hit
    hold: float
    """Seconds that it lasts each time, or `TWICE`; a rule of thumb where the text has none."""
    recovery: float
    """Seconds in which everything is as before; rules of thumb but for the two of the source."""
    times: int = 1
    delay: float = 0.0
    """Seconds that answers are late, or `TWICE`; 0 where nothing is slowed down."""


_BUS = Fault("Take the broker away", "hang", "broker", _ALL, 900, 30)
_REPLICA = Fault("Cut off one read replica", "hang", "read replica", _ONE, 300, 10)
_CHOREOGRAPHY = Fault(
    "Take a participant away for longer than the deadline", "stop", "participant", _ALL, TWICE, 300
)
_FAULTS: Mapping[str, tuple[Fault, ...]] = {
    "batch": (Fault("Kill workers with full hands", "kill", "worker", _ONE, 60, 60, times=50),),
    "bulkhead": (Fault("Make one dependency hang", "hang", "dependency", _ALL, 600, 60),),
    "cell-based": (Fault("Lose a cell", "stop", "cell", _ALL, 300, 120),),
    "checkpoint": (
        Fault("Kill workers while counting", "kill", "worker", _ALONE, 60, 120, times=50),
    ),
    BREAKER: (
        Fault("Make a dependency slow", "slow", "guarded dependency", _ALL, 900, 60, delay=TWICE),
    ),
    "cqrs": (_REPLICA,),
    "cqrs-system": (
        Fault("Kill the connector for half an hour", "stop", "connector", _ALL, 1800, 300),
    ),
    "edge": (Fault("Take the origin away", "stop", "origin", _ALL, 600, 60),),
    "escrow": (Fault("Lose the primary during a sale", "kill", "store", _LEADER, 60, 300),),
    "event-sourcing": (Fault("Many writers, one stream", "contend", "service", _ALL, 600, 60),),
    "event-sourcing-system": (
        Fault("Lose the leader of the event store", "kill", "store", _LEADER, 60, 60, times=10),
    ),
    "hedged-request": (Fault("Slow one replica", "slow", HEDGED, _ONE, 900, 60, delay=0.5),),
    "leader-follower": (
        Fault("Kill the leader under load", "kill", "store", _LEADER, 60, 60, times=50),
    ),
    "microservices": (
        Fault("Slow one service down", "slow", "dependency", _ALL, 600, 60, delay=2),
    ),
    "outbox": (Fault("Kill the relay under load", "kill", "relay", _ALL, 60, 60, times=50), _BUS),
    "read-repair": (Fault("Miss writes and come back", "stop", "store", Hit("one", 3), 600, 60),),
    "saga": (
        Fault(
            "Kill the orchestrator between a step and its record",
            "kill",
            "orchestrator",
            _ONE,
            60,
            60,
            times=50,
        ),
    ),
    "scatter-gather": (Fault("Stop one shard from answering", "hang", "shard", _ALL, 600, 60),),
    "serverless": (Fault("Deliver everything twice", "duplicate", "service", _ALL, 600, 60),),
    "shadow": (Fault("Break the shadow", "hang", "shadow", _ALL, 600, 60),),
    "sidecar": (Fault("Kill a proxy", "kill", "proxy", Hit("one", 3), 60, 60, times=10),),
    "write-through-cache": (Fault("Empty the cache at peak", "purge", "cache", _ALL, 300, 300),),
}
_SYSTEM: Mapping[str, Fault] = {"outbox": _BUS, "cqrs": _REPLICA}
"""What is done to every system that has a broker or copies to read from, whatever it adopts."""


class Challenge(NamedTuple):
    """A fault and what it is about to hit."""

    pattern: str
    """Pattern that the experiment is from."""
    label: str
    """Name of the adoption, else of the pattern, else of what is hit."""
    adopted: bool | None
    """Whether the system has the pattern, so that what it promises is claimed; None where the
    manifest does not tell. A pattern that is asked for without a system is its own."""
    fault: Fault
    experiment: Experiment
    target: str
    """Name in the manifest; empty where the manifest has none."""
    services: tuple[str, ...]
    """Services whose users notice first."""
    hold: float | None
    """Seconds that it lasts each time; None where it is twice something that is not stated."""
    delay: float | None
    """Seconds that answers are late; None likewise."""


class _Case(NamedTuple):
    """A pattern that is to be challenged."""

    pattern: str
    adoption: Pattern | None
    adopted: bool | None


def challenges(
    facts: Facts | None, asked: tuple[str, ...], entries: Mapping[str, Entry]
) -> Iterator[Challenge]:
    """What to try: for the patterns asked for, else for all that the system adopts.

    A fault that hits the same thing for several patterns comes once.
    """
    seen: set[tuple[str, str, str]] = set()
    for case in _cases(facts, asked):
        for fault in _faults(case, entries):
            each = _challenge(facts, case, fault, entries)
            hit = (fault.experiment, each.target, "" if each.target else each.label)
            if hit not in seen:
                seen.add(hit)
                yield each
    if facts is None or asked:
        return
    for pattern, fault in _SYSTEM.items():
        case = _Case(pattern, None, _adopted(facts, pattern))
        if fault not in _faults(case, entries):
            continue
        each = _challenge(facts, case, fault, entries)
        if each.target and not any(name == fault.experiment for name, *_ in seen):
            yield each


def _cases(facts: Facts | None, asked: tuple[str, ...]) -> Iterator[_Case]:
    adopted = facts.architecture.patterns or () if facts else ()
    if not asked:
        yield from (_Case(each.pattern, each, adopted=True) for each in adopted)
        if facts and not facts.adopted(BREAKER) and any(map(breaks, facts.sync_calls)):
            yield _Case(BREAKER, None, adopted=True)
    for pattern in asked:
        own = [each for each in adopted if each.pattern == pattern]
        yield from (_Case(pattern, each, adopted=True) for each in own)
        if not own:
            yield _Case(pattern, None, _adopted(facts, pattern) if facts else True)


def _adopted(facts: Facts, pattern: str) -> bool | None:
    if pattern in in_effect(facts):
        return True
    return False if facts.tells("patterns") else None


def _faults(case: _Case, entries: Mapping[str, Entry]) -> tuple[Fault, ...]:
    """The faults of a pattern; what a user's own catalog tells is done by a driver of their own."""
    told = entries[case.pattern].chaos if case.pattern in entries else ()
    names = {each.name for each in told}
    choreographed = isinstance(case.adoption, Saga) and case.adoption.style == "choreography"
    shipped = (_CHOREOGRAPHY,) if choreographed else _FAULTS.get(case.pattern, ())
    own = (Fault(each.name, "custom", "service", _ALL, 300, 60) for each in told[:1])
    return tuple(each for each in shipped if each.experiment in names) or tuple(own)


def _challenge(
    facts: Facts | None, case: _Case, fault: Fault, entries: Mapping[str, Entry]
) -> Challenge:
    pattern, adoption, adopted = case
    found = target(facts, fault.role, adoption) if facts else ""
    label = getattr(adoption, "name", None) or (pattern if adopted or not found else found)
    experiment = next(each for each in entries[pattern].chaos if each.name == fault.experiment)
    services = near(adoption) or (affected(facts, found) if facts else ())
    hold = _deadline(adoption) if fault.hold == TWICE else fault.hold
    delay = _patience(facts, found, near(adoption)) if fault.delay == TWICE else fault.delay
    return Challenge(pattern, label, adopted, fault, experiment, found, services, hold, delay)


def _deadline(adoption: Pattern | None) -> float | None:
    """Twice the deadline of a saga."""
    timeout = adoption.timeout if isinstance(adoption, Saga) else None
    return None if timeout is None or timeout == inf else 2 * timeout


def _patience(facts: Facts | None, callee: str, adopters: tuple[str, ...]) -> float | None:
    """Twice the longest time that a guarded caller waits for an answer of a service."""
    edges = facts.calls_to.get(callee, ()) if facts else ()
    guards = (edge for edge in edges if breaks(edge) or edge.caller in adopters)
    waits = [edge.call.patience or inf for edge in guards]
    return 2 * max(waits) if waits and inf not in waits else None
