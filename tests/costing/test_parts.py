"""Lines of declared systems: materials by kind, load, effects of patterns, what is not known."""

from pathlib import Path

import pytest

from patternctl import manifest
from patternctl.costing.bill import bill, declared
from patternctl.costing.parts import Stated
from patternctl.model.bill import Bill, Line
from patternctl.model.cost import Component, Costs, Driver, Include, Materials
from tests import cost
from tests.costing.reckoning import quantity, shipped, terms

HEAD = "version: 1\nsystem: x\nworkload: {requests: 100/s, read_write_ratio: 3, payload: 4KB}\n"
MONTH = 2_628_000
MANAGED = {"database.vcpu", "database.memory", "database.storage", "database.backup"}


def billed(text: str, values: dict[str, str] | None = None, head: str = HEAD) -> Bill:
    system = manifest.from_text(head + text, "architecture.yaml")
    return bill(declared(terms(values or {})._replace(stated=Stated(system))))


def lines(made: Bill) -> dict[str, Line]:
    return {line.id: line for line in made.lines}


def likely(line: Line) -> float:
    return quantity(line).likely


@pytest.mark.parametrize(
    ("element", "resources"),
    [
        ("services: {s: {}}", {"container.vcpu", "container.memory", "transfer.zone"}),
        ("services: {s: {runtime: vm}}", {"vm.vcpu", "vm.memory", "vm.disk", "transfer.zone"}),
        (
            "services: {s: {runtime: function}}",
            {"function.request", "function.compute", "gateway.request"},
        ),
        (
            "services: {s: {runtime: edge}}",
            {"edge.request", "edge.compute", "cdn.request", "cdn.data"},
        ),
        ("services: {s: {kind: job}}", {"container.vcpu", "container.memory"}),
        ("services: {s: {kind: infrastructure}}", {"container.vcpu", "container.memory"}),
        ("services: {s: {kind: external}}", set()),
        ("services: {s: {replicas: 0}}", set()),
        ("stores: {s: {}}", MANAGED),
        ("stores: {s: {kind: document}}", {"vm.vcpu", "vm.memory", "vm.disk"}),
        ("stores: {s: {kind: document, engine: DynamoDB}}", {"kv.read", "kv.write", "kv.storage"}),
        ("stores: {s: {kind: key-value}}", {"kv.read", "kv.write", "kv.storage"}),
        ("stores: {s: {kind: key-value, engine: redis}}", {"cache.memory"}),
        ("stores: {s: {kind: key-value, engine: sqlite}}", set()),
        ("stores: {s: {role: cache}}", {"cache.memory"}),
        ("stores: {s: {kind: search}}", {"search.vcpu", "search.storage"}),
        ("stores: {s: {kind: graph}}", {"vm.vcpu", "vm.memory", "vm.disk"}),
        ("stores: {s: {kind: time-series}}", {"vm.vcpu", "vm.memory", "vm.disk"}),
        ("stores: {s: {kind: wide-column}}", {"vm.vcpu", "vm.memory", "vm.disk"}),
        ("stores: {s: {kind: object}}", {"object.storage", "object.read", "object.write"}),
        ("stores: {s: {kind: event-store}}", MANAGED),
        ("stores: {s: {kind: file}}", {"vm.disk"}),
        ("brokers: {s: {}}", {"broker.vcpu", "broker.storage", "transfer.zone"}),
        ("brokers: {s: {engine: SQS}}", {"queue.request", "queue.data"}),
        ("brokers: {s: {engine: Azure Event Hubs}}", {"stream.hour", "stream.event"}),
        ("brokers: {s: {engine: eventbridge}}", {"event.publish"}),
    ],
)
def test_every_kind_of_element_has_materials(element: str, resources: set[str]) -> None:
    made = billed(element)
    block = element.partition(":")[0]
    own = [line for line in made.lines if line.id.startswith(f"{block}.s/")]
    assert {line.resource for line in own} == resources
    assert all(line.cost is not None for line in own)


def test_a_function_by_hand() -> None:
    """100/s enter, half of them reach `f` (50/s = 131.4M a month), 200 ms at 512 MiB."""
    text = """
services:
  web: {exposed: true, calls: [{to: f, per_request: 0.5}]}
  f: {runtime: function, latency: {p50: 200ms}, exposed: false}
"""
    found = lines(billed(text))
    invocations = 50 * MONTH
    assert likely(found["services.f/invocations"]) == pytest.approx(invocations)
    assert likely(found["services.f/duration"]) == pytest.approx(invocations * 0.2 * 0.5)
    assert likely(found["services.f/gateway"]) == 0
    cost_ = found["services.f/invocations"].cost
    assert cost_ is not None
    assert cost_.likely == pytest.approx(131.4 * 0.2)  # 0.20 USD for a million
    floor = found["services.f/invocations"].floor
    assert floor is not None
    assert floor.likely == 0


