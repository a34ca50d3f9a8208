"""Reading a manifest: what loads, and every fault with its place and remedy, all at once."""

import json
from contextlib import suppress
from datetime import date
from decimal import Decimal
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl import catalog, manifest
from patternctl.errors import InputError, ManifestError, PatternctlError
from patternctl.model.architecture import SHIPPED, Architecture, CircuitBreaker, Retry, Saga
from patternctl.model.system import System
from patternctl.model.units import Money
from tests import golden
from tests.cost import steps

GOLDEN = Path(__file__).parent / "golden" / "manifest"
HEAD = "version: 1\nsystem: shop\n"
FULL = """\
version: 1
system: shop
description: Sells things
complete: [all]
requirements:
  consistency: eventual
  audit: standard
  scale: moderate
  cost_sensitive: false
  availability: 99.95%
  latency_p99: 800ms
  budget: 20000 USD/month
workload: {requests: 120/s, peak_factor: 4, read_write_ratio: 20, payload: 4KB}
teams:
  checkout: {size: 6, description: Takes orders}
services:
  web: {kind: frontend, calls: [orders], exposed: true}
  orders:
    description: Keeps orders
    team: checkout
    domain: ordering
    runtime: container
    replicas: 3
    deploy_unit: shop-release
    health_check: true
    latency: {p50: 12ms, p95: 60ms, p99: 90ms}
    availability: 99.9%
    calls:
      - to: payments
        via: http
        operation: charge
        per_request: 2
        timeout: 2s
        retry: {attempts: 3, backoff: exponential, delay: 100ms, jitter: true, budget: 10%}
        circuit_breaker: {errors: 50%, volume: 20, window: 10s, open: 30s}
        fallback: queue
        required: true
    uses: [{store: orders-db, access: read-write, database: orders, user: orders, tables: [orders]}]
    publishes: [{event: order-placed, via: outbox}]
    consumes: [{event: paid, idempotent: true, dead_letter: orders-dlq, max_deliveries: 5}]
  payments: {}
stores:
  orders-db: {kind: relational, engine: postgres, owner: orders, size: 200GB, durable: true}
brokers:
  kafka: {engine: kafka, replicas: 3, durable: true}
events:
  order-placed:
    broker: kafka
    key: order_id
    payload: ids
    schema: {registry: true, version: 2, compatibility: backward}
    retention: 3d
    delivery: at-least-once
  paid: {broker: kafka, external_producer: true, reply_to: order-placed}
flows:
  checkout:
    entry: web
    path: [web, orders, payments]
    critical: true
    requests: 30/s
    slo: {latency_p99: 800ms, availability: 99.9%}
patterns:
  - {pattern: outbox, at: [orders], relay: cdc, retention: 24h}
  - pattern: saga
    name: checkout
    style: orchestration
    timeout: 5m
    steps:
      - {service: payments, do: charge, undo: refund, via: async, timeout: 30s}
      - {service: orders, do: confirm, undo: none, final: true}
  - pattern: event-sourcing
    at: [orders]
    snapshots: {every: 100}
    aggregates: {order: {events: 40, fields: 12, methods: 9}}
  - {pattern: cqrs, commands: [orders], queries: [web]}
  - {pattern: hedged-request, at: [web], delay: 50ms, percentile: p95, budget: 5%, cancel: true}
  - {pattern: bulkhead, at: [orders]}
lint:
  ignore:
    - {rule: no-timeout, at: services.web, reason: a front end, until: 2027-03-01}
"""


def load(text: str) -> Architecture:
    return manifest.from_text(text, "f.yaml").architecture


def faults(text: str) -> list[str]:
    """`line:column message (hint)` of each problem, in the order they are told."""
    with pytest.raises(ManifestError) as caught:
        manifest.from_text(text, "f.yaml")
    found = []
    for problem in caught.value.problems:
        assert problem.location is not None
        assert problem.location.file == "f.yaml"
        assert problem.location.line
        found.append(str(problem).removeprefix("f.yaml:"))
    return found


# What loads


