"""Contracts between services: Pact for calls, AsyncAPI for events."""

from __future__ import annotations

import json
from collections.abc import Iterator

from patternctl.artefacts import _contract_events, _contract_pact
from patternctl.artefacts._names import slugs
from patternctl.errors import Location, Problem, UsageError
from patternctl.model.artefact import Artefact, Order
from patternctl.rulekit import CallEdge, Facts
from patternctl.rulekit.wording import listed

SUMMARY = "Pact contracts (v4) for synchronous calls, AsyncAPI 3 for events"


def make(order: Order) -> Iterator[Artefact]:
    """One pact for each pair of services that call, one document for each that has events."""
    if order.system is None:
        hint = "name the manifest of the system after the kind"
        raise UsageError(
            Problem("contracts are between services, of which no pattern tells", hint=hint)
        )
    facts = Facts(order.system.architecture)
    pairs: dict[tuple[str, str], list[CallEdge]] = {}
    for edge in facts.sync_calls:
        pairs.setdefault((edge.caller, edge.callee), []).append(edge)
    talking = [name for name, each in facts.services.items() if each.publishes or each.consumes]
    if not pairs and not talking:
        raise UsageError(*_nothing(facts, order.system.sources.locate(("services",))))
    yield from _pacts(facts, pairs)
    yield from _documents(facts, talking, order.system.architecture.system)


def _nothing(facts: Facts, where: Location) -> Iterator[Problem]:
    if facts.untyped_calls:
        yield Problem(_untyped(facts), where, "state `via`, such as `via: http`")
    else:
        yield Problem("no synchronous call is stated", where, "state `calls` with `to` and `via`")
    yield Problem("no event is stated", where, "state `publishes` and `consumes`")


def _untyped(facts: Facts) -> str:
    edges = [edge for edge in facts.calls if edge.call.via is None]
    names = listed(f"{edge.caller} to {edge.callee}" for edge in edges)
    return f"no pact for calls without `via`: {names}"


def _pacts(facts: Facts, pairs: dict[tuple[str, str], list[CallEdge]]) -> Iterator[Artefact]:
    names = slugs(" ".join(pair) for pair in pairs)  # no name has a space
    step = "complete the contracts: what starts with `not stated` is yours to tell"
    if facts.untyped_calls:
        step += f"; {_untyped(facts)}"
    for pair, edges in pairs.items():
        pact = _contract_pact.pact(*pair, [edge.call for edge in edges])
        yield Artefact(f"contracts/pacts/{names[' '.join(pair)]}.json", _text(pact), step)


def _documents(facts: Facts, names: list[str], system: str) -> Iterator[Artefact]:
    files = slugs(names)
    for name in names:
        document = _contract_events.document(facts, name, system)
        yield Artefact(f"contracts/asyncapi/{files[name]}.json", _text(document))


def _text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