def test_events_load_their_consumers() -> None:
    """100/s with three reads for a write publish 25 events a second, all handled by `mail`.

    Two messages in one request to the queue: to send, receive and delete take 3/2 for each.
    """
    text = """
services:
  web: {exposed: true, publishes: [ordered]}
  mail: {runtime: function, consumes: [ordered], latency: {p50: 1s}}
brokers: {bus: {engine: sqs}}
"""
    found = lines(billed(text))
    assert likely(found["services.mail/invocations"]) == pytest.approx(25 * MONTH)
    assert likely(found["brokers.bus/requests"]) == pytest.approx(25 * 3 / 2 * MONTH)


def test_a_key_value_store_counts_what_its_users_get() -> None:
    """75 reads and 25 writes a second; nine of ten may be old and take half a unit."""
    text = """
services:
  web: {exposed: true, calls: [a], uses: [{store: s, access: read}]}
  a: {uses: [{store: s, access: write}]}
stores: {s: {kind: key-value}}
"""
    found = lines(billed(text))
    assert likely(found["stores.s/reads"]) == pytest.approx(75 * MONTH * 0.55)
    assert likely(found["stores.s/writes"]) == pytest.approx(25 * MONTH)


def test_an_unknown_share_is_assumed_and_said_so() -> None:
    made = billed("services: {web: {exposed: true}, lone: {}}")
    told = {each.id: each for each in made.assumptions}
    assert told["service-container/share"].value == (0, 0.2, 1)
    transfer = lines(made)["services.lone/transfer"].quantity
    assert transfer is not None
    assert transfer.low == 0 < transfer.likely < transfer.high


def test_unknown_requests_are_no_zero() -> None:
    made = billed("services: {web: {exposed: true, replicas: 3}}", head="version: 1\nsystem: x\n")
    transfer = lines(made)["services.web/transfer"]
    assert transfer.cost is None
    assert "depends on requests" in transfer.unknown
    assert lines(made)["services.web/processors"].cost is not None


def test_what_never_ends_has_no_cost() -> None:
    text = "services: {a: {}}\npatterns: [{pattern: outbox, at: [a], retention: none}]"
    rows = lines(billed(text))["patterns.outbox/rows"]
    assert rows.cost is None
    assert rows.unknown == "depends on retention, which has no end"


def test_load_beyond_belief_is_no_number() -> None:
    calls = "calls: [{to: %s, per_request: 1000000000}]"
    services = "".join(f"  s{n}: {{exposed: true, {calls % f's{n + 1}'}}}\n" for n in range(60))
    found = lines(billed(f"services:\n{services}  s60: {{}}\n"))
    assert found["services.s60/transfer"].unknown == "depends on share, which has no end"


ADOPTED = """
services:
  web: {{exposed: true, calls: [{{to: a, via: http}}, {{to: b, via: http}}]}}
  a: {{replicas: 4, uses: [s], calls: [{{to: b, via: http}}]}}
  b: {{runtime: function}}
stores: {{s: {{kind: {kind}}}}}
patterns: [{{pattern: {pattern}}}]
"""


def adopted(pattern: str, kind: str = "relational", **values: str) -> dict[str, Line]:
    made = billed(ADOPTED.format(pattern=pattern, kind=kind), values)
    prefix = f"patterns.{pattern.partition(',')[0]}/"
    found = lines(made)
    return {name.removeprefix(prefix): found[name] for name in found if name.startswith(prefix)}


