"""The way that answers take through a tree, and where it may end."""

from __future__ import annotations

from typing import NamedTuple

from patternctl.model.choosing import Answers, Step
from patternctl.model.decision import Tree
from patternctl.rulekit.tree import Paths, branches


class Way(NamedTuple):
    """What some answers leave of a tree."""

    steps: tuple[Step, ...]
    """The questions that matter, each after those that lead to it."""
    outcomes: tuple[str, ...]
    """The leaves that may be reached, in the tree's order."""


def walk(tree: Tree, answers: Answers) -> Way:
    """Follow the answers from the start; where one is not known, follow every branch."""
    known = picks(answers)
    way = Paths(tree).follow(known)
    steps = [
        Step(name, answers.get(name), _targets(tree, name, known.get(name)))
        for name in way.questions
    ]
    return Way(tuple(steps), way.leaves)


def next_question(tree: Tree, answers: Answers) -> str | None:
    """The next question to ask on the way; None where one outcome is left or all are answered.

    "Don't know" is an answer: the questions of all branches then follow.
    """
    way = walk(tree, answers)
    if len(way.outcomes) == 1:
        return None
    return next((step.question for step in way.steps if step.question not in answers), None)


def settled_by(tree: Tree, answers: Answers) -> str | None:
    """The open question on the way whose answer alone leaves the fewest outcomes.

    What counts is the answer that leaves the most of them, so that the promise holds whatever the
    answer is. Of equal questions it is the first; None where there is one outcome already.
    """
    way = walk(tree, answers)
    if len(way.outcomes) == 1:
        return None
    paths, known = Paths(tree), picks(answers)

    def left(question: str) -> int:
        choices = tree.questions[question].choices
        return max(len(paths.follow({**known, question: choice}).leaves) for choice in choices)

    return min((step.question for step in way.steps if step.question not in known), key=left)


def picks(answers: Answers) -> dict[str, str]:
    """The choices alone; "don't know" is none."""
    return {name: answer.choice for name, answer in answers.items() if answer.choice is not None}


def _targets(tree: Tree, question: str, known: str | None) -> tuple[str, ...]:
    targets = (choice.ask or choice.leaf for choice in branches(tree, question, known))
    return tuple(dict.fromkeys(target for target in targets if target))
