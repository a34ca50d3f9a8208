"""What rules about data, retries and budgets say about facts that a manifest leaves out."""

import pytest

from patternctl import catalog, manifest
from patternctl.engine.lint import lint
from patternctl.model.settings import LintSettings

ENTRIES = catalog.antipatterns()
CASES = [
    (
        "shared-persistence",
        "complete: [services]\nservices: {a: {uses: [db]}, b: {uses: [db]}}",
        {"database": ("services.a.uses.db", "services.b.uses.db")},
    ),
    (
        "dual-write",
        "services: {a: {uses: [db], publishes: [{event: e, via: direct}]}}",
        {"access": ("services.a.uses.db",)},
    ),
    (
        "dual-write",
        "complete: [uses]\nservices: {a: {uses: [{store: db, access: write}], publishes: [e]}}",
        {"via": ("services.a.publishes.e",)},
    ),
    (
        "dual-write",
        (
            "services: {a: {uses: [{store: db, access: write}], publishes: [e]}}\n"
            "patterns: [{pattern: event-sourcing-system}]"
        ),
        {"via": ("services.a.publishes.e",)},
    ),
    ("orphan-datastore", "complete: [stores]\nstores: {db: {}}", {"uses": ("stores.db",)}),
    (
        "exposed-datastore",
        "stores: {db: {}}\nbrokers: {mq: {}}",
        {"exposed": ("stores.db", "brokers.mq")},
    ),
    ("ephemeral-datastore", "stores: {db: {}}", {"durable": ("stores.db",)}),
    (
        "shared-read-model",
        "stores: {view: {role: read-model}}\nservices: {a: {uses: [view]}}",
        {"serves": ("stores.view",), "access": ("services.a.uses.view",)},
    ),
    (
        "shared-read-model",
        "stores: {db: {}}\npatterns: [{pattern: cqrs}]",
        {"role": ("stores.db",)},
    ),
    (
        "retry-without-backoff",
        "services: {a: {calls: [{to: b, retry: {attempts: 2, jitter: true}}]}, b: {}}",
        {"retry.backoff": ("services.a.calls.b",), "retry.budget": ("services.a.calls.b",)},
    ),
    (
        "retry-amplification",
        "services: {a: {calls: [{to: b, via: http}]}, b: {calls: [{to: a}]}}",
        {"via": ("services.b.calls.a",), "retry.attempts": ("services.a.calls.b",)},
    ),
    (
        "availability-budget",
        (
            "services: {a: {calls: [{to: b, via: http}], uses: [db]}, b: {availability: 99.99%}}\n"
            "flows: {f: {entry: a, slo: {availability: 99.9%}}}"
        ),
        {"availability": ("services.a", "services.a.uses.db")},
    ),
    (
        "availability-budget",
        (
            "services: {a: {availability: 100%, calls: [{to: b, via: http}]}, "
            "b: {calls: [{to: a, via: http}]}}\nflows: {f: {entry: a, slo: {availability: 99.9%}}}"
        ),
        {"path": ("flows.f",)},
    ),
    (
        "latency-budget-overflow",
        (
            "services: {a: {latency: {p99: 1ms}}, b: {latency: {p50: 1ms}}}\n"
            "flows: {f: {entry: a, path: [a, b], slo: {latency_p99: 1s}}}"
        ),
        {"calls": ("flows.f",)},
    ),
    (
        "unbounded-hedging",
        "services: {a: {}}\npatterns: [{pattern: hedged-request, at: [a]}]",
        {"budget": ("patterns.hedged-request",), "cancel": ("patterns.hedged-request",)},
    ),
    (
        "bypassed-gateway",
        "services: {g: {kind: gateway}, a: {exposed: true}}",
        {"exposed": ("services.g",)},
    ),
]


@pytest.mark.parametrize(("rule", "text", "expected"), CASES)
def test_an_unknown_fact_is_named_and_not_judged(
    rule: str, text: str, expected: dict[str, tuple[str, ...]]
) -> None:
    system = manifest.from_text(f"version: 1\nsystem: x\n{text}\n", "a.yaml")
    result = lint([system], {rule: ENTRIES[rule]}, LintSettings())
    assert result.findings == ()
    lacking = {item.fact: item.elements for item in result.unchecked}
    assert {fact: at for fact, at in lacking.items() if at != ("system",)} == expected
