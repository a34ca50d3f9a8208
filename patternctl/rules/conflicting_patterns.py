from collections import defaultdict
from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.adoption import Adopted, adoptions
from patternctl.rulekit.wording import clause, listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    by_id: dict[str, list[Adopted]] = defaultdict(list)
    for each in adoptions(facts):
        by_id[each.id].append(each)
    for (wide, narrow), why in _conflicts(facts, by_id).items():
        yield from _met(by_id[wide], by_id[narrow], why)


def _conflicts(facts: Facts, by_id: Mapping[str, list[Adopted]]) -> dict[tuple[str, str], str]:
    """Why adopted patterns conflict, by pairs; what is adopted for the whole system comes first."""

    def reach(name: str) -> tuple[bool, str]:
        return all(each.services is not None for each in by_id[name]), name

    found: dict[tuple[str, str], str] = {}
    for name in sorted(by_id):
        own = facts.knowledge.relations(name)
        for other, why in own.conflicts_with.items() if own else ():
            if other in by_id and other != name:
                wide, narrow = sorted((name, other), key=reach)
                found.setdefault((wide, narrow), why)
    return found


def _met(wide: list[Adopted], narrow: list[Adopted], why: str) -> Iterator[Hit]:
    """Adoptions of the one that meet the other at a service, or in the whole system."""
    everywhere = next((each for each in wide if each.services is None), None)
    at = {name: each for each in reversed(wide) for name in each.services or ()}
    for each in narrow:
        shared = sorted(name for name in each.services or () if name in at)
        met = everywhere or (at[shared[0]] if shared else None)
        if each.services is None:
            met = wide[0]
        if met is not None:
            where = f" at {listed(shared)}" if shared and not everywhere else ""
            message = f"{each.id} works against {met.id}{where}: {clause(why)}"
            yield Hit(each.path, message, related=(met.path,), detail=met.id)
