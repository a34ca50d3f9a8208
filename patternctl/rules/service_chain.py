from collections.abc import Iterator, Mapping
from itertools import pairwise

from patternctl.rulekit import CallEdge, Facts, Hit, Lack
from patternctl.rulekit.signals import long_chain
from patternctl.rulekit.wording import shortened


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    path = long_chain(facts, limits["warning"])
    edges = [_edge(facts, callers, callees) for callers, callees in pairwise(path)]
    if not edges:
        return
    length = sum(map(len, path))
    severe = length >= limits["error"]
    limit = limits["error" if severe else "warning"]
    chain = " → ".join(map(_label, path))
    yield Hit(
        edges[0].path,
        f"{length} services in a chain of synchronous calls, limit {limit:g}: {chain}",
        severity="error" if severe else "warning",
        related=tuple(edge.path for edge in edges[1:]),
    )


def _edge(facts: Facts, callers: list[str], callees: list[str]) -> CallEdge:
    targets = set(callees)
    calls = (edge for caller in callers for edge in facts.calls_from.get(caller, ()))
    return next(edge for edge in calls if edge.callee in targets)


def _label(group: list[str]) -> str:
    """One service by its name, a circle as `{a, b}`."""
    return group[0] if len(group) == 1 else f"{{{', '.join(shortened(group))}}}"
