from collections.abc import Iterator, Mapping

from patternctl.model.architecture import Consume, Delivery
from patternctl.model.finding import Severity
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.events import dead_letters, delivery_of
from patternctl.rulekit.facts import Received


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    queues = dead_letters(facts)
    for event, receivers in facts.received.items():
        delivery = delivery_of(facts, event)
        if event in queues or delivery == "at-most-once":
            continue
        for received in receivers:
            if not facts.is_external(received.service):
                yield from _judged(facts, received, delivery, limits["max_deliveries"])


def _judged(
    facts: Facts, received: Received, delivery: Delivery | None, most: float
) -> Iterator[Hit | Lack]:
    consume = received.consume
    unknown, fault = _unknown(facts, consume), _fault(consume, most)
    if unknown:
        yield Lack(received.path, unknown)
    elif fault and delivery is None:
        yield Lack(("events", consume.event), "delivery")
    elif fault:
        severity: Severity = "error" if received.service in facts.critical_services else "warning"
        message = f"{received.service} consumes {consume.event} {fault}"
        yield Hit(received.path, message, severity=severity)


def _unknown(facts: Facts, consume: Consume) -> str:
    """The fact without which the consumer cannot be judged; empty where nothing is missing."""
    if consume.dead_letter is None:
        return "" if facts.tells("dead_letters") else "dead_letter"
    bounded = consume.dead_letter == "none" or consume.max_deliveries is not None
    return "" if bounded else "max_deliveries"


def _fault(consume: Consume, most: float) -> str:
    """What is wrong with how a message is set aside; empty where it is, soon enough."""
    bound = consume.max_deliveries
    if consume.dead_letter in (None, "none"):
        return "without a queue for messages it cannot handle"
    if bound == "none":
        return "and never gives up on a message: its deliveries have no bound"
    if bound is not None and bound > most:
        return f"and gives up on a message after {bound:,} deliveries, above {most:,.0f}"
    return ""
