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
from patternctl.rulekit.beside import Beside
from patternctl.rulekit.knowledge import Knowledge

CRITICAL_AVAILABILITY = 0.999
"""A flow that promises this much is critical unless it says otherwise (a proposal: three nines is
43 minutes a month, less than a person needs to restore a lost instance by hand)."""

_HOPS_KEPT = 200_000
"""Steps of flows that are kept for the next rule, or the next flow with the same entry: some 30 MB.
Beyond that they are worked out again, so that many flows over many services fit into memory."""

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

    def __init__(
        self,
        architecture: Architecture,
        knowledge: Knowledge | None = None,
        beside: Beside | None = None,
    ) -> None:
        """`knowledge` is that of the shipped catalog unless given, `beside` knows of no file."""
        self.architecture = architecture
        self.beside = beside or Beside()
        self.knowledge = knowledge or Knowledge()
        self.services: dict[str, Service] = architecture.services
        self.stores: dict[str, Store] = architecture.stores or {}
        self._hops: dict[str | tuple[str, ...], list[Hop]] = {}
        self._hops_kept = 0

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

    def only_reads(self, name: str) -> bool:
        """Known to read its stores alone, to call nothing and to publish nothing."""
        service = self.services[name]
        reads = [use.writes is False for use in service.uses]
        return bool(reads) and all(reads) and not service.calls and not service.publishes

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

        A flow is critical where it says so, or promises 99.9% availability or more. Circles do not
        end it: whoever waits in one is needed all the same.
        """
        critical: set[str] = set()
        entries: list[str] = []
        for name, flow in self.architecture.flows.items():
            promised = (flow.slo.availability if flow.slo else None) or 0
            if flow.critical or (flow.critical is None and promised >= CRITICAL_AVAILABILITY):
                if flow.path:
                    critical.add(flow.entry)
                    critical |= {hop.callee for hop in self.hops(name) if hop.kind == "sync"}
                else:
                    entries.append(flow.entry)
        return critical | self._reached(entries)

    def _reached(self, entries: list[str]) -> set[str]:
        """The entries and everything they reach synchronously."""
        reached, work = set(entries), list(entries)
        while work:
            for edge in self.calls_from.get(work.pop(), ()):
                if edge.callee not in reached:
                    reached.add(edge.callee)
                    work.append(edge.callee)
        return reached

    def hops(self, flow: str) -> list[Hop]:
        """Steps of a flow, callers before callees. A flow that runs in a circle has none.

        With a `path`, each service is called by the nearest service before it that calls it, by
        each of the calls between the two. Without one, everything the entry reaches synchronously
        is a step.
        """
        stated = self.architecture.flows[flow]
        key = stated.path or stated.entry
        if key in self._hops:
            return self._hops[key]
        hops = self._path_hops(stated.path) if stated.path else self._reached_hops(stated.entry)
        self._hops_kept += len(hops)
        if self._hops_kept > _HOPS_KEPT:
            self._hops.clear()
            self._hops_kept = len(hops)
        self._hops[key] = hops
        return hops

    @cached_property
    def waits(self) -> dict[str, float]:
        """Synchronous calls that one request to each service causes, those of its callees included.

        Services that reach a circle have none; neither have those without calls.
        """
        graph_of_calls = {name: [e.callee for e in es] for name, es in self.calls_from.items()}
        found: dict[str, float] = {}
        circular: set[str] = set()
        for group in graph.ordered_groups(graph_of_calls):
            edges = self.calls_from.get(group[0], [])
            if len(group) > 1 or any(edge.callee in circular for edge in edges):
                circular.update(group)
            elif edges:
                found[group[0]] = sum(
                    (edge.call.per_request or 1.0) * (1 + found.get(edge.callee, 0.0))
                    for edge in edges
                )
        return found

    def _path_hops(self, path: tuple[str, ...]) -> list[Hop]:
        counts: dict[str, float] = {path[0]: 1.0}
        places: dict[str, int] = {path[0]: 0}
        published: dict[str, str] = {}
        hops: list[Hop] = []
        for place, callee in enumerate(path[1:], start=1):
            before = path[place - 1]
            published |= {sent.event: before for sent in self.services[before].publishes}
            edges = self._nearest_calls(callee, places)
            if edges:
                steps = [_hop(edge, counts[edge.caller]) for edge in edges]
            else:
                heard = [published.get(c.event) for c in self.services[callee].consumes]
                senders = [name for name in heard if name is not None]
                sender = max(senders, key=places.__getitem__, default=before)
                kind: Literal["async", "unknown"] = "async" if senders else "unknown"
                steps = [Hop(sender, callee, kind, counts[sender])]
            hops += steps
            waited = [step for step in steps if step.kind != "async"] or steps
            counts[callee] = sum(step.times for step in waited)
            places[callee] = place
        return hops

    def _nearest_calls(self, callee: str, places: dict[str, int]) -> list[CallEdge]:
        """All calls to `callee` by the caller whose last place on the path is the latest."""
        edges = [edge for edge in self._calls_by_callee.get(callee, ()) if edge.caller in places]
        nearest = max((places[edge.caller] for edge in edges), default=None)
        return [edge for edge in edges if places[edge.caller] == nearest]

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
    def _calls_by_callee(self) -> dict[str, list[CallEdge]]:
        return _grouped(self.calls, "callee")


def _hop(edge: CallEdge, requests: float) -> Hop:
    """The step that a call makes for so many requests to its caller."""
    times = requests * (edge.call.per_request or 1.0)
    waits = edge.call.synchronous
    kind: Literal["sync", "async"] = "sync" if waits else "async"
    return Hop(edge.caller, edge.callee, "unknown" if waits is None else kind, times, edge)


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
