"""What a manifest answers by itself: its facts and the findings in it, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from patternctl.engine.conclusions import Conclusions, Drawn, Stated
from patternctl.errors import Location, Problem
from patternctl.model.architecture import Architecture
from patternctl.model.choosing import Answer, Origin
from patternctl.model.decision import Asked, Reading
from patternctl.model.finding import Finding
from patternctl.model.system import System
from patternctl.model.units import Money
from patternctl.rulekit import Facts
from patternctl.rulekit import answers as reading_facts
from patternctl.rulekit.answers import CURRENCY


class Read(NamedTuple):
    """The answers that were read."""

    answers: Mapping[str, Answer]
    notes: tuple[str, ...] = ()
    """What is stated and could not be read, or is otherwise concluded, and why."""
    problems: tuple[Problem, ...] = ()
    """Keys that answer one question differently: the manifest contradicts itself."""
    conclusions: Conclusions = Conclusions()
    """What changes where an answer overrules a fact from which others are concluded."""


def read(system: System, asked: Mapping[str, Asked], findings: Iterable[Finding]) -> Read:
    """Answers to the questions `asked` (by id), as their readings say.

    Of several readings of a question that say something, the first counts, what is stated before
    what is concluded. What a manifest does not state stays unanswered; so does what a reading has
    no word or range for.
    """
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.rule, finding)
    reader = _Reader(system, Facts(system.architecture), first)
    told = {
        name: reads
        for name, question in asked.items()
        if (reads := reading_facts.told(question.read, reader.facts, first))
    }
    named = dict.fromkeys(each.fact for q in asked.values() for each in q.read if each.fact)
    return Read(
        {name: reader.answer(reads[0]) for name, reads in told.items()},
        (*reader.unread(named), *reader.doubts(told)),
        tuple(reader.contradictions(told)),
        reader.conclusions(asked, told),
    )


def rules(asked: Iterable[Asked]) -> set[str]:
    """Ids of the rules whose findings answer something."""
    return {reading.finding for each in asked for reading in each.read if reading.finding}


def adopted(architecture: Architecture) -> tuple[str, ...]:
    """Ids of the patterns that a manifest says it has adopted, each once."""
    return tuple(dict.fromkeys(each.pattern for each in architecture.patterns or ()))


Reads = Mapping[str, tuple[reading_facts.Read, ...]]
"""All that a manifest says, by question; the first counts."""


class _Reader(NamedTuple):
    """One system, with the first finding of each rule."""

    system: System
    facts: Facts
    findings: Mapping[str, Finding]

    def answer(self, read: reading_facts.Read) -> Answer:
        """What counts, with its origin."""
        origin: Origin = "finding" if read.place is None else "manifest"
        return Answer(read.choice, origin, str(self.place(read)), read.inferred)

    def place(self, read: reading_facts.Read) -> Location:
        """Where the manifest says it."""
        if read.place is None:
            return self.findings[read.fact].location
        return self.system.sources.locate(read.place)

    def conclusions(self, asked: Mapping[str, Asked], told: Reads) -> Conclusions:
        """What is concluded from facts that answer another question, or might be."""
        stated = {
            name: Stated(counts.fact, counts.choice, _words(asked[name].read, counts.fact))
            for name, (counts, *_) in told.items()
            if counts.place is not None and not counts.inferred
        }
        facts = {each.fact for each in stated.values()}
        drawn = {
            name: tuple(map(self._drawn, question.read))
            for name, question in asked.items()
            if name not in stated
            and any(each.inferred and each.fact in facts for each in question.read)
        }
        used = {each.fact for ways in drawn.values() for each in ways}
        return Conclusions({n: each for n, each in stated.items() if each.fact in used}, drawn)

    def _drawn(self, reading: Reading) -> Drawn:
        read = reading_facts.first([reading], self.facts, self.findings)
        words = reading.words if reading.inferred else {}
        return Drawn(reading.fact or "", words, self.answer(read) if read else None)

    def unread(self, named: Iterable[str]) -> Iterator[str]:
        """What is said of the facts that are stated and cannot be compared."""
        for fact in named:
            block, _, key = fact.partition(".")
            money = getattr(getattr(self.facts.architecture, block, None), key, None)
            if isinstance(money, Money) and money.currency != CURRENCY:
                told = f"{key} is in {money.currency} and answers nothing"
                where = self.system.sources.locate((block, key))
                yield f"{where}: {told}: the question is in {CURRENCY}"

    def doubts(self, told: Reads) -> Iterator[str]:
        """Answers that what the structure shows speaks against; what is stated counts."""
        for name, counts, other in _contradictions(told):
            if not reading_facts.is_key(other.fact):
                stated = f"{counts.fact} says {counts.choice} and counts"
                yield f"{self.place(other)}: {name}: {other.fact} says {other.choice}, {stated}"

    def contradictions(self, told: Reads) -> Iterator[Problem]:
        """Questions that two keys answer differently."""
        for name, counts, other in _contradictions(told):
            if reading_facts.is_key(other.fact):
                message = f"{other.fact} says {other.choice}, but {counts.fact}"
                message += f" says {counts.choice} ({self.place(counts)})"
                hint = f"correct one of them: both answer `{name}`"
                yield Problem(message, self.place(other), hint)


def _words(readings: Iterable[Reading], fact: str) -> dict[str, frozenset[str]]:
    """What a fact says where it gives an answer, by choice; nothing where it is a number."""
    pairs = [
        pair
        for each in readings
        if each.fact == fact and not each.inferred
        for pair in each.words.items()
    ]
    return {
        choice: frozenset(word for word, given in pairs if given == choice) for _, choice in pairs
    }


def _contradictions(
    told: Reads,
) -> Iterator[tuple[str, reading_facts.Read, reading_facts.Read]]:
    """(question, what counts, what says otherwise)."""
    for name, reads in told.items():
        yield from ((name, *pair) for pair in reading_facts.contradictions(reads))
