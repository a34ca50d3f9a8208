from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from patternctl.model.architecture import Broker, Store
from patternctl.model.finding import Severity
from patternctl.model.system import ElementPath
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.events import event_of

_PLATFORM_RUNS_MANY = ("function", "edge")
_OFF_THE_REQUEST_PATH = ("relay", "migration", "admin", "backup")
_BUFFERED = ("outbox", "cdc")
_UNSTATED_STORE, _UNSTATED_BROKER = Store(), Broker()


class _Part(NamedTuple):
    """Something that a critical flow needs."""

    at: ElementPath
    replicas: int | None
    role: str
    """How the flow depends on it, for the message."""
    needed_at: tuple[ElementPath, ...] = ()
    severity: Severity = "error"


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    least = limits["replicas"]
    for part in chain(_services(facts), _stores(facts), _brokers(facts)):
        if part.replicas is None and not facts.tells("replicas"):
            yield Lack(part.at, "replicas")
        elif part.replicas is None or part.replicas < least:
            has = f"has {part.replicas} of at least {least:g} replicas"
            if part.replicas is None:
                has = f"lists no replicas where at least {least:g} are needed"
            message = f"{part.at[-1]} {has} and {part.role}"
            yield Hit(
                part.at,
                message,
                severity=part.severity,
                related=part.needed_at,
                shown_by=(*part.at, "replicas"),
            )


def _services(facts: Facts) -> Iterator[_Part]:
    for name, service in facts.services.items():
        elsewhere = facts.is_external(name) or service.runtime in _PLATFORM_RUNS_MANY
        if name in facts.critical_services and not elsewhere:
            yield _Part(("services", name), service.replicas, "is on a critical flow")


def _stores(facts: Facts) -> Iterator[_Part]:
    for name, uses in facts.users_of.items():
        needing = [
            use
            for use in uses
            if use.service in facts.critical_services
            and use.use.purpose not in _OFF_THE_REQUEST_PATH
        ]
        if needing:
            replicas = facts.stores.get(name, _UNSTATED_STORE).replicas
            role = f"is used by {needing[0].service} on a critical flow"
            places = tuple(use.path for use in needing)
            severity: Severity = "warning" if facts.is_cache(name) else "error"
            yield _Part(("stores", name), replicas, role, places, severity)


def _brokers(facts: Facts) -> Iterator[_Part]:
    brokers = facts.architecture.brokers or {}
    needed: dict[str, dict[str, ElementPath]] = {}
    for service, event, path in _messages(facts):
        broker = event_of(facts, event).broker
        if broker is not None:
            needed.setdefault(broker, {}).setdefault(service, path)
    for name, users in needed.items():
        role = f"carries events of {next(iter(users))} on a critical flow"
        replicas = brokers.get(name, _UNSTATED_BROKER).replicas
        yield _Part(("brokers", name), replicas, role, tuple(users.values()))


def _messages(facts: Facts) -> Iterator[tuple[str, str, ElementPath]]:
    """(service, event, place) where a critical service needs the broker to be there."""
    for name in facts.services:
        if name in facts.critical_services:
            for index, publish in enumerate(facts.services[name].publishes):
                if publish.via not in _BUFFERED:
                    yield name, publish.event, ("services", name, "publishes", index)
            for index, consume in enumerate(facts.services[name].consumes):
                yield name, consume.event, ("services", name, "consumes", index)
