"""What deciding gives: answers with their origin, the way through the tree, ranking, flips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Origin = Literal["flag", "asked", "file", "manifest", "finding"]
"""Where an answer comes from; earlier ones win over later ones."""
PEOPLE: frozenset[Origin] = frozenset({"flag", "asked", "file"})
"""Origins of what people answered for one decision."""


class Answer(NamedTuple):
    """One answer."""

    choice: str | None
    """Id of the choice; None for "don't know"."""
    origin: Origin
    place: str = ""
    """Where exactly: `architecture.yaml:7:16`, `answers.yaml:3`, `--set`."""
    inferred: bool = False
    """Nobody answered this question: it is concluded from a fact that answers another one, or from
    the answer that overrules this fact."""


Answers = Mapping[str, Answer]
"""By id of question or problem; what is not there is unanswered."""


class Overruled(NamedTuple):
    """Two sources answered differently."""

    question: str
    winner: Answer
    loser: Answer


class Step(NamedTuple):
    """One question on the way through the tree."""

    question: str
    answer: Answer | None
    """None where it is unanswered."""
    leads_to: tuple[str, ...]
    """Ids of the questions or leaves that follow: one, or all branches where it is not known."""


class Term(NamedTuple):
    """What one answer does to one candidate."""

    criterion: str
    choice: str
    weight: float
    score: int
    """From -2 (works against it) to 2 (is made for it)."""
    why: str

    @property
    def points(self) -> float:
        """Weight times score."""
        return self.weight * self.score


class Ranked(NamedTuple):
    """One candidate with all its terms."""

    id: str
    total: float
    terms: tuple[Term, ...]
    """In the order of the tree's criteria."""


class Flip(NamedTuple):
    """Answers that would change an outcome."""

    changes: tuple[tuple[str, str], ...]
    """(question, choice): one, or two that do it only together."""
    outcome: tuple[str, ...]
    """What the outcome would be: leaves of the tree, or the first of the ranking."""


class Suggestion(NamedTuple):
    """A pattern that a problem calls for."""

    pattern: str
    problem: str
    choice: str
    how: str
    adopted: bool = False
    """The manifest says that it is there already."""


class BuildStep(NamedTuple):
    """One pattern of the chosen set, in the order to build them."""

    pattern: str
    because: str
    """Why it is in the set: the outcome, a problem, or what another pattern needs."""
    added: bool
    """Nobody asked for it: another pattern needs it."""


class Conflict(NamedTuple):
    """Two patterns of the chosen set that work against one another."""

    one: str
    other: str
    why: str


class Decision(NamedTuple):
    """All that follows from some answers."""

    tree: str
    answers: tuple[tuple[str, Answer], ...]
    """Sorted by the order of questions in tree, criteria and problems."""
    overruled: tuple[Overruled, ...]
    steps: tuple[Step, ...]
    outcomes: tuple[str, ...]
    """Leaves that the answers allow: one where they settle it."""
    settled_by: str | None
    """The question that would narrow several outcomes most; None where there is one."""
    ranking: tuple[Ranked, ...]
    why_not: tuple[tuple[str, Term], ...]
    """For each candidate but the chosen one: the term where it loses most against that one."""
    difference: tuple[Term, ...]
    """Where tree and ranking disagree: the terms of the ranking's first that make the
    difference."""
    tree_flips: tuple[Flip, ...]
    ranking_flips: tuple[Flip, ...]
    suggestions: tuple[Suggestion, ...]
    build: tuple[BuildStep, ...]
    conflicts: tuple[Conflict, ...]
    chosen: str | None = None
    """What is built: the tree's outcome or, if that was asked for, the ranking's first."""
    tree_file: str = ""
    """The file of the tree, as it was named; empty for a tree of the catalog."""
    manifest: str = ""
    """The manifest that was read, as it was named; empty without one."""
