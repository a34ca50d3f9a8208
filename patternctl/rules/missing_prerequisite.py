from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from patternctl.model.finding import Severity
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.adoption import Adopted, adoptions, in_effect
from patternctl.rulekit.wording import clause, either, listed


class _Need(NamedTuple):
    """What an adopted pattern does not find."""

    adopted: Adopted
    why: str


There = Mapping[str, frozenset[str] | None]
"""Patterns in effect, each with its services; None for the whole system."""
Needs = Mapping[tuple[str, ...], list[_Need]]
"""By what is missing: ids of which one is enough."""


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    there = in_effect(facts) if facts.architecture.patterns else {}
    required, wanted = _missing(facts, there)
    if not facts.tells("patterns"):
        needs = [need for each in (*required.values(), *wanted.values()) for need in each]
        yield from (Lack(path, "patterns") for path in sorted({n.adopted.path for n in needs}))
        return
    for ids, needs in required.items():
        yield _hit(ids, needs, ("requires", "require"), "error", there)
    for ids, needs in _merged(wanted).items():
        if not any((each,) in required for each in ids):
            yield _hit(ids, needs, ("wants", "want"), "warning", there)


def _missing(facts: Facts, there: There) -> tuple[Needs, Needs]:
    """What adopted patterns require and what they want, as far as it is not there.

    Of several adoptions of a pattern the first that lacks something is told.
    """
    required: dict[tuple[str, ...], dict[str, _Need]] = defaultdict(dict)
    wanted: dict[tuple[str, ...], dict[str, _Need]] = defaultdict(dict)
    for adopted in sorted(adoptions(facts), key=lambda each: (each.id, each.name)):
        own = facts.knowledge.relations(adopted.id)
        for other, why in own.requires.items() if own else ():
            if not _met(adopted, other, there):
                required[other,].setdefault(adopted.id, _Need(adopted, why))
        for any_of, why in own.wants if own else ():
            if not any(_met(adopted, each, there) for each in any_of):
                wanted[any_of].setdefault(adopted.id, _Need(adopted, why))
    return _listed(required), _listed(wanted)


def _listed(needs: Mapping[tuple[str, ...], Mapping[str, _Need]]) -> Needs:
    return {ids: [*by_pattern.values()] for ids, by_pattern in needs.items()}


def _met(adopted: Adopted, other: str, there: There) -> bool:
    """Whether a pattern is where an adoption needs it; both may be for some services only."""
    if other not in there:
        return False
    services = there[other]
    return services is None or adopted.services is None or not services.isdisjoint(adopted.services)


def _merged(wanted: Needs) -> Needs:
    """Wishes that one adoption grants are one: those that leave less choice tell what to adopt."""
    merged: dict[tuple[str, ...], list[_Need]] = {}
    for ids in sorted(wanted, key=len):
        within = next((kept for kept in merged if set(kept) <= set(ids)), ids)
        merged[within] = merged.get(within, []) + wanted[ids]
    return merged


def _hit(
    ids: tuple[str, ...],
    needs: list[_Need],
    verbs: tuple[str, str],
    severity: Severity,
    there: There,
) -> Hit:
    """One finding for what is missing, however many patterns need it."""
    who = listed(need.adopted.id for need in needs)
    verb = verbs[len(needs) > 1]
    elsewhere = not there.keys().isdisjoint(ids)
    where = "adopted for other services only" if elsewhere else "not adopted"
    if len(ids) > 1:
        where = "adopted where it is needed" if elsewhere else "adopted"
    absent = f"which is {where}" if len(ids) == 1 else f"and none of them is {where}"
    return Hit(
        needs[0].adopted.path,
        f"{who} {verb} {either(ids)}, {absent}: {clause(needs[0].why)}",
        severity,
        related=tuple(need.adopted.path for need in needs[1:]),
        detail=" ".join(ids),
    )
