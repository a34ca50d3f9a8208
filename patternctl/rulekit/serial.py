"""What a flow cannot do without, and how available that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from patternctl.model.architecture import Call
from patternctl.model.system import ElementPath
from patternctl.model.units import format_ratio
from patternctl.rulekit.facts import CallEdge, Facts, StoreUse


class Part(NamedTuple):
    """Something a flow cannot do without."""

    name: str
    path: ElementPath
    availability: float

    def __str__(self) -> str:
        return f"{self.name} {format_ratio(self.availability)}"


def stores_of(facts: Facts) -> dict[str, list[StoreUse]]:
    """Stores a service keeps its own data in; caches can be done without."""
    found: dict[str, list[StoreUse]] = {}
    for use in facts.uses:
        if use.use.purpose in (None, "own") and not facts.is_cache(use.store):
            found.setdefault(use.service, []).append(use)
    return found


def parts(
    facts: Facts, flow: str, stores: Mapping[str, list[StoreUse]]
) -> tuple[list[Part], list[ElementPath]]:
    """The entry, the services it has to wait for and the stores of all of them, each once.

    Those whose availability is stated, and the places of the others. `stores` is `stores_of`.
    """
    services = dict.fromkeys([facts.architecture.flows[flow].entry])
    for hop in facts.hops(flow):
        if hop.kind == "sync" and hop.edge and hop.caller in services and hard(hop.edge.call):
            services[hop.callee] = None
    found: dict[ElementPath, float | None] = {
        ("services", name): facts.services[name].availability for name in services
    }
    for use in (use for name in services for use in stores.get(name, ())):
        store = facts.stores.get(use.store)
        found[facts.store_path(use)] = store.availability if store else None
    known = [Part(str(p[1]), p, value) for p, value in found.items() if value is not None]
    return known, [path for path, value in found.items() if value is None]


def hard(call: Call) -> bool:
    """Whether the caller fails with the call; nothing said means that it does."""
    return call.required is not False and call.fallback in (None, "none")


def needed_by(facts: Facts, service: str) -> Iterator[CallEdge]:
    """Calls that a service waits for and fails with."""
    yield from (edge for edge in facts.calls_from.get(service, ()) if hard(edge.call))
