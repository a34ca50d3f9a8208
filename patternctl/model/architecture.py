"""The user's system as `architecture.yaml` states it: strict, frozen, generated into the schema.

Everything but `version` and `system` may be left out. What is left out is *unknown*: no rule reads
it as zero, false or fine. To state that something is not there, write `none` (`timeout: none`,
`fallback: none`), or list the kind of fact under `complete`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from math import inf
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
)
from pydantic.json_schema import WithJsonSchema

from patternctl.model import units
from patternctl.model.base import Id

FactKind = Literal[
    "services",
    "stores",
    "calls",
    "uses",
    "events",
    "patterns",
    "timeouts",
    "retries",
    "breakers",
    "fallbacks",
    "replicas",
    "health_checks",
    "owners",
    "dead_letters",
    "idempotency",
    "compensations",
    "snapshots",
    "retention",
    "all",
]
"""Kinds of facts a manifest can be complete about: what it does not list, is not there."""

STRUCTURE: frozenset[str] = frozenset(
    {"services", "stores", "calls", "uses", "events", "patterns", "owners"}
)
"""What a hand-written manifest is complete about unless its `complete` says otherwise."""

Name = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$", max_length=128, strict=True)
]
"""Name of a service, store, event, …: letters, digits, `-`, `_`, `.`."""


def _unit(parse: Callable[[str], Any], pattern: str, examples: list[str]) -> Any:
    """Pydantic metadata for a quantity: parsed by `parse`, published as a string `pattern`."""

    def convert(value: object) -> Any:
        if isinstance(value, str):
            return parse(value)
        return parse(str(value)) if isinstance(value, int | float) else parse("")

    schema = {"type": "string", "pattern": pattern, "examples": examples}
    return BeforeValidator(convert), WithJsonSchema(schema)


_duration, _duration_schema = _unit(
    units.parse_duration, units.DURATION_PATTERN, ["250ms", "2s", "24h", "none"]
)
_time, _time_schema = _unit(units.parse_time, units.TIME_PATTERN, ["12ms", "2s"])
_ratio, _ratio_schema = _unit(units.parse_ratio, units.RATIO_PATTERN, ["99.95%", "10%"])
_share, _share_schema = _unit(
    units.parse_share, units.RATIO_PATTERN.replace("^", "^none$|^"), ["10%", "none"]
)
_bytes, _bytes_schema = _unit(units.parse_bytes, units.BYTES_PATTERN, ["4KB", "200GB"])
_rate, _rate_schema = _unit(units.parse_rate, units.RATE_PATTERN, ["120/s", "2M/day"])
_money, _money_schema = _unit(units.parse_money, units.MONEY_PATTERN, ["20000 USD/month"])

Duration = Annotated[float, _duration, _duration_schema]
"""Seconds; infinite for `none`."""
Time = Annotated[float, _time, _time_schema]
"""Seconds that something takes; always finite."""
Ratio = Annotated[float, _ratio, _ratio_schema]
"""Fraction of 1."""
Share = Annotated[float, _share, _share_schema]
"""Fraction of 1 that bounds something; infinite for `none`."""
Bytes = Annotated[int, _bytes, _bytes_schema]
Rate = Annotated[float, _rate, _rate_schema]
"""Events per second."""
MoneyAmount = Annotated[Any, _money, _money_schema]
"""A `units.Money`."""


_DAY_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value if re.fullmatch(_DAY_PATTERN, value) else "")
        except ValueError:
            raise ValueError("should be a date such as 2027-03-01") from None
    return value


def _day_or_todo(value: object) -> object:
    return None if value == "TODO" else _day(value)


_day_schema = WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY_PATTERN})
Day = Annotated[date, BeforeValidator(_day), _day_schema]
DayOrTodo = Annotated[
    date | None,
    BeforeValidator(_day_or_todo),
    WithJsonSchema(
        {
            "type": ["string", "null"],
            "pattern": f"^TODO$|{_DAY_PATTERN}",
            "examples": ["2027-03-01", "TODO"],
        }
    ),
]
"""A day, or None where it is still to be told."""
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
None_ = Literal["none"]

Via = Literal[
    "sync",
    "http",
    "https",
    "rest",
    "grpc",
    "graphql",
    "thrift",
    "soap",
    "rpc",
    "tcp",
    "async",
    "event",
    "queue",
    "stream",
    "amqp",
    "kafka",
    "mqtt",
    "nats",
    "webhook",
]
SYNCHRONOUS: frozenset[str] = frozenset(get_args(Via)[:10])
"""Transports whose caller waits for the answer; the others (`async` and after) do not."""

ServiceKind = Literal[
    "service", "gateway", "frontend", "worker", "job", "infrastructure", "external"
]
StoreKind = Literal[
    "relational",
    "document",
    "key-value",
    "cache",
    "search",
    "graph",
    "time-series",
    "wide-column",
    "object",
    "event-store",
    "file",
]
Delivery = Literal["at-least-once", "at-most-once", "exactly-once"]
PatternId = Literal[
    "outbox",
    "saga",
    "escrow",
    "event-sourcing",
    "cqrs",
    "hedged-request",
    "sidecar",
    "leader-follower",
    "scatter-gather",
    "write-through-cache",
    "read-repair",
    "checkpoint",
    "bulkhead",
    "batch",
    "shadow",
    "cqrs-system",
    "event-sourcing-system",
    "microservices",
    "serverless",
    "cell-based",
    "edge",
    "circuit-breaker",
]
"""Patterns that the shipped catalog tells."""
BaselineId = Literal["traditional-cdc", "traditional-monolith"]
"""What it weighs systems against; a decision may come to one of them."""
SHIPPED: frozenset[str] = frozenset((*get_args(PatternId), *get_args(BaselineId)))
"""What may be adopted or decided for without a catalog of one's own."""


