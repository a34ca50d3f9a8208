import pytest

from patternctl import manifest
from patternctl.rulekit import Facts
from patternctl.rulekit.events import (
    delivery_of,
    misnamed,
    near_names,
    subject,
    unheard,
    unsent,
)


def facts(body: str) -> Facts:
    return Facts(manifest.from_text(f"version: 1\nsystem: s\n{body}", "a.yaml").architecture)


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [
        ("order_placed", "order-placed"),
        ("OrderPlaced", "order-placed"),
        ("order-place", "order-placed"),
        ("orders-placed", "order-placed"),
        ("order-plecad", "order-plecda"),
        ("order-placid", "order-placed"),
        ("order-placed-v1", "order-placed-v2"),
    ],
)
def test_one_slip_is_near(wanted: str, offered: str) -> None:
    assert near_names([wanted], [offered]) == {wanted: offered}


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [("paid", "laid"), ("order-placed", "order-shipped"), ("a", "b"), ("refunded", "fund")],
)
def test_other_words_are_not(wanted: str, offered: str) -> None:
    assert near_names([wanted], [offered]) == {}


@pytest.mark.parametrize("offered", [["order-paid", "orders-paid"], ["orders-paid", "order-paid"]])
def test_another_spelling_wins_over_a_slip(offered: list[str]) -> None:
    assert near_names(["order_paid"], offered) == {"order_paid": "order-paid"}


def test_an_event_that_nobody_hears_is_the_likelier_meaning() -> None:
    told = facts("""
services:
  orders: {publishes: [order-placed, order-places]}
  mailer: {consumes: [order-placed]}
  billing: {consumes: [order-place]}
""")
    assert unheard(told) == ["order-places"]
    assert unsent(told) == ["order-place"]
    assert misnamed(told) == {"order-place": "order-places"}


def test_dead_letter_queues_are_filled_by_the_broker() -> None:
    told = facts("""
services:
  orders: {publishes: [order-placed]}
  billing: {consumes: [{event: order-placed, dead_letter: billing-dlq}]}
  redrive: {consumes: [billing-dlq]}
events:
  order-placed: {}
  billing-dlq: {}
""")
    assert unheard(told) == unsent(told) == []


def test_the_world_outside_may_publish_and_consume() -> None:
    told = facts("""
services:
  ledger: {publishes: [posted], consumes: [rates]}
events:
  posted: {external_consumers: true}
  rates: {external_producer: true}
""")
    assert unheard(told) == unsent(told) == []


@pytest.mark.parametrize(
    ("event", "delivery"),
    [
        ("{}", "at-least-once"),
        ("{broker: log}", "at-least-once"),
        ("{broker: field-bus}", None),
        ("{broker: field-bus, delivery: at-least-once}", "at-least-once"),
        ("{broker: log, delivery: at-most-once}", "at-most-once"),
    ],
)
def test_unstated_delivery_is_that_of_most_brokers_unless_this_one_forgets(
    event: str, delivery: str | None
) -> None:
    brokers = "brokers: {log: {engine: kafka}, field-bus: {engine: Mosquitto}}"
    assert delivery_of(facts(f"{brokers}\nevents: {{e: {event}}}"), "e") == delivery


@pytest.mark.parametrize(
    "services",
    ["a: {publishes: [e]}, b: {publishes: [e]}", "b: {publishes: [e]}, a: {publishes: [e]}"],
)
def test_an_event_is_named_by_its_declaration_or_its_first_mention_by_name(services: str) -> None:
    text = f"services: {{{services}}}"
    bare, declared = facts(text), facts(f"{text}\nevents: {{e: {{}}}}")
    assert subject(bare, "e", bare.sent["e"]) == ("services", "a", "publishes", 0)
    assert subject(declared, "e", declared.sent["e"]) == ("events", "e")
