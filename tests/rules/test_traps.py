"""Traps that naive detectors fall into; each system was written for its test."""

import pytest

from patternctl import catalog, manifest
from patternctl.engine.lint import lint
from patternctl.model.finding import Finding
from patternctl.model.settings import LintSettings
from tests.cost import steps

ENTRIES = catalog.antipatterns()


def found(text: str, *rules: str) -> list[Finding]:
    """Findings of the rules named, or of all rules."""
    result = lint([manifest.from_text(text, "a.yaml")], ENTRIES, LintSettings(select=rules))
    return list(result.findings)


def elements(text: str, *rules: str) -> list[str]:
    return [finding.element for finding in found(text, *rules)]


def calls(*targets: str) -> str:
    return ", ".join(f"{{to: {target}, via: http}}" for target in targets)


# Trap 1: a dense component holds more simple cycles than anybody can count


def dense(size: int, reach: int = 12) -> str:
    """A ring in which each service calls the next `reach` ones: all of it is one component."""
    services = "".join(
        f"  s{i}: {{calls: [{calls(*(f's{(i + k) % size}' for k in range(1, reach + 1)))}]}}\n"
        for i in range(size)
    )
    return f"version: 1\nsystem: ring\nservices:\n{services}"


def test_trap_1_a_dense_component_is_reported_once_with_one_shortest_cycle() -> None:
    (finding,) = found(dense(356), "cyclic-sync-calls")
    counted, cycle = finding.message.split(": ")
    assert counted.startswith("356 services ")
    assert len(cycle.split(" → ")) == 31, "30 calls of at most 12 places lead around 356"


def test_trap_1_cycles_are_not_enumerated() -> None:
    small, large = dense(178), dense(356)
    assert large.count("via: http") == 4272
    assert steps(lambda: found(large)) < 5 * steps(lambda: found(small))


# Trap 7: infrastructure is no part of the business structure


@pytest.mark.parametrize("kind", ["infrastructure", "job"])
def test_trap_7_infrastructure_counts_in_no_degree(kind: str) -> None:
    text = """\
version: 1
system: depot
services:
  parcels: {calls: [CALLS]}
  routes: {calls: [CALLS]}
  labels: {calls: [CALLS]}
  depots: {calls: [CALLS]}
  drivers: {calls: [CALLS]}
  registry: {kind: KIND}
  config: {kind: KIND, calls: [{to: registry, via: http}]}
  collector: {kind: KIND}
  metrics: {kind: KIND, calls: [CALLS_TO_ALL]}
  console: {kind: KIND}
  load: {kind: KIND, calls: [CALLS_TO_ALL]}
"""
    names = ("registry", "config", "collector", "console", "metrics", "load")
    business = ("parcels", "routes", "labels", "depots", "drivers", "registry")
    text = text.replace("CALLS_TO_ALL", calls(*business)).replace("CALLS", calls(*names))
    rules = ("high-fan-out", "hub-like", "cyclic-sync-calls", "chatty-service")
    assert elements(text.replace("KIND", kind), *rules) == []
    as_business = elements(text.replace("kind: KIND", "kind: service"), *rules)
    assert {"services.parcels", "services.registry", "services.load"} <= set(as_business)


def test_trap_7_infrastructure_makes_no_chain_longer() -> None:
    text = """\
version: 1
system: depot
services:
  parcels: {calls: [{to: routes, via: http}]}
  routes: {calls: [{to: maps, via: http}]}
  maps: {calls: [{to: tiles, via: http}]}
  tiles: {calls: [{to: sidecar, via: http}]}
  sidecar: {kind: KIND, calls: [{to: config, via: http}]}
  config: {kind: KIND, calls: [{to: registry, via: http}]}
  registry: {kind: KIND}
"""
    assert elements(text.replace("KIND", "infrastructure"), "service-chain") == []
    assert elements(text.replace("KIND", "service"), "service-chain")