class Model(BaseModel):
    """Base of everything in a manifest: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def _shorthand(key: str, item: type[Model]) -> BeforeValidator:
    """Lets `orders` stand for `{key: orders}` in a list of `item`s."""

    def convert(value: object) -> object:
        if isinstance(value, list):
            return tuple({key: v} if isinstance(v, str) else v for v in value)
        return () if value is None else value

    return BeforeValidator(convert, json_schema_input_type=list[Name | item] | None)  # type: ignore[valid-type]


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _entries(value: object) -> object:
    return () if value is None else _as_tuple(value)


def _blocks(value: object) -> object:
    return {} if value is None else value


Names = Annotated[tuple[Name, ...], BeforeValidator(_as_tuple)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Requirements(Model):
    """What the system has to do: the answers of the decision questionnaire."""

    consistency: Literal["strong", "eventual"] | None = None
    """`strong` where every read must see the last write, `eventual` where it may lag behind."""
    audit: Literal["none", "standard", "critical"] | None = None
    """How far changes must be traceable: `none`, `standard` (logs) or `critical` (every change kept
    and provable)."""
    scale: Literal["global", "isolated", "variable", "moderate"] | None = None
    """How load and failures spread: `global` regions, `isolated` tenants or cells, `variable` load,
    or `moderate`."""
    geography: Literal["region", "continents"] | None = None
    """Where the users are: in one `region`, or on several `continents`."""
    cost_sensitive: bool | None = None
    """True where a cheaper design is worth some comfort or speed."""
    availability: Ratio | None = None
    """Share of requests (or time) that must succeed."""
    latency_p99: Duration | None = None
    """Time in which 99 of 100 requests must be answered: `800ms`."""
    budget: MoneyAmount | None = None
    """Most the system may cost to run: `20000 USD/month`, with the currency's ISO 4217 code."""


class Workload(Model):
    """How much of what the system is asked to do."""

    requests: Rate | None = None
    """Average requests at the entry."""
    peak_factor: Annotated[float, Field(ge=1, allow_inf_nan=False)] | None = None
    """Peak divided by average."""
    read_write_ratio: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Reads for each write: 20 where 20 reads come to one write, 0.5 where writes are twice the
    reads."""
    payload: Bytes | None = None
    """Typical size of one request's body: `4KB`."""


class Deployment(Model):
    """Where and how often the system runs: what its costs are reckoned with."""

    regions: Positive | None = None
    """Regions that run the whole system."""
    cells: Positive | None = None
    """Cells of a cell-based architecture, in all regions together."""


class Team(Model):
    """A group of people who own services."""

    size: Positive | None = None
    """Number of people in the team."""
    description: str | None = None
    """What the team answers for, in your own words."""


