"""What a manifest answers by itself: its facts and the findings in it, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from patternctl.model.architecture import Architecture
from patternctl.model.choosing import Answer
from patternctl.model.decision import Asked, Reading
from patternctl.model.finding import Finding
from patternctl.model.system import System
from patternctl.model.units import Money
from patternctl.rulekit import Facts
from patternctl.rulekit import answers as reading_facts

CURRENCY = "USD"
"""What questions about money are asked in; exchange rates are not guessed."""


class Read(NamedTuple):
    """The answers that were read."""

    answers: Mapping[str, Answer]
    notes: tuple[str, ...]
    """What is stated and could not be read, and why."""


def read(system: System, asked: Mapping[str, Asked], findings: Iterable[Finding]) -> Read:
    """Answers to the questions `asked` (by id), as their readings say.

    Of several readings of a question the first that says something counts. What a manifest does not
    state stays unanswered; so does what a reading has no word or range for.
    """
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.rule, finding)
    reader = _Reader(system, Facts(system.architecture), first)
    answers = {
        name: answer
        for name, question in asked.items()
        if (answer := reader.first(question.read)) is not None
    }
    named = dict.fromkeys(each.fact for q in asked.values() for each in q.read if each.fact)
    return Read(answers, tuple(reader.notes(named)))


def rules(asked: Iterable[Asked]) -> set[str]:
    """Ids of the rules whose findings answer something."""
    return {reading.finding for each in asked for reading in each.read if reading.finding}


def adopted(architecture: Architecture) -> tuple[str, ...]:
    """Ids of the patterns that a manifest says it has adopted, each once."""
    return tuple(dict.fromkeys(each.pattern for each in architecture.patterns or ()))


class _Reader(NamedTuple):
    """One system, with the first finding of each rule."""

    system: System
    facts: Facts
    findings: Mapping[str, Finding]

    def first(self, readings: Iterable[Reading]) -> Answer | None:
        """The answer of the first reading that says something."""
        return next((answer for each in readings if (answer := self.one(each))), None)

    def one(self, reading: Reading) -> Answer | None:
        """The answer of one reading."""
        if reading.finding:
            finding = self.findings.get(reading.finding)
            return finding and Answer(reading.choice, "finding", str(finding.location))
        choice = reading_facts.answer(reading, self.facts)
        if choice is None or not reading.fact:
            return None
        return Answer(choice, "manifest", self.place(reading.fact))

    def place(self, fact: str) -> str:
        """Where the manifest states a fact."""
        return str(self.system.sources.locate(reading_facts.place(fact)))

    def notes(self, named: Iterable[str]) -> Iterator[str]:
        """What is said of the facts that are stated and cannot be compared."""
        for fact in named:
            block, _, key = fact.partition(".")
            money = getattr(getattr(self.facts.architecture, block, None), key, None)
            if isinstance(money, Money) and money.currency != CURRENCY:
                told = f"{key} is in {money.currency} and answers nothing"
                yield f"{self.place(fact)}: {told}: the question is in {CURRENCY}"
