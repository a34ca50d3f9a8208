"""Which answers would change an outcome: all of one, and the pairs that do it only together.

Found by trying every one: there are finitely many. What is concluded from a fact of the manifest
changes together with the answer that the fact states, as it does when that answer is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import combinations
from math import lcm

from patternctl.engine.conclusions import NOTHING, Conclusions
from patternctl.engine.ranking import Entries
from patternctl.engine.treewalk import picks
from patternctl.model.choosing import Answer, Answers, Flip
from patternctl.model.decision import Tree
from patternctl.rulekit.tree import Paths, Picks, candidates, points, ties

Change = tuple[str, str]
"""(question, choice that is not the present one)."""
Outcome = Callable[[Sequence[Change]], tuple[str, ...]]
"""What the outcome is after some changes."""
Together = Callable[[Change, Change], bool]
"""Whether two changes may do what neither does alone; False spares trying them."""


def tree_flips(
    tree: Tree, answers: Answers, conclusions: Conclusions = NOTHING
) -> tuple[Flip, ...]:
    """Answers that change the leaves that may be reached, to fewer of them included."""
    trial = _Trial(tree, answers, conclusions)
    choices = {name: tree.questions[name].choices for name in trial.paths.order}
    return _smallest(_changes(choices, trial.known), trial.leaves, trial.meet)


def ranking_flips(
    tree: Tree, entries: Entries, answers: Answers, conclusions: Conclusions = NOTHING
) -> tuple[Flip, ...]:
    """Answers that bring another candidate to the first place."""
    trial = _Trial(tree, answers, conclusions)
    choices: dict[str, Iterable[str]] = {
        name: tree.questions[name].choices for name in trial.paths.order
    }
    for name, criterion in tree.criteria.items():
        if criterion.question:
            choices[name] = criterion.question.choices
    table = _Table(tree, entries, trial)
    return _smallest(_changes(choices, trial.known), table.first, table.meet)


def _changes(choices: Mapping[str, Iterable[str]], known: Picks) -> list[Change]:
    return [
        (name, choice)
        for name, offered in choices.items()
        for choice in offered
        if choice != known.get(name)
    ]


def _smallest(changes: Iterable[Change], outcome: Outcome, together: Together) -> tuple[Flip, ...]:
    """Single changes that matter; then pairs, of changes that do not matter alone, that do."""
    now = outcome(())
    single = [Flip((each,), then) for each in changes if (then := outcome((each,))) != now]
    matter = {flip.changes[0] for flip in single}
    others = [each for each in changes if each not in matter]
    pairs = [
        Flip((one, other), then)
        for one, other in combinations(others, 2)
        if one[0] != other[0] and together(one, other) and (then := outcome((one, other))) != now
    ]
    return (*single, *pairs)


class _Trial:
    """Answers with some of them changed, and the way that they take then."""

    def __init__(self, tree: Tree, answers: Answers, conclusions: Conclusions) -> None:
        self.known, self.paths = picks(answers), Paths(tree)
        self._answers, self._conclusions = answers, conclusions
        self._passed = cache(self._passed_after)

    def changed(self, changes: Sequence[Change]) -> dict[str, str | None]:
        """What differs from the present answers, conclusions included; None for no answer."""
        if not any(self._leads(change) for change in changes):
            return dict(changes)
        given = {name: Answer(choice, "flag") for name, choice in changes}
        after = picks(self._conclusions.complete({**self._answers, **given}))
        names = self.known.keys() | after.keys()
        return {n: after.get(n) for n in names if after.get(n) != self.known.get(n)}

    def leaves(self, changes: Sequence[Change]) -> tuple[str, ...]:
        """The leaves that may be reached."""
        return self.paths.follow({**self.known, **self.changed(changes)}).leaves

    def meet(self, one: Change, other: Change) -> bool:
        """Whether two changes may lead elsewhere than each does alone.

        A question that is off the way which the other change leaves does nothing there.
        """
        if self._leads(one) or self._leads(other):
            return True
        return other[0] in self._passed(one) and one[0] in self._passed(other)

    def passes(self, change: Change, question: str) -> bool:
        """Whether a question is on the way after a change, or may be with what it brings along."""
        return self._leads(change) or question in self._passed(change)

    def _leads(self, change: Change) -> bool:
        """Whether something is concluded from the answer."""
        return change[0] in self._conclusions.stated

    def _passed_after(self, change: Change) -> frozenset[str]:
        way = self.paths.follow({**self.known, **self.changed((change,))})
        return frozenset(way.questions)


class _Table:
    """Points of all candidates for all choices, in whole numbers."""

    def __init__(self, tree: Tree, entries: Entries, trial: _Trial) -> None:
        self._trial = trial
        self._candidates = candidates(tree, entries)
        self._fits = [tree.candidates[name] for name in self._candidates]
        self._weights = _whole({name: each.weight for name, each in tree.criteria.items()})
        self._none = [0] * len(self._candidates)
        self._totals = self._none
        for name in self._weights:
            points = self._points(name, trial.known.get(name))
            self._totals = _each(int.__add__, self._totals, points)
        self._gain, self._tied = cache(self._gained), cache(self._tied_after)

    def first(self, changes: Sequence[Change]) -> tuple[str, ...]:
        """The candidate in the first place after the changes, by the rules of `rank`."""
        equal = self._best(changes)
        return tuple((ties(equal, self._trial.leaves(changes)) if len(equal) > 1 else equal)[:1])

    def meet(self, one: Change, other: Change) -> bool:
        """Whether two changes may do what neither does alone.

        What gives nobody points only matters on the tree's way, and where candidates are level.
        """
        weighs = self._weighs(one), self._weighs(other)
        if all(weighs):
            return True
        if any(weighs):
            heavy, light = (one, other) if weighs[0] else (other, one)
            return self._tied(heavy) and self._trial.passes(heavy, light[0])
        return self._tied(None) and self._trial.meet(one, other)

    def _weighs(self, change: Change) -> bool:
        return any(any(self._gain(*pair)) for pair in self._trial.changed((change,)).items())

    def _tied_after(self, change: Change | None) -> bool:
        return len(self._best((change,) if change else ())) > 1

    def _best(self, changes: Sequence[Change]) -> list[str]:
        """All that have the most points after the changes."""
        totals = self._totals
        for name, choice in self._trial.changed(changes).items():
            totals = _each(int.__add__, totals, self._gain(name, choice))
        best = max(totals, default=0)
        both = zip(self._candidates, totals, strict=True)
        return [name for name, total in both if total == best]

    def _gained(self, name: str, choice: str | None) -> list[int]:
        if name not in self._weights:
            return self._none
        before = self._points(name, self._trial.known.get(name))
        return _each(int.__sub__, self._points(name, choice), before)

    def _points(self, name: str, choice: str | None) -> list[int]:
        fits = [each.get(name, {}).get(choice or "") for each in self._fits]
        return [self._weights[name] * fit.score if fit else 0 for fit in fits]


def _whole(weights: Mapping[str, float]) -> dict[str, int]:
    """Weights in the largest unit that makes all of them whole."""
    exacts = {name: points(weight, 1) for name, weight in weights.items()}
    unit = lcm(*(weight.denominator for weight in exacts.values()))
    return {name: int(weight * unit) for name, weight in exacts.items()}


def _each(join: Callable[[int, int], int], some: Iterable[int], others: Iterable[int]) -> list[int]:
    return [*map(join, some, others)]