class Latency(Model):
    """Time a service or store spends on one request itself, without waiting for its callees."""

    p50: Time | None = None
    """Time within which half of the requests are done: `12ms`."""
    p95: Time | None = None
    """Time within which 95 of 100 requests are done: `60ms`."""
    p99: Time | None = None
    """Time within which 99 of 100 requests are done: `90ms`."""


class Retry(Model):
    """What a caller does when a call fails."""

    attempts: Positive | None = None
    """Tries in all, the first included."""
    backoff: Literal["none", "fixed", "exponential"] | None = None
    """How the wait grows: `none` (no wait), `fixed` (always the same) or `exponential` (doubles
    each time)."""
    delay: Duration | None = None
    """Wait before the second try."""
    deadline: Duration | None = None
    """Bound of all tries together, the waits between them included: `2s`."""
    jitter: bool | None = None
    """Whether the wait is varied at random, so that callers do not all come back at once."""
    budget: Share | None = None
    """Largest share of calls that may be retries."""


class CircuitBreaker(Model):
    """When a caller stops calling."""

    errors: Ratio | None = None
    """Share of failures that opens it."""
    volume: Count | None = None
    """Calls in the window before it may open."""
    window: Duration | None = None
    """Time over which failures are counted: `10s`."""
    open: Duration | None = None
    """How long it stays open before it lets a probe through."""


def _absent_retry(value: object) -> object:
    return {"attempts": 1} if value == "none" else value


def _plain_breaker(value: object) -> object:
    return {} if value is True else value


class Call(Model):
    """One service asks another."""

    to: Name
    """Name of a service."""
    via: Via | None = None
    """Transport; the caller waits on `sync`, `http`, `grpc` and their like, and does not on
    `async`, `queue`, `kafka` and theirs."""
    operation: str | None = None
    """What is asked for, such as `charge` or `GET /orders`; for readers, no rule judges it."""
    per_request: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Calls made for one request to the caller; the call is counted once where this is unknown."""
    timeout: Duration | None = None
    """Bound of one try from request to answer, not of a connection or a pool wait; what bounds all
    tries together is `retry.deadline`."""
    retry: Annotated[
        Retry | None,
        BeforeValidator(_absent_retry, json_schema_input_type=Retry | None_ | None),
    ] = None
    """What happens when the call fails; `none` where it is tried once only."""
    circuit_breaker: Annotated[
        CircuitBreaker | None_ | None,
        BeforeValidator(
            _plain_breaker, json_schema_input_type=CircuitBreaker | Literal["none", True] | None
        ),
    ] = None
    """When the caller stops calling; `true` where there is one with unknown settings, `none` where
    there is none."""
    fallback: str | None = None
    """What happens instead when the call fails: a word such as `cache`, `queue`, `default`."""
    required: bool | None = None
    """False where the caller's answer is useful without this call."""

    @property
    def synchronous(self) -> bool | None:
        """Whether the caller waits; None where `via` is not stated."""
        return None if self.via is None else self.via in SYNCHRONOUS

    @property
    def attempts(self) -> int | None:
        """Tries in all, the first included; None where `retry` does not state them."""
        return self.retry.attempts if self.retry else None

    @property
    def deadline(self) -> float | None:
        """Seconds that all tries together may take; None where `retry` does not state them."""
        return self.retry.deadline if self.retry else None

    @property
    def patience(self) -> float | None:
        """Seconds that one try may take: the timeout, or the deadline of all tries where shorter.

        Infinite where nothing bounds it, None where that is not stated.
        """
        if self.deadline is None or self.deadline == inf:
            return self.timeout
        return self.deadline if self.timeout is None else min(self.timeout, self.deadline)


class Use(Model):
    """A service's access to a store."""

    store: Name
    """Name of the store, as under `stores`."""
    access: Literal["read", "write", "read-write"] | None = None
    """Whether the service reads, writes or both; unknown is taken for neither."""
    database: str | None = None
    """Database, schema, keyspace or key prefix inside the store."""
    user: str | None = None
    """Account the service logs in with."""
    tables: Texts | None = None
    """Tables, collections or key prefixes it touches; with `user` they tell what is shared."""
    purpose: Literal["own", "cache", "relay", "migration", "admin", "backup"] | None = None
    """Why it reaches the store; relays (outbox, CDC), migrations and admin tools are no sharers."""

    @property
    def writes(self) -> bool | None:
        """Whether the service writes the store; None where `access` is not stated."""
        return None if self.access is None else self.access != "read"


