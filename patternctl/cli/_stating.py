"""What a manifest says of a project to be made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from patternctl.cli import _inputs
from patternctl.cli._console import note
from patternctl.errors import Problem, UsageError
from patternctl.model.architecture import Architecture, Call, CircuitBreaker, Service, Use
from patternctl.model.scaffold import ENDLESS, StatedCall, StatedService
from patternctl.scaffold import units

_ENGINES = {
    "postgresql": "postgres",
    "valkey": "redis",
    "redpanda": "kafka",
    "jetstream": "nats",
}
"""Engines that are spoken to as another is."""
_WHERE = frozenset({"pattern", "name", "at"})
_CODE = frozenset({None, "service", "gateway", "worker"})
"""Kinds of services that there is code for; the others are somebody else's, or no Python."""
_WORD = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""What settings may be, besides numbers: choices, no text of somebody's own."""
_TIMEOUT = 0.3
"""Seconds of a call whose manifest states no bound: the default of all calls of a project."""


class Stated(NamedTuple):
    """Answers that need no flag."""

    name: str
    patterns: tuple[str, ...]
    broker: str
    store: str
    settings: dict[str, dict[str, float | str]]
    services: dict[str, StatedService]
    keys: dict[str, str]


NOTHING = Stated("", (), "", "", {}, {}, {})


def read(manifest: str, chosen: Mapping[str, str | None]) -> Stated:
    """What a manifest states, with the broker and store that are chosen already.

    Raises `UsageError` where it leaves several to choose from.
    """
    (system,) = _inputs.systems([manifest], "<stdin>")
    architecture = system.architecture
    adopted = dict.fromkeys(each.pattern for each in architecture.patterns or ())
    here = units.patterns()
    for name in adopted:
        if name not in here:
            note(f"there is no code for {name}, which the manifest adopts: left out")
    engines = {
        "broker": {each.engine for each in (architecture.brokers or {}).values()},
        "store": {
            each.engine
            for each in (architecture.stores or {}).values()
            if each.kind in (None, "relational")
        },
    }
    problems: list[Problem] = []
    servers = {
        kind: chosen.get(kind) or _one(kind, found, problems) for kind, found in engines.items()
    }
    if problems:
        raise UsageError(*problems)
    for kind, found in engines.items():
        if not servers[kind] and (named := ", ".join(sorted(filter(None, found)))):
            note(f"there is no code for the {kind} {named}: --{kind} chooses what takes its place")
    _tell_untaken(architecture)
    return Stated(
        name=architecture.system,
        patterns=tuple(name for name in adopted if name in here),
        settings={name: dict(_settings(architecture, name)) for name in adopted if name in here},
        services=dict(_services(architecture)),
        keys={name: event.key for name, event in (architecture.events or {}).items() if event.key},
        **servers,
    )


def _tell_untaken(architecture: Architecture) -> None:
    """Tell what has no place in code, or has another one."""
    if architecture.requirements or architecture.workload:
        note("requirements and workload are not taken: put them into the project's manifest")
    for adoption in architecture.patterns or ():
        if getattr(adoption, "steps", None):
            named = f" {adoption.name}" if adoption.name else ""
            note(f"the steps of the saga{named} are not taken: its code is an example, a checkout")
    guarded = [
        call
        for service in (architecture.services or {}).values()
        for call in service.calls
        if call.fallback not in (None, "none") or _tuned(call)
    ]
    if guarded:
        note(
            f"calls with a fallback or settings of a circuit breaker: {len(guarded)}; "
            "fallbacks are left to you, and breakers have their defaults"
        )


def _tuned(call: Call) -> bool:
    """Whether the manifest states when its circuit breaker opens."""
    breaker = call.circuit_breaker
    return isinstance(breaker, CircuitBreaker) and bool(breaker.model_fields_set)


def _services(architecture: Architecture) -> Iterator[tuple[str, StatedService]]:
    every = architecture.services or {}
    bounds = _Bounds()
    asked: dict[str, list[str]] = {}
    for name, service in every.items():
        if service.kind not in _CODE:
            note(f"{name} is left out: there is no code for services of the kind {service.kind}")
            continue
        calls = []
        for call in service.calls:
            if why := _no_call(name, call, every, asked):
                note(f"the call from {name} to {call.to} is left out: {why}")
            else:
                asked.setdefault(name, []).append(call.to)
                calls.append(bounds.call(call))
        store = _store(name, service, architecture)
        for use in service.uses:
            if why := _no_use(use, store, architecture):
                note(f"the use of {use.store} by {name} is left out: {why}")
        yield (
            name,
            StatedService(
                team=service.team or architecture.system,
                store=store,
                exposed=bool(service.exposed),
                calls=tuple(calls),
                publishes=tuple(dict.fromkeys(each.event for each in service.publishes)),
                consumes=tuple(dict.fromkeys(each.event for each in service.consumes)),
            ),
        )
    bounds.tell()


