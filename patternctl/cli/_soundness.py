"""Whether a decision that was read from a file holds together, as one that was made does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isclose

from patternctl.model.choosing import Decision, Ranked, Term
from patternctl.model.decision import Asked

_SCORE, _WEIGHT = 2, 1000
"""Bounds of what a catalog may say."""


def faults(decision: Decision, asked: Mapping[str, Asked] | None) -> Iterator[str]:
    """All that is wrong; `asked` are the questions where the tree is known, by id."""
    yield from _chosen(decision)
    for index, ranked in enumerate(decision.ranking):
        yield from _ranked(ranked, f"ranking[{index}]")
    totals = [each.total for each in decision.ranking]
    if any(one < other for one, other in pairwise(totals)):
        yield "`ranking` is not sorted, the most points first"
    for key in ("why_not", "difference"):
        for index, each in enumerate(getattr(decision, key)):
            yield from _term(each if key == "difference" else each[1], f"{key}[{index}]")
    for key in ("tree_flips", "ranking_flips"):
        for index, flip in enumerate(getattr(decision, key)):
            if not flip.changes or not flip.outcome:
                yield f"`{key}[{index}]` lacks changes or an outcome"
    if asked is not None:
        yield from _unknown(decision, asked)


def _chosen(decision: Decision) -> Iterator[str]:
    ranked = {each.id for each in decision.ranking}
    if decision.chosen and decision.chosen not in ranked.union(decision.outcomes):
        yield "`chosen` is neither among the outcomes nor in the ranking"
    strangers = [name for name, _ in decision.why_not if name not in ranked]
    yield from (f"`why_not` has {name}, which is not in the ranking" for name in strangers)


def _ranked(ranked: Ranked, at: str) -> Iterator[str]:
    for index, term in enumerate(ranked.terms):
        yield from _term(term, f"{at}.terms[{index}]")
    sum_ = sum(term.points for term in ranked.terms)
    if not isclose(ranked.total, sum_, rel_tol=1e-9, abs_tol=1e-6):
        yield f"`{at}.total` is not the sum of weights times scores"


def _term(term: Term, at: str) -> Iterator[str]:
    if abs(term.score) > _SCORE:
        yield f"`{at}.score` is not from -{_SCORE} to {_SCORE}"
    if not 0 < term.weight <= _WEIGHT:
        yield f"`{at}.weight` is not above 0 and up to {_WEIGHT}"


def _unknown(decision: Decision, asked: Mapping[str, Asked]) -> Iterator[str]:
    """Questions and choices that the tree and the problems do not have."""
    told = [
        *((f"answers.{name}", name, each.choice) for name, each in decision.answers),
        *((f"steps[{i}]", each.question, None) for i, each in enumerate(decision.steps)),
        *(
            (f"{key}[{i}]", name, choice)
            for key in ("tree_flips", "ranking_flips")
            for i, flip in enumerate(getattr(decision, key))
            for name, choice in flip.changes
        ),
        *(
            (f"ranking[{i}].terms[{j}]", term.criterion, term.choice)
            for i, ranked in enumerate(decision.ranking)
            for j, term in enumerate(ranked.terms)
        ),
    ]
    for at, name, choice in told:
        if name not in asked:
            yield f"`{at}` names no question of its tree"
        elif choice is not None and choice not in asked[name].choices:
            yield f"`{at}` names no choice of {name}"
