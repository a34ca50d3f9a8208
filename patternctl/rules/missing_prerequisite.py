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


Needs = Mapping[tuple[str, ...], list[_Need]]
"""By what is missing: ids of which one is enough."""


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    required, wanted = _missing(facts)
    if not facts.tells("patterns"):
        needs = [need for each in (*required.values(), *wanted.values()) for need in each]
        yield from (Lack(path, "patterns") for path in sorted({n.adopted.path for n in needs}))
        return
    for ids, needs in required.items():
        yield _hit(ids, needs, "requires", "require", "error")
    for ids, needs in _merged(wanted).items():
        if not any((each,) in required for each in ids):
            yield _hit(ids, needs, "wants", "want", "warning")


def _missing(facts: Facts) -> tuple[Needs, Needs]:
    """What adopted patterns require and what they want, as far as it is not there."""
    required: dict[tuple[str, ...], list[_Need]] = defaultdict(list)
    wanted: dict[tuple[str, ...], list[_Need]] = defaultdict(list)
    by_name = sorted(adoptions(facts), key=lambda each: (each.id, each.name), reverse=True)
    first = {each.id: each for each in by_name}
    there = in_effect(facts) if first else frozenset()
    for adopted in reversed(first.values()):
        own = facts.knowledge.relations(adopted.id)
        for other, why in own.requires.items() if own else ():
            if other not in there:
                required[other,].append(_Need(adopted, why))
        for any_of, why in own.wants if own else ():
            if there.isdisjoint(any_of):
                wanted[any_of].append(_Need(adopted, why))
    return required, wanted


def _merged(wanted: Needs) -> Needs:
    """Wishes that one adoption grants are one: those that leave less choice tell what to adopt."""
    merged: dict[tuple[str, ...], list[_Need]] = {}
    for ids in sorted(wanted, key=len):
        within = next((kept for kept in merged if set(kept) <= set(ids)), ids)
        merged[within] = merged.get(within, []) + wanted[ids]
    return merged


def _hit(
    ids: tuple[str, ...], needs: list[_Need], one: str, several: str, severity: Severity
) -> Hit:
    """One finding for what is missing, however many patterns need it."""
    who = listed(need.adopted.id for need in needs)
    verb = one if len(needs) == 1 else several
    absent = "which is not adopted" if len(ids) == 1 else "and none of them is adopted"
    return Hit(
        needs[0].adopted.path,
        f"{who} {verb} {either(ids)}, {absent}: {clause(needs[0].why)}",
        severity,
        related=tuple(need.adopted.path for need in needs[1:]),
        detail=" ".join(ids),
    )
