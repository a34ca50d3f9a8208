from collections.abc import Iterator, Mapping

from patternctl.model.architecture import Event, EventSchema
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.events import event_of


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for name in dict.fromkeys([*(facts.architecture.events or {}), *facts.sent]):
        event = event_of(facts, name)
        if not event.external_producer:
            yield from _judged(facts, name, event)


def _judged(facts: Facts, name: str, event: Event) -> Iterator[Hit | Lack]:
    place = ("events", name)
    refused, unstated = _contract(event.event_schema, silence_is_none=facts.tells("all"))
    if not refused and not unstated:
        return
    copied = _copied(event)
    if copied is None:
        yield Lack(place, "payload")
    elif copied and refused:
        yield Hit(place, f"{name} carries {copied} with {', '.join(refused)}")
    elif copied:
        yield from (Lack(place, fact) for fact in unstated)


def _copied(event: Event) -> str | None:
    """The foreign or whole records in the payload; empty for none, None where unknown."""
    if event.embeds:
        return f"copies of {', '.join(event.embeds)}"
    if event.payload is None:
        return None
    return "whole records" if event.payload == "entities" else ""


def _contract(schema: EventSchema | None, *, silence_is_none: bool) -> tuple[list[str], list[str]]:
    """What an event's contract is said not to have, and the manifest keys it does not state."""
    if schema is None and not silence_is_none:
        return [], ["schema"]
    stated = schema or EventSchema()
    parts = {key: getattr(stated, key) for key in ("registry", "version", "compatibility")}
    refused = [
        f"no schema {key}"
        for key, value in parts.items()
        if value is False or value == "none" or (value is None and silence_is_none)
    ]
    return refused, [f"schema.{key}" for key, value in parts.items() if value is None]
