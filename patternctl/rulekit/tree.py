"""What answers lead to: the ends of a decision tree, and the best of its candidates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from patternctl.rulekit.graph import ordered_groups

if TYPE_CHECKING:
    from patternctl.model.decision import Choice, Tree

Picks = Mapping[str, str | None]
"""Choice by question; None, or nothing, where it is not known."""


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
        self._leaves = tuple(dict.fromkeys(choice.leaf for choice in choices if choice.leaf))

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
        return Walk(questions, tuple(leaf for leaf in self._leaves if leaf in leaves))


def branches(tree: Tree, question: str, choice: str | None = None) -> Iterable[Choice]:
    """The choices that an answer leaves open: one, or all where it is none of them."""
    choices = tree.questions[question].choices
    return (choices[choice],) if choice in choices else choices.values()


def best(tree: Tree, picks: Picks) -> tuple[str, ...]:
    """The candidates with the greatest sum of weight times score; several where they are equal."""
    totals = {name: _total(tree, name, picks) for name in tree.candidates}
    most = max(totals.values(), default=Fraction())
    return tuple(name for name, total in totals.items() if total == most)


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
