"""Who hears what: events without a consumer, without a producer, and names that nearly meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from patternctl.model.architecture import Broker, Delivery, Event
from patternctl.model.system import ElementPath
from patternctl.rulekit.facts import Facts, Received, Sent

_SHORTEST = 5
"""Letters of the shortest name taken for a slip of another; below, one letter makes a new word."""
_UNSTATED = Event()
_UNSTATED_BROKER = Broker()
_MAY_LOSE = frozenset({"emqx", "hivemq", "mosquitto", "mqtt", "nats", "redis", "valkey", "vernemq"})
"""Engines that deliver at most once by default, and at least once only where they are asked to."""


def event_of(facts: Facts, name: str) -> Event:
    """What the manifest states about an event; nothing where it is not declared."""
    return (facts.architecture.events or {}).get(name, _UNSTATED)


def subject(facts: Facts, name: str, mentions: Sequence[Sent | Received]) -> ElementPath:
    """What a finding about the event is at, in whatever order the file lists things.

    Its declaration, or else the first of its mentions by service name.
    """
    if name in (facts.architecture.events or {}):
        return ("events", name)
    return min(mention.path for mention in mentions)


def delivery_of(facts: Facts, name: str) -> Delivery | None:
    """How often the event may arrive; None where that cannot be told.

    At least once unless stated, except through a broker that by default sends a message once and
    forgets it: MQTT at quality of service 0, NATS without JetStream, Redis without streams.
    """
    event = event_of(facts, name)
    if event.delivery is not None:
        return event.delivery
    brokers = facts.architecture.brokers or {}
    engine = brokers.get(event.broker or "", _UNSTATED_BROKER).engine or ""
    return None if engine.casefold() in _MAY_LOSE else "at-least-once"


def dead_letters(facts: Facts) -> set[str]:
    """Names of dead-letter queues: the broker fills them, and people may read them."""
    return {
        received.consume.dead_letter
        for receivers in facts.received.values()
        for received in receivers
        if received.consume.dead_letter not in (None, "none")
    }


def unheard(facts: Facts) -> list[str]:
    """Events that no service consumes and nobody outside is said to, published ones first."""
    declared = facts.architecture.events or {}
    own = dict.fromkeys([*facts.sent, *declared])
    aside = dead_letters(facts)
    return [
        name
        for name in own
        if name not in facts.received
        and name not in aside
        and not event_of(facts, name).external_consumers
    ]


def unsent(facts: Facts) -> list[str]:
    """Events that are consumed, though no service publishes them and nobody outside is said to."""
    aside = dead_letters(facts)
    return [
        name
        for name in facts.received
        if name not in facts.sent
        and name not in aside
        and not event_of(facts, name).external_producer
    ]


def misnamed(facts: Facts) -> dict[str, str]:
    """Consumed events that nobody publishes, each with the published event it is probably meant
    to be: the two names differ in case, separators or one letter.
    """
    heard_by_nobody = sorted(name for name in unheard(facts) if name in facts.sent)
    return near_names(unsent(facts), [*heard_by_nobody, *sorted(facts.sent)])


def near_names(wanted: Iterable[str], offered: Iterable[str]) -> dict[str, str]:
    """The first of `offered` that is within one slip of each name `wanted`.

    A slip is a letter too many, missing, wrong or swapped with its neighbour; case and separators
    do not count. Names meet in an index of themselves with one letter left out (as in SymSpell),
    so that the work grows with the number of names and not with that of pairs.
    """
    names = list(dict.fromkeys(offered))
    index: dict[str, str] = {}
    for name in names:
        index.setdefault(_letters(name), name)
    for name in names:
        for key in _slips(name):
            index.setdefault(key, name)
    found: dict[str, str] = {}
    for name in wanted:
        near = next((index[key] for key in (_letters(name), *_slips(name)) if key in index), None)
        if near is not None:
            found[name] = near
    return found


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _slips(name: str) -> Iterator[str]:
    letters = _letters(name)
    if len(letters) >= _SHORTEST:
        for position in range(len(letters)):
            yield letters[:position] + letters[position + 1 :]
