"""AsyncAPI 3 documents: what one service sends and receives."""

from __future__ import annotations

import math
from collections.abc import Iterator

from patternctl.model import units
from patternctl.model.architecture import Consume, Event, Publish
from patternctl.rulekit import Facts

_PROTOCOLS = {
    "rabbitmq": "amqp",
    "activemq": "jms",
    "mosquitto": "mqtt",
    "emqx": "mqtt",
    "hivemq": "mqtt",
    "redpanda": "kafka",
    "google-pubsub": "googlepubsub",
}
"""What brokers speak whose name is not already that of their protocol."""
_PAYLOADS = {
    "ids": "references only",
    "delta": "what has changed",
    "entities": "whole records",
}
_Document = dict[str, object]


def document(facts: Facts, service: str, system: str) -> _Document:
    """What a service sends and receives, from its own side, as AsyncAPI asks for it."""
    stated = facts.services[service]
    sent = {each.event: each for each in stated.publishes}
    received = {each.event: each for each in stated.consumes}
    events = facts.architecture.events or {}
    names = list(dict.fromkeys([*sent, *received]))
    known = {name: events.get(name) or Event() for name in names}
    brokers = list(dict.fromkeys(event.broker for event in known.values() if event.broker))
    servers = {name: _server(facts, name) for name in brokers}
    operations = {f"send-{name}": _send(name, each) for name, each in sent.items()}
    operations |= {f"receive-{name}": _receive(name, each) for name, each in received.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": service,
            "version": "not stated",
            "description": stated.description or f"Events of {service} in {system}.",
        },
        **({"servers": servers} if servers else {}),
        "channels": {name: _channel(name, event) for name, event in known.items()},
        "operations": operations,
        "components": {
            "messages": {name: _message(facts, name, event) for name, event in known.items()}
        },
    }


def _server(facts: Facts, name: str) -> _Document:
    broker = (facts.architecture.brokers or {}).get(name)
    return {
        "host": "{host}",
        "protocol": _protocol(facts, name) or "not stated",
        "variables": {"host": {"description": "not stated: host and port"}},
        **({"description": broker.description} if broker and broker.description else {}),
    }


def _protocol(facts: Facts, name: str | None) -> str:
    """What a broker speaks; empty where its engine is not stated."""
    broker = (facts.architecture.brokers or {}).get(name or "")
    engine = (broker.engine or "").lower() if broker else ""
    return _PROTOCOLS.get(engine, engine)


def _channel(name: str, event: Event) -> _Document:
    """A channel without an address, which AsyncAPI reads as one that is not known."""
    lacks = ["not stated: name of the topic or queue"]
    if event.broker is None:
        lacks.append("not stated: the broker")
    return {
        "address": None,
        "title": name,
        "description": "; ".join(lacks),
        **({"servers": [_reference("servers", event.broker)]} if event.broker else {}),
        "messages": {name: _reference("components", "messages", name)},
    }


def _send(name: str, publish: Publish) -> _Document:
    facts = {"x-published-via": publish.via or "not stated"}
    return {"action": "send", **_places(name), **facts}


def _receive(name: str, consume: Consume) -> _Document:
    idempotent: object = "not stated" if consume.idempotent is None else consume.idempotent
    return {
        "action": "receive",
        **_places(name),
        "x-idempotent": idempotent,
        "x-dead-letter": consume.dead_letter or "not stated",
        "x-max-deliveries": consume.max_deliveries or "not stated",
    }


def _places(name: str) -> _Document:
    return {
        "channel": _reference("channels", name),
        "messages": [_reference("channels", name, "messages", name)],
    }


def _reference(*path: str) -> dict[str, str]:
    return {"$ref": "#/" + "/".join(path)}  # no name has a `/` or `~`


def _message(facts: Facts, name: str, event: Event) -> _Document:
    schema = event.event_schema
    keyed = event.key and _protocol(facts, event.broker) == "kafka"
    bindings = {"kafka": {"key": {"description": f"value of the field {event.key}"}}}
    return {
        "name": name,
        "title": name,
        **({"summary": event.description} if event.description else {}),
        "description": "; ".join(_told(event)),
        "payload": _payload(event),
        **({"bindings": bindings} if keyed else {}),
        "x-key": event.key or "not stated",
        "x-schema-version": _or_unstated(schema.version if schema else None),
        "x-schema-compatibility": _or_unstated(schema.compatibility if schema else None),
        "x-schema-registry": _or_unstated(schema.registry if schema else None),
        **({"x-embeds": list(event.embeds)} if event.embeds else {}),
        **({"x-answers": event.reply_to} if event.reply_to else {}),
    }


def _or_unstated(value: object) -> object:
    return "not stated" if value is None else value


def _told(event: Event) -> Iterator[str]:
    yield f"delivery {event.delivery or 'not stated, which is at least once with most brokers'}"
    if event.retention is None:
        yield "retention not stated"
    elif event.retention == math.inf:
        yield "kept for good"
    else:
        yield f"kept for {units.format_duration(event.retention)}"


def _payload(event: Event) -> _Document:
    told = f"{_PAYLOADS[event.payload]}; " if event.payload else ""
    schema: _Document = {
        "type": "object",
        "description": f"{told}not stated: the fields{' but the key' if event.key else ''}",
    }
    if event.key:
        schema |= {"properties": {event.key: {}}, "required": [event.key]}
    return schema
