"""Facts that the structure shows, and where it does not tell enough."""

import pytest

from patternctl.manifest import from_text
from patternctl.rulekit import Facts
from patternctl.rulekit.derived import DERIVED


def value(fact: str, body: str) -> float | str | None:
    facts = Facts(from_text(f"version: 1\nsystem: shop\n{body}\n", "a.yaml").architecture)
    found = DERIVED[fact](facts)
    return found and found.value


def saga(*steps: str, style: str = "orchestration") -> str:
    told = ", ".join(f"{{service: {step}}}" for step in steps)
    return f"  - {{pattern: saga, name: {''.join(steps)}, style: {style}, steps: [{told}]}}\n"


SERVICES = "services: {a: {team: x}, b: {team: y}, c: {team: x}}\npatterns:\n"


@pytest.mark.parametrize(
    ("fact", "sagas", "expected"),
    [
        ("sagas.steps", saga("a", "b") + saga("a", "b", "c"), 3),
        ("sagas.steps", saga("a", "a", "a"), None),
        ("sagas.steps", "  - {pattern: saga, name: s}\n", None),
        ("sagas.style", saga("a", "b", style="choreography"), None),
        ("sagas.style", saga("a", "b", style="choreography") + saga("a", "c"), "orchestration"),
        ("sagas.choreographed_steps", saga("a", "b", "c", style="choreography"), 3),
        ("sagas.choreographed_steps", saga("a", "c", style="choreography"), None),
        ("sagas.choreographed_steps", saga("a", "b"), None),
    ],
)
def test_business_transactions(fact: str, sagas: str, expected: float | str | None) -> None:
    assert value(fact, SERVICES + sagas) == expected


STORES = """stores: {one: {}, two: {}, fast: {kind: cache}}
services:
  web: {calls: [{to: orders, via: http}, {to: stock, via: http}]}
  orders: {uses: [{store: one, access: ORDERS}]}
  stock: {uses: [{store: STOCK, access: write}, {store: fast, access: write}]}
  look: {uses: [{store: one, access: read}], calls: [CALL]}
"""
FLOWS = """flows:
  buy: {entry: web, requests: 2/s}
  see: {entry: look, requests: 30/s}
"""


def structure(orders: str = "read-write", stock: str = "two", call: str = "") -> str:
    text = STORES.replace("ORDERS", orders).replace("STOCK", stock).replace("CALL", call)
    return text.replace("access: ?", "") + FLOWS


@pytest.mark.parametrize(
    ("body", "writing", "on_a_flow", "ratio"),
    [
        (structure(), 2, 2, 15),
        (structure(orders="read"), 1, 1, 15),
        (structure(stock="one"), 2, None, 15),
        (structure(stock="fast"), 1, 1, 15),
        (structure().replace("access: read-write", "database: x"), None, None, None),
        (structure(call="{to: orders, via: http}"), 2, 2, None),
        (structure(call="{to: web, via: queue}"), 2, 2, None),
        (structure(call="{to: web}"), 2, 2, None),
        (structure() + "complete: [services]", None, None, None),
        (structure().replace("requests: 30/s", ""), 2, 2, None),
        (structure(call="{to: look2, via: http}").replace(
            "  look:", "  look2: {calls: [{to: look, via: http}]}\n  look:"), 2, 2, None),
    ],
)  # fmt: skip
def test_who_changes_data(
    body: str, writing: int | None, on_a_flow: int | None, ratio: float | None
) -> None:
    assert value("services.writing", body) == writing
    assert value("flows.writing_services", body) == on_a_flow
    assert value("flows.reads_for_each_write", body) == ratio


def test_requests_of_flows_are_what_there_is_at_least() -> None:
    assert value("flows.requests", structure()) == 32
    assert value("flows.requests", structure().replace("requests: 30/s", "")) == 2
    assert value("flows.requests", "services: {a: {}}\nflows: {f: {entry: a}}") is None


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ("", 0),
        ("{to: b, via: http}, {to: b, via: queue}", 1),
        ("{to: elsewhere, via: http}", 1),
        ("{to: b}", None),
    ],
)
def test_calls_that_wait(calls: str, expected: int | None) -> None:
    body = f"services: {{a: {{calls: [{calls}]}}, b: {{}}}}"
    assert value("services.waiting_calls", body) == expected
    assert value("services.waiting_calls", f"{body}\ncomplete: [services]") is None
    assert value("services.waiting_calls", "services: {}") is None
