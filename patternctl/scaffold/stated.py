"""The services and events of a manifest, as code names them."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from patternctl import faults
from patternctl.errors import Problem
from patternctl.model.scaffold import Answers, StatedService, Unit

UNIT = "services"
"""The unit that these are made of."""
LONGEST = 30
"""Letters of a name: lines of code have to hold it."""
_KEY = "id"
_RESERVED = frozenset({"http", "messages", "processes", "settings", "tables", "work"})
"""Modules that are beside those of the services."""
_NAMES = frozenset({"Answer", "Request", "Resources", "Told"})
"""Classes that are imported where messages are."""


class Event(NamedTuple):
    """An event as templates see it."""

    name: str
    topic: str
    type: str
    """Class of its messages."""
    key: str
    """Field that says what a message is about."""
    published: bool
    """Whether one of the services publishes it."""
    consumed: bool


class Call(NamedTuple):
    """What a service asks."""

    to: str
    process: str
    milliseconds: int
    required: bool


class Service(NamedTuple):
    """A service as templates see it."""

    name: str
    module: str
    process: str
    """Its container, and the worker that takes in what others tell."""
    team: str
    exposed: bool
    store: str
    calls: tuple[Call, ...]
    publishes: tuple[Event, ...]
    consumes: tuple[Event, ...]


def events(answers: Answers) -> dict[str, Event]:
    """Those that a service publishes or consumes, by name."""
    published = {name for service in answers.services.values() for name in service.publishes}
    consumed = {name for service in answers.services.values() for name in service.consumes}
    return {
        name: Event(
            name,
            f"{UNIT}-{_slug(name)}",
            _type(name),
            _field(answers.keys.get(name, _KEY)),
            name in published,
            name in consumed,
        )
        for name in sorted(published | consumed)
    }


def services(answers: Answers) -> list[Service]:
    """All of them, by name."""
    known = events(answers)
    return [
        Service(
            _slug(name),
            _module(name),
            f"{UNIT}-{_slug(name)}",
            _slug(told.team),
            told.exposed,
            _slug(told.store),
            tuple(_calls(told, answers.services)),
            tuple(known[event] for event in told.publishes),
            tuple(known[event] for event in told.consumes),
        )
        for name, told in sorted(answers.services.items())
    ]


def _calls(told: StatedService, among: Iterable[str]) -> Iterator[Call]:
    for call in told.calls:
        if call.to in among:
            name = _slug(call.to)
            yield Call(name, f"{UNIT}-{name}", max(1, round(call.timeout * 1000)), call.required)


def unit(told: Unit, made: Sequence[Service]) -> Unit:
    """The unit with the workers that these services need."""
    listening = [service for service in made if service.consumes]
    return told.model_copy(
        update={
            "workers": {service.process: f"{service.module}.run" for service in listening},
            "subscriptions": {
                service.name: tuple(event.topic for event in service.consumes)
                for service in listening
            },
        }
    )


def problems(answers: Answers) -> Iterator[Problem]:
    """What keeps services and events from becoming code."""
    every = events(answers)
    for kind, found in (("service", answers.services), ("event", every)):
        yield from _unfit(kind, found)


def _unfit(kind: str, found: Iterable[str]) -> Iterator[Problem]:
    before: dict[str, str] = {}
    for name in found:
        slug = _slug(name)
        if not re.match("[a-z]", slug) or len(slug) > LONGEST:
            hint = f"code takes names of up to {LONGEST} letters and digits, a letter first"
            yield Problem(f"the {kind} {faults.shown(name)} has no name for code", hint=hint)
        if slug in before:
            both = f"{faults.shown(before[slug])} and {faults.shown(name)}"
            yield Problem(f"the {kind}s {both} have the same name in code", hint="rename one")
        before[slug] = name


def _slug(name: str) -> str:
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)
    return re.sub(r"[^a-z0-9]+", "-", parted.casefold()).strip("-")


def _module(name: str) -> str:
    found = _slug(name).replace("-", "_")
    taken = found in _RESERVED or keyword.iskeyword(found) or keyword.issoftkeyword(found)
    return f"{found}_service" if taken else found


def _type(name: str) -> str:
    found = "".join(part.capitalize() for part in _slug(name).split("-"))
    return f"{found}Message" if found in _NAMES else found


def _field(key: str) -> str:
    """A field that may be called so in Python and is no longer than lines allow."""
    found = _slug(key).replace("-", "_")
    fits = found.isidentifier() and not keyword.iskeyword(found) and len(found) <= LONGEST
    taken = found in ("subject", "topic") or found.startswith("model_") or hasattr(BaseModel, found)
    return found if fits and not taken else _KEY


def longest(made: Iterable[Service]) -> int:
    """Seconds that suffice each service to ask one after another, and one for its own work."""
    asking = (sum(call.milliseconds for call in service.calls) for service in made)
    return 1 + math.ceil(max(asking, default=0) / 1000)