class Publish(Model):
    """An event a service sends."""

    event: Name
    """Name of the event, as under `events`."""
    via: Literal["direct", "outbox", "cdc", "transaction"] | None = None
    """How the event leaves: `direct` is a send of its own after or before the commit."""


class Consume(Model):
    """An event a service receives."""

    event: Name
    """Name of the event, as under `events`."""
    idempotent: bool | None = None
    """True where a second delivery of the same message changes nothing."""
    dead_letter: str | None = None
    """Queue for messages that cannot be handled."""
    max_deliveries: Positive | None_ | None = None
    """Times a message is tried before it is given up or moved to the dead letters; `none` where it
    is tried for ever."""


class Service(Model):
    """Something that runs and is deployed."""

    description: str | None = None
    """What the service does, in your own words."""
    kind: ServiceKind | None = None
    """`service` unless stated. Gateways, front ends and infrastructure are judged differently."""
    team: Name | None = None
    """Name of the one team that owns the service, as under `teams`."""
    domain: str | None = None
    """Business area it belongs to, such as `ordering`; for readers, no rule judges it."""
    runtime: Literal["container", "function", "vm", "edge"] | None = None
    """What it runs as: `container`, `function` (started on demand), `vm`, or `edge` (near the
    users)."""
    replicas: Count | None = None
    """Instances that run at the same time; 0 where it is switched off."""
    deploy_unit: Name | None = None
    """Services that share one always deploy together."""
    exposed: bool | None = None
    """Whether it can be reached from outside the system."""
    health_check: bool | None = None
    """Whether somebody (orchestrator, load balancer) asks if it works and acts on the answer."""
    latency: Latency | None = None
    """Its own time for one request, that of its stores included and that of its callees not."""
    availability: Ratio | None = None
    """Share of requests (or of time) it works by itself, callees not included: `99.9%`."""
    calls: Annotated[tuple[Call, ...], _shorthand("to", Call)] = ()
    """Services it asks; a bare name stands for `{to: name}`."""
    uses: Annotated[tuple[Use, ...], _shorthand("store", Use)] = ()
    """Stores it reads or writes; a bare name stands for `{store: name}`."""
    publishes: Annotated[tuple[Publish, ...], _shorthand("event", Publish)] = ()
    """Events it sends; a bare name stands for `{event: name}`."""
    consumes: Annotated[tuple[Consume, ...], _shorthand("event", Consume)] = ()
    """Events it receives; a bare name stands for `{event: name}`."""


class Store(Model):
    """A database, cache, bucket or search index; one server or cluster."""

    description: str | None = None
    """What the store keeps, in your own words."""
    kind: StoreKind | None = None
    """What sort of store it is; the product (postgres, redis) goes to `engine`."""
    engine: str | None = None
    """Product, such as `postgres` or `redis`."""
    owner: Name | None = None
    """Service that decides its schema."""
    role: Literal["primary", "read-model", "cache", "event-store"] | None = None
    """What its data is: `primary` (the truth), a `read-model` or `cache` (can be built again), or
    an `event-store`."""
    serves: Texts | None = None
    """Audiences of a read model: `customer-service`, `finance`, …"""
    size: Bytes | None = None
    """Data it holds: `200GB`."""
    replicas: Count | None = None
    """Instances that hold the same data, the primary included."""
    exposed: bool | None = None
    """Whether it can be reached from outside the system."""
    durable: bool | None = None
    """Whether its data outlives the container or machine."""
    health_check: bool | None = None
    """Whether somebody asks if it works and acts on the answer."""
    latency: Latency | None = None
    """Time of one access, which the latency of the services that use it already includes."""
    availability: Ratio | None = None
    """Share of accesses (or of time) it works: `99.95%`."""


class Broker(Model):
    """A message broker or event log."""

    description: str | None = None
    """What the broker is for, in your own words."""
    engine: str | None = None
    """Product, such as `kafka` or `rabbitmq`."""
    replicas: Count | None = None
    """Nodes of the cluster."""
    exposed: bool | None = None
    """Whether it can be reached from outside the system."""
    durable: bool | None = None
    """Whether its messages outlive the container or machine."""
    health_check: bool | None = None
    """Whether somebody asks if it works and acts on the answer."""
    availability: Ratio | None = None
    """Share of time it takes and hands out messages: `99.9%`."""


