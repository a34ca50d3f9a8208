"""Facts of single elements that bills of materials may read, as `element.<key>`."""

from __future__ import annotations

from pydantic import BaseModel

from patternctl.model import architecture
from patternctl.model.cost import Subject

WORKED_OUT: dict[Subject, frozenset[str]] = {
    "service": frozenset({"share", "heard", "entering"}),
    "store": frozenset({"reading", "writing", "heard"}),
    "broker": frozenset({"published", "delivered"}),
    "pattern": frozenset(
        {
            *("services", "share", "heard", "replicas", "reached"),
            *("caches", "read_models", "event_stores"),
            *("steps", "percentile", "budget"),
        }
    ),
}
"""What follows from calls, events, stores and settings, by what it is about."""
OF_SYSTEM = frozenset(
    {"stores.size", "sizes.requests", "services.at_edge", "design.development_factor"}
)
"""What is worked out about a whole system."""
_STATED: dict[Subject, tuple[type[BaseModel], ...]] = {
    "service": (architecture.Service,),
    "store": (architecture.Store,),
    "broker": (architecture.Broker,),
    "pattern": (
        architecture.Outbox,
        architecture.Saga,
        architecture.EventSourcing,
        architecture.Cqrs,
        architecture.HedgedRequest,
    ),
}
_NESTED: dict[str, type[BaseModel]] = {
    "latency": architecture.Latency,
    "snapshots": architecture.Snapshots,
}
_BLOCKS: dict[str, type[BaseModel]] = {
    "requirements": architecture.Requirements,
    "workload": architecture.Workload,
    "deployment": architecture.Deployment,
}


def facts(subject: Subject) -> set[str]:
    """All that materials for `subject` may read: of the element, and of blocks of the manifest."""
    own = set(WORKED_OUT.get(subject, ()))
    for model in _STATED.get(subject, ()):
        for key in model.model_fields:
            inner = _NESTED.get(key)
            own |= {f"{key}.{each}" for each in inner.model_fields} if inner else {key}
    of_blocks = {f"{block}.{key}" for block, m in _BLOCKS.items() for key in m.model_fields}
    return {f"element.{key}" for key in own} | of_blocks | OF_SYSTEM
