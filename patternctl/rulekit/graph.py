"""Graph algorithms over names, linear in nodes and edges unless said otherwise.

Written here because importing a graph library costs more time than linting a whole manifest of 50
services; the tests compare each with networkx.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Graph = Mapping[str, Sequence[str]]
"""Successors by node; a node without successors may be left out."""

_CYCLE_STARTS = 200


def components(graph: Graph) -> list[list[str]]:
    """Strongly connected components of two or more nodes (Tarjan 1972, without recursion).

    A component comes after those it can reach; nodes inside one are sorted.
    """
    return [group for group in ordered_groups(graph) if len(group) > 1]


def ordered_groups(graph: Graph) -> list[list[str]]:
    """As `components`, with each node outside of them as a group of its own."""
    search = _Tarjan(graph)
    for root in graph:
        if root not in search.index:
            search.visit(root)
    return search.found


class _Tarjan:
    """State of one search for strongly connected components, single nodes included."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.index: dict[str, int] = {}
        self.low: dict[str, int] = {}
        self.stack: list[str] = []
        self.open: set[str] = set()
        self.found: list[list[str]] = []

    def visit(self, root: str) -> None:
        """Search everything reachable from `root`."""
        work = [self._enter(root)]
        while work:
            node, successors = work[-1]
            for successor in successors:
                if successor not in self.index:
                    work.append(self._enter(successor))
                    break
                if successor in self.open:
                    self.low[node] = min(self.low[node], self.index[successor])
            else:
                work.pop()
                self._leave(node)
                if work:
                    parent = work[-1][0]
                    self.low[parent] = min(self.low[parent], self.low[node])

    def _enter(self, node: str) -> tuple[str, Iterator[str]]:
        self.index[node] = self.low[node] = len(self.index)
        self.stack.append(node)
        self.open.add(node)
        return node, iter(self.graph.get(node, ()))

    def _leave(self, node: str) -> None:
        if self.low[node] < self.index[node]:
            return
        component: list[str] = []
        while not component or component[-1] != node:
            component.append(self.stack.pop())
        self.open.difference_update(component)
        self.found.append(sorted(component))


def regions(graph: Graph) -> list[dict[str, list[str]]]:
    """Weakly connected parts, each a graph of its own, in order of first mention."""
    neighbours: dict[str, list[str]] = {}
    for node, successors in graph.items():
        neighbours.setdefault(node, []).extend(successors)
        for successor in successors:
            neighbours.setdefault(successor, []).append(node)
    found: list[dict[str, list[str]]] = []
    seen: set[str] = set()
    for root in neighbours:
        if root not in seen:
            part, work = {}, [root]
            seen.add(root)
            while work:
                node = work.pop()
                part[node] = list(graph.get(node, ()))
                fresh = dict.fromkeys(n for n in neighbours[node] if n not in seen)
                seen.update(fresh)
                work += fresh
            found.append(part)
    return found


def shortest_cycle(component: Iterable[str], graph: Graph) -> list[str]:
    """A shortest cycle inside one component, its first node repeated at the end.

    In components of more than 200 nodes only cycles through the first 200 are looked at, so that
    the cost stays linear; the result is then a cycle, though a shorter one may exist.
    """
    members = sorted(component)
    inside = set(members)
    best: list[str] = []
    for start in members[:_CYCLE_STARTS]:
        cycle = _cycle_through(start, inside, graph, len(best) - 1 if best else len(members) + 1)
        if cycle and (not best or len(cycle) < len(best)):
            best = cycle
        if len(best) == 3:
            break
    return best


def _cycle_through(start: str, inside: set[str], graph: Graph, limit: int) -> list[str]:
    previous: dict[str, str] = {}
    queue = deque([(start, 1)])
    while queue:
        node, depth = queue.popleft()
        if depth > limit:
            break
        for successor in graph.get(node, ()):
            if successor == start:
                path = [node]
                while path[-1] != start:
                    path.append(previous[path[-1]])
                return [*reversed(path), start]
            if successor in inside and successor not in previous:
                previous[successor] = node
                queue.append((successor, depth + 1))
    return []


def longest_path(graph: Graph, weigh: Callable[[list[str]], int] = len) -> list[list[str]]:
    """The heaviest path of the condensed graph: groups of nodes in order.

    A group is a component or a single node; it weighs its size, or what `weigh` says.
    """
    parts = components(graph)
    home = {node: i for i, part in enumerate(parts) for node in part}
    groups = dict(enumerate(parts))
    nodes = dict.fromkeys([*graph, *(s for successors in graph.values() for s in successors)])
    for node in nodes:
        if node not in home:
            home[node] = len(groups)
            groups[len(groups)] = [node]
    successors: dict[int, set[int]] = {i: set() for i in groups}
    for node, targets in graph.items():
        successors[home[node]] |= {home[t] for t in targets if home[t] != home[node]}
    length: dict[int, int] = {}
    following: dict[int, int | None] = {}
    for group in _leaves_first(successors):
        best = max(successors[group], key=lambda i: (length[i], groups[i][0]), default=None)
        following[group] = best
        length[group] = weigh(groups[group]) + (length[best] if best is not None else 0)
    if not length:
        return []
    step: int | None = max(length, key=lambda i: (length[i], groups[i][0]))
    path: list[list[str]] = []
    while step is not None:
        path.append(groups[step])
        step = following[step]
    return path


def _leaves_first(successors: Mapping[int, set[int]]) -> list[int]:
    """Nodes of an acyclic graph, each after everything it points to."""
    order: list[int] = []
    seen: set[int] = set()
    for root in successors:
        work = [(root, iter(successors[root]))] if root not in seen else []
        seen.add(root)
        while work:
            node, rest = work[-1]
            for successor in rest:
                if successor not in seen:
                    seen.add(successor)
                    work.append((successor, iter(successors[successor])))
                    break
            else:
                order.append(node)
                work.pop()
    return order