def test_trap_7_infrastructure_and_jobs_share_no_persistence() -> None:
    text = """\
version: 1
system: depot
services:
  parcels: {uses: [{store: db, access: read-write}]}
  schema: {kind: job, uses: [{store: db, access: write}]}
  console: {kind: infrastructure, uses: [{store: db, access: read-write}]}
stores:
  db: {kind: relational}
"""
    assert elements(text, "shared-persistence", "shared-db-server") == []
    worker = text.replace("kind: job", "kind: worker")
    assert elements(worker, "shared-persistence") == ["stores.db"]


# Trap 8: what looks like the anti-pattern and is the part's very task


@pytest.mark.parametrize("kind", ["gateway", "frontend"])
def test_trap_8_gateways_and_front_ends_may_call_many(kind: str) -> None:
    parts = [f"p{i}" for i in range(11)]
    text = f"""\
version: 1
system: shop
services:
  door: {{kind: KIND, calls: [{calls(*parts)}]}}
""" + "".join(f"  {part}: {{}}\n" for part in parts)
    assert elements(text.replace("KIND", kind), "high-fan-out", "hub-like") == []
    assert elements(text.replace("KIND", "service"), "high-fan-out") == ["services.door"]


@pytest.mark.parametrize("via", ["queue", "amqp", "kafka", "async"])
def test_trap_8_a_reply_channel_makes_no_cycle(via: str) -> None:
    text = f"""\
version: 1
system: shop
services:
  orders: {{calls: [{{to: payments, via: http}}]}}
  payments: {{calls: [{{to: orders, via: {via}}}]}}
"""
    assert elements(text, "cyclic-sync-calls") == []
    assert elements(text.replace(via, "grpc"), "cyclic-sync-calls")


def test_trap_8_the_relay_of_an_outbox_shares_no_persistence() -> None:
    text = """\
version: 1
system: shop
services:
  orders: {uses: [{store: orders-db, access: read-write}], publishes: [placed]}
  cdc: {uses: [{store: orders-db, access: read-write, purpose: relay}]}
stores:
  orders-db: {kind: relational}
patterns:
  - {pattern: outbox, at: [orders], relay: cdc}
"""
    rules = ("shared-persistence", "shared-db-server", "distributed-monolith")
    assert elements(text, *rules) == []
    assert elements(text.replace("relay}]", "own}]"), *rules) == ["stores.orders-db"]


# Trap 12: sound systems, in which nothing turns in a circle and nobody shares data

