"""Names of elements: readable, and the same when lines or neighbours move."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl import manifest
from patternctl.model.architecture import STRUCTURE, Architecture, FactKind
from patternctl.model.system import ElementNames, ElementPath

TEXT = """\
version: 1
system: shop
services:
  orders:
    calls:
      - {to: payments, via: http, operation: charge}
      - {to: payments, via: http, operation: refund}
      - mail.v2
    uses: [orders-db]
    publishes: [order-placed]
    consumes: [{event: paid}]
  payments: {}
  mail.v2: {}
stores:
  orders-db: {kind: relational}
flows:
  checkout: {entry: orders, path: [orders, payments]}
patterns:
  - {pattern: outbox, at: [orders]}
  - {pattern: outbox, at: [payments]}
  - pattern: saga
    name: checkout
    steps:
      - {service: orders}
      - {service: orders}
"""
NAMES: list[tuple[ElementPath, str]] = [
    ((), ""),
    (("services", "orders"), "services.orders"),
    (("services", "orders", "calls", 0), "services.orders.calls.payments"),
    (("services", "orders", "calls", 1), "services.orders.calls.payments#2"),
    (("services", "orders", "calls", 2), 'services.orders.calls."mail.v2"'),
    (("services", "mail.v2"), 'services."mail.v2"'),
    (("services", "orders", "uses", 0), "services.orders.uses.orders-db"),
    (("services", "orders", "publishes", 0), "services.orders.publishes.order-placed"),
    (("services", "orders", "consumes", 0), "services.orders.consumes.paid"),
    (("stores", "orders-db"), "stores.orders-db"),
    (("flows", "checkout", "path", 1), "flows.checkout.path.1"),
    (("patterns", 0), "patterns.outbox"),
    (("patterns", 1), "patterns.outbox#2"),
    (("patterns", 2), "patterns.checkout"),
    (("patterns", 2, "steps", 1), "patterns.checkout.steps.orders#2"),
]


def architecture(text: str) -> Architecture:
    return manifest.from_text(text, "f.yaml").architecture


@pytest.mark.parametrize(("path", "name"), NAMES, ids=[name for _, name in NAMES])
def test_an_element_is_named_as_people_write_it(path: ElementPath, name: str) -> None:
    assert ElementNames(architecture(TEXT))(path) == name


@given(st.lists(st.integers(0, TEXT.count("\n")), max_size=12), st.sampled_from(NAMES))
def test_names_stay_when_lines_are_inserted(
    lines: list[int], element: tuple[ElementPath, str]
) -> None:
    text = TEXT.splitlines()
    for line in sorted(lines, reverse=True):
        text.insert(line, "# a comment")
    path, name = element
    assert ElementNames(architecture("\n".join(text)))(path) == name


def test_names_stay_when_another_call_is_put_first() -> None:
    moved = TEXT.replace("    calls:\n", "    calls:\n      - audit\n")
    assert ElementNames(architecture(moved))(("services", "orders", "calls", 2)) == (
        "services.orders.calls.payments#2"
    )


def test_a_name_is_given_even_to_what_is_not_there() -> None:
    path = ("services", "gone", "calls")
    assert ElementNames(architecture(TEXT))(path) == "services.gone.calls"


# What silence means


def with_complete(line: str) -> Architecture:
    return architecture(f"version: 1\nsystem: s\n{line}")


KINDS: tuple[FactKind, ...] = FactKind.__args__  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "all"])
def test_silence_means_none_only_for_the_structure_unless_said(kind: FactKind) -> None:
    assert with_complete("").tells(kind) is (kind in STRUCTURE)
    assert with_complete("complete: []").tells(kind) is False
    assert with_complete("complete: [all]").tells(kind) is True
    assert with_complete(f"complete: [{kind}]").tells(kind) is True
    other: FactKind = "calls" if kind == "timeouts" else "timeouts"
    assert with_complete(f"complete: [{other}]").tells(kind) is False


def test_left_out_blocks_are_unknown_not_empty() -> None:
    empty = with_complete("")
    for block in ("teams", "stores", "brokers", "events", "patterns", "requirements", "workload"):
        assert getattr(empty, block) is None, block
    assert empty.services == {}
    assert empty.flows == {}


def test_every_fact_of_a_service_is_unknown_until_stated() -> None:
    service = with_complete("services: {a: {}}").services["a"]
    lists = {"calls", "uses", "publishes", "consumes"}
    for field in type(service).model_fields:
        assert getattr(service, field) == (() if field in lists else None), field
