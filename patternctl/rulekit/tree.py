"""What answers lead to: the ends of a decision tree, and the best of its candidates."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, Protocol, get_args

from patternctl.model.vocabulary import Complexity
from patternctl.rulekit.graph import ordered_groups

if TYPE_CHECKING:
    from patternctl.model.decision import Choice, Tree

Picks = Mapping[str, str | None]
"""Choice by question; None, or nothing, where it is not known."""
Code = tuple[str, int]
_CODE = re.compile(r"([A-Z]+)([0-9]+)")
_COMPLEXITIES: tuple[str, ...] = get_args(Complexity)


class Rated(Protocol):
    """What tells equal candidates apart."""

    @property
    def code(self) -> str: ...
    @property
    def complexity(self) -> str: ...


class Walk(NamedTuple):
    """What some answers lead to."""

    questions: tuple[str, ...]
    """Questions on the way, each after those that lead to it."""
    leaves: tuple[str, ...]
    """Ends that may be reached, in the tree's order: one where the answers settle it."""


class Paths:
    """A sound tree, as those of a loaded catalog are, prepared for being followed many times."""

    def __init__(self, tree: Tree) -> None:
        """Linear in the tree."""
        self._tree = tree
        self.order = _order(tree)
        """All questions, each after those that lead to it."""
        choices = (choice for name in self.order for choice in branches(tree, name))
        self.leaves = tuple(dict.fromkeys(choice.leaf for choice in choices if choice.leaf))
        """All leaves, in the tree's order."""

    def follow(self, picks: Picks) -> Walk:
        """The way from the start; a question whose answer is not known leads along every choice."""
        reached = {self._tree.start}
        leaves: set[str] = set()
        for name in self.order:
            if name in reached:
                for choice in branches(self._tree, name, picks.get(name)):
                    if choice.ask:
                        reached.add(choice.ask)
                    elif choice.leaf:
                        leaves.add(choice.leaf)
        questions = tuple(name for name in self.order if name in reached)
        return Walk(questions, tuple(leaf for leaf in self.leaves if leaf in leaves))


def branches(tree: Tree, question: str, choice: str | None = None) -> Iterable[Choice]:
    """The choices that an answer leaves open: one, or all where it is none of them."""
    choices = tree.questions[question].choices
    return (choices[choice],) if choice in choices else choices.values()


def standing(
    tree: Tree, entries: Mapping[str, Rated], picks: Picks
) -> tuple[tuple[str, Fraction], ...]:
    """All candidates with their sum of weight times score, the best first, equal ones by `ties`."""
    totals = {name: _total(tree, name, picks) for name in tree.candidates}
    ordered = ties(candidates(tree, entries), Paths(tree).follow(picks).leaves)
    return tuple((name, totals[name]) for name in sorted(ordered, key=lambda one: -totals[one]))


def ties(equal: Iterable[str], leaves: Container[str]) -> list[str]:
    """Equal candidates, given in the order of `candidates`: those that the tree leads to first."""
    return sorted(equal, key=lambda name: name not in leaves)


def candidates(tree: Tree, entries: Mapping[str, Rated]) -> list[str]:
    """What is ranked, the simpler ones first, then by code."""

    def key(name: str) -> tuple[int, Code, str]:
        return _COMPLEXITIES.index(entries[name].complexity), code(entries[name].code), name

    return sorted(tree.candidates, key=key)


def code(text: str) -> Code:
    """A code for sorting: its letters, then its number."""
    match = _CODE.fullmatch(text)
    return (match[1], int(match[2])) if match else (text, 0)


def points(weight: float, score: int) -> Fraction:
    """Weight times score, exact: 0.1 and 0.2 weigh as much as 0.3, in whatever order."""
    return Fraction(repr(weight)) * score


def _order(tree: Tree) -> tuple[str, ...]:
    """Depth first along the choices as they are listed, but a question waits for all before it."""
    further = {
        name: [choice.ask for choice in question.choices.values() if choice.ask][::-1]
        for name, question in tree.questions.items()
    }
    from_start = {tree.start: further[tree.start], **further}
    return tuple(name for group in reversed(ordered_groups(from_start)) for name in group)


def _total(tree: Tree, candidate: str, picks: Picks) -> Fraction:
    fits = tree.candidates[candidate]
    terms = (
        points(criterion.weight, fits[name][pick].score)
        for name, criterion in tree.criteria.items()
        if (pick := picks.get(name)) is not None and pick in fits.get(name, {})
    )
    return sum(terms, Fraction())
