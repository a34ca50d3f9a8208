"""The graph algorithms against networkx, on graphs that hypothesis thinks up."""

from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from patternctl.rulekit.graph import Graph, components, longest_path, regions, shortest_cycle

NODES = st.sampled_from("abcdefghij")
EDGES = st.lists(st.tuples(NODES, NODES), max_size=40)


def graph_of(edges: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Successors in order of mention, calls of a service to itself left out, as in `sync_graph`."""
    graph: dict[str, list[str]] = {}
    for source, target in edges:
        if source != target and target not in graph.setdefault(source, []):
            graph[source].append(target)
    return graph


def peer(graph: Graph) -> "nx.DiGraph[str]":
    return nx.DiGraph((source, target) for source in graph for target in graph[source])


@given(EDGES)
def test_components_are_those_of_networkx(edges: list[tuple[str, str]]) -> None:
    graph = graph_of(edges)
    expected = [c for c in nx.strongly_connected_components(peer(graph)) if len(c) > 1]
    found = components(graph)
    assert sorted(found) == sorted(map(sorted, expected))


@given(EDGES)
def test_regions_are_those_of_networkx(edges: list[tuple[str, str]]) -> None:
    graph = graph_of(edges)
    found = regions(graph)
    expected = nx.weakly_connected_components(peer(graph))
    assert sorted(map(sorted, found)) == sorted(map(sorted, expected))
    assert all(region[node] == list(graph.get(node, ())) for region in found for node in region)


@given(EDGES)
def test_a_component_comes_after_those_it_can_reach(edges: list[tuple[str, str]]) -> None:
    graph = graph_of(edges)
    found, reference = components(graph), peer(graph)
    for position, earlier in enumerate(found):
        for later in found[position + 1 :]:
            assert not nx.has_path(reference, earlier[0], later[0])


@given(EDGES)
def test_shortest_cycle_is_one_and_none_is_shorter(edges: list[tuple[str, str]]) -> None:
    graph = graph_of(edges)
    for component in components(graph):
        cycle = shortest_cycle(component, graph)
        assert cycle[0] == cycle[-1]
        assert set(cycle) <= set(component)
        assert all(target in graph[source] for source, target in pairwise(cycle))
        inside = peer(graph).subgraph(component)
        assert len(cycle) - 1 == min(map(len, nx.simple_cycles(inside)))


@given(EDGES, st.booleans())
def test_longest_path_is_a_path_and_none_is_heavier(
    edges: list[tuple[str, str]], groups_weigh_one: bool
) -> None:
    graph = graph_of(edges)
    path = longest_path(graph, (lambda _: 1) if groups_weigh_one else len)
    for group, successor in pairwise(path):
        assert any(t in successor for s in group for t in graph.get(s, ()))
    weight = len(path) if groups_weigh_one else sum(map(len, path))
    assert weight == heaviest(graph, groups_weigh_one)


def heaviest(graph: Graph, groups_weigh_one: bool) -> int:
    condensed = nx.condensation(peer(graph))
    weights: dict[int, int] = {}
    for group in reversed(list(nx.topological_sort(condensed))):
        own = 1 if groups_weigh_one else len(condensed.nodes[group]["members"])
        weights[group] = own + max((weights[s] for s in condensed.successors(group)), default=0)
    return max(weights.values(), default=0)


@given(EDGES)
def test_the_order_of_mention_decides_nothing_but_ties(edges: list[tuple[str, str]]) -> None:
    there, back = graph_of(edges), graph_of(edges[::-1])
    assert sorted(components(there)) == sorted(components(back))
    assert longest_path(there) == longest_path(back)


def test_a_node_without_edges_is_a_path_of_its_own() -> None:
    assert longest_path({"a": []}) == [["a"]]
    assert longest_path({}) == []


def test_deep_graphs_need_no_recursion() -> None:
    chain = {f"n{i:05}": [f"n{i + 1:05}"] for i in range(20_000)}
    assert len(longest_path(chain)) == 20_001
    ring = {**chain, "n20000": ["n00000"]}
    assert len(components(ring)[0]) == 20_001


def test_in_a_large_component_some_cycle_is_found() -> None:
    ring = {f"n{i:04}": [f"n{(i + 1) % 2000:04}"] for i in range(2000)}
    assert len(shortest_cycle(ring, ring)) == 2001
