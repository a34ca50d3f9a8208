from collections.abc import Iterator, Mapping
from itertools import pairwise

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.graph import shortest_cycle


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    for component in facts.sync_components:
        cycle = shortest_cycle(component, facts.sync_graph)
        edges = [
            next(edge for edge in facts.calls_from[caller] if edge.callee == callee)
            for caller, callee in pairwise(cycle)
        ]
        path = " → ".join(cycle)
        members = f"{len(component)} services call one another in a circle"
        yield Hit(edges[0].path, f"{members}: {path}", related=tuple(e.path for e in edges[1:]))
