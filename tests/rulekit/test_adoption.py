"""Which patterns are adopted, by name and by what other facts show."""

import pytest

from patternctl.manifest import from_text
from patternctl.rulekit import Facts
from patternctl.rulekit.adoption import adoptions, in_effect
from patternctl.rulekit.decided import in_force

HEAD = "version: 1\nsystem: shop\n"


def facts(body: str) -> Facts:
    return Facts(from_text(f"{HEAD}{body}\n", "architecture.yaml").architecture)


def test_services_are_all_that_take_part() -> None:
    body = """services: {a: {}, b: {}, c: {}}
patterns:
  - {pattern: cqrs, at: [a], commands: [b], queries: [c]}
  - {pattern: saga, name: s, steps: [{service: a}, {service: b}]}
  - {pattern: microservices}
"""
    told = [(each.name, each.services) for each in adoptions(facts(body))]
    assert told == [("cqrs", {"a", "b", "c"}), ("s", {"a", "b"}), ("microservices", None)]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("services: {a: {calls: [{to: a, circuit_breaker: true}]}}", {"circuit-breaker"}),
        ("services: {a: {calls: [{to: a, circuit_breaker: none}]}}", set()),
        ("services: {a: {publishes: [{event: e, via: cdc}]}}", {"outbox"}),
        ("services: {a: {publishes: [{event: e, via: direct}]}}", set()),
        ("services: {a: {publishes: [e]}}", set()),
        ("patterns: []", set()),
        (
            "services: {a: {}}\npatterns: [{pattern: event-sourcing, at: [a], snapshots: none}]",
            {"event-sourcing", "checkpoint"},
        ),
        (
            "services: {a: {}}\npatterns: [{pattern: event-sourcing, at: [a]}]",
            {"event-sourcing"},
        ),
    ],
)
def test_facts_show_patterns_that_nobody_names(body: str, shown: set[str]) -> None:
    assert in_effect(facts(body)).keys() == shown


def test_patterns_are_in_effect_where_they_are_adopted() -> None:
    body = """services: {a: {publishes: [{event: e, via: cdc}]}, b: {}}
patterns:
  - {pattern: cqrs, name: one, at: [a]}
  - {pattern: cqrs, name: other, at: [b]}
  - {pattern: batch, name: one, at: [a]}
  - {pattern: batch, name: other}
  - {pattern: batch, name: third, at: [b]}
  - {pattern: outbox, at: [b]}
"""
    there = in_effect(facts(body))
    assert there == {"cqrs": {"a", "b"}, "batch": None, "outbox": None}


def test_the_last_decision_of_each_tree_is_in_force() -> None:
    body = """decisions:
  - {answers: {}, outcome: edge}
  - {tree: ours, answers: {}, outcome: outbox}
  - {answers: {}, outcome: serverless}
"""
    found = [(each.decision.outcome, each.path[1]) for each in in_force(facts(body))]
    assert found == [("outbox", 1), ("serverless", 2)]
    assert [*in_force(facts(""))] == []
