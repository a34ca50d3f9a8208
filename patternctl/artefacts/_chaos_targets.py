"""What in a system a fault is done to, and whose users notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from patternctl.model.architecture import Cqrs, Pattern, Saga
from patternctl.rulekit import Facts
from patternctl.rulekit.facts import CallEdge

_STEERING = frozenset({"orchestrator", "worker", "service"})
"""Roles of a service that adopts the pattern, not of one that only takes part."""


def target(facts: Facts, role: str, adoption: Pattern | None) -> str:
    """Name of what plays a role for an adoption, or in the system; empty where none is told."""
    find = _FINDERS.get(role)
    at = getattr(adoption, "at", None) or () if role in _STEERING else near(adoption)
    return find(facts, at) if find else ""


def near(adoption: Pattern | None) -> tuple[str, ...]:
    """Services of an adoption; of CQRS those that read, of a saga all that take part."""
    if isinstance(adoption, Cqrs) and adoption.queries:
        return adoption.queries
    if isinstance(adoption, Saga):
        steps = (step.service for step in adoption.steps or ())
        return tuple(dict.fromkeys([*(adoption.at or ()), *steps]))
    return getattr(adoption, "at", None) or ()


def affected(facts: Facts, name: str) -> tuple[str, ...]:
    """A service itself, users of a store, senders and receivers of what goes through a broker."""
    if name in facts.services:
        return (name,)
    users = [use.service for use in facts.users_of.get(name, ())]
    through = [
        event
        for event, own in (facts.architecture.events or {}).items()
        if name and own.broker == name
    ]
    users += [each.service for event in through for each in facts.sent.get(event, ())]
    users += [each.service for event in through for each in facts.received.get(event, ())]
    return tuple(dict.fromkeys(users))


def breaks(edge: CallEdge) -> bool:
    """Whether a circuit breaker is stated for a call."""
    return edge.call.circuit_breaker not in (None, "none")


def _first(names: Iterable[str]) -> str:
    return next(iter(names), "")


def _service(facts: Facts, at: tuple[str, ...]) -> str:
    return _first(each for each in at if each in facts.services)


def _participant(facts: Facts, at: tuple[str, ...]) -> str:
    return _first(each for each in reversed(at) if each in facts.services)


def _calls(facts: Facts, at: tuple[str, ...]) -> list[CallEdge]:
    """Calls of the services; all calls where no service is named."""
    return [e for name in at for e in facts.calls_from.get(name, ())] if at else facts.sync_calls


def _dependency(facts: Facts, at: tuple[str, ...]) -> str:
    """What is called, first what callers can do without."""
    calls = sorted(_calls(facts, at), key=lambda edge: edge.call.required is not False)
    return _first(edge.callee for edge in calls)


def _guarded_dependency(facts: Facts, at: tuple[str, ...]) -> str:
    """What is called behind a breaker, first where the caller has something else to answer.

    Services that adopt breakers have them on all their calls, unless some of those say so.
    """
    calls = [edge for edge in _calls(facts, at) if at or breaks(edge)]
    calls.sort(key=lambda e: (not breaks(e), e.call.fallback in (None, "none")))
    return _first(edge.callee for edge in calls)


def _broker(facts: Facts, at: tuple[str, ...]) -> str:
    """The broker that the services send through, else the only one there is."""
    events = facts.architecture.events or {}
    sent = (
        each.event
        for name in at
        if name in facts.services
        for each in facts.services[name].publishes
    )
    brokers = tuple(facts.architecture.brokers or ())
    used = [broker for event in sent if event in events and (broker := events[event].broker)]
    return _first(used or (brokers if len(brokers) == 1 or not at else ()))


def _stores(facts: Facts, at: tuple[str, ...]) -> list[str]:
    """Declared stores that the services use; all of them where no service is named."""
    if not at:
        return [*facts.stores]
    return [use.store for use in facts.uses if use.service in at and use.store in facts.stores]


def _store(facts: Facts, at: tuple[str, ...]) -> str:
    """A store that holds the truth."""
    return _first(
        name
        for name in _stores(facts, at)
        if at and not facts.is_cache(name) and not facts.is_read_model(name)
    )


def _cache(facts: Facts, at: tuple[str, ...]) -> str:
    return _first(name for name in _stores(facts, at) if facts.is_cache(name))


def _replica(facts: Facts, at: tuple[str, ...]) -> str:
    """A copy that queries read: a read model first, else a store that has replicas."""
    names = _stores(facts, at)
    copied = [name for name in names if (facts.stores[name].replicas or 1) > 1]
    return _first([*(name for name in names if facts.is_read_model(name)), *copied])


_FINDERS: Mapping[str, Callable[[Facts, tuple[str, ...]], str]] = {
    "broker": _broker,
    "cache": _cache,
    "dependency": _dependency,
    "guarded dependency": _guarded_dependency,
    "hedged dependency": _dependency,
    "orchestrator": _service,
    "participant": _participant,
    "read replica": _replica,
    "service": _service,
    "store": _store,
    "worker": _service,
}
