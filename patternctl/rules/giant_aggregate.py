from collections.abc import Iterator, Mapping

from patternctl.model.architecture import Aggregate, EventSourcing, Snapshots
from patternctl.rulekit import Facts, Hit, Lack


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for path, sourcing in facts.adopted_as(EventSourcing):
        if sourcing.aggregates is None:
            yield Lack(path, "aggregates")
        for name, aggregate in (sourcing.aggregates or {}).items():
            place = (*path, "aggregates", name)
            loaded = _loaded(aggregate, sourcing)
            too_large = list(_too_large(aggregate, loaded, limits))
            if too_large:
                yield Hit(place, f"{name} has {', '.join(too_large)}")
            else:
                yield from (Lack(place, fact) for fact in _unstated(aggregate))


def _loaded(aggregate: Aggregate, sourcing: EventSourcing) -> int | None:
    """Events replayed for one command; None where no snapshot bounds them or they are unknown."""
    if aggregate.events is None or not isinstance(sourcing.snapshots, Snapshots):
        return None
    return min(aggregate.events, sourcing.snapshots.every)


def _too_large(
    aggregate: Aggregate, loaded: int | None, limits: Mapping[str, float]
) -> Iterator[str]:
    if (aggregate.fields or 0) >= limits["fields"]:
        yield f"{aggregate.fields} fields (limit {limits['fields']:g})"
    if (aggregate.methods or 0) >= limits["methods"]:
        yield f"{aggregate.methods} methods (limit {limits['methods']:g})"
    if (loaded or 0) > limits["events"]:
        yield f"{loaded:,} events to load for one command (limit {limits['events']:,g})"


def _unstated(aggregate: Aggregate) -> Iterator[str]:
    for fact in ("fields", "methods", "events"):
        if getattr(aggregate, fact) is None:
            yield fact