def test_a_manifest_with_every_block_loads() -> None:
    shop = load(FULL)
    assert shop.requirements is not None
    assert shop.requirements.budget == Money(Decimal(20000), "USD", "month")
    assert shop.workload is not None
    assert (shop.workload.requests, shop.workload.payload) == (120, 4000)
    (call,) = shop.services["orders"].calls
    assert call.timeout == 2
    assert call.retry is not None
    assert call.retry.budget == 0.1
    assert call.synchronous is True
    assert shop.events is not None
    assert shop.events["order-placed"].event_schema is not None
    assert shop.lint is not None
    assert shop.lint.ignore[0].until == date(2027, 3, 1)
    saga = (shop.patterns or ())[1]
    assert isinstance(saga, Saga)
    assert [step.service for step in saga.steps or ()] == ["payments", "orders"]


def test_the_least_manifest_loads() -> None:
    assert load(HEAD).services == {}


def test_a_name_in_a_list_stands_for_its_mapping() -> None:
    body = "services: {a: {calls: [b], uses: [d], publishes: [x], consumes: [{event: y}, z]}}"
    service = load(HEAD + body).services["a"]
    assert service.calls[0].to == "b"
    assert service.calls[0].synchronous is None, "how it is called is not said"
    assert service.uses[0].store == "d"
    assert service.uses[0].writes is None
    assert service.publishes[0].event == "x"
    assert [c.event for c in service.consumes] == ["y", "z"]


def test_none_states_absence() -> None:
    body = """\
services:
  a:
    calls:
      - {to: b, timeout: none, retry: none, circuit_breaker: none, fallback: none}
      - {to: b, retry: {budget: none, backoff: none}, circuit_breaker: true}
    consumes: [{event: x, dead_letter: none}]
  b: {}
patterns:
  - {pattern: outbox, at: [a], retention: none}
  - {pattern: event-sourcing, at: [a], snapshots: none}
"""
    first, second = load(HEAD + body).services["a"].calls
    assert first.timeout == inf
    assert first.retry == Retry(attempts=1)
    assert first.circuit_breaker == "none"
    assert first.fallback == "none"
    assert second.retry is not None
    assert second.retry.budget == inf
    assert second.retry.backoff == "none"
    assert second.circuit_breaker == CircuitBreaker()
    outbox, sourcing = load(HEAD + body).patterns or ()
    assert getattr(outbox, "retention", None) == inf
    assert getattr(sourcing, "snapshots", None) == "none"


def test_an_empty_value_is_unknown() -> None:
    body = "services: {a: {team: , replicas: ~, calls: [{to: b, timeout: }], uses: }}\nstores:\n"
    shop = load(HEAD + body)
    assert shop.stores is None
    assert shop.services["a"].calls[0].timeout is None
    assert shop.services["a"].uses == ()
    assert load(HEAD + "services:\nflows:\nlint: {ignore: }\n") == load(HEAD + "lint: {}")


def test_blocks_left_out_take_any_name() -> None:
    load(HEAD + "services: {a: {team: any, publishes: [any], calls: [undeclared], uses: [any]}}")


# Faults


def test_all_faults_are_told_in_file_order_each_at_its_place_golden() -> None:
    text = (GOLDEN / "faults.yaml").read_text(encoding="utf-8")
    golden.check(GOLDEN / "faults.txt", "\n".join(faults(text)) + "\n")


