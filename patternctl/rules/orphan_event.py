from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.events import misnamed, unheard


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    complete = facts.tells("events") and facts.tells("services")
    told_by_its_consumer = set(misnamed(facts).values())
    for event in unheard(facts):
        places = [sent.path for sent in facts.sent.get(event, ())] or [("events", event)]
        if not complete:
            yield Lack(places[0], "consumes")
        elif event not in told_by_its_consumer:
            publishers = ", ".join(sent.service for sent in facts.sent.get(event, ()))
            message = (
                f"{event} is published by {publishers} and no service consumes it"
                if publishers
                else f"{event} is declared and no service publishes or consumes it"
            )
            yield Hit(places[0], message, related=tuple(places[1:]))
