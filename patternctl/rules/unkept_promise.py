from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from patternctl.model.units import format_ratio
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.adoption import Adopted, adoptions
from patternctl.rulekit.answers import stated
from patternctl.rulekit.wording import listed

if TYPE_CHECKING:
    from patternctl.model.promise import Promise


_NONE = "no pattern is adopted"


class _Known(NamedTuple):
    """What the catalog knows of an adopted pattern."""

    adopted: Adopted
    shapes_all: bool
    """Whether it shapes the system as a whole."""
    promises: frozenset[str]
    denies: frozenset[str]


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    if facts.architecture.requirements is None:
        return
    for promise in facts.knowledge.promises():
        asked = _asked(facts, promise, limits)
        if asked and not _judged_elsewhere(facts, promise):
            yield from _judged(facts, promise, asked)


def _asked(facts: Facts, promise: Promise, limits: Mapping[str, float]) -> str:
    """What the manifest says that asks for the promise; empty where it does not ask."""
    found = stated(promise.fact, facts)
    key = promise.fact.rpartition(".")[2]
    if found is None:
        return ""
    if isinstance(found.value, str):
        word = found.value if found.value in promise.words else ""
        return word if key == promise.property or not word else f"{key}: {word}"
    limit = limits.get(promise.at_least)
    return format_ratio(found.value) if limit is not None and found.value >= limit else ""


def _judged_elsewhere(facts: Facts, promise: Promise) -> bool:
    """Whether flows promise it, so that another rule works it out from their parts."""
    objectives = (flow.slo for flow in facts.architecture.flows.values() if flow.slo)
    return bool(promise.flows) and any(
        getattr(slo, promise.flows) is not None for slo in objectives
    )


def _judged(facts: Facts, promise: Promise, asked: str) -> Iterator[Hit | Lack]:
    wanted = promise.property
    known = [
        _Known(each, told.type == "system", told.promises, told.denies)
        for each in adoptions(facts)
        if (told := facts.knowledge.relations(each.id))
    ]
    denying = [each for each in known if promise.denials and wanted in each.denies]
    keeping = [
        each
        for each in known
        if each not in denying and (wanted in each.promises or each.adopted.id in promise.also)
    ]
    if any(each.adopted.services is None for each in keeping):
        return
    rest = _own_services(facts) - _services(keeping)
    if keeping and not rest:
        return
    place = (*promise.fact.split("."),)
    if facts.architecture.patterns is None or not facts.tells("patterns"):
        yield Lack(place, "patterns")
    elif _missing(promise, known, denying):
        there = _there(keeping, rest) if keeping else _nothing(known)
        denied = f"; denied by {listed(_ids(denying))}" if denying else ""
        message = f"{wanted} is asked for ({asked}), and {there}{denied}"
        yield Hit(place, message, related=tuple(each.adopted.path for each in denying))


def _missing(promise: Promise, known: list[_Known], denying: list[_Known]) -> bool:
    """Whether it is missing where no adopted pattern promises it."""
    shaped = any(each.shapes_all for each in known)
    return bool(promise.judged == "always" or denying or (promise.judged == "shaped" and shaped))


def _own_services(facts: Facts) -> frozenset[str]:
    """Services that hold a part of the system's work and data."""
    return frozenset(
        name
        for name in facts.services
        if not (facts.is_external(name) or facts.is_infrastructure(name) or facts.is_edge(name))
    )


def _services(known: list[_Known]) -> frozenset[str]:
    return frozenset[str]().union(*(each.adopted.services or () for each in known))


def _there(keeping: list[_Known], rest: frozenset[str]) -> str:
    """The part of the system that has the promise, and the rest."""
    where = listed(sorted(_services(keeping)))
    names = listed(_ids(keeping))
    return f"what guarantees it ({names}) is adopted for {where}, not for {listed(sorted(rest))}"


def _nothing(known: list[_Known]) -> str:
    adopted = listed(_ids(known))
    return f"nothing that is adopted guarantees it ({adopted})" if adopted else _NONE


def _ids(known: list[_Known]) -> list[str]:
    return [*dict.fromkeys(each.adopted.id for each in known)]
