"""Objectives that a manifest states, and how requests show whether they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import inf
from typing import NamedTuple

from patternctl.artefacts import _slo_promql as promql
from patternctl.artefacts._slo_model import Objective, Omitted, stated_at
from patternctl.artefacts._slo_promql import Counter, Indicator, Matcher
from patternctl.artefacts._slo_settings import Settings
from patternctl.engine import slo
from patternctl.model.architecture import Architecture, Service
from patternctl.model.system import ElementPath, System
from patternctl.model.units import format_duration, format_ratio
from patternctl.rulekit import Facts, serial
from patternctl.rulekit.promises import promised
from patternctl.rulekit.wording import listed

_P99 = Decimal("0.99")
_BOTH: tuple[slo.Severity, ...] = ("page", "ticket")
_SILENT = ("worker", "job", "infrastructure")
"""Kinds of services that answer no requests of users."""
_WORDS = {"availability": "availability", "latency_p99": "latency"}
_PLACES = {"availability": ("availability",), "latency_p99": ("latency", "p99")}


class Stated(NamedTuple):
    """A target of the manifest before it is judged."""

    objective: Objective
    path: ElementPath
    written: str
    promise: bool
    """Promised to users; what is only told of a service is left out where it cannot be watched."""


class _Subject(NamedTuple):
    """Who promises something."""

    name: str
    group: str
    services: tuple[str, ...]
    team: str
    severities: tuple[slo.Severity, ...]
    matchers: tuple[Matcher, ...] = ()
    """Conditions on the series beside the services."""
    rate: float | None = None
    """Requests a second; None where that is not stated."""
    flow: str = ""
    """Its name, where it is one."""


def objectives(system: System, settings: Settings, omitted: list[Omitted]) -> Iterator[Stated]:
    """Targets of the system, its flows and its services; those nothing can show are `omitted`."""
    facts = Facts(system.architecture)
    for one, key, value, path in (
        *_of_system(facts, omitted),
        *_of_flows(facts, settings),
        *_of_services(facts, omitted),
    ):
        found = _target(one, key, value, settings)
        if key == "availability" and one.flow:
            found = found._replace(ceiling=slo.ceiling(facts, one.flow))
        found = found._replace(origin=stated_at(system, path))
        written = format_ratio(value) if key == "availability" else format_duration(value)
        yield Stated(found, path, written, promise=one.severities == _BOTH)


_Target = tuple[_Subject, str, float, ElementPath]
"""Who promises, what (`availability` or `latency_p99`), the value, and its place."""


def _of_system(facts: Facts, omitted: list[Omitted]) -> Iterator[_Target]:
    stated = facts.architecture.requirements
    asked = {key: value for key in _WORDS if (value := getattr(stated, key, None)) is not None}
    asked = {key: value for key, value in asked.items() if value != inf}
    entries = _entries(facts)
    if asked and not entries:
        why = "not stated: which service requests reach first (flows, or `exposed: true`)"
        omitted += [Omitted(f"requirements.{key}", why) for key in asked]
        return
    teams = {facts.services[name].team for name in entries}
    team = teams.pop() if len(teams) == 1 else None
    rate = _rate(facts.architecture)
    one = _Subject("the system", "system", entries, team or "", _BOTH, rate=rate)
    for key, value in asked.items():
        yield one, key, value, ("requirements", key)


def _rate(stated: Architecture) -> float | None:
    """Requests a second at the entries, as stated for all or for each flow."""
    if stated.workload and stated.workload.requests is not None:
        return stated.workload.requests
    rates = [flow.requests for flow in stated.flows.values()]
    known = [rate for rate in rates if rate is not None]
    return sum(known) if known and len(known) == len(rates) else None


def _entries(facts: Facts) -> tuple[str, ...]:
    """Services that requests of users reach first."""
    services = facts.services.items()
    ways = (
        dict.fromkeys(flow.entry for flow in facts.architecture.flows.values()),
        [name for name, each in services if each.exposed and not facts.is_infrastructure(name)],
        [name for name, _ in services if facts.is_edge(name)],
    )
    return tuple(next((way for way in ways if way), ()))


def _of_flows(facts: Facts, settings: Settings) -> Iterator[_Target]:
    flows = facts.architecture.flows
    entries = [flow.entry for flow in flows.values()]
    for key in ("availability", "latency_p99"):
        for name, value in promised(facts, key):
            flow = flows[name]
            own = getattr(flow.slo, key, None) is not None
            shared = entries.count(flow.entry) > 1
            one = _Subject(
                f"flow {name}",
                f"flow {name}",
                (flow.entry,),
                facts.services[flow.entry].team or "",
                _BOTH,
                (promql.equal(settings.requests.flow, name),) if shared else (),
                flow.requests,
                name,
            )
            yield one, key, value, ("flows", name, "slo", key) if own else ("requirements", key)


def _of_services(facts: Facts, omitted: list[Omitted]) -> Iterator[_Target]:
    """What services say of themselves, where their requests show it."""
    for name, service in facts.services.items():
        p99 = service.latency.p99 if service.latency else None
        title, team = f"service {name}", service.team or ""
        one = _Subject(title, title, (name,), team, ("ticket",))
        for key, value in (("availability", service.availability), ("latency_p99", p99)):
            if value is None:
                continue
            if why := _hidden(facts, name, service, key):
                omitted.append(Omitted(f"{title}, {_WORDS[key]}", why))
            else:
                yield one, key, value, ("services", name, *_PLACES[key])


def _hidden(facts: Facts, name: str, service: Service, key: str) -> str:
    """Why a service's requests do not show what it says of itself; empty where they do."""
    if facts.is_external(name):
        return "somebody else's service: it exports no metrics here"
    if service.kind in _SILENT:
        return f"a {service.kind} answers no requests"
    if any(call.via is None for call in service.calls):
        return "not stated: whether it waits for what it calls (`via`)"
    if key == "availability":
        callees = [edge.callee for edge in serial.needed_by(facts, name)]
        verb = "fail with"
    else:
        callees = [edge.callee for edge in facts.calls_from.get(name, ())]
        verb = "wait for"
    if callees:
        others = listed(dict.fromkeys(callees))
        return f"its own share cannot be told apart: its requests {verb} {others}"
    return ""


def _target(one: _Subject, key: str, value: float, settings: Settings) -> Objective:
    names = settings.requests
    where = (promql.one_of(names.service, one.services), *one.matchers)
    if key == "availability":
        target, good = slo.exact(value), "requests answered without a server error"
        failed = Matcher(names.status, "=~", names.failed, names.failure)
        indicator = promql.failing(names.count, where, failed, names.success)
    else:
        limit = promql.bound(slo.plain(slo.exact(value)))
        target = _P99
        good = f"requests answered within {format_duration(value)}" if value else ""
        total, part = Counter(names.count, where), Counter(names.bucket, (*where, limit))
        indicator = Indicator(total, part)
    return Objective(
        id=f"{one.group} {_WORDS[key]}",
        group=one.group,
        title=f"{one.name}, {_WORDS[key]}",
        services=one.services,
        team=one.team,
        target=target,
        severities=one.severities,
        indicator=indicator,
        good=good,
        total="requests",
        measured=f"at {listed(one.services)}",
        origin="",
        rate=one.rate,
    )
