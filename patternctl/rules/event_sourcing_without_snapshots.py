from collections.abc import Iterator, Mapping

from patternctl.model.architecture import EventSourcing, Snapshots
from patternctl.model.system import ElementPath
from patternctl.rulekit import Facts, Hit, Lack


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for path, sourcing in facts.adopted_as(EventSourcing):
        if not isinstance(sourcing.snapshots, Snapshots):
            yield from _judged(facts, path, sourcing, limits["events"])


def _judged(
    facts: Facts, path: ElementPath, sourcing: EventSourcing, limit: float
) -> Iterator[Hit | Lack]:
    counts = {name: aggregate.events for name, aggregate in (sourcing.aggregates or {}).items()}
    long = {name: count for name, count in counts.items() if count is not None and count > limit}
    if not long:
        if not counts or None in counts.values():
            yield Lack(path, "aggregates.events")
    elif sourcing.snapshots is None and not facts.tells("snapshots"):
        yield Lack(path, "snapshots")
    else:
        longest = max(long, key=long.__getitem__)
        message = (
            f"{longest} is rebuilt from {long[longest]:,} events, more than {limit:,g}, "
            "and no snapshot shortens the replay"
        )
        yield Hit(path, message, related=tuple((*path, "aggregates", name) for name in long))
