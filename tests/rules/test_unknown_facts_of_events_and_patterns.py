"""What a manifest does not say: which fact is named as missing, and when silence means none."""

import pytest

from patternctl import catalog, manifest, plugins
from patternctl.model.finding import Hit, Lack
from patternctl.model.system import ElementNames
from patternctl.rulekit import Facts

ENTRIES = catalog.antipatterns()


def results(rule: str, body: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Elements with a finding, and (element, missing fact)."""
    architecture = manifest.from_text(f"version: 1\nsystem: s\n{body}", "s.yaml").architecture
    found = list(plugins.load("rules", rule).check(Facts(architecture), ENTRIES[rule].limits))
    hits = [ElementNames(architecture)(each.at) for each in found if isinstance(each, Hit)]
    lacks = [
        (ElementNames(architecture)(each.at), each.fact) for each in found if isinstance(each, Lack)
    ]
    return hits, lacks


STEPS = "[{service: a, do: x}, {service: b, do: y}]"

UNKNOWN = {
    "a dead-letter queue is stated and its bound is not": (
        "missing-dlq",
        "services: {a: {consumes: [{event: e, dead_letter: q}]}}",
        [("services.a.consumes.e", "max_deliveries")],
    ),
    "a broker that may deliver once only, and no queue": (
        "missing-dlq",
        """
services: {a: {consumes: [{event: e, dead_letter: none}]}}
brokers: {b: {engine: mqtt}}
events: {e: {broker: b, external_producer: true}}
""",
        [("events.e", "delivery")],
    ),
    "a broker that may deliver once only, and a consumer that is not idempotent": (
        "non-idempotent-consumer",
        """
services: {a: {consumes: [{event: e, idempotent: false}]}}
brokers: {b: {engine: Redis}}
events: {e: {broker: b, external_producer: true}}
""",
        [("events.e", "delivery")],
    ),
    "exactly-once, and what the consumer writes is not stated": (
        "non-idempotent-consumer",
        """
services: {a: {uses: [d], consumes: [{event: e, idempotent: false}]}}
events: {e: {delivery: exactly-once, external_producer: true}}
""",
        [("services.a.consumes.e", "uses.access")],
    ),
    "an undeclared event has no stated payload": (
        "events-as-dtos",
        "services: {a: {publishes: [e]}}",
        [("events.e", "payload")],
    ),
    "half a schema": (
        "events-as-dtos",
        "events: {e: {payload: entities, schema: {registry: true}}}",
        [("events.e", "schema.version"), ("events.e", "schema.compatibility")],
    ),
    "replicas of everything a critical flow needs": (
        "single-replica",
        """
services: {a: {uses: [d], publishes: [e]}}
stores: {d: {}}
brokers: {b: {}}
events: {e: {broker: b}}
flows: {f: {entry: a, critical: true}}
""",
        [("services.a", "replicas"), ("stores.d", "replicas"), ("brokers.b", "replicas")],
    ),
    "CQRS without a word about the command side": (
        "monolithic-command-side",
        """
services: {a: {uses: [{store: d, access: write}]}}
stores: {d: {}}
patterns: [{pattern: cqrs}]
""",
        [("patterns.cqrs", "commands")],
    ),
    "one team that may have others beside it": (
        "monolithic-command-side",
        """
services: {a: {team: t}, b: {team: t}, c: {team: t}}
patterns: [{pattern: cqrs, commands: [a, b, c]}]
""",
        [("patterns.cqrs", "teams")],
    ),
    "a saga without steps may be synchronous": (
        "synchronous-saga",
        "patterns: [{pattern: saga}]",
        [("patterns.saga", "steps")],
    ),
    "a saga without steps may lack compensations": (
        "saga-step-without-compensation",
        "patterns: [{pattern: saga}]",
        [("patterns.saga", "steps")],
    ),
    "a bounded step says nothing about the others": (
        "saga-without-timeout",
        """
services: {a: {}, b: {}}
patterns: [{pattern: saga, steps: [{service: a, timeout: 30s}, {service: b}]}]
""",
        [("patterns.saga", "timeout")],
    ),
    "a step without a bound says nothing about the saga": (
        "saga-without-timeout",
        """
services: {a: {}, b: {}}
patterns: [{pattern: saga, steps: [{service: a, timeout: none}, {service: b}]}]
""",
        [("patterns.saga", "timeout")],
    ),
    "a saga without a bound says nothing about its steps": (
        "saga-without-timeout",
        """
services: {a: {}, b: {}}
patterns: [{pattern: saga, timeout: none, steps: [{service: a, timeout: 30s}, {service: b}]}]
""",
        [("patterns.saga", "steps.timeout")],
    ),
    "aggregates are not listed": (
        "giant-aggregate",
        "services: {a: {}}\npatterns: [{pattern: event-sourcing, at: [a]}]",
        [("patterns.event-sourcing", "aggregates")],
    ),
    "a long stream, and snapshots are not mentioned": (
        "event-sourcing-without-snapshots",
        """
services: {a: {}}
patterns: [{pattern: event-sourcing, at: [a], aggregates: {x: {events: 5000}}}]
""",
        [("patterns.event-sourcing", "snapshots")],
    ),
    "an outbox that does not mention retention": (
        "outbox-without-retention",
        "services: {a: {}}\npatterns: [{pattern: outbox, at: [a]}]",
        [("patterns.outbox", "retention")],
    ),
}


@pytest.mark.parametrize(("rule", "body", "missing"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_missing_fact_is_named_and_not_judged(
    rule: str, body: str, missing: list[tuple[str, str]]
) -> None:
    assert results(rule, body) == ([], missing)


COMPLETE = {
    "no queue": ("missing-dlq", "services: {a: {consumes: [e]}}", "services.a.consumes.e"),
    "no idempotency": (
        "non-idempotent-consumer",
        "services: {a: {consumes: [e]}}",
        "services.a.consumes.e",
    ),
    "no schema": ("events-as-dtos", "events: {e: {payload: entities}}", "events.e"),
    "no second replica": (
        "single-replica",
        "services: {a: {}}\nflows: {f: {entry: a, critical: true}}",
        "services.a",
    ),
    "no saga timeout": (
        "saga-without-timeout",
        "patterns: [{pattern: saga}]",
        "patterns.saga",
    ),
    "no compensation": (
        "saga-step-without-compensation",
        f"services: {{a: {{}}, b: {{}}}}\npatterns: [{{pattern: saga, steps: {STEPS}}}]",
        "patterns.saga.steps.a",
    ),
}


@pytest.mark.parametrize(("rule", "body", "element"), COMPLETE.values(), ids=COMPLETE)
def test_silence_means_none_where_the_manifest_tells_everything(
    rule: str, body: str, element: str
) -> None:
    assert results(rule, f"complete: [all]\n{body}") == ([element], [])


def test_a_known_contract_needs_no_known_payload() -> None:
    contract = "{registry: true, version: 1, compatibility: full}"
    assert results("events-as-dtos", f"events: {{e: {{schema: {contract}}}}}") == ([], [])


def test_two_owners_are_enough_whoever_owns_the_third() -> None:
    body = """
teams: {t: {}, u: {}}
services: {a: {team: t}, b: {team: u}, c: {}}
patterns: [{pattern: cqrs, commands: [a, b, c]}]
"""
    assert results("monolithic-command-side", body) == ([], [])


def test_an_aggregate_is_judged_by_what_is_known() -> None:
    body = """
services: {a: {}}
patterns: [{pattern: event-sourcing, at: [a], aggregates: {x: {fields: 50}, y: {fields: 49}}}]
"""
    hits, lacks = results("giant-aggregate", body)
    assert hits == ["patterns.event-sourcing.aggregates.x"]
    y = "patterns.event-sourcing.aggregates.y"
    assert lacks == [(y, "methods"), (y, "events")]


def test_replicas_that_a_complete_file_does_not_list_are_not_counted() -> None:
    text = """
version: 1
system: s
complete: [all]
services: {a: {}, b: {replicas: 1}}
flows: {f: {entry: a, critical: true}, g: {entry: b, critical: true}}
"""
    facts = Facts(manifest.from_text(text, "s.yaml").architecture)
    found = plugins.load("rules", "single-replica").check(facts, {"replicas": 2})
    assert [hit.message for hit in found] == [
        "a lists no replicas where at least 2 are needed and is on a critical flow",
        "b has 1 of at least 2 replicas and is on a critical flow",
    ]
