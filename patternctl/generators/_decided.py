"""A decision in words: what every text about one says alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from patternctl.model.choosing import Answer, Decision, Flip, Ranked, Term
from patternctl.model.decision import Asked

_ORIGINS = {
    "asked": "asked",
    "file": "file of answers",
    "finding": "finding",
    "flag": "flag",
    "manifest": "manifest",
}


class Named(Protocol):
    """What is said of a pattern."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def code(self) -> str:
        """Its code."""
        ...


class Words:
    """The words of questions, answers and patterns; ids stand for what is not known."""

    def __init__(self, questions: Mapping[str, Asked], entries: Mapping[str, Named]) -> None:
        self._questions = questions
        self._entries = entries

    def name(self, pattern: str) -> str:
        """A pattern as people say it, with its code."""
        entry = self._entries.get(pattern)
        return flat(f"{entry.name} ({entry.code})") if entry else f"`{pattern}`"

    def names(self, patterns: Sequence[str]) -> str:
        """Several patterns, of which one counts."""
        return listed([self.name(pattern) for pattern in patterns])

    def ask(self, question: str) -> str:
        """The words of a question."""
        asked = self._questions.get(question)
        return flat(asked.ask) if asked else f"`{question}`"

    def label(self, question: str, choice: str | None) -> str:
        """The words of an answer."""
        if choice is None:
            return "not known"
        asked = self._questions.get(question)
        option = asked.choices.get(choice) if asked else None
        return flat(option.label) if option else choice

    def means(self, question: str, choice: str) -> str:
        """What an answer says of the system; empty where that is not known."""
        asked = self._questions.get(question)
        option = asked.choices.get(choice) if asked else None
        return flat(option.means) if option else ""

    def answered(self, question: str, choice: str | None) -> str:
        """A question and its answer."""
        return f"{self.ask(question)} {self.label(question, choice)}"

    def flip(self, flip: Flip) -> str:
        """Answers and what they would lead to."""
        changes = (self.answered(name, choice) for name, choice in flip.changes)
        return f"{', and '.join(changes)} → {self.names(flip.outcome)}"


def lost(decision: Decision, words: Words, loser: str, term: Term) -> str:
    """Why a candidate is not chosen: where it falls furthest behind, by how much, and the reason.

    `term` is its own; where this speaks for it, or for nobody, the reason is that of what is
    chosen. Who is ahead in all and lost is told so.
    """
    ranks = {each.id: each for each in decision.ranking}
    winner = ranks.get(decision.chosen or "", decision.ranking[0])
    best = next((each for each in winner.terms if each.criterion == term.criterion), None)
    behind = (best.points if best else 0) - term.points
    ahead = ranks[loser].total - winner.total if loser in ranks else 0
    more = f"{_counted(ahead)} more in all, but " if ahead > 0 else ""
    own = term.score < 0 or best is None
    why = flat(term.why) if own or best is None else f"{words.name(winner.id)}: {flat(best.why)}"
    return f"{more}on `{term.criterion}` ({term.choice}) {_counted(behind)} less. {why}"


def _counted(value: float) -> str:
    told = number(value)
    return f"{told} point{'s' * (told != '1')}"


def origin(answer: Answer) -> str:
    """Where an answer comes from."""
    place = f"`{answer.place}`" if answer.place else ""
    if answer.inferred:
        return f"concluded from {place or 'the manifest'}"
    told = _ORIGINS[answer.origin]
    return f"{told}: {place}" if place else told


def points(ranked: Ranked) -> str:
    """The sum of a candidate, with its unit."""
    return _counted(ranked.total)


def signed(value: float) -> str:
    """A number that always shows which way it counts: `+2`, `−1`, `0`."""
    return f"+{number(value)}" if value > 0 else number(value)


def number(value: float) -> str:
    """A number with no needless digits."""
    return f"{value:.6g}".replace("-", "−") if value else "0"


def listed(names: Sequence[str]) -> str:
    """`a, b or c`."""
    return " or ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def flat(text: str) -> str:
    """Text in one line that opens no comment in Markdown."""
    return " ".join(text.split()).replace("<!--", "&lt;!--")