def test_references_into_declared_blocks_must_hit() -> None:
    text = (
        HEAD
        + """\
teams: {checkout: {size: 6}}
services:
  a: {team: chekout, publishes: [order], consumes: [{event: ordr, dead_letter: dlq}]}
  bb: {team: checkout}
events: {order: {broker: kafk, reply_to: oder}}
brokers: {kafka: {}}
stores: {db: {owner: c}}
flows: {f: {entry: bb, path: [a, bbb]}}
patterns:
  - {pattern: saga, steps: [{service: aa}]}
  - {pattern: outbox, at: [b]}
  - {pattern: cqrs, commands: [zz], queries: [a]}
"""
    )
    assert faults(text) == [
        '5:13: there is no team "chekout" (did you mean "checkout"?)',
        '5:61: there is no event "ordr" (did you mean "order"?)',
        '7:26: there is no broker "kafk" (did you mean "kafka"?)',
        '7:42: there is no event "oder" (did you mean "order"?)',
        '9:22: there is no service "c" (declare it under `services`)',
        '10:24: the path starts at "a", the entry is "bb" (start it at the entry)',
        '10:34: there is no service "bbb" (did you mean "bb"?)',
        '12:39: there is no service "aa" (did you mean "a"?)',
        '13:28: there is no service "b" (did you mean "bb"?)',
        '14:32: there is no service "zz" (declare it under `services`)',
    ]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("services: {a: }", "3:12: a: should be a mapping (write {} "),
        ("patterns: [{pattern: outbox, at: }]", "3:30: at: should be a list (write [] "),
        ("services: {a: {replicas: true}}", "3:26: replicas: true should be a whole number"),
        ("services: {a: {replicas: two}}", '3:26: replicas: "two" should be a whole number'),
        ("services: {a: {health_check: yes}}", '3:30: health_check: "yes" should be true or false'),
        (f"services: {{a: {{replicas: {'x' * 99}}}}}", f'3:26: replicas: "{"x" * 40}…" should be'),
        ("events: {e: {schema: {version: []}}}", "3:23: version: should be text"),
        ("stores: {a: {kind: postgres}}", "3:20: kind: \"postgres\" should be 'relational', 'doc"),
        ("services: {né: {}}", '3:12: "né" is not a name (use letters'),
        ('services: {"a\\n": {}}', '3:12: "a\\n" is not a name (use letters'),
        ("services: {a: {calls: ['b c']}}", '3:24: calls: "b c" is not a name (use letters'),
        ("lint: {ignore: [{rule: x, until: 20270301}]}", "3:34: until: 20270301 should be a date"),
        ("events: {e: {event_schema: {}}}", '3:14: unknown key "event_schema" (did you mean'),
        (
            "services: {a: {calls: [{to: b, circuit_breaker: {errors: 5}}]}}",
            "3:58: errors: 5 should be a percentage such as 99.95%",
        ),
        (
            "services: {a: {}}\npatterns: [{pattern: event-sourcing, at: [a], snapshots: no}]",
            '4:58: snapshots: "no" should be a mapping (or `none`, ',
        ),
    ],
)
def test_one_fault(body: str, told: str) -> None:
    (only,) = faults(HEAD + body)
    assert only.startswith(told)


NO_MAPPING = "1: is not a manifest: the top must be a mapping (start the file with `version: 1`)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version: 2\nsystem: s\n", "1:10: version 2 is not one "),
        ("version: true\nsystem: s\n", "1:10: version true is not one "),
        ('system: s\nversion: "1"\n', '2:10: version "1" is not one '),
        ("system: s\n", '1:1: "version" is missing (start the file with `version: 1`)'),
        ("version: 1\n", '1:1: "system" is missing (write '),
        ("- a\n- b\n", NO_MAPPING),
        ("just words\n", NO_MAPPING),
        ("---\n", NO_MAPPING),
    ],
)
def test_what_is_no_manifest_at_all(text: str, told: str) -> None:
    (only,) = faults(text)
    assert only.startswith(told)
    assert "`" in only, "the remedy shows what to write"


MANY = """\
version: 1
system: shop
complete: [service]
teams: {checkout: {size: 6}}
services:
  web: {team: chekout, replicas: two}
  "b c": {publishes: [ordr], calls: 3}
stores: {db: {owner: wev, size: 3}}
brokers: {kafka: {}}
events: {order: {broker: kafk}, paid: 4}
flows: {f: {entry: webb, path: [web, paid]}, g: {path: [x]}}
patterns: [{pattern: outbx, at: [ordrs]}, {pattern: saga, steps: [{service: web, undo: 3}]}]
"""


