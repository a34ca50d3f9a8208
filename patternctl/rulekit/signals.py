"""Observations that more than one rule is built on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from patternctl.rulekit import graph
from patternctl.rulekit.facts import CallEdge, Facts


def long_chains(facts: Facts, limit: float) -> Iterator[list[list[str]]]:
    """Longest path of services that wait for one another, in each region, of `limit` steps or more.

    A region is what calls join, in whatever direction. Services that wait for one another in a
    circle are one step, so that a circle alone makes no chain.
    """
    for region in graph.regions(facts.sync_graph):
        for weigh in (len, _one):
            path = graph.longest_path(region, weigh)
            if len(path) >= limit:
                yield path
                break


def long_chain(facts: Facts, limit: float) -> list[list[str]]:
    """The longest of `long_chains`, the first of several; empty where there is none."""
    return max(long_chains(facts, limit), key=lambda path: sum(map(len, path)), default=[])


def _one(_group: list[str]) -> int:
    return 1


def deployed_services(facts: Facts) -> list[str]:
    """Services the system's own teams release: no infrastructure, nothing of somebody else's."""
    return [
        name
        for name in facts.services
        if not (facts.is_infrastructure(name) or facts.is_external(name))
    ]


def business_services(facts: Facts) -> list[str]:
    """Released services that hold the system's own logic: no gateways and no front ends."""
    return [name for name in deployed_services(facts) if not facts.is_edge(name)]


def deploy_units(facts: Facts) -> dict[str, list[str]]:
    """Released services by the unit they deploy with, as far as it is stated."""
    units: dict[str, list[str]] = defaultdict(list)
    for name in deployed_services(facts):
        unit = facts.services[name].deploy_unit
        if unit is not None:
            units[unit].append(name)
    return dict(units)


def sole_deploy_unit(facts: Facts, minimum: float) -> str | None:
    """The unit that all business services deploy with, where there are `minimum` or more."""
    services = business_services(facts)
    units = {facts.services[name].deploy_unit for name in services}
    return units.pop() if len(services) >= minimum and len(units) == 1 else None


def teams_of(facts: Facts, services: Iterable[str]) -> list[str]:
    """Distinct teams of `services` in order, as far as they are stated."""
    teams = (facts.services[name].team for name in services)
    return list(dict.fromkeys(team for team in teams if team is not None))


def breakers(facts: Facts) -> Iterator[tuple[CallEdge, bool | None]]:
    """Every synchronous call with whether a circuit breaker guards it; None where not stated.

    What the call says counts first, then the adoption of the pattern at its caller.
    """
    adopters = facts.adopters("circuit-breaker")
    silence = False if facts.tells("breakers") else None
    for edge in facts.sync_calls:
        stated = edge.call.circuit_breaker
        if stated is not None:
            yield edge, stated != "none"
        else:
            yield edge, True if edge.caller in adopters else silence
