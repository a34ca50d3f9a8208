"""Answers to questions of a decision that a manifest gives by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from patternctl.model.system import ElementPath
from patternctl.model.units import Money
from patternctl.rulekit.derived import DERIVED, Derived
from patternctl.rulekit.facts import Facts

if TYPE_CHECKING:
    from patternctl.model.decision import Reading

CURRENCY = "USD"
"""What questions about money are asked in; exchange rates are not guessed."""
_BLOCKS = ("requirements", "workload", "deployment")
"""Blocks whose keys are facts: `requirements.consistency`."""
_MONTHS = {"month": 1, "year": 12}


class Read(NamedTuple):
    """An answer and what gives it."""

    choice: str
    fact: str
    """The fact as a reading names it (`requirements.consistency`, `teams.count`), or the rule."""
    place: ElementPath | None
    """Where the manifest states it; None for a finding, which has a place of its own."""
    inferred: bool = False
    """The fact is about something else, and lets the answer be concluded."""


def told(
    readings: Iterable[Reading], facts: Facts, findings: Collection[str] = ()
) -> tuple[Read, ...]:
    """All that readings say, what is stated before what is concluded, else in their order.

    `findings` are the rules that found something; without them readings of findings say nothing.
    """
    found = [read for each in readings if (read := _one(each, facts, findings))]
    return tuple(sorted(found, key=lambda read: read.inferred or read.place is None))


def first(readings: Iterable[Reading], facts: Facts, findings: Collection[str] = ()) -> Read | None:
    """The answer that counts of all that `told` gives."""
    return next(iter(told(readings, facts, findings)), None)


def contradictions(reads: Iterable[Read]) -> Iterator[tuple[Read, Read]]:
    """What counts of `reads`, each time with one that says otherwise; findings are left out.

    Where what counts is itself worked out from the structure, nothing stated is contradicted.
    """
    of_facts = [read for read in reads if read.place is not None]
    if of_facts and is_key(of_facts[0].fact):
        counts, *others = of_facts
        yield from ((counts, other) for other in others if other.choice != counts.choice)


def stated(fact: str, facts: Facts) -> Derived | None:
    """What the manifest says, and where: words, or a number in the units of `Reading.bands`.

    None where it says nothing, and for money in another currency than `CURRENCY`.
    """
    if fact in DERIVED:
        return DERIVED[fact](facts)
    if not is_key(fact):
        return None
    block, _, key = fact.partition(".")
    value: Any = getattr(getattr(facts.architecture, block), key, None)
    if isinstance(value, Money):
        value = _dollars_a_month(value)
    return None if value is None else Derived(value, (block, key))


def is_key(fact: str) -> bool:
    """Whether a single key states the fact."""
    return fact.partition(".")[0] in _BLOCKS


def known(fact: str, keys: Mapping[str, Iterable[str]]) -> bool:
    """Whether there is such a fact; `keys` are those of the blocks `requirements`, `workload`."""
    block, _, key = fact.partition(".")
    return fact in DERIVED or (block in _BLOCKS and key in keys[block])


def _one(reading: Reading, facts: Facts, findings: Collection[str]) -> Read | None:
    """What one reading says."""
    if reading.finding:
        there = reading.choice if reading.finding in findings else None
        return Read(there, reading.finding, None) if there else None
    found = stated(reading.fact, facts) if reading.fact else None
    choice = _choice(reading, found) if found else None
    if found is None or choice is None or reading.fact is None:
        return None
    return Read(choice, reading.fact, found.path, reading.inferred)


def _choice(reading: Reading, found: Derived) -> str | None:
    """The choice that the reading of a fact gives; None where it has no word or range for it."""
    value = found.value
    if reading.words:
        return reading.words.get(str(value).lower() if isinstance(value, bool) else str(value))
    if isinstance(value, bool | str):
        return None
    fitting = (band for band in reading.bands if band.up_to is None or value <= band.up_to)
    return next((band.choice for band in fitting), None)


def _dollars_a_month(money: Money) -> float | None:
    return float(money.amount) / _MONTHS[money.period] if money.currency == CURRENCY else None