def test_no_fault_hides_another() -> None:
    told = faults(MANY)
    assert [fault.split(" (")[0][:70] for fault in told] == [
        "3:12: complete: \"service\" should be 'services', 'stores', 'calls', 'us",
        '6:15: there is no team "chekout"',
        '6:34: replicas: "two" should be a whole number',
        '7:3: "b c" is not a name',
        '7:23: there is no event "ordr"',
        "7:37: calls: 3 should be a list",
        '8:22: there is no service "wev"',
        "8:33: size: 3 should be a size such as 4KB, 512MiB or 200GB",
        '10:26: there is no broker "kafk"',
        "10:39: paid: 4 should be a mapping",
        '11:20: there is no service "webb"',
        '11:26: the path starts at "web", the entry is "webb"',
        '11:38: there is no service "paid"',
        '11:46: "entry" is missing',
        '11:57: there is no service "x"',
        '12:22: there is no pattern "outbx"',
        '12:34: there is no service "ordrs"',
        "12:88: undo: 3 should be text",
    ]


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        ("services: [a]", "3:1: services: should be a mapping"),
        ("servics: {a: {}}", '3:1: unknown key "servics" (did you mean "services"?)'),
        ("services: {a: {replicas: x}}", '3:26: replicas: "x" should be a whole number'),
        ("services: {a: 3}", "3:15: a: 3 should be a mapping"),
        ("services: {a: {teem: b}}", '3:16: unknown key "teem" (did you mean "team"?)'),
    ],
)
def test_names_whose_element_is_faulty_are_there(blocks: str, told: str) -> None:
    assert faults(f"{HEAD}{blocks}\nflows: {{f: {{entry: a}}}}") == [told]


def test_a_word_that_is_no_name_is_told_once() -> None:
    told = faults(HEAD + "services: {}\nflows: {f: {entry: b c, path: [b c]}}")
    assert [fault.split(" (")[0] for fault in told] == [
        '4:20: entry: "b c" is not a name',
        '4:32: path: "b c" is not a name',
    ]


def test_a_value_behind_an_alias_is_told_where_it_is_used() -> None:
    told = faults(HEAD + "stores: {a: {size: &s 3}, b: {size: *s}}")
    assert [fault.split(" ")[0] for fault in told] == ["3:20:", "3:31:"]


def test_a_product_in_place_of_a_kind_is_an_engine() -> None:
    (told,) = faults(HEAD + "stores: {a: {kind: postgres}}")
    assert "'relational'" in told
    assert "`engine: postgres`" in told


OBJECT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"


@pytest.mark.parametrize("text", [OBJECT, f"{OBJECT}---\n{OBJECT}", f"{OBJECT}---\n- {{{{"])
def test_kubernetes_is_named_and_what_is_read_instead(text: str) -> None:
    (told,) = faults(text)
    assert told.startswith("1:")
    assert "Kubernetes" in told
    assert "docker-compose" in told


def test_a_second_document_is_still_one() -> None:
    with pytest.raises(InputError, match="second document"):
        manifest.from_text(f"{HEAD}---\n{HEAD}", "f.yaml")


def test_a_compose_file_is_pointed_to_discover() -> None:
    (told,) = faults("services: {web: {image: nginx}}\n")
    assert "patternctl discover" in told


def test_ten_times_the_faults_cost_ten_times_the_work() -> None:
    def cost(count: int) -> int:
        wrong = "".join(
            f"  s{i}: {{team: tame{i}, calls: [{{to: s0, circuit_breaker: 1}}]}}\n"
            for i in range(count)
        )
        teams = "".join(f"  team{i}: {{}}\n" for i in range(count))
        right = wrong.replace("circuit_breaker: 1", "via: http")

        def both() -> None:
            assert len(faults(f"{HEAD}services:\n{wrong}")) == count
            assert len(faults(f"{HEAD}teams:\n{teams}services:\n{right}")) == count

        return steps(both)

    assert cost(500) < 11 * cost(50)


# Any tree

KEYS = [
    *Architecture.model_fields,
    *(
        "a",
        "b",
        "to",
        "via",
        "calls",
        "uses",
        "store",
        "event",
        "pattern",
        "at",
        "steps",
        "service",
    ),
    *(
        "entry",
        "path",
        "retry",
        "circuit_breaker",
        "snapshots",
        "schema",
        "ignore",
        "rule",
        "until",
    ),
]
WORDS = [
    "a",
    "b",
    "none",
    "2s",
    "99%",
    "4KB",
    "http",
    "saga",
    "outbox",
    "event-sourcing",
    "x y",
    "",
]
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=25,
)


