"""The user's system as `architecture.yaml` states it: strict, frozen, generated into the schema.

Everything but `version` and `system` may be left out. What is left out is *unknown*: no rule reads
it as zero, false or fine. To state that something is not there, write `none` (`timeout: none`,
`fallback: none`), or list the kind of fact under `complete`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.json_schema import WithJsonSchema

from patternctl.model import units

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
_ratio, _ratio_schema = _unit(units.parse_ratio, units.RATIO_PATTERN, ["99.95%", "10%"])
_share, _share_schema = _unit(
    units.parse_share, units.RATIO_PATTERN.replace("^", "^none$|^"), ["10%", "none"]
)
_bytes, _bytes_schema = _unit(units.parse_bytes, units.BYTES_PATTERN, ["4KB", "200GB"])
_rate, _rate_schema = _unit(units.parse_rate, units.RATE_PATTERN, ["120/s", "2M/day"])
_money, _money_schema = _unit(units.parse_money, units.MONEY_PATTERN, ["20000 USD/month"])

Duration = Annotated[float, _duration, _duration_schema]
"""Seconds; infinite for `none`."""
Ratio = Annotated[float, _ratio, _ratio_schema]
"""Fraction of 1."""
Share = Annotated[float, _share, _share_schema]
"""Fraction of 1 that bounds something; infinite for `none`."""
Bytes = Annotated[int, _bytes, _bytes_schema]
Rate = Annotated[float, _rate, _rate_schema]
"""Events per second."""
MoneyAmount = Annotated[Any, _money, _money_schema]
"""A `units.Money`."""


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("should be a date such as 2027-03-01") from None
    return value


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
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


class Model(BaseModel):
    """Base of everything in a manifest: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def _shorthand(key: str, item: type[Model]) -> BeforeValidator:
    """Lets `orders` stand for `{key: orders}` in a list of `item`s."""

    def convert(value: object) -> object:
        if isinstance(value, list):
            return tuple({key: v} if isinstance(v, str) else v for v in value)
        return value

    return BeforeValidator(convert, json_schema_input_type=list[Name | item])  # type: ignore[valid-type]


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Names = Annotated[tuple[Name, ...], BeforeValidator(_as_tuple)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Requirements(Model):
    """What the system has to do: the answers of the decision questionnaire."""

    consistency: Literal["strong", "eventual"] | None = None
    audit: Literal["none", "standard", "critical"] | None = None
    scale: Literal["global", "isolated", "variable", "moderate"] | None = None
    cost_sensitive: bool | None = None
    availability: Ratio | None = None
    """Share of requests (or time) that must succeed."""
    latency_p99: Duration | None = None
    budget: MoneyAmount | None = None


class Workload(Model):
    """How much of what the system is asked to do."""

    requests: Rate | None = None
    """Average requests at the entry."""
    peak_factor: Annotated[float, Field(ge=1, allow_inf_nan=False)] | None = None
    """Peak divided by average."""
    read_write_ratio: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    payload: Bytes | None = None


class Team(Model):
    """A group of people who own services."""

    size: Positive | None = None
    description: str | None = None


class Latency(Model):
    """Time a service or store spends on one request itself, without waiting for its callees."""

    p50: Duration | None = None
    p95: Duration | None = None
    p99: Duration | None = None


class Retry(Model):
    """What a caller does when a call fails."""

    attempts: Positive | None = None
    """Tries in all, the first included."""
    backoff: Literal["none", "fixed", "exponential"] | None = None
    delay: Duration | None = None
    """Wait before the second try."""
    jitter: bool | None = None
    budget: Share | None = None
    """Largest share of calls that may be retries."""


class CircuitBreaker(Model):
    """When a caller stops calling."""

    errors: Ratio | None = None
    """Share of failures that opens it."""
    volume: Count | None = None
    """Calls in the window before it may open."""
    window: Duration | None = None
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
    operation: str | None = None
    per_request: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Calls made for one request to the caller; the call is counted once where this is unknown."""
    timeout: Duration | None = None
    """Bound of the whole call, not of a connection or a pool wait."""
    retry: Annotated[
        Retry | None,
        BeforeValidator(_absent_retry, json_schema_input_type=Retry | None_ | None),
    ] = None
    circuit_breaker: Annotated[
        CircuitBreaker | None_ | None,
        BeforeValidator(
            _plain_breaker, json_schema_input_type=CircuitBreaker | Literal["none", True] | None
        ),
    ] = None
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


class Use(Model):
    """A service's access to a store."""

    store: Name
    access: Literal["read", "write", "read-write"] | None = None
    database: str | None = None
    """Database, schema, keyspace or key prefix inside the store."""
    user: str | None = None
    """Account the service logs in with."""
    tables: Texts | None = None
    purpose: Literal["own", "cache", "relay", "migration", "admin", "backup"] | None = None
    """Why it reaches the store; relays (outbox, CDC), migrations and admin tools are no sharers."""

    @property
    def writes(self) -> bool | None:
        """Whether the service writes the store; None where `access` is not stated."""
        return None if self.access is None else self.access != "read"


class Publish(Model):
    """An event a service sends."""

    event: Name
    via: Literal["direct", "outbox", "cdc", "transaction"] | None = None
    """How the event leaves: `direct` is a send of its own after or before the commit."""


class Consume(Model):
    """An event a service receives."""

    event: Name
    idempotent: bool | None = None
    dead_letter: str | None = None
    """Queue for messages that cannot be handled."""
    max_deliveries: Positive | None = None


class Service(Model):
    """Something that runs and is deployed."""

    description: str | None = None
    kind: ServiceKind | None = None
    """`service` unless stated. Gateways, front ends and infrastructure are judged differently."""
    team: Name | None = None
    domain: str | None = None
    runtime: Literal["container", "function", "vm", "edge"] | None = None
    replicas: Count | None = None
    deploy_unit: Name | None = None
    """Services that share one always deploy together."""
    exposed: bool | None = None
    """Whether it can be reached from outside the system."""
    health_check: bool | None = None
    latency: Latency | None = None
    availability: Ratio | None = None
    calls: Annotated[tuple[Call, ...], _shorthand("to", Call)] = ()
    uses: Annotated[tuple[Use, ...], _shorthand("store", Use)] = ()
    publishes: Annotated[tuple[Publish, ...], _shorthand("event", Publish)] = ()
    consumes: Annotated[tuple[Consume, ...], _shorthand("event", Consume)] = ()


class Store(Model):
    """A database, cache, bucket or search index; one server or cluster."""

    description: str | None = None
    kind: StoreKind | None = None
    engine: str | None = None
    owner: Name | None = None
    """Service that decides its schema."""
    role: Literal["primary", "read-model", "cache", "event-store"] | None = None
    serves: Texts | None = None
    """Audiences of a read model: `customer-service`, `finance`, …"""
    size: Bytes | None = None
    replicas: Count | None = None
    exposed: bool | None = None
    durable: bool | None = None
    """Whether its data outlives the container or machine."""
    health_check: bool | None = None
    latency: Latency | None = None
    availability: Ratio | None = None


class Broker(Model):
    """A message broker or event log."""

    description: str | None = None
    engine: str | None = None
    replicas: Count | None = None
    exposed: bool | None = None
    durable: bool | None = None
    health_check: bool | None = None
    availability: Ratio | None = None


class EventSchema(Model):
    """How consumers know an event's shape."""

    registry: bool | None = None
    version: str | int | None = None
    compatibility: Literal["none", "backward", "forward", "full"] | None = None


class Event(Model):
    """A message type that services publish and consume."""

    description: str | None = None
    broker: Name | None = None
    key: str | None = None
    payload: Literal["ids", "delta", "entities"] | None = None
    """`ids`: references only; `delta`: what changed; `entities`: whole records of the domain."""
    embeds: Texts | None = None
    """Entities of other owners whose records the payload copies."""
    event_schema: Annotated[EventSchema | None, Field(alias="schema")] = None
    retention: Duration | None = None
    delivery: Literal["at-least-once", "at-most-once", "exactly-once"] | None = None
    """`at-least-once` unless stated: what brokers give by default."""
    external_producer: bool | None = None
    """Published by somebody outside this system."""
    external_consumers: bool | None = None
    """Kept for audit, or consumed by somebody outside this system."""
    reply_to: Name | None = None
    """The event this one answers."""


class Objective(Model):
    """What a flow promises its users."""

    availability: Ratio | None = None
    latency_p99: Duration | None = None


class Flow(Model):
    """One kind of request, from its entry to the last service that the user waits for."""

    description: str | None = None
    entry: Name
    path: Names | None = None
    """Services in the order they are called; without it, everything reachable from the entry."""
    critical: bool | None = None
    requests: Rate | None = None
    slo: Objective | None = None


class SagaStep(Model):
    """One local transaction of a saga."""

    service: Name
    do: str | None = None
    undo: str | None = None
    """Operation that takes `do` back; `none` where there is none."""
    via: Via | None = None
    timeout: Duration | None = None
    final: bool | None = None
    """True for the pivot and what follows it: retried until it succeeds, never taken back."""


class Aggregate(Model):
    """A consistency boundary whose events are loaded together."""

    events: Count | None = None
    """Events of a typical long-lived instance."""
    fields: Count | None = None
    methods: Count | None = None


class Snapshots(Model):
    """How often an aggregate's state is saved."""

    every: Positive
    """Events between two snapshots."""


class Outbox(Model):
    """Events stored with the data in one transaction, then relayed."""

    pattern: Literal["outbox"]
    name: Name | None = None
    at: Names
    relay: Literal["cdc", "polling"] | None = None
    poll_interval: Duration | None = None
    retention: Duration | None = None
    """Age at which relayed rows are deleted; `none`: never."""


class Saga(Model):
    """A business transaction over several services with compensations."""

    pattern: Literal["saga"]
    name: Name | None = None
    at: Names | None = None
    style: Literal["orchestration", "choreography"] | None = None
    timeout: Duration | None = None
    steps: Annotated[tuple[SagaStep, ...], BeforeValidator(_as_tuple)] | None = None


class EventSourcing(Model):
    """State as the sum of events."""

    pattern: Literal["event-sourcing"]
    name: Name | None = None
    at: Names
    snapshots: Snapshots | None_ | None = None
    aggregates: dict[Name, Aggregate] | None = None


class Cqrs(Model):
    """Separate models for writing and for reading."""

    pattern: Literal["cqrs", "cqrs-system"]
    name: Name | None = None
    at: Names | None = None
    commands: Names | None = None
    """Services of the write side."""
    queries: Names | None = None
    """Services of the read side."""


class HedgedRequest(Model):
    """A second request when the first is slow."""

    pattern: Literal["hedged-request"]
    name: Name | None = None
    at: Names
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


class Adoption(Model):
    """An adopted pattern without settings of its own here."""

    pattern: Literal[
        "escrow",
        "sidecar",
        "leader-follower",
        "scatter-gather",
        "write-through-cache",
        "read-repair",
        "checkpoint",
        "bulkhead",
        "batch",
        "shadow",
        "event-sourcing-system",
        "microservices",
        "serverless",
        "cell-based",
        "edge",
        "circuit-breaker",
    ]
    name: Name | None = None
    at: Names | None = None


Pattern = Annotated[
    Outbox | Saga | EventSourcing | Cqrs | HedgedRequest | Adoption,
    Field(discriminator="pattern"),
]


class Ignore(Model):
    """A finding the team accepts, with its reason."""

    rule: str
    """Code or name of a rule."""
    at: str | None = None
    """Element the rule is ignored at and below (`services.orders`); everywhere where left out."""
    reason: str | None = None
    until: Day | None = None
    """Last day the entry holds; afterwards the finding returns, with a notice."""


class LintBlock(Model):
    """What the manifest says about its own linting."""

    ignore: Annotated[tuple[Ignore, ...], BeforeValidator(_as_tuple)] = ()


class Architecture(Model):
    """One system: `architecture.yaml`."""

    version: Literal[1]
    system: str
    description: str | None = None
    complete: Annotated[tuple[FactKind, ...], BeforeValidator(_as_tuple)] | None = None
    """Kinds of facts this file tells in full, so that what is not listed is not there.
    Left out, it is the structure: services, stores, calls, uses, events, patterns, owners."""
    requirements: Requirements | None = None
    workload: Workload | None = None
    teams: dict[Name, Team] | None = None
    services: dict[Name, Service] = {}
    stores: dict[Name, Store] | None = None
    brokers: dict[Name, Broker] | None = None
    events: dict[Name, Event] | None = None
    flows: dict[Name, Flow] = {}
    patterns: Annotated[tuple[Pattern, ...], BeforeValidator(_as_tuple)] | None = None
    lint: LintBlock | None = None

    def tells(self, kind: FactKind) -> bool:
        """Whether the manifest is complete about `kind`, so that silence means "there is none"."""
        if self.complete is None:
            return kind in STRUCTURE
        return kind in self.complete or "all" in self.complete
