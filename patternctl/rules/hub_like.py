from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.wording import listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    for name in facts.services:
        if facts.is_edge(name) or facts.is_external(name):
            continue
        callers = dict.fromkeys(edge.caller for edge in facts.calls_to.get(name, ()))
        callees = dict.fromkeys(edge.callee for edge in facts.calls_from.get(name, ()))
        if len(callers) >= limits["callers_warning"]:
            severe = len(callers) >= limits["callers_error"]
            limit = limits["callers_error" if severe else "callers_warning"]
            yield Hit(
                ("services", name),
                f"{len(callers)} services wait for {name}, limit {limit:g}: {listed(callers)}",
                severity="error" if severe else "warning",
            )
        elif len(callers) >= limits["callers_between"]:
            links = len(callers) + len(callees)
            if links >= limits["neighbours_warning"]:
                yield Hit(
                    ("services", name),
                    f"{name} has {links} synchronous links, limit "
                    f"{limits['neighbours_warning']:g}: called by {listed(callers)}; "
                    f"waits for {listed(callees)}",
                    severity="warning",
                )
