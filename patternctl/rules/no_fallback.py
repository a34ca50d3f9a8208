from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.signals import breakers


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    for edge, guarded in breakers(facts):
        optional, fallback = edge.call.required is False, edge.call.fallback
        if not (guarded or optional) or fallback not in (None, "none"):
            continue
        if fallback is None and not facts.tells("fallbacks"):
            yield Lack(edge.path, "fallback")
        else:
            trait = "a call it can do without" if optional else "a call behind a circuit breaker"
            yield Hit(edge.path, f"{edge.caller} has no fallback for {edge.callee}, {trait}")