def _no_call(
    name: str, call: Call, every: Mapping[str, Service], asked: Mapping[str, Iterable[str]]
) -> str:
    """Why there is no code for a call; empty where there is. `asked` are those taken so far."""
    if call.synchronous is False:
        return "nobody waits for it, which events are for"
    if call.to not in every or every[call.to].kind not in _CODE:
        return "there is no code for what it asks"
    if call.to in asked.get(name, ()):
        return "there is one already"
    ahead = [call.to]
    for each in ahead:  # grows meanwhile
        ahead += [other for other in asked.get(each, ()) if other not in ahead]
    return "it would go in a circle" if name in ahead else ""


class _Bounds:
    """What calls are bounded by, and how many of them otherwise than the manifest says."""

    def __init__(self) -> None:
        self._unbounded = self._retried = 0

    def call(self, call: Call) -> StatedCall:
        """The call as the project makes it."""
        bounded = call.patience is not None and call.patience <= ENDLESS
        self._unbounded += not bounded
        self._retried += (call.attempts or 1) > 1
        timeout = call.patience if bounded and call.patience is not None else _TIMEOUT
        return StatedCall(to=call.to, timeout=timeout, required=call.required is not False)

    def tell(self) -> None:
        """Tell what is done otherwise."""
        if self._unbounded:
            bound = f"{_TIMEOUT * 1000:g}ms"
            note(f"calls without a timeout in the manifest: {self._unbounded}; each gets {bound}")
        if self._retried:
            note(f"calls with retries in the manifest: {self._retried}; each is tried once")


def _store(name: str, service: Service, architecture: Architecture) -> str:
    """The database that a service writes; one of its own where the manifest names none."""
    stores = architecture.stores or {}
    written = (
        use.store
        for use in service.uses
        if use.writes and use.store in stores and stores[use.store].kind == "relational"
    )
    return next(written, f"{name}-db")


def _no_use(use: Use, store: str, architecture: Architecture) -> str:
    """Why there is no code for the use of a store by a service that writes another; or nothing."""
    if use.store == store:
        return ""
    stated = (architecture.stores or {}).get(use.store)
    if stated is None or stated.kind != "relational":
        kind = stated.kind if stated else None
        return f"there is no code for stores of {f'the kind {kind}' if kind else 'unknown kind'}"
    if not use.writes:
        return "the manifest does not say that it writes there"
    return f"it writes {store}, and there is code for one database of a service"


def _one(kind: str, engines: Iterable[str | None], problems: list[Problem]) -> str:
    """The only one of the engines that there is a unit for; empty where there is none.

    What is embedded counts for nothing beside a server.
    """
    known = {_ENGINES.get(each, each) for each in map(str.lower, filter(None, engines))} & {
        *units.options(kind)
    }
    known = known - {units.EMBEDDED[kind]} or known
    if len(known) > 1:
        several = ", ".join(sorted(known))
        hint = f"choose one with --{kind}"
        problems.append(Problem(f"the manifest has more than one {kind}: {several}", hint=hint))
    return next(iter(sorted(known)), "")


def _settings(architecture: Architecture, pattern: str) -> Iterator[tuple[str, float | str]]:
    """What the first adoption of a pattern states, in plain words and numbers; no `none`."""
    adoption = next(each for each in architecture.patterns or () if each.pattern == pattern)
    stated: Mapping[str, object] = adoption.model_dump(mode="python", exclude_none=True)
    told = ((key, value) for key, value in stated.items() if key not in _WHERE)
    for key, value in _plain(told):
        if not isinstance(value, str) and value > ENDLESS:
            note(f"{pattern}: the manifest does not bound {key}, and the code does")
        elif not isinstance(value, str) or _WORD.fullmatch(value):
            yield key, value


def _plain(stated: Iterable[tuple[str, object]]) -> Iterator[tuple[str, float | str]]:
    """Texts and numbers, those of a group by `group.key`."""
    for key, value in stated:
        if isinstance(value, dict):
            yield from _plain((f"{key}.{inner}", each) for inner, each in value.items())
        elif isinstance(value, str | int | float):
            yield key, value
