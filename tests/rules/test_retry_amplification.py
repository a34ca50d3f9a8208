"""The one-pass products against every path tried one by one."""

import random
from itertools import pairwise, permutations
from math import prod

import networkx
import pytest

from patternctl.model.architecture import Architecture
from patternctl.rulekit import Facts, Hit
from patternctl.rules.retry_amplification import check

LIMITS = {"layers": 2, "warning": 9, "error": 27}


def architecture(tries: dict[tuple[int, int], int], size: int) -> Architecture:
    services: dict[str, dict[str, list[object]]] = {f"s{i}": {"calls": []} for i in range(size)}
    for (caller, callee), attempts in tries.items():
        call = {"to": f"s{callee}", "via": "http", "retry": {"attempts": attempts}}
        services[f"s{caller}"]["calls"].append(call)
    return Architecture.model_validate({"version": 1, "system": "x", "services": services})


def greatest(tries: dict[tuple[int, int], int]) -> int:
    """Greatest product over all paths with two retried calls, found by walking every one."""
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_edges_from(tries)
    best = 0
    for one, other in permutations(graph, 2):
        for path in networkx.all_simple_paths(graph, one, other):
            factors = [tries[edge] for edge in pairwise(path) if tries[edge] > 1]
            best = max(best, prod(factors) if len(factors) > 1 else 0)
    return best


@pytest.mark.parametrize("seed", range(60))
def test_the_worst_finding_is_the_greatest_product_of_all_paths(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randint(3, 9)
    tries = {
        (one, other): chance.choice([1, 1, 2, 3, 12])
        for one in range(size)
        for other in range(one + 1, size)
        if chance.random() < 0.4
    }
    best = greatest(tries)
    hits = [hit for hit in check(Facts(architecture(tries, size)), LIMITS) if isinstance(hit, Hit)]
    products = [hit.message.split(" can become ")[1].split()[0] for hit in hits]
    worst = max(products, key=float, default="0")
    assert worst == (f"{best:g}" if best >= LIMITS["warning"] else "0")


def test_a_product_too_large_for_a_number_is_still_a_finding() -> None:
    tries = {(i, i + 1): 9 for i in range(500)}
    (hit,) = check(Facts(architecture(tries, 501)), LIMITS)
    assert isinstance(hit, Hit)
    assert len(hit.message) < 200
