"""Which bills of materials a declared system needs, and what is known for each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from patternctl.costing.load import Load, Traffic
from patternctl.model.architecture import Cqrs, HedgedRequest, Pattern, Saga, Service, Use
from patternctl.model.cost import Costs, Materials
from patternctl.model.system import ElementPath
from patternctl.rulekit import Facts
from patternctl.rulekit.decided import in_force

_OWN = (None, "own", "cache")
"""Purposes of a store's use that requests go with."""
_UNKNOWN = Load(None, 0.0)


class Element(NamedTuple):
    """Something declared that has to be paid for."""

    materials: Materials
    label: str
    """What its lines are called: `services.orders`."""
    stated: object
    """What the manifest says of it."""
    path: ElementPath
    known: Mapping[str, float]
    """What is worked out about it, by key: `share`."""


class Adopted(NamedTuple):
    """A pattern that is adopted and has materials."""

    element: Element
    reached: Mapping[str, float]
    """Part of a service's requests that the adopters cause, by service, where that is known."""


def elements(costs: Costs, facts: Facts, traffic: Traffic) -> Iterator[Element]:
    """Services, stores and brokers with the materials that fit them best.

    What is somebody else's or switched off has none.
    """
    fitting = _Fitting(costs)
    for name, service in facts.services.items():
        materials = fitting.find("service", service.runtime, service.kind)
        if materials and service.kind != "external" and service.replicas != 0:
            known = _of_service(name, service, facts, traffic)
            yield Element(materials, f"services.{name}", service, ("services", name), known)
    for name, store in facts.stores.items():
        materials = fitting.find("store", store.engine, store.kind, store.role)
        if materials and store.replicas != 0:
            known = _of_store(name, facts, traffic)
            yield Element(materials, f"stores.{name}", store, ("stores", name), known)
    messages = _by_broker(facts, traffic)
    for name, broker in (facts.architecture.brokers or {}).items():
        materials = fitting.find("broker", broker.engine)
        if materials and broker.replicas != 0:
            known = messages.get(name, {})
            yield Element(materials, f"brokers.{name}", broker, ("brokers", name), known)


class _Fitting:
    """Materials of kinds of elements."""

    def __init__(self, costs: Costs) -> None:
        self._by_kind: dict[tuple[str, str], Materials] = {}
        for materials in costs.materials.values():
            for kind in materials.kinds or ("",):
                self._by_kind.setdefault((materials.of, kind), materials)

    def find(self, subject: str, *kinds: str | None) -> Materials | None:
        """Those for the first kind that has any, else those for all other kinds."""
        names = [kind.lower().replace(" ", "-") for kind in kinds if kind]
        found = (self._by_kind.get((subject, name)) for name in (*names, ""))
        return next((each for each in found if each), None)


# What is known of each


def _of_service(name: str, service: Service, facts: Facts, traffic: Traffic) -> dict[str, float]:
    known: dict[str, float] = {}
    if name in traffic.entries or not _may_be_asked(name, service, facts, traffic):
        known["entering"] = traffic.entries.get(name, 0.0)
    if name in traffic.services:
        requests, events = traffic.services[name]
        known["heard"] = events
        if requests is not None:
            known["share"] = requests
    return known


def _may_be_asked(name: str, service: Service, facts: Facts, traffic: Traffic) -> bool:
    """Whether requests from outside may come to a service; it is not known how many."""
    if service.exposed is not None:
        return service.exposed
    return not traffic.entries or facts.is_edge(name)


def _of_store(name: str, facts: Facts, traffic: Traffic) -> dict[str, float]:
    """Requests that read and write a store, and events of which the handling writes it."""
    uses = [each for each in facts.users_of.get(name, ()) if each.use.purpose in _OWN]
    if not uses and not facts.tells("uses"):
        return {}
    readers = [each.service for each in uses if each.use.access != "write"]
    writers = [each.service for each in uses if each.use.access != "read"]
    reading, writing = _loads(readers, traffic), _loads(writers, traffic)
    return {
        **({"reading": reading.requests} if reading.requests is not None else {}),
        **({"writing": writing.requests} if writing.requests is not None else {}),
        "heard": writing.events,
    }


def _loads(names: Iterable[str], traffic: Traffic) -> Load:
    """Of several services together; requests are known where those of each are."""
    loads = [traffic.services.get(name, _UNKNOWN) for name in names]
    known = [load.requests for load in loads if load.requests is not None]
    whole = sum(known) if len(known) == len(loads) else None
    return Load(whole, sum(load.events for load in loads))


def _by_broker(facts: Facts, traffic: Traffic) -> dict[str, dict[str, float]]:
    """How often a message is published and handed out; events without a broker use the only one."""
    brokers = [*(facts.architecture.brokers or {})]
    only = brokers[0] if len(brokers) == 1 else None
    declared = facts.architecture.events or {}
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for event, times in traffic.events.items():
        stated = declared[event].broker if event in declared else None
        if broker := stated or only:
            consumers = {each.service for each in facts.received.get(event, ())}
            sums = found[broker]
            sums["published"] = sums.get("published", 0.0) + times
            sums["delivered"] = sums.get("delivered", 0.0) + times * len(consumers)
    return found


