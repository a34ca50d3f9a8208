from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.events import misnamed, subject, unheard


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    complete = facts.tells("events") and facts.tells("services")
    told_by_its_consumer = set(misnamed(facts).values())
    for event in unheard(facts):
        senders = facts.sent.get(event, [])
        if not complete:
            yield Lack(subject(facts, event, senders), "consumes")
        elif event not in told_by_its_consumer:
            publishers = ", ".join(sent.service for sent in senders)
            message = (
                f"{event} is published by {publishers} and no service consumes it"
                if publishers
                else f"{event} is declared and no service publishes or consumes it"
            )
            first, *others = [sent.path for sent in senders] or [("events", event)]
            yield Hit(
                subject(facts, event, senders), message, related=tuple(others), shown_by=first
            )
