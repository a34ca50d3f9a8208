from collections.abc import Iterator, Mapping

from patternctl.rulekit import CallEdge, Facts, Hit, Lack
from patternctl.rulekit.signals import breakers


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    teams_are_used = any(service.team is not None for service in facts.services.values())
    for edge, guarded in breakers(facts):
        if guarded or facts.is_external(edge.caller):
            continue
        owner = _other_owner(facts, edge)
        if owner is None:
            if teams_are_used:
                yield from _unknown_teams(facts, edge)
        elif guarded is None:
            yield Lack(edge.path, "circuit_breaker")
        else:
            message = f"{edge.caller} waits for {edge.callee}, {owner}, without a circuit breaker"
            yield Hit(edge.path, message)


def _other_owner(facts: Facts, edge: CallEdge) -> str | None:
    """Who else owns the callee, in words; None where nobody else does or it is not stated."""
    if facts.is_external(edge.callee):
        return "an external service"
    caller, callee = facts.services[edge.caller].team, facts.services[edge.callee].team
    if caller is None or callee is None or caller == callee:
        return None
    return f"a service of team {callee}"


def _unknown_teams(facts: Facts, edge: CallEdge) -> Iterator[Lack]:
    for name in (edge.caller, edge.callee):
        if facts.services[name].team is None:
            yield Lack(("services", name), "team")