# Adopted patterns


def adoptions(costs: Costs, facts: Facts, traffic: Traffic) -> Iterator[Adopted]:
    """Adopted patterns that have materials, each under a name of its own."""
    used: set[str] = set()
    for index, adoption in enumerate(facts.architecture.patterns or ()):
        materials = costs.materials.get(adoption.pattern)
        if materials is None or materials.of != "pattern":
            continue
        name = adoption.name or adoption.pattern
        label = f"patterns.{name}" if name not in used else f"patterns.{name}.{index}"
        used.add(name)
        adopters = _adopters(adoption, facts)
        known = {**_together(adopters, facts, traffic), **_settings(adoption)}
        element = Element(materials, label, adoption, ("patterns", index), known)
        yield Adopted(element, _reached(adopters, facts, traffic) if materials.scales else {})


def _adopters(adoption: Pattern, facts: Facts) -> list[str]:
    """Services that adopt a pattern: all that are one's own where it says nothing."""
    named = list(getattr(adoption, "at", None) or ())
    if isinstance(adoption, Cqrs):
        named += [*(adoption.commands or ()), *(adoption.queries or ())]
    if isinstance(adoption, Saga) and not named:
        named = [step.service for step in (adoption.steps or ())[:1]]
    usual = (n for n, s in facts.services.items() if s.kind not in ("external", "infrastructure"))
    return [*dict.fromkeys(name for name in named or usual if name in facts.services)]


def _together(names: list[str], facts: Facts, traffic: Traffic) -> dict[str, float]:
    """What is known of the adopters as a whole."""
    services = [facts.services[name] for name in names]
    found = {"services": float(len(names))}
    load = _loads(names, traffic)
    found["heard"] = load.events
    if load.requests is not None:
        found["share"] = load.requests
    replicas = [service.replicas for service in services]
    stated = [count for count in replicas if count is not None]
    if len(stated) == len(names):
        found["replicas"] = float(sum(stated))
    return {**found, **_stores(services, facts)}


def _stores(services: Iterable[Service], facts: Facts) -> dict[str, float]:
    """How many stores the services have whose work a pattern would otherwise have to add."""
    uses: Iterable[Use] = (use for service in services for use in service.uses)
    names = {use.store for use in uses if use.store in facts.stores}
    words = [{facts.stores[name].role, facts.stores[name].kind} for name in names]
    kinds = {"caches": "cache", "read_models": "read-model", "event_stores": "event-store"}
    return {key: float(sum(word in each for each in words)) for key, word in kinds.items()}


def _settings(adoption: Pattern) -> dict[str, float]:
    """Settings that are no plain amounts."""
    if isinstance(adoption, Saga) and adoption.steps is not None:
        return {"steps": float(len(adoption.steps))}
    if not isinstance(adoption, HedgedRequest):
        return {}
    found: dict[str, float] = {}
    if adoption.percentile is not None:
        found["percentile"] = int(adoption.percentile[1:]) / 100
    if adoption.budget is not None:
        found["budget"] = min(1.0, adoption.budget)
    return found


def _reached(adopters: Iterable[str], facts: Facts, traffic: Traffic) -> dict[str, float]:
    """Part of each callee's requests that calls of the adopters are, where the caller waits."""
    found: defaultdict[str, float] = defaultdict(float)
    for name in adopters:
        for edge in facts.calls_from.get(name, ()):
            whole = traffic.services.get(edge.callee, _UNKNOWN).requests
            own = traffic.services.get(name, _UNKNOWN).requests
            if whole and own is not None:
                found[edge.callee] += own * (edge.call.per_request or 1.0) / whole
    return {name: min(1.0, part) for name, part in found.items()}


def outcomes(facts: Facts) -> Iterator[tuple[str, ElementPath]]:
    """Patterns that are adopted, then outcomes of decisions in force, each with its place."""
    for index, adoption in enumerate(facts.architecture.patterns or ()):
        yield adoption.pattern, ("patterns", index)
    for decision, path in in_force(facts):
        yield decision.outcome, (*path, "outcome")


def at_edge(facts: Facts, traffic: Traffic) -> float | None:
    """Part of all requests that enters at services near the users; None where it is not known."""
    if not traffic.entries:
        return None
    near = (name for name in traffic.entries if facts.services[name].runtime == "edge")
    return sum(traffic.entries[name] for name in near)


def leading_data(facts: Facts) -> int | None:
    """Bytes in all stores that keep what cannot be made again; None where one does not say it."""
    copies = ("cache", "search", "object", "file")
    leading = [
        store
        for store in facts.stores.values()
        if store.kind not in copies and store.role in (None, "primary", "event-store")
    ]
    sizes = [store.size for store in leading if store.size is not None]
    return sum(sizes) if leading and len(sizes) == len(leading) else None


def number(value: object) -> float | None:
    """An amount that a manifest states; None for words, lists and the like."""
    plain: Any = getattr(value, "amount", value)
    if isinstance(plain, bool | str) or not hasattr(plain, "__float__"):
        return None
    return float(plain)