TREE = """\
version: 1
system: lodging
services:
  web:
    kind: frontend
    calls:
      - {to: finder, via: grpc}
      - {to: offers, via: grpc}
      - {to: guests, via: grpc}
      - {to: desk, via: grpc}
      - {to: discovery, via: http}
  finder:
    calls:
      - {to: nearby, via: grpc}
      - {to: tariffs, via: grpc}
      - {to: discovery, via: http}
  nearby:
    calls: [{to: discovery, via: http}]
    uses: [{store: nearby-db, access: read}]
  tariffs:
    calls: [{to: discovery, via: http}]
    uses: [{store: tariffs-db, access: read}, {store: tariffs-cache, access: read-write}]
  offers:
    calls: [{to: discovery, via: http}]
    uses: [{store: offers-db, access: read}]
  guests:
    calls: [{to: discovery, via: http}]
    uses: [{store: guests-db, access: read-write}]
  desk:
    calls: [{to: discovery, via: http}]
    uses: [{store: desk-db, access: read-write}]
  discovery:
    kind: infrastructure
    calls: [{to: web, via: http}, {to: finder, via: http}, {to: desk, via: http}]
stores:
  nearby-db: {kind: document}
  tariffs-db: {kind: document}
  tariffs-cache: {kind: cache}
  offers-db: {kind: document}
  guests-db: {kind: document}
  desk-db: {kind: document}
"""
SHOP = """\
version: 1
system: stalls
services:
  window:
    kind: frontend
    calls:
      - {to: goods, via: grpc}
      - {to: baskets, via: grpc}
      - {to: rates, via: grpc}
      - {to: adverts, via: grpc}
      - {to: hints, via: grpc}
      - {to: till, via: grpc}
      - {to: parcels, via: grpc}
  till:
    calls:
      - {to: baskets, via: grpc}
      - {to: goods, via: grpc}
      - {to: rates, via: grpc}
      - {to: parcels, via: grpc}
      - {to: cards, via: grpc}
      - {to: letters, via: grpc}
  hints: {calls: [{to: goods, via: grpc}]}
  baskets: {uses: [{store: basket-cache, access: read-write}]}
  goods: {}
  rates: {}
  adverts: {}
  parcels: {}
  cards: {}
  letters: {}
  crowd: {kind: job, calls: [{to: window, via: http}]}
stores:
  basket-cache: {kind: cache}
"""
SAGA = """\
version: 1
system: meals
services:
  orders:
    publishes: [{event: reserve-table, via: outbox}, {event: charge-guest, via: outbox}]
    consumes: [table-reserved, guest-charged]
    uses: [{store: server, database: orders, user: orders, access: read-write}]
  tables:
    publishes: [{event: table-reserved, via: outbox}]
    consumes: [reserve-table]
    uses: [{store: server, database: tables, user: tables, access: read-write}]
  guests:
    publishes: [{event: guest-charged, via: outbox}]
    consumes: [charge-guest]
    uses: [{store: server, database: guests, user: guests, access: read-write}]
  relay:
    uses:
      - {store: server, database: orders, user: relay, access: read-write, purpose: relay}
      - {store: server, database: tables, user: relay, access: read-write, purpose: relay}
      - {store: server, database: guests, user: relay, access: read-write, purpose: relay}
  menu-view:
    calls: [{to: orders, via: http}]
    consumes: [table-reserved]
    uses: [{store: view, access: read-write}]
stores:
  server: {kind: relational}
  view: {kind: document, role: read-model}
events:
  reserve-table: {broker: log}
  table-reserved: {broker: log, reply_to: reserve-table}
  charge-guest: {broker: log}
  guest-charged: {broker: log, reply_to: charge-guest}
brokers:
  log: {engine: kafka}
patterns:
  - {pattern: outbox, at: [orders, tables, guests], relay: cdc, retention: 1d}
  - pattern: saga
    name: booking
    at: [orders]
    style: orchestration
    timeout: 5m
    steps:
      - {service: tables, do: reserve, undo: release, via: async}
      - {service: guests, do: charge, final: true, via: async}
"""
SCHEMAS = """\
version: 1
system: practice
services:
  door:
    kind: gateway
    calls: [{to: owners, via: http}, {to: vets, via: http}, {to: visits, via: http}]
  owners: {uses: [{store: server, database: owners, access: read-write}]}
  vets: {uses: [{store: server, database: vets, access: read-write}]}
  visits: {uses: [{store: server, database: visits, access: read-write}]}
  config: {kind: infrastructure}
  registry: {kind: infrastructure, calls: [{to: config, via: http}]}
  console: {kind: infrastructure, calls: [{to: registry, via: http}, {to: owners, via: http}]}
stores:
  server: {kind: relational, engine: mysql}
"""
SOUND = {
    "a tree with a database for each service, and discovery": TREE,
    "a shop of eleven services with one cache": SHOP,
    "a saga with replies": SAGA,
    "one server with private schemas": SCHEMAS,
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_trap_12_a_sound_system_has_no_cycle_and_no_shared_data(text: str) -> None:
    cycles = ("cyclic-sync-calls", "distributed-monolith", "synchronous-saga")
    assert elements(text, *cycles) == []
    assert elements(text, "shared-persistence") == []


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_trap_12_the_same_systems_with_a_fault_are_caught(text: str) -> None:
    loop = """\
  first: {calls: [{to: second, via: http}], uses: [{store: both, access: write}]}
  second: {calls: [{to: first, via: http}], uses: [{store: both, access: read}]}
"""
    faulty = text.replace("services:\n", f"services:\n{loop}", 1)
    faulty = faulty.replace("stores:\n", "stores:\n  both: {kind: relational}\n", 1)
    assert elements(faulty, "cyclic-sync-calls") == ["services.first.calls.second"]
    assert elements(faulty, "shared-persistence") == ["stores.both"]
