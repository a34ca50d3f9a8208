"""What is concluded from facts of a manifest, also where other answers overrule these facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from patternctl.model.choosing import Answer, Answers


class Stated(NamedTuple):
    """A question that a fact of the manifest answers by itself."""

    fact: str
    choice: str
    words: Mapping[str, frozenset[str]]
    """What the fact would say, by choice."""


class Drawn(NamedTuple):
    """One way to conclude the answer to another question."""

    fact: str
    """Empty for a finding."""
    words: Mapping[str, str]
    """Choice by what the fact says; nothing where it is a number."""
    answer: Answer | None
    """What the manifest as it is lets be concluded."""


class Conclusions(NamedTuple):
    """Answers that nobody gave. An answer that overrules a fact counts as if the fact said it.

    Where it does not tell what the fact would say ("don't know", a range of numbers), nothing is
    concluded from that fact.
    """

    stated: Mapping[str, Stated] = {}
    """Questions by whose answers something else is concluded."""
    drawn: Mapping[str, tuple[Drawn, ...]] = {}
    """By question; of several ways the first counts that leads to an answer."""

    def follow(self, answers: Answers) -> dict[str, Answer | None]:
        """What is concluded with `answers`, None for nothing, whether or not they say it too."""
        overruled: dict[str, tuple[Answer, frozenset[str]]] = {}
        for name, (fact, choice, words) in self.stated.items():
            winner = answers.get(name)
            if winner is not None and winner.choice != choice:
                overruled.setdefault(fact, (winner, words.get(winner.choice or "", frozenset())))
        found: dict[str, Answer | None] = {}
        for name, ways in self.drawn.items():
            led = (_answer(way, overruled.get(way.fact)) for way in ways)
            found[name] = next(filter(None, led), None)
        return found

    def without(self, answers: Answers) -> dict[str, Answer]:
        """`answers` but for those that `follow` tells anew."""
        return {
            name: answer
            for name, answer in answers.items()
            if name not in self.drawn or not (answer.inferred or answer.origin == "finding")
        }

    def complete(self, answers: Answers) -> dict[str, Answer]:
        """`answers`, what is concluded being concluded from the others."""
        told = {name: answer for name, answer in self.follow(answers).items() if answer}
        return {**told, **self.without(answers)}


NOTHING = Conclusions()
"""What is concluded without a manifest."""


def _answer(way: Drawn, overruled: tuple[Answer, frozenset[str]] | None) -> Answer | None:
    if overruled is None:
        return way.answer
    winner, words = overruled
    choices = {way.words.get(word) for word in words}
    choice = choices.pop() if len(choices) == 1 else None
    return Answer(choice, winner.origin, winner.place, inferred=True) if choice else None
