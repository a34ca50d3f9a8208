from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.events import misnamed, subject, unsent


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    complete = facts.tells("events") and facts.tells("services")
    meant = misnamed(facts)
    for event in unsent(facts):
        receivers = facts.received[event]
        at = subject(facts, event, receivers)
        if not complete:
            yield Lack(at, "publishes")
            continue
        consumers = ", ".join(received.service for received in receivers)
        message = f"{event} is consumed by {consumers} and no service publishes it"
        first, *related = [received.path for received in receivers]
        if event in meant:
            sent = facts.sent[meant[event]]
            publishers = ", ".join(each.service for each in sent)
            message += f'; did you mean "{meant[event]}", published by {publishers}?'
            related += [each.path for each in sent]
        yield Hit(at, message, related=tuple(related), shown_by=first)
