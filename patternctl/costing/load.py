"""What reaches each service, event and store for one request at the entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from patternctl.rulekit import Facts
from patternctl.rulekit.graph import ordered_groups

_EVENT = "event "
"""What the nodes of events begin with; names of services have no spaces."""
_Edges = Mapping[str, list[tuple[str, float]]]


class Load(NamedTuple):
    """What reaches a service, for one request at the entry."""

    requests: float | None
    """Calls that requests cause; None where they may cause some, and it is not known how many."""
    events: float
    """Events that it handles, and calls they cause, where each request publishes one event."""


class Traffic(NamedTuple):
    """What reaches what, for one request at the entry; of what is absent it is not known."""

    entries: Mapping[str, float]
    """Part of all requests that enters at each service."""
    services: Mapping[str, Load]
    events: Mapping[str, float]
    """How often each event is published, in the unit of `Load.events`."""


def traffic(facts: Facts) -> Traffic:
    """Follow requests along calls, and what they publish along events.

    A flow with a path reaches what is on it, and what is called from it without waiting. Elsewhere
    every call of a service passes its requests on, `per_request` times. A service that publishes
    several events is taken to publish each of them equally often, and one that handles an event to
    publish like one that handles a request. What is inside a circle is passed on once. Retries are
    left out, for how many calls fail is not known; so is what reaches services in other ways.
    """
    entering = entries(facts)
    calls, published = _calls(facts), _published(facts)
    along, seeds = _followed(facts)
    requests = _spread(calls, seeds)
    for name, times in along.items():
        requests[name] = requests.get(name, 0.0) + times
    announced: defaultdict[str, float] = defaultdict(float)
    for name, edges in published.items():
        for event, part in edges:
            announced[event] += requests.get(name, 0.0) * part
    heard = {_EVENT + event: _consumers(facts, event) for event in facts.sent}
    both = _joined(calls, published, heard)
    handled = _spread(both, {event: times for event, times in announced.items() if times})
    unsure = _unsure(calls, requests)
    return Traffic(
        entering,
        {
            name: Load(requests.get(name, None if name in unsure else 0.0), handled.get(name, 0.0))
            for name in facts.services
            if name in requests or name in handled
        },
        {event: handled[_EVENT + event] for event in facts.sent if _EVENT + event in handled},
    )


def _unsure(calls: _Edges, requests: Mapping[str, float]) -> set[str]:
    """Services that those with requests call beside the paths of flows, and what these call."""
    found: set[str] = set()
    open_ = [*requests]
    while open_:
        for callee, _ in calls.get(open_.pop(), ()):
            if callee not in requests and callee not in found:
                found.add(callee)
                open_.append(callee)
    return found


def _followed(facts: Facts) -> tuple[dict[str, float], dict[str, float]]:
    """What paths of flows bring to services, and what starts from where along all calls."""
    along: defaultdict[str, float] = defaultdict(float)
    seeds: defaultdict[str, float] = defaultdict(float)
    for name, entry, weight in _entering(facts):
        path = facts.architecture.flows[name].path if name else None
        if path is None:
            seeds[entry] += weight
            continue
        counts = _on_path(facts, name, path)
        for service, times in counts.items():
            along[service] += times * weight
            for call in facts.services[service].calls:
                if call.synchronous is False and call.to in facts.services and call.to not in path:
                    seeds[call.to] += times * weight * (call.per_request or 1.0)
    return dict(along), dict(seeds)


def _on_path(facts: Facts, flow: str, path: tuple[str, ...]) -> dict[str, float]:
    """How often one request of a flow reaches each service; what hears events of it is left out."""
    counts: defaultdict[str, float] = defaultdict(float, {path[0]: 1.0})
    heard: set[str] = set()
    for hop in facts.hops(flow):
        if hop.caller in heard or (hop.kind == "async" and hop.edge is None):
            heard.add(hop.callee)
        else:
            counts[hop.callee] += hop.times
    return counts


def entries(facts: Facts) -> Mapping[str, float]:
    """Part of all requests that enters at each service: they add up to 1, or there are none.

    Flows say where, each with the part that its rate has of all. Without flows it is where nobody
    calls: at front ends, gateways and what is exposed, else at services that call others.
    """
    found: defaultdict[str, float] = defaultdict(float)
    for _, name, part in _entering(facts):
        found[name] += part
    return dict(found)


def _entering(facts: Facts) -> list[tuple[str, str, float]]:
    """(flow or nothing, service, part of all requests) of each way in."""
    flows = facts.architecture.flows
    if flows:
        rates = [flow.requests for flow in flows.values()]
        known = [rate for rate in rates if rate is not None]
        usual = sum(known) / len(known) if known else 1.0
        ways = [
            (name, flow.entry, usual if flow.requests is None else flow.requests)
            for name, flow in flows.items()
        ]
    else:
        ways = [("", name, 1.0) for name in _roots(facts)]
    whole = sum(weight for _, _, weight in ways)
    return [(flow, name, weight / whole) for flow, name, weight in ways] if whole else []


def _roots(facts: Facts) -> list[str]:
    called = {edge.callee for edge in facts.calls if edge.caller != edge.callee}
    roots = [name for name in facts.services if name not in called]
    fronts = [name for name in roots if facts.is_edge(name) or facts.services[name].exposed is True]
    return fronts or [name for name in roots if _asked(facts, name)]


def _asked(facts: Facts, name: str) -> bool:
    """Whether a service that nobody calls may be where requests come in."""
    service = facts.services[name]
    runs_by_itself = bool(service.consumes) or service.kind in ("job", "worker")
    return bool(service.calls) and not runs_by_itself and not facts.is_infrastructure(name)


def _calls(facts: Facts) -> _Edges:
    found: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for edge in facts.calls:
        if edge.caller != edge.callee:
            found[edge.caller].append((edge.callee, edge.call.per_request or 1.0))
    return found


def _published(facts: Facts) -> _Edges:
    """Events by publisher, each with its part of what the publisher publishes."""
    found: dict[str, list[tuple[str, float]]] = {}
    for name, service in facts.services.items():
        events = dict.fromkeys(sent.event for sent in service.publishes)
        if events:
            found[name] = [(_EVENT + event, 1 / len(events)) for event in events]
    return found


def _consumers(facts: Facts, event: str) -> list[tuple[str, float]]:
    names = dict.fromkeys(each.service for each in facts.received.get(event, ()))
    return [(name, 1.0) for name in names]


def _joined(*several: _Edges) -> _Edges:
    found: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for edges in several:
        for name, targets in edges.items():
            found[name] += targets
    return found


def _spread(edges: _Edges, seeds: Mapping[str, float]) -> dict[str, float]:
    """What arrives where, of what starts at `seeds` and follows `edges`, times their factors."""
    graph = {name: [target for target, _ in targets] for name, targets in edges.items()}
    found: defaultdict[str, float] = defaultdict(float, seeds)
    done: set[str] = set()
    for group in reversed(ordered_groups({**dict.fromkeys(seeds, ()), **graph})):
        for name in _from_outside(group, graph, [each for each in group if each in found]):
            done.add(name)
            for target, times in edges.get(name, ()):
                if target not in done:
                    found[target] += found[name] * times
    return dict(found)


def _from_outside(
    group: Iterable[str], graph: Mapping[str, list[str]], first: list[str]
) -> Iterator[str]:
    """Members of a circle in the order in which they are reached from the first ones."""
    inside, seen = {*group}, {*first}
    for name in first:
        yield name
        for target in graph.get(name, ()):
            if target in inside and target not in seen:
                seen.add(target)
                first.append(target)
