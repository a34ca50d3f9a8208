from collections.abc import Iterator, Mapping

from patternctl.model.architecture import Delivery
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.events import delivery_of
from patternctl.rulekit.facts import Received


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for event, receivers in facts.received.items():
        delivery = delivery_of(facts, event)
        for received in receivers:
            if delivery != "at-most-once" and not facts.is_external(received.service):
                yield from _judged(facts, received, delivery)


def _judged(facts: Facts, received: Received, delivery: Delivery | None) -> Iterator[Hit | Lack]:
    idempotent = received.consume.idempotent
    if idempotent:
        return
    if idempotent is None and not facts.tells("idempotency"):
        yield Lack(received.path, "idempotent")
        return
    if delivery is None:
        yield Lack(("events", received.consume.event), "delivery")
        return
    acts = _acts_outside_the_broker(facts, received.service)
    if delivery == "exactly-once" and acts is None:
        yield Lack(received.path, "uses.access")
    elif delivery == "at-least-once" or acts:
        reach = " inside the broker only" if delivery == "exactly-once" else ""
        event = received.consume.event
        message = f"{received.service} is not idempotent and {event} is delivered {delivery}{reach}"
        yield Hit(received.path, message)


def _acts_outside_the_broker(facts: Facts, name: str) -> bool | None:
    """Whether handling an event changes more than the broker's own log; None where unknown.

    A transactional broker commits the messages a consumer sends with its position in the log. A
    write to a store or a call to a service is outside that transaction.
    """
    service = facts.services[name]
    writes = [use.writes for use in service.uses]
    if service.calls or True in writes:
        return True
    complete = facts.tells("calls") and facts.tells("uses") and None not in writes
    return False if complete else None