@given(TREES)
def test_any_tree_is_a_system_or_a_told_fault(tree: Any) -> None:
    with suppress(PatternctlError):
        assert isinstance(manifest.from_text(json.dumps(tree), "f.yaml"), System)


SERVICES = st.dictionaries(st.sampled_from(["a", "b"]), TREES, max_size=2)


@given(SERVICES, TREES, TREES, TREES)
def test_any_blocks_are_a_system_or_told_faults(
    services: Any, events: Any, flows: Any, patterns: Any
) -> None:
    tree = {"version": 1, "system": "s", "services": services}
    tree |= {"events": events, "flows": flows, "patterns": [patterns]}
    with suppress(PatternctlError):
        manifest.from_text(json.dumps(tree), "f.yaml")


OWN = {*SHIPPED, "retry-queue"}


def test_a_pattern_of_ones_own_catalog_is_adopted() -> None:
    text = f"{HEAD}services: {{a: {{}}}}\npatterns: [{{pattern: retry-queue, at: [a]}}]\n"
    (adopted,) = manifest.from_text(text, "a.yaml", OWN).architecture.patterns or ()
    assert (adopted.pattern, adopted.at) == ("retry-queue", ("a",))


def test_a_pattern_with_settings_is_read_by_its_own_model() -> None:
    text = f"{HEAD}services: {{a: {{}}}}\npatterns: [{{pattern: cqrs-system, commands: [a]}}]\n"
    (adopted,) = manifest.from_text(text, "a.yaml").architecture.patterns or ()
    assert type(adopted).__name__ == "Cqrs"


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (
            "patterns: [{pattern: retry-qeue}]",
            '3:22: there is no pattern "retry-qeue" (did you mean "retry-queue"?)',
        ),
        (
            "patterns: [{pattern: sharding}]",
            '3:22: there is no pattern "sharding" (`patternctl patterns` lists them)',
        ),
        (
            "patterns: [{pattern: outbx, relay: cdc, at: 3}]",
            (
                '3:22: there is no pattern "outbx" (did you mean "outbox"?)\n'
                "3:45: at: 3 should be a list"
            ),
        ),
        (
            "patterns: [{pattern: Retry Queue}]",
            (
                '3:22: pattern: "Retry Queue" is not a name (use small letters, digits and '
                "single dashes, as in `event-sourcing`)"
            ),
        ),
        (
            "patterns: [outbox]",
            '3:12: patterns: "outbox" should be a mapping (write `- pattern: …`)',
        ),
        (
            "patterns: [{pattern: bulkhead, att: [a]}]",
            '3:32: unknown key "att" (did you mean "at"?)',
        ),
        (
            "patterns: [{pattern: bulkhead, x: 1}]",
            '3:32: unknown key "x" (known here: at, name, pattern)',
        ),
        (
            "decisions: [{answers: {}, outcome: microservice}]",
            '3:36: there is no pattern "microservice" (did you mean "microservices"?)',
        ),
        ("decisions: [{outcome: edge}]", '3:13: "answers" is missing (write `answers: …`)'),
    ],
)
def test_patterns_that_no_catalog_tells_are_answered(block: str, told: str) -> None:
    with pytest.raises(ManifestError) as caught:
        manifest.from_text(f"{HEAD}{block}\n", "a.yaml", OWN)
    assert str(caught.value).replace("a.yaml:", "") == told


def test_what_the_manifest_knows_is_what_the_shipped_catalog_tells() -> None:
    assert catalog.entries().keys() == SHIPPED


def test_a_decision_is_read() -> None:
    text = f"{HEAD}decisions: [{{answers: {{audit: critical}}, outcome: edge, date: 2026-03-01}}]\n"
    (decided,) = manifest.from_text(text, "a.yaml").architecture.decisions
    assert (decided.tree, decided.answers, decided.outcome) == (
        "architecture", {"audit": "critical"}, "edge",
    )  # fmt: skip
    assert str(decided.date) == "2026-03-01"
