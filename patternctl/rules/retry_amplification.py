from collections.abc import Iterator, Mapping
from itertools import pairwise

from patternctl.rulekit import CallEdge, Facts, Hit, Lack
from patternctl.rulekit.graph import components, ordered_groups
from patternctl.rulekit.wording import shortened


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    paths = _Paths(facts)
    for path in paths.worst_by_region(limits["layers"]):
        product = paths.product(path[0])
        if product >= limits["warning"]:
            yield _amplified(path, product, severe=product >= limits["error"])
    if not facts.tells("retries"):
        unknown = (edge for edge in facts.sync_calls if edge.call.attempts is None)
        yield from (Lack(edge.path, "retry.attempts") for edge in unknown)


def _tries(edge: CallEdge) -> float:
    """Most requests one call becomes: its tries, or what its budget allows where that is less.

    One where the tries are unknown, so that products are lower bounds. A budget bounds the average
    over many calls, which is what the load at the end of the path is made of.
    """
    attempts = float(edge.call.attempts or 1)
    budget = edge.call.retry.budget if edge.call.retry else None
    return attempts if budget is None else min(attempts, 1 + budget)


def _amplified(path: list[CallEdge], product: float, *, severe: bool) -> Hit:
    names = [path[0].caller, path[0].callee]
    for edge in path[1:]:
        names += [edge.callee] if names[-1] == edge.caller else [edge.caller, edge.callee]
    tries = (_tries(edge) for edge in path)
    factors = " × ".join(shortened(f"{count:g}" for count in tries if count > 1))
    return Hit(
        path[0].path,
        f"one request of {names[0]} can become {product:g} at {names[-1]}: "
        f"{factors} tries along {' → '.join(shortened(names))}",
        severity="error" if severe else "warning",
        related=tuple(edge.path for edge in path[1:]),
    )


class _Paths:
    """Greatest products of tries over synchronous paths.

    Calls inside a circle are left out, so that what remains has no circles, and the greatest
    product below a service follows from those of its callees in one pass.
    """

    def __init__(self, facts: Facts) -> None:
        graph = {name: [e.callee for e in edges] for name, edges in facts.calls_from.items()}
        self.circles = ordered_groups(graph)
        self.home = {name: i for i, circle in enumerate(self.circles) for name in circle}
        self.edges = [e for e in facts.sync_calls if self.home[e.caller] != self.home[e.callee]]
        self.next: dict[int, CallEdge] = {}
        self.below: dict[int, float] = {}
        self.above: dict[int, float] = {}
        self.depth: dict[int, int] = {}
        for edge in sorted(self.edges, key=lambda e: self.home[e.caller]):
            caller, product = self.home[edge.caller], self.product(edge)
            if product > self.below.get(caller, 1.0):
                self.below[caller], self.next[caller] = product, edge
                self.depth[caller] = self.layers(edge)
        for edge in sorted(self.edges, key=lambda e: -self.home[e.caller]):
            callee = self.home[edge.callee]
            product = self.above.get(self.home[edge.caller], 1.0) * _tries(edge)
            self.above[callee] = max(product, self.above.get(callee, 1.0))

    def product(self, edge: CallEdge) -> float:
        """Greatest product of a path that starts with `edge`."""
        return _tries(edge) * self.below.get(self.home[edge.callee], 1.0)

    def layers(self, edge: CallEdge) -> int:
        """Calls tried more than once on that path."""
        return (_tries(edge) > 1) + self.depth.get(self.home[edge.callee], 0)

    def worst_by_region(self, least: float) -> Iterator[list[CallEdge]]:
        """The worst path of `least` layers or more in each region of calls whose tries multiply.

        A path starts where nothing above it tries twice: its parts are not reported.
        """
        region = self._regions()
        worst: dict[int, CallEdge] = {}
        for edge in self.edges:
            first = _tries(edge) > 1 and self.above.get(self.home[edge.caller], 1.0) == 1
            if first and self.layers(edge) >= least:
                best = worst.setdefault(region[edge.caller], edge)
                if self.product(edge) > self.product(best):
                    worst[region[edge.caller]] = edge
        for edge in worst.values():
            yield self._path(edge)

    def _path(self, edge: CallEdge) -> list[CallEdge]:
        path = [edge]
        while (following := self.next.get(self.home[path[-1].callee])) is not None:
            path.append(following)
        return path

    def _regions(self) -> dict[str, int]:
        """Services joined by calls that are tried twice, or lie between two that are."""
        neighbours: dict[str, list[str]] = {}
        pairs = [pair for circle in self.circles for pair in pairwise(circle)]
        pairs += [(edge.caller, edge.callee) for edge in self.edges if self._multiplies(edge)]
        for one, other in pairs:
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
        regions = components(neighbours)
        return {name: i for i, names in enumerate(regions) for name in names}

    def _multiplies(self, edge: CallEdge) -> bool:
        above = self.above.get(self.home[edge.caller], 1.0)
        below = self.below.get(self.home[edge.callee], 1.0)
        return _tries(edge) > 1 or (above > 1 and below > 1)
