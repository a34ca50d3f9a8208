"""Answers to questions of a decision that a manifest gives by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from patternctl.model.system import ElementPath
from patternctl.model.units import Money
from patternctl.rulekit.facts import Facts

if TYPE_CHECKING:
    from patternctl.model.decision import Reading

_BLOCKS = ("requirements", "workload")
"""Blocks whose keys are facts: `requirements.consistency`."""
_COUNTED = ("teams", "services", "stores", "brokers", "events", "flows")
"""Blocks whose entries are counted: `teams.count`."""
_MONTHS = {"month": 1, "year": 12}


class Read(NamedTuple):
    """An answer and the fact that gives it."""

    choice: str
    fact: str
    """The fact as a reading names it: `requirements.consistency`, `teams.count`."""
    place: ElementPath
    """Where the manifest states it."""


def answer(reading: Reading, facts: Facts) -> str | None:
    """The choice that a reading gives; None where the manifest does not state its fact.

    A reading of a `finding` gives None: only who has run the rules knows their findings.
    """
    value = stated(reading.fact, facts) if reading.fact else None
    if value is None:
        return None
    if reading.words:
        return reading.words.get(str(value).lower() if isinstance(value, bool) else str(value))
    if isinstance(value, bool | str):
        return None
    fitting = (band for band in reading.bands if band.up_to is None or value <= band.up_to)
    return next((band.choice for band in fitting), None)


def first(readings: Iterable[Reading], facts: Facts) -> Read | None:
    """The answer of the first reading that says something; findings are left out."""
    for reading in readings:
        choice = answer(reading, facts)
        if choice is not None and reading.fact is not None:
            return Read(choice, reading.fact, place(reading.fact))
    return None


def stated(fact: str, facts: Facts) -> str | float | bool | None:
    """What the manifest says: words, or a number in the units of `Reading.bands`.

    None where it says nothing, and for money in another currency than USD.
    """
    block, _, key = fact.partition(".")
    if fact in _DERIVED:
        return _DERIVED[fact](facts)
    if block not in _BLOCKS:
        return None
    value: Any = getattr(getattr(facts.architecture, block), key, None)
    return _dollars_a_month(value) if isinstance(value, Money) else value


def place(fact: str) -> ElementPath:
    """Path of the key that states the fact, or of the block that it is derived from."""
    return (fact.partition(".")[0],) if fact in _DERIVED else tuple(fact.split("."))


def known(fact: str, keys: Mapping[str, Iterable[str]]) -> bool:
    """Whether there is such a fact; `keys` are those of the blocks `requirements`, `workload`."""
    block, _, key = fact.partition(".")
    return fact in _DERIVED or (block in _BLOCKS and key in keys[block])


def _dollars_a_month(money: Money) -> float | None:
    return float(money.amount) / _MONTHS[money.period] if money.currency == "USD" else None


def _count(block: str) -> Callable[[Facts], float | None]:
    def count(facts: Facts) -> float | None:
        """Entries of the block; an empty or missing one says nothing."""
        return len(getattr(facts.architecture, block) or ()) or None

    return count


def _people(facts: Facts) -> float | None:
    """Members of all teams, where each team states its size."""
    sizes = [team.size for team in (facts.architecture.teams or {}).values()]
    return sum(size for size in sizes if size) or None if None not in sizes else None


_DERIVED: dict[str, Callable[[Facts], float | None]] = {
    **{f"{block}.count": _count(block) for block in _COUNTED},
    "teams.people": _people,
}
"""Facts that no single key states."""
