from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.wording import listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    for name, edges in facts.calls_from.items():
        callees = dict.fromkeys(edge.callee for edge in edges)
        if facts.is_edge(name) or len(callees) < limits["warning"]:
            continue
        severe = len(callees) >= limits["error"]
        limit = limits["error" if severe else "warning"]
        yield Hit(
            ("services", name),
            f"{name} waits for {len(callees)} services, limit {limit:g}: {listed(callees)}",
            severity="error" if severe else "warning",
        )
