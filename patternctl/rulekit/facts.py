"""The facts of one architecture, indexed once and shared by all rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Literal, NamedTuple, TypeVar

from patternctl.model.architecture import (
    Architecture,
    Call,
    Consume,
    Cqrs,
    EventSourcing,
    FactKind,
    Flow,
    HedgedRequest,
    Outbox,
    Pattern,
    PatternId,
    Publish,
    Saga,
    Service,
    Store,
    Use,
)
from patternctl.model.finding import Lack
from patternctl.model.system import ElementPath
from patternctl.rulekit import graph

CRITICAL_AVAILABILITY = 0.999
"""A flow that promises this much is critical unless it says otherwise (a proposal: three nines is
43 minutes a month, less than a person needs to restore a lost instance by hand)."""

_Item = TypeVar("_Item")
_Adopted = TypeVar("_Adopted", Outbox, Saga, EventSourcing, Cqrs, HedgedRequest)


class CallEdge(NamedTuple):
    """A call between two declared services."""

    caller: str
    callee: str
    call: Call
    path: ElementPath


class StoreUse(NamedTuple):
    """A service's access to a declared store."""

    service: str
    store: str
    use: Use
    path: ElementPath


class Sent(NamedTuple):
    """A service's publishing of an event."""

    service: str
    publish: Publish
    path: ElementPath


class Received(NamedTuple):
    """A service's consuming of an event."""

    service: str
    consume: Consume
    path: ElementPath


class Hop(NamedTuple):
    """One step of a flow: how `callee` is reached."""

    caller: str
    callee: str
    kind: Literal["sync", "async", "unknown"]
    times: float
    """How often it is taken for one request of the flow."""
    edge: CallEdge | None = None