@pytest.mark.parametrize(
    ("pattern", "component", "quantity"),
    [
        # 25 events/s for 3 days of 1 KB, twice
        ("outbox, at: [a], retention: 3d", "rows", 25 * 3 * 86400 * 1e-6 * 2),
        # 25 sagas/s of 3 steps, 30 days of 1 KB, twice
        (
            "saga, at: [a], steps: [{service: a}, {service: b}, {service: web}]",
            "state",
            25 * 3 * 30 * 86400 * 1e-6 * 2,
        ),
        # 25 holds/s for 7 days of 0.5 KB, twice
        ("escrow, at: [a]", "reservations", 25 * 7 * 86400 * 0.5e-6 * 2),
        # 25 events/s for 3 years of 1 KB, twice
        ("event-sourcing, at: [a]", "log", 25 * 3 * 31536000 * 1e-6 * 2),
        # a snapshot for 200 events, 5 KB kept for 30 days, twice
        (
            "event-sourcing, at: [a], snapshots: {every: 200}",
            "snapshots",
            25 / 200 * 30 * 86400 * 5e-6 * 2,
        ),
        ("cqrs, at: [a]", "model-processors", 730 * 4),
        # 4 replicas of 60 MiB and a twentieth of a processor
        ("sidecar, at: [a]", "memory", 730 * 4 * 0.06),
        # 100/s, peak 3, two passes, 0.35 for 1,000, half busy
        ("sidecar, at: [a]", "processors", 730 * max(0.2, 100 * 3 * 2 / 1000 * 0.35 / 0.5)),
        ("leader-follower, at: [a]", "processors", 0),
        ("write-through-cache, at: [a]", "memory", 730 * 13.07 * 2),
        # 75 reads/s of 4 KB from two more replicas and 0.1 % of repairs, two thirds cross a zone
        ("read-repair, at: [a]", "transfer", 75 * MONTH * 4e-6 * 2.003 * 2 / 3 * 2),
        ("checkpoint, at: [a]", "writes", MONTH / 300 * 10),
        ("bulkhead, at: [a]", "processors", 0),
        # a tenth of 100/s, peak 3, 10 ms, half busy: 0.6 of a processor
        ("shadow, at: [a]", "processors", 730 * 0.6),
    ],
)
def test_effects_of_patterns_by_hand(pattern: str, component: str, quantity: float) -> None:
    assert likely(adopted(pattern)[component]) == pytest.approx(quantity)


@pytest.mark.parametrize(
    "pattern", ["batch", "scatter-gather", "circuit-breaker", "hedged-request"]
)
def test_patterns_without_a_cost_say_why(pattern: str) -> None:
    materials = shipped().costs.materials[pattern]
    assert not materials.components
    assert materials.because


@pytest.mark.parametrize(
    ("pattern", "kind", "component"),
    [
        ("event-sourcing, at: [a]", "event-store", "log"),
        ("write-through-cache, at: [a]", "cache", "memory"),
    ],
)
def test_what_a_declared_store_pays_is_not_paid_twice(
    pattern: str, kind: str, component: str
) -> None:
    assert likely(adopted(pattern, "relational")[component]) > 0
    assert likely(adopted(pattern, kind)[component]) == 0


def test_a_workflow_service_instead_of_ones_own_steering() -> None:
    """4 million sagas a day of 6 steps at 0.025 USD for a thousand: 18,250 USD a month."""
    head = HEAD.replace("100/s", "4M/day")
    text = "services: {a: {exposed: true}}\npatterns: [{pattern: saga, at: [a], steps: [%s]}]"
    values = {"managed_share": "100%", "read_write_ratio": "0"}
    made = billed(text % ", ".join(["{service: a}"] * 6), values, head)
    found = lines(made)
    cost_ = found["patterns.saga/workflow"].cost
    assert cost_ is not None
    assert cost_.likely == pytest.approx(18_250)
    assert likely(found["patterns.saga/coordination"]) == 0


@pytest.mark.parametrize(
    ("hedge", "factor"),
    [
        ("at: [web], percentile: p95", 1 + 0.05 / 2),  # half of what reaches b is hedged
        ("at: [web, a], percentile: p95", 1.05),
        ("at: [web, a], percentile: p50, budget: none", 1.5),
        ("at: [web, a], percentile: p50, budget: 10%", 1.1),
        ("at: [b], percentile: p50", 1),  # it calls nobody
    ],
)
def test_hedges_are_load_of_those_they_are_sent_to(hedge: str, factor: float) -> None:
    plain = lines(billed(ADOPTED.format(pattern="batch", kind="relational")))
    hedged = lines(billed(ADOPTED.format(pattern=f"hedged-request, {hedge}", kind="relational")))
    for name in ("invocations", "duration"):
        before, after = plain[f"services.b/{name}"], hedged[f"services.b/{name}"]
        assert likely(after) == pytest.approx(likely(before) * factor)
    assert hedged["system/entry/load-balancer"] == plain["system/entry/load-balancer"]
    assert hedged["services.web/transfer"] == plain["services.web/transfer"]


def test_patterns_may_scale_the_whole() -> None:
    """A factor on a shared driver reaches everything that depends on it."""
    doubling = Materials(
        id="batch", of="pattern", title="T", because="B", scales={"requests": "1 + 1"}
    )
    found = terms({})
    costs = Costs(found.costs.drivers, {**found.costs.materials, "batch": doubling})
    text = ADOPTED.format(pattern="batch", kind="key-value")
    system = manifest.from_text(HEAD + text, "architecture.yaml")
    plain = bill(declared(found._replace(stated=Stated(system))))
    doubled = bill(declared(found._replace(stated=Stated(system), costs=costs)))
    for name in ("services.b/invocations", "stores.s/reads", "system/entry/outward/logs"):
        assert likely(lines(doubled)[name]) == pytest.approx(2 * likely(lines(plain)[name]))


