"""The services and events of a manifest, as code names them."""

from __future__ import annotations

import builtins
import keyword
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from patternctl import faults
from patternctl.errors import Problem
from patternctl.model.scaffold import Answers, StatedService, Unit
from patternctl.scaffold import names

UNIT = "services"
"""The unit that these are made of."""
_SLOW = 250
"""Milliseconds from which on a call is slow whose timeout nobody stated: its default is 300."""
LONGEST = 30
"""Letters of a name: lines of code have to hold it."""
_KEY = "id"
_LONGEST_STORE = 63
"""Letters of a database's name that PostgreSQL keeps."""
_RESERVED = frozenset(
    {
        *("http", "messages", "processes", "settings", "tables", "work"),
        *("app", "command", "create", "opened", "partial", "router", "service", "status"),
        "uvicorn",
    }
)
"""Modules that are beside those of the services, and what is called so where these are imported."""
_NAMES = frozenset({"Answer", "BaseModel", "ClassVar", "Request", "Resources", "Told"})
"""Classes that are there where messages are."""
_DATABASES = frozenset({"postgres", "template0", "template1"})
"""Those that a server of PostgreSQL has already."""


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

    @property
    def types(self) -> list[str]:
        """Classes of its messages, in the order of imports."""
        return sorted({event.type for event in (*self.publishes, *self.consumes)}, key=_in_order)


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
            _slug(told.team) or answers.name,
            told.exposed,
            _database(name, told.store),
            tuple(_calls(told, answers.services)),
            tuple(known[event] for event in told.publishes),
            tuple(known[event] for event in told.consumes),
        )
        for name, told in sorted(answers.services.items())
    ]


def modules(made: Iterable[Service]) -> list[str]:
    """Modules of services, in the order of imports."""
    return sorted((service.module for service in made), key=_in_order)


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
        for name in found:
            if not re.match("[a-z]", _slug(name)) or len(_slug(name)) > LONGEST:
                hint = f"code takes names of up to {LONGEST} letters and digits, a letter first"
                yield Problem(f"the {kind} {faults.shown(name)} has no name for code", hint=hint)
    stores = {told.store: _database(name, told.store) for name, told in answers.services.items()}
    for name, database in stores.items():
        if len(database) > _LONGEST_STORE:
            hint = f"databases have names of up to {_LONGEST_STORE} letters and digits"
            yield Problem(f"the store {faults.shown(name)} has no name for code", hint=hint)
    yield from _alike("service", {name: _module(name) for name in answers.services})
    yield from _alike("event", {name: event.type for name, event in every.items()})
    yield from _alike("store", stores)


def _alike(kind: str, called: Mapping[str, str]) -> Iterator[Problem]:
    """Complaints about names that are `called` as others are."""
    before: dict[str, str] = {}
    for name, code in called.items():
        if code in before:
            both = f"{faults.shown(before[code])} and {faults.shown(name)}"
            yield Problem(f"the {kind}s {both} have the same name in code", hint="rename one")
        before[code] = name


def _slug(name: str) -> str:
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)
    return re.sub(r"[^a-z0-9]+", "-", parted.casefold()).strip("-")


def _module(name: str) -> str:
    found = _slug(name).replace("-", "_")
    reserved = found in _RESERVED or found in names.DEVICES
    taken = reserved or keyword.iskeyword(found) or keyword.issoftkeyword(found)
    return f"{found}_service" if taken else found


def _database(service: str, store: str) -> str:
    """Name of the database that is a service's `store`."""
    found = _slug(store) or f"{_slug(service)}-db"
    return f"{UNIT}-{found}" if found in _DATABASES else found


def _type(name: str) -> str:
    found = "".join(part.capitalize() for part in _slug(name).split("-"))
    taken = found in _NAMES or hasattr(builtins, found) or found.isupper()  # as constants are
    return f"{found}Message" if taken else found


def _field(key: str) -> str:
    """A field that may be called so in Python and is no longer than lines allow."""
    found = _slug(key).replace("-", "_")
    fits = found.isidentifier() and not keyword.iskeyword(found) and len(found) <= LONGEST
    taken = (
        found in ("property", "subject", "topic")
        or found.startswith("model_")
        or hasattr(BaseModel, found)
    )
    return found if fits and not taken else _KEY


def _in_order(name: str) -> tuple[object, ...]:
    """Sorts names as ruff sorts imports: numbers in them by their value, and capitals last."""
    runs = re.findall(r"\d+|\D", name.casefold())
    return *(_run(run) for run in runs), (), name


def _run(run: str) -> tuple[object, ...]:
    """Sorts digits before other characters; what begins with 0 is no number."""
    if not run.isdigit():
        return 1, run
    return (0, 0, run) if run.startswith("0") else (0, 1, len(run), run)


def longest(made: Iterable[Service]) -> int:
    """Seconds that suffice each service to ask one after another, and one for its own work."""
    asking = (sum(call.milliseconds for call in service.calls) for service in made)
    return 1 + math.ceil(max(asking, default=0) / 1000)


def slow(made: Iterable[Service]) -> int:
    """Milliseconds from which on an answer of a service is slow: a little less than the longest
    timeout that the manifest states. Calls with shorter ones have failed by then.
    """
    longest = max((call.milliseconds for service in made for call in service.calls), default=0)
    return round(0.8 * longest) or _SLOW
