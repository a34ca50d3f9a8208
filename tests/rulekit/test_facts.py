"""How flows are followed: who reaches whom, how, and how often for one request."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from patternctl.manifest import from_text
from patternctl.model.architecture import Architecture
from patternctl.rulekit import Facts
from tests.cost import steps as cost

HEAD = "version: 1\nsystem: shop\n"


def facts(body: str) -> Facts:
    return Facts(from_text(HEAD + body, "architecture.yaml").architecture)


def steps(body: str, flow: str = "flow") -> list[tuple[str, str, str, float]]:
    return [(hop.caller, hop.callee, hop.kind, hop.times) for hop in facts(body).hops(flow)]


CHECKOUT = """
services:
  web: {calls: [{to: orders, via: http, per_request: 2}]}
  orders:
    calls:
      - {to: payments, via: grpc, per_request: 3}
      - {to: stock, via: grpc}
      - {to: mailer, via: queue, per_request: 5}
    publishes: [order-placed]
  payments: {calls: [{to: ledger, via: http, per_request: 0.5}]}
  stock: {calls: [{to: ledger, via: http}]}
  ledger: {}
  mailer: {calls: [{to: templates, via: http}]}
  templates: {}
  audit: {consumes: [order-placed]}
"""


def test_without_a_path_everything_that_is_waited_for_is_a_step() -> None:
    assert sorted(steps(CHECKOUT + "flows: {flow: {entry: web}}")) == [
        ("orders", "payments", "sync", 6),
        ("orders", "stock", "sync", 2),
        ("payments", "ledger", "sync", 3),
        ("stock", "ledger", "sync", 2),
        ("web", "orders", "sync", 2),
    ]


def test_calls_behind_a_service_multiply_with_all_ways_to_it() -> None:
    body = """
services:
  a: {calls: [{to: b, via: http, per_request: 2}, {to: c, via: http, per_request: 3}]}
  b: {calls: [{to: d, via: http}]}
  c: {calls: [{to: d, via: http}]}
  d: {calls: [{to: e, via: http, per_request: 4}]}
  e: {}
flows: {flow: {entry: a}}
"""
    assert ("d", "e", "sync", 20) in steps(body)


def test_on_a_path_the_nearest_service_before_is_the_caller() -> None:
    path = "flows: {flow: {entry: web, path: [web, orders, payments, stock, ledger]}}"
    assert steps(CHECKOUT + path) == [
        ("web", "orders", "sync", 2),
        ("orders", "payments", "sync", 6),
        ("orders", "stock", "sync", 2),
        ("stock", "ledger", "sync", 2),
    ]


def test_messages_and_events_on_a_path_are_not_waited_for() -> None:
    path = "flows: {flow: {entry: web, path: [web, orders, mailer, audit]}}"
    assert steps(CHECKOUT + path) == [
        ("web", "orders", "sync", 2),
        ("orders", "mailer", "async", 10),
        ("orders", "audit", "async", 2),
    ]


def test_each_call_to_the_callee_is_a_step() -> None:
    body = """
services:
  web:
    calls:
      - {to: orders, via: queue, per_request: 7}
      - {to: orders, via: http}
      - {to: orders, via: http, per_request: 20}
  orders: {calls: [{to: stock, via: http}]}
  stock: {}
flows: {flow: {entry: web, path: [web, orders, stock]}}
"""
    assert steps(body) == [
        ("web", "orders", "async", 7),
        ("web", "orders", "sync", 1),
        ("web", "orders", "sync", 20),
        ("orders", "stock", "sync", 21),
    ]


def test_the_nearest_publisher_on_a_path_sends_the_event() -> None:
    body = """
services:
  web: {calls: [{to: orders, via: http, per_request: 2}], publishes: [a]}
  orders: {publishes: [b]}
  other: {}
  audit: {consumes: [a, b]}
