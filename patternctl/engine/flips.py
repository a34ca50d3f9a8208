"""Which answers would change an outcome: all of one, and the pairs that do it only together.

Found by trying every one: there are finitely many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from math import lcm

from patternctl.engine.ranking import Entries, candidates
from patternctl.engine.treewalk import picks
from patternctl.model.choosing import Answers, Flip
from patternctl.model.decision import Tree
from patternctl.rulekit.tree import Paths, Picks, points

Change = tuple[str, str]
"""(question, choice that is not the present one)."""
Outcome = Callable[[Sequence[Change]], tuple[str, ...]]
"""What the outcome is after some changes."""


def tree_flips(tree: Tree, answers: Answers) -> tuple[Flip, ...]:
    """Answers that change the leaves that may be reached, to fewer of them included."""
    known, paths = picks(answers), Paths(tree)
    choices = {name: tree.questions[name].choices for name in paths.order}

    def outcome(changes: Sequence[Change]) -> tuple[str, ...]:
        return paths.follow({**known, **dict(changes)}).leaves

    return _smallest(list(_changes(choices, known)), outcome)


def ranking_flips(tree: Tree, entries: Entries, answers: Answers) -> tuple[Flip, ...]:
    """Answers that bring another candidate to the first place."""
    known = picks(answers)
    choices: dict[str, Iterable[str]] = {
        name: tree.questions[name].choices for name in Paths(tree).order
    }
    for name, criterion in tree.criteria.items():
        if criterion.question:
            choices[name] = criterion.question.choices
    table = _Table(tree, entries, known, choices)
    return _smallest(list(_changes(choices, known)), table.first)


def _changes(choices: Mapping[str, Iterable[str]], known: Picks) -> Iterable[Change]:
    for name, offered in choices.items():
        yield from ((name, choice) for choice in offered if choice != known.get(name))


def _smallest(changes: Sequence[Change], outcome: Outcome) -> tuple[Flip, ...]:
    """Single changes that matter; then pairs, of changes that do not matter alone, that do."""
    now = outcome(())
    single = [Flip((each,), then) for each in changes if (then := outcome((each,))) != now]
    matter = {flip.changes[0] for flip in single}
    others = [each for each in changes if each not in matter]
    pairs = [
        Flip((one, other), then)
        for one, other in combinations(others, 2)
        if one[0] != other[0] and (then := outcome((one, other))) != now
    ]
    return (*single, *pairs)


class _Table:
    """Points of all candidates for all choices, in whole numbers."""

    def __init__(
        self,
        tree: Tree,
        entries: Entries,
        known: Picks,
        choices: Mapping[str, Iterable[str]],
    ) -> None:
        self._known, self._paths = known, Paths(tree)
        self._candidates = candidates(tree, entries)
        self._fits = [tree.candidates[name] for name in self._candidates]
        self._weights = _whole({name: each.weight for name, each in tree.criteria.items()})
        self._totals = [0] * len(self._candidates)
        for name in self._weights:
            self._totals = _each(int.__add__, self._totals, self._points(name, known.get(name)))
        self._gains = {
            (name, choice): _each(
                int.__sub__, self._points(name, choice), self._points(name, known.get(name))
            )
            for name, offered in choices.items()
            for choice in offered
        }

    def first(self, changes: Sequence[Change]) -> tuple[str, ...]:
        """The candidate in the first place after the changes, by the rules of `rank`."""
        totals = self._totals
        for change in changes:
            totals = _each(int.__add__, totals, self._gains[change])
        best = max(totals, default=0)
        both = zip(self._candidates, totals, strict=True)
        equal = [name for name, total in both if total == best]
        if len(equal) > 1:
            outcomes = self._paths.follow({**self._known, **dict(changes)}).leaves
            equal.sort(key=lambda name: name not in outcomes)
        return tuple(equal[:1])

    def _points(self, name: str, choice: str | None) -> list[int]:
        weight = self._weights.get(name, 0)
        fits = [each.get(name, {}).get(choice or "") for each in self._fits]
        return [weight * fit.score if fit else 0 for fit in fits]


def _whole(weights: Mapping[str, float]) -> dict[str, int]:
    """Weights in the largest unit that makes all of them whole."""
    exacts = {name: points(weight, 1) for name, weight in weights.items()}
    unit = lcm(*(weight.denominator for weight in exacts.values()))
    return {name: int(weight * unit) for name, weight in exacts.items()}


def _each(join: Callable[[int, int], int], some: Iterable[int], others: Iterable[int]) -> list[int]:
    return [*map(join, some, others)]
