"""Pictures of what a system consists of: context, containers, data flow, deployment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from patternctl.artefacts._views import Canvas
from patternctl.model.architecture import SYNCHRONOUS, Architecture, Call, Event, Service, Store
from patternctl.model.diagram import EdgeStyle, NodeKind
from patternctl.rulekit import Facts
from patternctl.rulekit.wording import listed

_KINDS: dict[str, NodeKind] = {
    "gateway": "network",
    "worker": "worker",
    "job": "worker",
    "infrastructure": "platform",
    "external": "external",
}

_NAMED = 2
"""Events between a service and a broker that are named; the data flow names them all."""


def context(facts: Facts) -> Canvas:
    """The system as one box, who uses it, and whom it uses."""
    canvas = Canvas()
    architecture = facts.architecture
    system = canvas.node(
        ("system",), architecture.system, "service", detail=architecture.description or ""
    )
    entries = _entries(facts)
    if entries:
        users = canvas.node(("users",), "Users", "actor")
        means = listed(architecture.flows) if architecture.flows else f"through {listed(entries)}"
        canvas.arrow(users, system, means, "sync")
    sides: dict[tuple[str, bool, EdgeStyle], list[str]] = defaultdict(list)
    for edge in facts.calls:
        inward, outward = facts.is_external(edge.caller), facts.is_external(edge.callee)
        if inward != outward:
            other = edge.caller if inward else edge.callee
            within = edge.callee if inward else edge.caller
            sides[other, inward, _style(edge.call)].append(within)
    for name, service in facts.services.items():
        if service.kind == "external":
            canvas.node(("services", name), name, "external", detail=service.description or "")
    for (other, inward, style), inner in sides.items():
        ends = (f"services/{other}", system) if inward else (system, f"services/{other}")
        label = f"{'to' if inward else 'from'} {listed(dict.fromkeys(inner))}"
        canvas.arrow(*ends, label, style)
    _outer_events(canvas, architecture, system)
    return canvas


def _entries(facts: Facts) -> list[str]:
    """Services that users are known to reach."""
    flows = {flow.entry for flow in facts.architecture.flows.values()}
    return [
        name
        for name, service in facts.services.items()
        if service.exposed or service.kind == "frontend" or name in flows
    ]


def _outer_events(canvas: Canvas, architecture: Architecture, system: str) -> None:
    events = architecture.events or {}
    senders = [name for name, event in events.items() if event.external_producer]
    readers = [name for name, event in events.items() if event.external_consumers]
    if senders:
        other = canvas.node(("senders",), "Senders of events", "external")
        canvas.arrow(other, system, listed(senders), "async")
    if readers:
        other = canvas.node(("readers",), "Readers of events", "external")
        canvas.arrow(system, other, listed(readers), "async")


def containers(facts: Facts) -> Canvas:
    """What runs and keeps data, in boxes by team, or by deploy unit where no team is stated."""
    canvas = Canvas("right")
    services = facts.services.values()
    by_team = any(service.team for service in services)
    for name, service in facts.services.items():
        box = _team(canvas, facts, service) if by_team else _unit(canvas, service)
        _service(canvas, name, service, within=box)
    for name, store in facts.stores.items():
        owner = f"services/{store.owner}"
        within = canvas.nodes[owner].within if owner in canvas.nodes else None
        _store(canvas, name, store, within=within)
    _calls(canvas, facts)
    _uses(canvas, facts)
    _brokered(canvas, facts)
    return canvas


def _team(canvas: Canvas, facts: Facts, service: Service) -> str | None:
    if service.kind == "external":
        return None
    if service.team is None:
        return canvas.group("team", "team not stated")
    team = (facts.architecture.teams or {}).get(service.team)
    people = f" ({team.size} people)" if team and team.size else ""
    return canvas.group(f"team/{service.team}", f"team {service.team}{people}")


def _unit(canvas: Canvas, service: Service, within: str | None = None) -> str | None:
    """The box of a stated deploy unit, or what it would stand in."""
    if service.deploy_unit is None:
        return within
    key = f"unit/{within}/{service.deploy_unit}"
    return canvas.group(key, f"deployed together: {service.deploy_unit}", within)


def _brokered(canvas: Canvas, facts: Facts) -> None:
    """Brokers, with one arrow for all events between a service and a broker."""
    brokers = facts.architecture.brokers or {}
    events = facts.architecture.events or {}
    for name, broker in brokers.items():
        canvas.node(("brokers", name), name, "queue", detail=_more(name, broker.engine))
    ways: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, service in facts.services.items():
        for sent in service.publishes:
            ways[f"services/{name}", _broker(canvas, events, sent.event)].append(sent.event)
        for read in service.consumes:
            ways[_broker(canvas, events, read.event), f"services/{name}"].append(read.event)
    for (source, target), names in ways.items():
        told = [*dict.fromkeys(names)]
        label = listed(told) if len(told) <= _NAMED else f"{len(told)} events"
        canvas.arrow(source, target, label, "async")


def _broker(canvas: Canvas, events: Mapping[str, Event], event: str) -> str:
    name = events[event].broker if event in events else None
    if name is None:
        return canvas.undeclared("brokers", "broker not stated", "queue")
    key = f"brokers/{name}"
    return key if key in canvas.nodes else canvas.undeclared("brokers", name, "queue")


def data_flow(facts: Facts) -> Canvas:
    """Every call, event and access to data."""
    canvas = Canvas()
    for name, service in facts.services.items():
        _service(canvas, name, service)
    for name, store in facts.stores.items():
        _store(canvas, name, store)
    for name, event in (facts.architecture.events or {}).items():
        through = f"through {event.broker}" if event.broker else "broker not stated"
        canvas.node(("events", name), name, "queue", detail=through, subject=event)
    _calls(canvas, facts)
    _events(canvas, facts)
    _uses(canvas, facts)
    return canvas


def _events(canvas: Canvas, facts: Facts) -> None:
    for name, service in facts.services.items():
        own = f"services/{name}"
        for number, sent in enumerate(service.publishes):
            event = f"events/{sent.event}"
            if event not in canvas.nodes:
                canvas.undeclared("events", sent.event, "queue")
            words = sent.via or "publishes"
            path = ("services", name, "publishes", number)
            canvas.arrow(own, event, words, "async", path, sent)
        for number, read in enumerate(service.consumes):
            event = f"events/{read.event}"
            if event not in canvas.nodes:
                canvas.undeclared("events", read.event, "queue")
            path = ("services", name, "consumes", number)
            canvas.arrow(event, own, "", "async", path, read)


def deployment(facts: Facts) -> Canvas:
    """What runs where and how often, as far as it is stated."""
    canvas = Canvas("right")
    box = None
    stated = facts.architecture.deployment
    if stated and stated.regions:
        several = stated.regions > 1
        words = f"each of {stated.regions} regions" if several else "the one region"
        box = canvas.group("region", words)
    if stated and stated.cells:
        box = canvas.group("cell", f"each cell ({stated.cells} in all regions)", box)
    for name, service in facts.services.items():
        outside = service.kind == "external" or service.runtime == "edge"
        within = None if service.kind == "external" else box
        if service.runtime == "edge":
            within = canvas.group("edge", "near the users")
        within = within if outside else _unit(canvas, service, within)
        _service(canvas, name, service, within=within)
    for name, store in facts.stores.items():
        _store(canvas, name, store, within=box)
    for name, broker in (facts.architecture.brokers or {}).items():
        detail = _more(name, broker.engine, _copies(broker.replicas))
        canvas.node(("brokers", name), name, "queue", detail=detail, within=box)
    _calls(canvas, facts, plain=True)
    _uses(canvas, facts, plain=True)
    return canvas


def deployment_lacks(facts: Facts) -> list[str]:
    """Facts that a picture of the deployment needs one of; empty where one is stated."""
    services = facts.services.values()
    stated = facts.architecture.deployment
    known = stated and (stated.regions or stated.cells)
    known = known or any(
        each.replicas is not None or each.runtime or each.deploy_unit for each in services
    )
    wanted = ["deployment.regions", "deployment.cells", "services.*.replicas", "services.*.runtime"]
    return [] if known else [*wanted, "services.*.deploy_unit"]


def _service(canvas: Canvas, name: str, service: Service, within: str | None = None) -> None:
    kind = _KINDS.get(service.kind or "", "service")
    told = service.kind if service.kind not in (None, "service") else None
    detail = _more(name, told, service.runtime, _copies(service.replicas))
    canvas.node(("services", name), name, kind, detail=detail, within=within, subject=service)


def _store(canvas: Canvas, name: str, store: Store, within: str | None = None) -> None:
    kind: NodeKind = "cache" if (store.role or store.kind) == "cache" else "store"
    role = store.role if store.role not in (None, "primary", "cache") else None
    detail = _more(name, store.engine or store.kind, role, _copies(store.replicas))
    canvas.node(("stores", name), name, kind, detail=detail, within=within, subject=store)


def _copies(replicas: int | None) -> str | None:
    return None if replicas is None else f"×{replicas}"


def _more(name: str, *words: str | None) -> str:
    """What there is to say beside a name."""
    return _listed(*(word for word in words if word != name))


def _listed(*words: str | None) -> str:
    return ", ".join(word for word in words if word)


def _style(call: Call) -> EdgeStyle:
    return "async" if call.via and call.via not in SYNCHRONOUS else "sync"


def _calls(canvas: Canvas, facts: Facts, *, plain: bool = False) -> None:
    for name, service in facts.services.items():
        for number, call in enumerate(service.calls):
            target = f"services/{call.to}"
            if target not in canvas.nodes:
                canvas.undeclared("services", call.to, "service")
            if call.via is None:
                canvas.untold.add(len(canvas.arrows))
            label = "" if plain else _call(call)
            path = ("services", name, "calls", number)
            canvas.arrow(f"services/{name}", target, label, _style(call), path, call)


def _call(call: Call) -> str:
    """What a call is, in a few words."""
    times = f"×{call.per_request:g}" if call.per_request else None
    return _listed(call.operation, call.via or "? via not stated", times)


def _uses(canvas: Canvas, facts: Facts, *, plain: bool = False) -> None:
    for name, service in facts.services.items():
        for number, use in enumerate(service.uses):
            store = f"stores/{use.store}"
            if store not in canvas.nodes:
                canvas.undeclared("stores", use.store, "store")
            label = "" if plain else use.access or "? access not stated"
            path = ("services", name, "uses", number)
            canvas.arrow(f"services/{name}", store, label, "data", path, use)