def test_every_line_has_a_name_of_its_own() -> None:
    twice = "{pattern: outbox, at: [a]}, {pattern: outbox, at: [b]}"
    made = billed(f"services: {{a: {{}}, b: {{}}}}\npatterns: [{twice}]")
    assert len(lines(made)) == len(made.lines)


def test_adoptions_of_the_whole_system_are_of_every_service() -> None:
    text = """
services: {a: {replicas: 2}, b: {replicas: 3}, card: {kind: external}}
patterns: [{pattern: sidecar}]
"""
    memory = lines(billed(text))["patterns.sidecar/memory"]
    assert likely(memory) == pytest.approx(730 * 5 * 0.06)


def test_what_includes_cannot_be_given_is_not_taken_from_elsewhere() -> None:
    """Requests of one cell are unknown where cells are: those of the whole would be too many."""
    cell = Materials(
        id="system",
        of="system",
        title="T",
        because="B",
        drivers={},
        includes=(Include(id="entry", given={"requests": "requests / developers"}),),
    )
    times = cell.model_copy(update={"includes": (Include(id="entry", times="developers"),)})
    found = terms({})
    system = manifest.from_text(HEAD + "services: {a: {}}", "architecture.yaml")
    for materials in (cell, times):
        costs = Costs(found.costs.drivers, {**found.costs.materials, "system": materials})
        made = lines(bill(declared(found._replace(stated=Stated(system), costs=costs))))
        assert made["system/entry/outward/logs"].cost is None
        assert "depends on" in made["system/entry/outward/logs"].unknown


def test_data_is_that_of_the_leading_stores() -> None:
    text = """
stores:
  a: {kind: relational, size: 300GB}
  b: {kind: document, size: 200GB}
  c: {kind: cache, size: 5GB}
  d: {kind: relational, role: read-model, size: 900GB}
"""
    system = manifest.from_text(HEAD + text, "architecture.yaml")
    given = Stated(system).of_system("stores.size")
    assert given is not None
    assert given.value.likely == 500e9
    unsure = manifest.from_text(HEAD + text.replace(", size: 200GB", ""), "architecture.yaml")
    assert Stated(unsure).of_system("stores.size") is None


@pytest.mark.parametrize("name", ["shop", "ticketing", "clean"])
def test_examples_have_a_bill_without_gaps(name: str) -> None:
    system = manifest.load(Path(__file__).parents[2] / "examples" / name / "architecture.yaml")
    made = bill(declared(shipped()._replace(stated=Stated(system))))
    assert made.floor.likely <= made.infrastructure.likely
    unknown = {line.unknown for line in made.unknown}
    assert unknown <= {"depends on retention, which has no end"}, unknown


def test_the_longest_chain_of_formulas_ends_without_its_first_value() -> None:
    """As deep and as nested as the catalog lets it be."""
    drivers = {
        f"d{n}": Driver(title="D", measure="number", formula=f"d{n + 1}" + "+1" * 35, because="B")
        for n in range(11)
    }
    materials = Materials(
        id="system",
        of="system",
        title="T",
        because="B",
        drivers={**drivers, "d11": Driver(title="D", measure="number")},
        components={
            "c": Component(
                title="C", role="compute", resource="vm.vcpu", quantity="d0", because="B"
            )
        },
    )
    found = terms({})
    costs = Costs(found.costs.drivers, {"system": materials})
    system = manifest.from_text(HEAD, "architecture.yaml")
    made = bill(declared(found._replace(stated=Stated(system), costs=costs)))
    assert [line.unknown for line in made.lines] == ["depends on d11"]


def test_work_grows_with_the_number_of_services() -> None:
    def system(size: int) -> Stated:
        rows = "".join(
            f"  s{n}: {{replicas: 2, calls: [{f's{n + 1}' if n + 1 < size else ''}]}}\n"
            for n in range(size)
        )
        return Stated(manifest.from_text(f"{HEAD}services:\n{rows}", "architecture.yaml"))

    found = terms({})
    small, large = (found._replace(stated=system(size)) for size in (20, 200))
    bill(declared(small))
    fewer = cost.steps(lambda: bill(declared(small)))
    assert cost.steps(lambda: bill(declared(large))) < 11 * fewer
