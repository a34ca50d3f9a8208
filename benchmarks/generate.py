"""A valid, realistic manifest of N services, the same on every run.

    python benchmarks/generate.py 10000 > big.yaml

Five calls per service, a little over 300 bytes for each service with its share of stores, events
and flows, so that every kind of rule has work: missing timeouts, retries, shared stores, events
without consumers, flows with promises. Most services are in good order, as most are. Calls go down
a fixed order of services, three of five to the few that many others need; one in 500 goes
back up and closes a cycle.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from random import Random

NEAR_CALLS, HUB_CALLS = 2, 3
SERVICES_PER_HUB = 25
SERVICES_PER_TEAM = 8
SERVICES_PER_FLOW = 20
_TRANSPORTS = ("http", "http", "grpc", "http", "queue")


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
    p99 = 10 + random.randrange(90)
    yield f"  s{i}:"
    yield f"    team: team-{i // SERVICES_PER_TEAM}"
    yield f"    replicas: {1 + i % 3}"
    yield f"    latency: {{p99: {p99}ms}}"
    if i % 2:
        yield f"    availability: 99.9{random.randrange(10)}%"
    callees = _callees(i, services, random)
    if callees:
        yield "    calls:"
        yield from (f"    - {_call(i, callee, random)}" for callee in callees)
    if i % 3 == 0 or i % 30 == 1:
        yield f"    uses: [{{store: d{i - i % 3}, access: read-write}}]"
    if i % 5 == 0:
        yield f"    publishes: [e{i}]"
    if i % 5 == 1 and i % 100 != 1:
        yield f"    consumes: [{{event: e{i - 1}, idempotent: {'true' if i % 2 else 'false'}}}]"


def _callees(i: int, services: int, random: Random) -> list[int]:
    near = range(i + 1, min(i + 40, services))
    first_hub = i - i % SERVICES_PER_HUB + SERVICES_PER_HUB
    hubs = range(first_hub, min(first_hub + 8 * SERVICES_PER_HUB, services), SERVICES_PER_HUB)
    callees = random.sample(near, min(NEAR_CALLS, len(near)))
    callees += random.sample(hubs, min(HUB_CALLS, len(hubs)))
    if i % 500 == 1:
        callees.append(i - 1)
    if i % 500 == 0:
        callees.append(i + 1)
    return list(dict.fromkeys(callee for callee in callees if callee < services))


def _call(caller: int, callee: int, random: Random) -> str:
    parts = [f"to: s{callee}", f"via: {random.choice(_TRANSPORTS)}"]
    if random.random() < 0.4:
        parts.append(f"timeout: {3000 - caller % 1000 * 2}ms")
    if random.random() < 0.05:
        parts.append("retry: {attempts: 2, backoff: exponential, jitter: true}")
    return "{" + ", ".join(parts) + "}"


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