class EventSchema(Model):
    """How consumers know an event's shape."""

    registry: bool | None = None
    """Whether the shape is kept in a registry that producers and consumers check against."""
    version: str | int | None = None
    """Version of the shape: a number, or text such as `v2`."""
    compatibility: Literal["none", "backward", "forward", "full"] | None = None
    """Which versions may differ: `backward` (new readers, old data), `forward` (old readers, new
    data), `full` (both) or `none`."""


class Event(Model):
    """A message type that services publish and consume."""

    description: str | None = None
    """What has happened when it is sent, in your own words."""
    broker: Name | None = None
    """Name of the broker it goes through, as under `brokers`."""
    key: str | None = None
    """Field that messages are partitioned by, and in whose order they arrive: `order_id`."""
    payload: Literal["ids", "delta", "entities"] | None = None
    """`ids`: references only; `delta`: what changed; `entities`: whole records of the domain."""
    embeds: Texts | None = None
    """Entities of other owners whose records the payload copies."""
    event_schema: Annotated[EventSchema | None, Field(alias="schema")] = None
    """How consumers know its shape."""
    retention: Duration | None = None
    """Time the broker keeps it: `3d`; `none` where it is kept for good."""
    delivery: Delivery | None = None
    """How often a message may arrive. `at-least-once` unless stated, as most brokers give it;
    unknown through a broker that by default sends once and forgets (MQTT, NATS, Redis)."""
    external_producer: bool | None = None
    """Published by somebody outside this system."""
    external_consumers: bool | None = None
    """Kept for audit, or consumed by somebody outside this system."""
    reply_to: Name | None = None
    """The event this one answers."""


class Objective(Model):
    """What a flow promises its users."""

    availability: Ratio | None = None
    """Share of requests that must succeed: `99.9%`."""
    latency_p99: Duration | None = None
    """Time in which 99 of 100 requests must be answered: `800ms`."""


class Flow(Model):
    """One kind of request, from its entry to the last service that the user waits for."""

    description: str | None = None
    """What the user gets done, in your own words."""
    entry: Name
    """Name of the service that the request reaches first."""
    path: Names | None = None
    """Services in the order they are called; without it, everything reachable from the entry."""
    critical: bool | None = None
    """True where the business stops without this flow; what lies on it is judged more strictly."""
    requests: Rate | None = None
    """Average requests of this flow: `30/s`."""
    slo: Objective | None = None
    """What its users are promised."""


class SagaStep(Model):
    """One local transaction of a saga."""

    service: Name
    """Name of the service that does the step."""
    do: str | None = None
    """Operation of the step, such as `charge`."""
    undo: str | None = None
    """Operation that takes `do` back; `none` where there is none."""
    via: Via | None = None
    """How the step is asked for; transports as in a call's `via`."""
    timeout: Duration | None = None
    """Bound of the step: `30s`; `none` where it may take for ever."""
    final: bool | None = None
    """True for the pivot and what follows it: retried until it succeeds, never taken back."""


class Aggregate(Model):
    """A consistency boundary whose events are loaded together."""

    events: Count | None = None
    """Events of a typical long-lived instance."""
    fields: Count | None = None
    """Fields of its state."""
    methods: Count | None = None
    """Commands it handles."""


class Snapshots(Model):
    """How often an aggregate's state is saved."""

    every: Positive
    """Events between two snapshots."""


class Outbox(Model):
    """Events stored with the data in one transaction, then relayed."""

    pattern: Literal["outbox"]
    """The pattern adopted; the other keys depend on it."""
    name: Name | None = None
    """Name of this outbox, where there are several."""
    at: Names
    """Services that store their events in an outbox."""
    relay: Literal["cdc", "polling"] | None = None
    """What reads the outbox: `cdc` (the database's log) or `polling` (a query again and again)."""
    poll_interval: Duration | None = None
    """Wait between two queries of a polling relay: `1s`."""
    retention: Duration | None = None
    """Age at which relayed rows are deleted; `none`: never."""


class Saga(Model):
    """A business transaction over several services with compensations."""

    pattern: Literal["saga"]
    """The pattern adopted; the other keys depend on it."""
    name: Name | None = None
    """Name of the business transaction, such as `checkout`."""
    at: Names | None = None
    """Services that start or steer the saga."""
    style: Literal["orchestration", "choreography"] | None = None
    """`orchestration` where one service tells the others what to do, `choreography` where each acts
    on events."""
    timeout: Duration | None = None
    """Bound of the whole transaction: `5m`; `none` where it may stay open for ever."""
    steps: Annotated[tuple[SagaStep, ...], BeforeValidator(_as_tuple)] | None = None
    """Local transactions in the order they are done."""


