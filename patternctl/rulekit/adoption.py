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


def in_effect(facts: Facts) -> dict[str, frozenset[str] | None]:
    """Patterns adopted, and those that other facts show to be there: by id, at which services.

    None where it is the whole system, and for what facts show.
    """
    found: dict[str, frozenset[str] | None] = {}
    for each in adoptions(facts):
        before = found.get(each.id, frozenset())
        whole = before is None or each.services is None
        found[each.id] = None if whole else (before or frozenset()) | (each.services or frozenset())
    if any(edge.call.circuit_breaker not in (None, "none") for edge in facts.calls):
        found["circuit-breaker"] = None
    if any(sent.publish.via in _SURE_WAYS for each in facts.sent.values() for sent in each):
        found["outbox"] = None
    if any(sourcing.snapshots is not None for _, sourcing in facts.adopted_as(EventSourcing)):
        found["checkpoint"] = None  # whether `none` does harm is judged by a rule of its own
    return found


def _services(pattern: Pattern) -> frozenset[str] | None:
    names = [*(pattern.at or ())]
    if isinstance(pattern, Cqrs):
        names += [*(pattern.commands or ()), *(pattern.queries or ())]
    elif isinstance(pattern, Saga):
        names += [step.service for step in pattern.steps or ()]
    return frozenset(names) or None
