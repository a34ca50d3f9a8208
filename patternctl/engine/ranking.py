"""Architectures by how well they fit all that is known, with every term in the open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from patternctl.engine.treewalk import picks
from patternctl.model.choosing import Answers, Ranked, Term
from patternctl.model.decision import Tree
from patternctl.rulekit.tree import Rated, points, standing


class Wish(Protocol):
    """Patterns of which one should be there."""

    @property
    def any_of(self) -> Sequence[str]: ...
    @property
    def why(self) -> str: ...


class Entry(Rated, Protocol):
    """What deciding needs to know of a pattern or a baseline, `Pattern` itself or less."""

    @property
    def requires(self) -> Mapping[str, str]: ...
    @property
    def conflicts_with(self) -> Mapping[str, str]: ...
    @property
    def wants(self) -> Sequence[Wish]: ...


Entries = Mapping[str, Entry]
"""By id; looked up by name only, so that they may be read when they are needed."""


def rank(tree: Tree, entries: Entries, answers: Answers) -> tuple[Ranked, ...]:
    """All candidates of the tree, the best first; criteria not answered count for nobody."""
    placed = standing(tree, entries, picks(answers))
    return tuple(Ranked(name, float(total), _terms(tree, name, answers)) for name, total in placed)


def why_not(ranking: Sequence[Ranked], chosen: str | None = None) -> tuple[tuple[str, Term], ...]:
    """For each candidate but the chosen one (the first): its term where it loses most against it.

    A candidate that loses nowhere is left out.
    """
    if not ranking:
        return ()
    best = next((each for each in ranking if each.id == chosen), ranking[0])
    reasons: list[tuple[str, Term]] = []
    for loser in ranking:
        own = {term.criterion: term for term in loser.terms}
        lost = next((own[name] for name in _gaps(best, loser) if name in own), None)
        if lost is not None:
            reasons.append((loser.id, lost))
    return tuple(reasons)


def difference(ranking: Sequence[Ranked], outcomes: Sequence[str]) -> tuple[Term, ...]:
    """Terms by which the ranking's first beats the tree's outcome, the largest gain first.

    Empty where both agree. Of several outcomes the one that ranks best is compared.
    """
    if not ranking or ranking[0].id in outcomes:
        return ()
    unranked = Ranked(outcomes[0], 0.0, ())
    outcome = next((each for each in ranking if each.id in outcomes), unranked)
    own = {term.criterion: term for term in ranking[0].terms}
    return tuple(own[name] for name in _gaps(ranking[0], outcome) if name in own)


def _terms(tree: Tree, candidate: str, answers: Answers) -> tuple[Term, ...]:
    terms: list[Term] = []
    for name, criterion in tree.criteria.items():
        choice = answers[name].choice if name in answers else None
        fit = tree.candidates[candidate].get(name, {}).get(choice) if choice else None
        if choice and fit:
            terms.append(Term(name, choice, criterion.weight, fit.score, fit.why))
    return tuple(terms)


def _points(term: Term) -> Fraction:
    return points(term.weight, term.score)


def _gaps(winner: Ranked, loser: Ranked) -> list[str]:
    """Criteria where `loser` falls behind, the widest gap first, then the heavier criterion."""
    ahead = {term.criterion: _points(term) for term in winner.terms}
    behind = {term.criterion: _points(term) for term in loser.terms}
    weights = {term.criterion: term.weight for term in (*winner.terms, *loser.terms)}
    gaps = {name: ahead.get(name, 0) - behind.get(name, 0) for name in weights}
    wide = [name for name in gaps if gaps[name] > 0]
    return sorted(wide, key=lambda name: (-gaps[name], -weights[name]))