class EventSourcing(Model):
    """State as the sum of events."""

    pattern: Literal["event-sourcing"]
    """The pattern adopted; the other keys depend on it."""
    name: Name | None = None
    """Name of this adoption, where there are several."""
    at: Names
    """Services that keep their state as events."""
    snapshots: Snapshots | None_ | None = None
    """How often state is saved; `none` where all events are loaded each time."""
    aggregates: dict[Name, Aggregate] | None = None
    """Kinds of aggregate by name, such as `order`."""


class Cqrs(Model):
    """Separate models for writing and for reading."""

    pattern: Literal["cqrs", "cqrs-system"]
    """The pattern adopted, inside a service (`cqrs`) or across the system (`cqrs-system`)."""
    name: Name | None = None
    """Name of this adoption, where there are several."""
    at: Names | None = None
    """Services that hold both sides."""
    commands: Names | None = None
    """Services of the write side."""
    queries: Names | None = None
    """Services of the read side."""


class HedgedRequest(Model):
    """A second request when the first is slow."""

    pattern: Literal["hedged-request"]
    """The pattern adopted; the other keys depend on it."""
    name: Name | None = None
    """Name of this adoption, where there are several."""
    at: Names
    """Services that send the second request."""
    delay: Duration | None = None
    """Wait before the second request."""
    percentile: Literal["p50", "p75", "p90", "p95", "p99"] | None = None
    """Latency quantile the delay follows."""
    budget: Share | None = None
    """Largest share of extra requests."""
    cancel: bool | None = None
    """Whether the slower of the two is cancelled."""
    utilisation: Ratio | None = None
    """How busy the callee is."""


_WITH_SETTINGS: dict[str, type[Model]] = {
    pattern: model
    for model in (Outbox, Saga, EventSourcing, Cqrs, HedgedRequest)
    for pattern in get_args(model.model_fields["pattern"].annotation)
}


class Adoption(Model):
    """An adopted pattern without settings of its own here."""

    pattern: Annotated[Id, Field(examples=sorted(SHIPPED - _WITH_SETTINGS.keys()))]
    """The pattern adopted: the id of one that patternctl or your own catalog tells."""
    name: Name | None = None
    """Name of this adoption, where there are several."""
    at: Names | None = None
    """Services that adopt it; left out where it is the whole system."""


def adoption(pattern: str, service: str) -> Pattern:
    """The adoption of a pattern by one service, without settings."""
    model: Any = _WITH_SETTINGS.get(pattern, Adoption)
    made: Pattern = model.model_validate({"pattern": pattern, "at": (service,)})
    return made


def _adopted(value: object) -> str:
    """Name of the model that reads an adoption."""
    own = value.get("pattern") if isinstance(value, dict) else getattr(value, "pattern", None)
    return (_WITH_SETTINGS.get(own, Adoption) if isinstance(own, str) else Adoption).__name__


Pattern = Annotated[
    Annotated[Outbox, Tag("Outbox")]
    | Annotated[Saga, Tag("Saga")]
    | Annotated[EventSourcing, Tag("EventSourcing")]
    | Annotated[Cqrs, Tag("Cqrs")]
    | Annotated[HedgedRequest, Tag("HedgedRequest")]
    | Annotated[Adoption, Tag("Adoption")],
    Discriminator(_adopted),
    Field(json_schema_extra={"discriminator": {"propertyName": "pattern"}}),
]


class Decided(Model):
    """A decision that was taken: what was answered, and what followed."""

    tree: Id = "architecture"
    """Id of the decision tree that asked; `architecture` unless stated."""
    answers: dict[Id, Id]
    """Choice by question, as `patternctl decide` asks them; what nobody knew is left out."""
    outcome: Id
    """Pattern or baseline that was decided for, by id."""
    adr: str | Positive | None = None
    """The record that tells why: its path from this file, or its number in the folder of records.
    Lint looks whether it is there and still stands."""
    date: Day | None = None
    """Day of the decision: `2026-03-01`."""
    problems: dict[Id, Id] = {}
    """Choice by problem, where problems were asked about."""