flows: {flow: {entry: web, path: [web, orders, other, audit]}}
"""
    assert steps(body)[-1] == ("orders", "audit", "async", 2)


def test_long_paths_cost_no_more_than_their_length() -> None:
    def path_of(size: int) -> str:
        names = [f"s{i}" for i in range(size)]
        calls = "".join(f"  {a}: {{calls: [{{to: {b}, via: http}}]}}\n" for a, b in pairwise(names))
        flow = f"flows: {{flow: {{entry: s0, path: [{', '.join(names)}]}}}}"
        return f"services:\n{calls}  {names[-1]}: {{}}\n{flow}"

    small, large = facts(path_of(100)), facts(path_of(400))
    assert cost(lambda: large.hops("flow")) < 5 * cost(lambda: small.hops("flow"))


def test_what_waits_in_a_circle_is_critical_with_its_flow() -> None:
    body = """
services:
  web: {calls: [{to: a, via: http}]}
  a: {calls: [{to: b, via: http}, {to: mailer, via: queue}]}
  b: {calls: [{to: a, via: http}]}
  mailer: {}
flows: {flow: {entry: web, critical: true}}
"""
    assert facts(body).critical_services == {"web", "a", "b"}


def test_a_step_that_no_call_explains_is_unknown() -> None:
    path = "flows: {flow: {entry: web, path: [web, templates]}}"
    assert steps(CHECKOUT + path) == [("web", "templates", "unknown", 1)]


def test_a_call_that_does_not_say_whether_it_waits_is_unknown() -> None:
    body = """
services:
  web: {calls: [{to: orders, per_request: 3}]}
  orders: {}
flows: {flow: {entry: web, path: [web, orders]}}
"""
    assert steps(body) == [("web", "orders", "unknown", 3)]


def test_a_flow_in_a_circle_has_no_steps() -> None:
    body = """
services:
  web: {calls: [{to: a, via: http}]}
  a: {calls: [{to: b, via: http}]}
  b: {calls: [{to: a, via: http}]}
flows: {flow: {entry: web}}
"""
    assert steps(body) == []


def test_an_entry_that_calls_nobody_has_no_steps() -> None:
    assert steps(CHECKOUT + "flows: {flow: {entry: ledger}}") == []


def test_infrastructure_and_self_calls_are_no_steps() -> None:
    body = """
services:
  web: {calls: [{to: web, via: http}, {to: registry, via: http}, {to: orders, via: http}]}
  orders: {}
  registry: {kind: infrastructure, calls: [{to: orders, via: http}]}
flows: {flow: {entry: web}}
"""
    assert steps(body) == [("web", "orders", "sync", 1)]


@given(st.data())
def test_steps_of_an_acyclic_system_are_counted_as_by_walking_every_way(
    data: st.DataObject,
) -> None:
    names = [f"s{i}" for i in range(data.draw(st.integers(1, 7)))]
    services = {
        name: {"calls": data.draw(_calls(names[position + 1 :]))}
        for position, name in enumerate(names)
    }
    architecture = Architecture.model_validate(
        {
            "version": 1,
            "system": "any",
            "services": services,
            "flows": {"flow": {"entry": names[0]}},
        }
    )
    total = sum(hop.times for hop in Facts(architecture).hops("flow"))
    assert Facts(architecture).waits.get(names[0], 0) == total
    assert total == _walk(architecture, names[0])


def _calls(targets: list[str]) -> st.SearchStrategy[list[dict[str, str | float]]]:
    if not targets:
        return st.just([])
    call = st.fixed_dictionaries(
        {"to": st.sampled_from(targets), "via": st.sampled_from(["http", "queue"])},
        optional={"per_request": st.integers(1, 3).map(float)},
    )
    return st.lists(call, max_size=4)


def _walk(architecture: Architecture, service: str) -> float:
    """Synchronous calls that one request to `service` causes."""
    waits = [call for call in architecture.services[service].calls if call.synchronous]
    return sum((call.per_request or 1) * (1 + _walk(architecture, call.to)) for call in waits)
