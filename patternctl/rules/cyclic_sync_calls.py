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
        others = [("services", name) for name in component if name not in cycle]
        way = "shortest way round " if others else ""
        yield Hit(
            edges[0].path,
            f"{len(component)} services call one another in a circle: {way}{' → '.join(cycle)}",
            related=(*(edge.path for edge in edges[1:]), *others),
        )