Requirement = Literal[
    "architecture-review", "load-test", "chaos-test", "cost-analysis", "team-readiness"
]
"""What every adopted pattern has to pass; the catalog's practices of the same names tell how."""


Address = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s/]\S*$", strict=True),
    Field(examples=["https://wiki.example.org/reviews/7"]),
]
"""Where a page is in the web."""


class Evidence(Model):
    """Proof that an adopted pattern passed one of the requirements of verification."""

    pattern: str | None = None
    """The adoption by its name, or the pattern by its id; left out where it is for all of them."""
    requirement: Requirement
    """What was passed: `architecture-review`, `load-test`, `chaos-test`, `cost-analysis` or
    `team-readiness`."""
    path: str | None = None
    """The file that proves it, from this file's folder; `verify` looks whether it is there and
    holds something."""
    url: Address | None = None
    """The page that proves it, where it is no file; nobody opens it."""
    date: DayOrTodo = None
    """Day it was passed: `2027-03-01`; `TODO`, or left out, until it is."""
    expires: Day | None = None
    """Last day it holds; where left out, so many days after `date` as `verify` tells for each
    requirement."""


class Ignore(Model):
    """A finding the team accepts, with its reason."""

    rule: str
    """Code or name of a rule."""
    at: str | None = None
    """Element the rule is ignored at and below (`services.orders`); everywhere where left out."""
    reason: str | None = None
    """Why the team accepts it; shown with the suppressed finding."""
    until: Day | None = None
    """Last day the entry holds; afterwards the finding returns, with a notice."""


class LintBlock(Model):
    """What the manifest says about its own linting."""

    ignore: Annotated[
        tuple[Ignore, ...],
        BeforeValidator(_entries, json_schema_input_type=list[Ignore] | None),
    ] = ()
    """Findings the team accepts."""


class Architecture(Model):
    """One system: `architecture.yaml`."""

    version: Literal[1]
    """Version of this file format; 1 is the only one."""
    system: str
    """Name of the system, as titles show it."""
    description: str | None = None
    """What the system does, in your own words."""
    complete: Annotated[tuple[FactKind, ...], BeforeValidator(_as_tuple)] | None = None
    """Kinds of facts this file tells in full, so that what is not listed is not there.
    Left out, it is the structure: services, stores, calls, uses, events, patterns, owners."""
    requirements: Requirements | None = None
    """What the system has to do: the answers of the decision questionnaire."""
    workload: Workload | None = None
    """How much of what the system is asked to do."""
    deployment: Deployment | None = None
    """Where and how often the system runs."""
    teams: dict[Name, Team] | None = None
    """Teams by name; where left out, services may name any team."""
    services: Annotated[
        dict[Name, Service],
        BeforeValidator(_blocks, json_schema_input_type=dict[Name, Service] | None),
    ] = {}
    """What runs and is deployed, by name."""
    stores: dict[Name, Store] | None = None
    """Databases, caches, buckets and search indexes by name."""
    brokers: dict[Name, Broker] | None = None
    """Message brokers and event logs by name; where left out, events may name any broker."""
    events: dict[Name, Event] | None = None
    """Message types by name; where left out, services may publish and consume any event."""
    flows: Annotated[
        dict[Name, Flow],
        BeforeValidator(_blocks, json_schema_input_type=dict[Name, Flow] | None),
    ] = {}
    """Kinds of request by name: what users wait for, and what is promised to them."""
    patterns: Annotated[tuple[Pattern, ...], BeforeValidator(_as_tuple)] | None = None
    """Patterns adopted, each with its settings."""
    decisions: Annotated[
        tuple[Decided, ...],
        BeforeValidator(_entries, json_schema_input_type=list[Decided] | None),
    ] = ()
    """Decisions taken, each with the answers it rests on; the last one of a tree is in force."""
    evidence: Annotated[
        tuple[Evidence, ...],
        BeforeValidator(_entries, json_schema_input_type=list[Evidence] | None),
    ] = ()
    """What proves that adopted patterns were verified; `patternctl verify` tells what lacks."""
    lint: LintBlock | None = None
    """What this file says about its own linting."""

    def tells(self, kind: FactKind) -> bool:
        """Whether the manifest is complete about `kind`, so that silence means "there is none"."""
        if self.complete is None:
            return kind in STRUCTURE
        return kind in self.complete or "all" in self.complete
