from collections.abc import Iterator, Mapping
from math import inf

from patternctl.rulekit import Facts, Hit, Lack


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    critical = facts.critical_services
    for edge in facts.sync_calls:
        patience = edge.call.patience
        if facts.is_external(edge.caller):
            continue
        if patience is None and not facts.tells("timeouts"):
            yield Lack(edge.path, "timeout")
        elif patience is None or patience == inf:
            severe = facts.is_external(edge.callee) or edge.caller in critical
            yield Hit(
                edge.path,
                f"{edge.caller} waits for {edge.callee} over {edge.call.via} without a timeout",
                severity="error" if severe else "warning",
            )
