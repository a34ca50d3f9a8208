from collections.abc import Iterator, Mapping

from patternctl.model.finding import Severity
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.events import dead_letters, event_of
from patternctl.rulekit.facts import Received


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    queues = dead_letters(facts)
    for event, receivers in facts.received.items():
        if event in queues or event_of(facts, event).delivery == "at-most-once":
            continue
        for received in receivers:
            if not facts.is_external(received.service):
                yield from _judged(facts, received, limits["max_deliveries"])


def _judged(facts: Facts, received: Received, most: float) -> Iterator[Hit | Lack]:
    consume = received.consume
    severity: Severity = "error" if received.service in facts.critical_services else "warning"
    what = f"{received.service} consumes {consume.event}"
    if consume.dead_letter is None and not facts.tells("dead_letters"):
        yield Lack(received.path, "dead_letter")
    elif consume.dead_letter in (None, "none"):
        message = f"{what} without a queue for messages it cannot handle"
        yield Hit(received.path, message, severity=severity)
    elif consume.max_deliveries is None:
        yield Lack(received.path, "max_deliveries")
    elif consume.max_deliveries > most:
        message = (
            f"{what} and gives up on a message after {consume.max_deliveries:,} deliveries, "
            f"above {most:,.0f}"
        )
        yield Hit(received.path, message, severity=severity)
