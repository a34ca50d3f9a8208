"""A valid, realistic manifest of N services, the same on every run.

    python benchmarks/generate.py 10000 > big.yaml

Five calls per service and about 350 bytes for each, with its share of stores, events and flows, so
that every kind of rule has work. Services stand in four tiers: each waits for two of the next tier,
with a shorter timeout than its own caller's, and sends messages to three others. Most are in good
order, as most are; one in 25 to 50 lacks a timeout, a replica, an outbox or a consumer, shares a
store or is called by too many, and one in 500 closes a circle.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from random import Random

TIERS = 4
SERVICES_PER_TEAM = 8
SERVICES_PER_FLOW = 20
_TIMEOUTS = ("2s", "900ms", "400ms")


def manifest(services: int, seed: int = 1) -> str:
    """Text of the manifest."""
    random = Random(seed)
    lines = [
        "version: 1",
        f"system: generated-{services}",
        "requirements: {availability: 99.9%, latency_p99: 2s}",
        "workload: {requests: 2k/s, peak_factor: 3, payload: 4KB}",
        "teams:",
        *(f"  team-{i}: {{size: {4 + i % 5}}}" for i in range(_parts(services, SERVICES_PER_TEAM))),
        "services:",
        *(line for i in range(services) for line in _service(i, services, random)),
        "stores:",
        *(_store(i) for i in range(0, services, 3)),
        "brokers:",
        "  kafka: {engine: kafka, replicas: 3, durable: true}",
        "events:",
        *(_event(i) for i in range(0, services, 5)),
        "flows:",
        *(_flow(i, services) for i in range(0, services, SERVICES_PER_FLOW)),
        "patterns:",
        *(_pattern(i) for i in range(0, services, 50)),
    ]
    return "\n".join(lines) + "\n"


def _parts(whole: int, size: int) -> int:
    return -(-whole // size)


def _service(i: int, services: int, random: Random) -> Iterator[str]:
    yield f"  s{i}:"
    yield f"    team: team-{i // SERVICES_PER_TEAM}"
    yield f"    replicas: {1 if i % 40 == 0 else 2 + i % 3}"
    yield f"    latency: {{p99: {10 + random.randrange(90)}ms}}"
    if i % 2:
        yield "    availability: 99.995%"
    calls = [*_waits(i, services), *_messages(services, random)]
    if calls:
        yield "    calls:"
        yield from (f"    - {{{call}}}" for call in calls)
    if i % 3 == 0 or i % 50 == 1:
        yield f"    uses: [{{store: d{i - i % 3}, access: read-write}}]"
    if i % 5 == 0:
        yield f"    publishes: [{{event: e{i}, via: {'direct' if i % 50 == 0 else 'outbox'}}}]"
    if i % 5 == 1 and i % 200 != 1:
        safe = "false" if i % 50 == 1 else "true"
        yield f"    consumes: [{{event: e{i - 1}, idempotent: {safe}, dead_letter: dlq}}]"


def _waits(i: int, services: int) -> Iterator[str]:
    """Synchronous calls: to the next tier, to a service many call, one back up now and then."""
    tier = i % TIERS
    callees = [i + 1, i + 1 + TIERS] if tier < TIERS - 1 else []
    if i % 500 == 1:
        callees.append(i - 1)
    if tier == 0:
        callees.append(i - i % 40 + 47)
    for callee in callees:
        if callee < services:
            bound = "" if (i + callee) % 25 == 0 else f", timeout: {_TIMEOUTS[tier % 3]}"
            yield f"to: s{callee}, via: {('http', 'grpc')[i % 2]}{bound}"


def _messages(services: int, random: Random) -> Iterator[str]:
    """Asynchronous calls, to anybody."""
    for callee in random.sample(range(services), min(3, services)):
        yield f"to: s{callee}, via: queue"


def _store(i: int) -> str:
    kind = ("relational", "document", "cache")[i % 3]
    return f"  d{i}: {{kind: {kind}, owner: s{i}, size: {10 + i % 90}GB}}"


def _event(i: int) -> str:
    return f"  e{i}: {{broker: kafka, key: id, payload: {'ids' if i % 2 else 'delta'}}}"


def _flow(i: int, services: int) -> str:
    path = ", ".join(f"s{step}" for step in range(i, min(i + 4, services)))
    return f"  f{i}: {{entry: s{i}, path: [{path}], slo: {{availability: 99.9%, latency_p99: 1s}}}}"


def _pattern(i: int) -> str:
    return f"  - {{pattern: outbox, at: [s{i}], relay: polling, poll_interval: 1s}}"


if __name__ == "__main__":
    sys.stdout.write(manifest(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
