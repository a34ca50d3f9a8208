"""Patterns that a manifest says are adopted: where, and what they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from patternctl.model.architecture import Cqrs, EventSourcing, Pattern, Saga
from patternctl.model.system import ElementPath
from patternctl.rulekit.facts import Facts

_SURE_WAYS = frozenset({"outbox", "cdc", "transaction"})
"""How an event leaves that is not lost beside the commit."""


class Adopted(NamedTuple):
    """One adoption."""

    id: str
    name: str
    """Its own name, else the pattern's: independent of the order of adoptions."""
    path: ElementPath
    services: frozenset[str] | None
    """Services that take part; None where it is the whole system."""


def adoptions(facts: Facts) -> Iterator[Adopted]:
    """Every adoption, in file order."""
    for index, pattern in enumerate(facts.architecture.patterns or ()):
        name = pattern.name or pattern.pattern
        yield Adopted(pattern.pattern, name, ("patterns", index), _services(pattern))


def in_effect(facts: Facts) -> frozenset[str]:
    """Ids of the patterns adopted, and of those that other facts show to be there."""
    found = {pattern.pattern for pattern in facts.architecture.patterns or ()}
    if any(edge.call.circuit_breaker not in (None, "none") for edge in facts.calls):
        found.add("circuit-breaker")
    if any(sent.publish.via in _SURE_WAYS for each in facts.sent.values() for sent in each):
        found.add("outbox")
    if any(sourcing.snapshots is not None for _, sourcing in facts.adopted_as(EventSourcing)):
        found.add("checkpoint")  # whether `none` does harm is judged by a rule of its own
    return frozenset(found)


def _services(pattern: Pattern) -> frozenset[str] | None:
    names = [*(pattern.at or ())]
    if isinstance(pattern, Cqrs):
        names += [*(pattern.commands or ()), *(pattern.queries or ())]
    elif isinstance(pattern, Saga):
        names += [step.service for step in pattern.steps or ()]
    return frozenset(names) or None
