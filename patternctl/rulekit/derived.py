"""Facts that no single key of a manifest states: counts, and what its structure shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from patternctl.model.architecture import Saga
from patternctl.model.system import ElementPath
from patternctl.rulekit.facts import Facts

_COUNTED = ("teams", "services", "stores", "brokers", "events", "flows")
"""Blocks whose entries are counted: `teams.count`."""


class Derived(NamedTuple):
    """A fact and where it shows."""

    value: float | str
    path: ElementPath


Derive = Callable[[Facts], Derived | None]
"""Works a fact out; None where the manifest does not tell enough."""


def _count(block: str) -> Derive:
    def count(facts: Facts) -> Derived | None:
        """Entries of the block; an empty or missing one says nothing."""
        number = len(getattr(facts.architecture, block) or ())
        return Derived(number, (block,)) if number else None

    return count


def _people(facts: Facts) -> Derived | None:
    """Members of all teams, where each team states its size."""
    sizes = [team.size for team in (facts.architecture.teams or {}).values()]
    known = [size for size in sizes if size is not None]
    return Derived(sum(known), ("teams",)) if known and len(known) == len(sizes) else None


def _sagas(facts: Facts) -> Iterator[tuple[ElementPath, Saga]]:
    """Business transactions over several services: a saga inside one is none."""
    for path, saga in facts.adopted_as(Saga):
        steps = saga.steps
        if steps is None or len({step.service for step in steps}) > 1:
            yield path, saga


def _longest(found: Iterator[tuple[ElementPath, Saga]]) -> Derived | None:
    lengths = [(len(saga.steps), path) for path, saga in found if saga.steps]
    longest = max(lengths, key=lambda each: each[0], default=None)
    return Derived(*longest) if longest else None


def _saga_steps(facts: Facts) -> Derived | None:
    """Steps of the longest saga."""
    return _longest(_sagas(facts))


def _orchestrated(facts: Facts) -> Derived | None:
    """The style of the first saga that somebody steers."""
    steered = (path for path, saga in _sagas(facts) if saga.style == "orchestration")
    return next((Derived("orchestration", path) for path in steered), None)


def _choreographed(facts: Facts) -> Derived | None:
    """Steps of the longest choreographed saga whose steps belong to several teams."""

    def of_several_teams(saga: Saga) -> bool:
        services = (facts.services.get(step.service) for step in saga.steps or ())
        return len({each.team for each in services if each and each.team}) > 1

    several = ((path, saga) for path, saga in _sagas(facts) if of_several_teams(saga))
    return _longest((path, saga) for path, saga in several if saga.style == "choreography")


def _writers(facts: Facts) -> frozenset[str] | None:
    """Services that change a store as part of their work; None where an access is not told."""
    if not facts.tells("uses") or not facts.tells("services"):
        return None
    uses = [
        (name, use)
        for name, service in facts.services.items()
        for use in service.uses
        if use.purpose in (None, "own")
    ]
    if any(use.writes is None for _, use in uses):
        return None
    return frozenset(name for name, use in uses if use.writes and not facts.is_cache(use.store))


def _writing(facts: Facts) -> Derived | None:
    """Services that change data; none of them says nothing."""
    writers = _writers(facts)
    return Derived(len(writers), ("services",)) if writers else None


def _reached(facts: Facts, flow: str) -> frozenset[str] | None:
    """Services that a flow passes; None where it runs in a circle, so that it ends nowhere."""
    stated = facts.architecture.flows[flow]
    hops = facts.hops(flow)
    if not stated.path and not hops and stated.entry in facts.calls_from:
        return None
    return frozenset((stated.entry, *(stated.path or ()), *(hop.callee for hop in hops)))


def _flow_writers(facts: Facts) -> Derived | None:
    """Services on one flow that change a store which nobody else changes: the most on any."""
    writers = _writers(facts) or frozenset()
    by_store = [
        {use.service for use in uses if use.use.writes and use.service in writers}
        for store, uses in facts.users_of.items()
        if not facts.is_cache(store)
    ]
    own = frozenset[str]().union(*(names for names in by_store if len(names) == 1))
    reached = ((name, _reached(facts, name)) for name in facts.architecture.flows)
    found = [(len(own & passed), name) for name, passed in reached if passed]
    most = max(found, key=lambda each: each[0], default=None)
    return Derived(most[0], ("flows", most[1])) if most and own else None


def _flow_requests(facts: Facts) -> Derived | None:
    """Requests a second of all flows that state them: there may be more."""
    rates = [flow.requests for flow in facts.architecture.flows.values()]
    known = [rate for rate in rates if rate is not None]
    return Derived(sum(known), ("flows",)) if known else None


def _reads_for_each_write(facts: Facts) -> Derived | None:
    """Requests of flows that only read, for each request of the others: reads may be more.

    A flow only reads where no service on it changes a store or sends what another may act on later.
    """
    writers = _writers(facts)
    if writers is None or not facts.tells("events") or not facts.tells("calls"):
        return None
    changing = writers | _sending(facts)
    reads = writes = 0.0
    for name, flow in facts.architecture.flows.items():
        passed = _reached(facts, name)
        if flow.requests is None or passed is None:
            return None
        if passed & changing:
            writes += flow.requests
        else:
            reads += flow.requests
    return Derived(reads / writes, ("flows",)) if reads and writes else None


def _sending(facts: Facts) -> frozenset[str]:
    """Services that publish, or make calls without waiting for them, as far as is known."""
    return frozenset(
        name
        for name, service in facts.services.items()
        if service.publishes or any(not call.synchronous for call in service.calls)
    )


def _waiting_calls(facts: Facts) -> Derived | None:
    """Calls whose caller waits, where all calls are told and say whether it does."""
    waits = [call.synchronous for service in facts.services.values() for call in service.calls]
    told = facts.tells("calls") and facts.tells("services") and None not in waits
    return Derived(waits.count(True), ("services",)) if told and facts.services else None


DERIVED: dict[str, Derive] = {
    **{f"{block}.count": _count(block) for block in _COUNTED},
    "teams.people": _people,
    "sagas.steps": _saga_steps,
    "sagas.style": _orchestrated,
    "sagas.choreographed_steps": _choreographed,
    "services.writing": _writing,
    "services.waiting_calls": _waiting_calls,
    "flows.writing_services": _flow_writers,
    "flows.requests": _flow_requests,
    "flows.reads_for_each_write": _reads_for_each_write,
}
"""How each is worked out, by the name that readings use."""