class Facts:
    """Indexes over one architecture. Everything is built on first use and never changed."""

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.services: dict[str, Service] = architecture.services
        self.stores: dict[str, Store] = architecture.stores or {}

    def tells(self, kind: FactKind) -> bool:
        """Whether silence about `kind` means "there is none" (else: unknown)."""
        return self.architecture.tells(kind)

    def is_infrastructure(self, name: str) -> bool:
        """Registries, collectors, admin tools, jobs: left out of degrees, chains and ownership."""
        service = self.services.get(name)
        return service is not None and service.kind in ("infrastructure", "job")

    def is_external(self, name: str) -> bool:
        """Somebody else's service."""
        service = self.services.get(name)
        return service is not None and service.kind == "external"

    def is_edge(self, name: str) -> bool:
        """Gateways and front ends: calling many services is their job."""
        service = self.services.get(name)
        return service is not None and service.kind in ("gateway", "frontend")

    @cached_property
    def calls(self) -> list[CallEdge]:
        """Calls whose target is declared, in file order."""
        return [
            CallEdge(name, call.to, call, ("services", name, "calls", index))
            for name, service in self.services.items()
            for index, call in enumerate(service.calls)
            if call.to in self.services
        ]

    @cached_property
    def sync_calls(self) -> list[CallEdge]:
        """Calls whose caller waits, between two different services that are no infrastructure."""
        return [
            edge
            for edge in self.calls
            if edge.call.synchronous
            and edge.caller != edge.callee
            and not self.is_infrastructure(edge.caller)
            and not self.is_infrastructure(edge.callee)
        ]

    @cached_property
    def untyped_calls(self) -> list[Lack]:
        """Calls that do not say whether the caller waits."""
        return [Lack(edge.path, "via") for edge in self.calls if edge.call.via is None]

    @cached_property
    def calls_from(self) -> dict[str, list[CallEdge]]:
        """Synchronous calls by caller."""
        return _grouped(self.sync_calls, "caller")

    @cached_property
    def calls_to(self) -> dict[str, list[CallEdge]]:
        """Synchronous calls by callee."""
        return _grouped(self.sync_calls, "callee")

    @cached_property
    def sync_graph(self) -> dict[str, list[str]]:
        """Distinct synchronous callees by caller, external services left out."""
        return {
            name: list(dict.fromkeys(e.callee for e in edges if not self.is_external(e.callee)))
            for name, edges in self.calls_from.items()
        }

    @cached_property
    def sync_components(self) -> list[list[str]]:
        """Groups of services that wait for one another in a circle."""
        return graph.components(self.sync_graph)

    @cached_property
    def uses(self) -> list[StoreUse]:
        """Store accesses whose store is declared (or all, where no store is)."""
        return [
            StoreUse(name, use.store, use, ("services", name, "uses", index))
            for name, service in self.services.items()
            for index, use in enumerate(service.uses)
            if self.architecture.stores is None or use.store in self.stores
        ]

    @cached_property
    def users_of(self) -> dict[str, list[StoreUse]]:
        """Store accesses by store."""
        return _grouped(self.uses, "store")

    def store_path(self, use: StoreUse) -> ElementPath:
        """Place of the used store, or of the use where no store is declared."""
        return ("stores", use.store) if use.store in self.stores else use.path

    def is_cache(self, store: str) -> bool:
        """Whether a store says that it only holds copies; its role counts before its kind."""
        declared = self.stores.get(store)
        return declared is not None and (declared.role or declared.kind) == "cache"

    def is_read_model(self, store: str) -> bool:
        """Whether a store says that it holds what others wrote, arranged for reading."""
        declared = self.stores.get(store)
        return declared is not None and declared.role == "read-model"

    @cached_property
    def sent(self) -> dict[str, list[Sent]]:
        """Who publishes each event."""
        found: dict[str, list[Sent]] = defaultdict(list)
        for name, service in self.services.items():
            for index, publish in enumerate(service.publishes):
                path = ("services", name, "publishes", index)
                found[publish.event].append(Sent(name, publish, path))
        return dict(found)

    @cached_property
    def received(self) -> dict[str, list[Received]]:
        """Who consumes each event."""
        found: dict[str, list[Received]] = defaultdict(list)
        for name, service in self.services.items():
            for index, consume in enumerate(service.consumes):
                path = ("services", name, "consumes", index)
                found[consume.event].append(Received(name, consume, path))
        return dict(found)

    def adopted(self, *ids: PatternId) -> list[tuple[ElementPath, Pattern]]:
        """Adoptions of any of the patterns, with their places."""
        return [
            (("patterns", index), pattern)
            for index, pattern in enumerate(self.architecture.patterns or ())
            if pattern.pattern in ids
        ]

    def adopted_as(self, model: type[_Adopted]) -> Iterator[tuple[ElementPath, _Adopted]]:
        """Adoptions of the pattern that `model` (`Saga`, `Outbox`, ...) describes, with places."""
        for index, pattern in enumerate(self.architecture.patterns or ()):
            if isinstance(pattern, model):
                yield ("patterns", index), pattern

    def adopters(self, *ids: PatternId) -> set[str]:
        """Services at which any of the patterns is adopted."""
        return {
            service
            for _, pattern in self.adopted(*ids)
            for service in getattr(pattern, "at", None) or ()
        }

    @cached_property
    def critical_services(self) -> set[str]:
        """Services that a critical flow waits for, its entry included.

        A flow is critical where it says so, or promises 99.9% availability or more.
        """
        critical: set[str] = set()
        for name, flow in self.architecture.flows.items():
            promised = (flow.slo.availability if flow.slo else None) or 0
            if flow.critical or (flow.critical is None and promised >= CRITICAL_AVAILABILITY):
                critical.add(flow.entry)
                critical |= {hop.callee for hop in self.hops[name] if hop.kind == "sync"}
        return critical

    @cached_property
    def hops(self) -> dict[str, list[Hop]]:
        """Steps of every flow by flow name. A flow that runs in a circle has none.

        With a `path`, each service is called by the nearest service before it that calls it.
        Without one, everything the entry reaches synchronously is a step.
        """
        return {name: self._flow_hops(flow) for name, flow in self.architecture.flows.items()}

    def _flow_hops(self, flow: Flow) -> list[Hop]:
        return self._path_hops(flow.path) if flow.path else self._reached_hops(flow.entry)

    def _path_hops(self, path: tuple[str, ...]) -> list[Hop]:
        counts: dict[str, float] = {path[0]: 1.0}
        hops: list[Hop] = []
        for position, callee in enumerate(path[1:], start=1):
            hop = self._hop(path[:position], callee, counts)
            hops.append(hop)
            counts[callee] = hop.times
        return hops

    def _hop(self, before: tuple[str, ...], callee: str, counts: dict[str, float]) -> Hop:
        for caller in reversed(before):
            for edge in self._out.get(caller, ()):
                if edge.callee == callee:
                    count = counts[caller] * (edge.call.per_request or 1.0)
                    waits = edge.call.synchronous
                    kind: Literal["sync", "async", "unknown"] = "sync" if waits else "async"
                    return Hop(caller, callee, "unknown" if waits is None else kind, count, edge)
        heard = {consume.event for consume in self.services[callee].consumes}
        for caller in reversed(before):
            if any(publish.event in heard for publish in self.services[caller].publishes):
                return Hop(caller, callee, "async", counts[caller])
        return Hop(before[-1], callee, "unknown", counts[before[-1]])

    def _reached_hops(self, entry: str) -> list[Hop]:
        order = _callers_first(entry, self.calls_from)
        if order is None:
            return []
        counts: dict[str, float] = dict.fromkeys(order, 0.0) | {entry: 1.0}
        hops: list[Hop] = []
        for caller in order:
            for edge in self.calls_from.get(caller, ()):
                count = counts[caller] * (edge.call.per_request or 1.0)
                counts[edge.callee] += count
                hops.append(Hop(caller, edge.callee, "sync", count, edge))
        return hops

    @cached_property
    def _out(self) -> dict[str, list[CallEdge]]:
        return _grouped(self.calls, "caller")


def _grouped(items: list[_Item], key: str) -> dict[str, list[_Item]]:
    found: dict[str, list[_Item]] = defaultdict(list)
    for item in items:
        found[getattr(item, key)].append(item)
    return dict(found)


def _callers_first(entry: str, calls: dict[str, list[CallEdge]]) -> list[str] | None:
    """Everything reachable from `entry`, callers before callees; None where there is a circle."""
    order: list[str] = []
    state: dict[str, int] = {entry: 1}
    work = [(entry, iter(calls.get(entry, ())))]
    while work:
        node, rest = work[-1]
        for edge in rest:
            if state.get(edge.callee) == 1:
                return None
            if edge.callee not in state:
                state[edge.callee] = 1
                work.append((edge.callee, iter(calls.get(edge.callee, ()))))
                break
        else:
            state[node] = 2
            order.append(node)
            work.pop()
    return order[::-1]
