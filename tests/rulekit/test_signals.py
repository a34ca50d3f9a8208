from itertools import pairwise

from patternctl.manifest import from_text
from patternctl.rulekit import Facts
from patternctl.rulekit.signals import breakers, long_chain, sole_deploy_unit


def facts(body: str) -> Facts:
    text = f"version: 1\nsystem: shop\n{body}"
    return Facts(from_text(text, "architecture.yaml").architecture)


def calling(*names: str) -> str:
    """Services that each wait for the next one."""
    return "".join(f"  {a}: {{calls: [{{to: {b}, via: http}}]}}\n" for a, b in pairwise(names))


def test_a_plain_chain_counts_beside_a_circle_that_weighs_more() -> None:
    circle = calling("p", "q", "r", "s", "t", "u", "p")
    system = facts(f"services:\n{circle}{calling('a', 'b', 'c', 'd')}  d: {{}}\n")
    assert long_chain(system, 4) == [["a"], ["b"], ["c"], ["d"]]
    assert long_chain(system, 5) == []


def test_all_business_services_in_one_unit() -> None:
    body = "services:\n  a: {deploy_unit: all}\n  b: {deploy_unit: all}\n  c: {kind: gateway}\n"
    assert sole_deploy_unit(facts(body), 2) == "all"
    assert sole_deploy_unit(facts(body), 3) is None
    assert sole_deploy_unit(facts(f"{body}  d: {{}}\n"), 2) is None
    assert sole_deploy_unit(facts(f"{body}  d: {{deploy_unit: own}}\n"), 2) is None


def test_no_unit_is_stated_at_all() -> None:
    assert sole_deploy_unit(facts("services:\n  a: {}\n  b: {}\n"), 2) is None


def test_a_breaker_on_the_call_counts_before_one_at_the_caller() -> None:
    body = """
services:
  web:
    calls:
      - {to: a, via: http}
      - {to: b, via: http, circuit_breaker: none}
  orders:
    calls:
      - {to: a, via: http}
      - {to: b, via: http, circuit_breaker: true}
  a: {}
  b: {}
patterns: [{pattern: circuit-breaker, at: [web]}]
"""
    assert [guarded for _, guarded in breakers(facts(body))] == [True, False, None, True]
    told = facts(f"complete: [breakers]\n{body}")
    assert [guarded for _, guarded in breakers(told)] == [True, False, False, True]
