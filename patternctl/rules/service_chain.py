from collections.abc import Iterator, Mapping
from itertools import pairwise

from patternctl.rulekit import CallEdge, Facts, Hit, Lack
from patternctl.rulekit.signals import long_chains
from patternctl.rulekit.wording import shortened


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    for path in long_chains(facts, limits["warning"]):
        if len(path) > 1:
            yield _reported(facts, path, limits)


def _reported(facts: Facts, path: list[list[str]], limits: Mapping[str, float]) -> Hit:
    edges = [_edge(facts, callers, callees) for callers, callees in pairwise(path)]
    length = sum(map(len, path))
    severe = length >= limits["error"]
    limit = limits["error" if severe else "warning"]
    chain = " → ".join(map(_label, path))
    return Hit(
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
