"""From answers to a decision: tree, ranking, what would change them, and what to build."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Literal, get_args

from patternctl.engine.building import build_order, conflicts
from patternctl.engine.conclusions import NOTHING, Conclusions
from patternctl.engine.flips import ranking_flips, tree_flips
from patternctl.engine.ranking import Entries, Entry, difference, rank, why_not
from patternctl.engine.treewalk import Way, next_question, settled_by, walk
from patternctl.model.choosing import (
    Answer,
    Answers,
    Decision,
    Origin,
    Overruled,
    Ranked,
    Suggestion,
)
from patternctl.model.decision import Asked, Problems, Tree
from patternctl.rulekit.tree import Paths

__all__ = [
    "Entries",
    "Entry",
    "build_order",
    "conflicts",
    "decide",
    "merge",
    "next_question",
    "questions",
    "rank",
    "ranking_flips",
    "settled_by",
    "suggest",
    "tree_flips",
    "walk",
]

Choosing = Literal["tree", "ranking"]
"""Whose outcome is built."""

_ADOPTED = "adopted already"
_ORIGINS: tuple[Origin, ...] = get_args(Origin)


def decide(
    tree: Tree,
    problems: Problems,
    entries: Entries,
    answers: Answers,
    *,
    overruled: Sequence[Overruled] = (),
    conclusions: Conclusions = NOTHING,
    adopted: Sequence[str] = (),
    choose: Choosing = "tree",
) -> Decision:
    """All that follows from the answers, the same whatever order they come in.

    Answers are to `questions(tree, problems)` and name choices of theirs; `conclusions` tell which
    of them change with others; `adopted` are ids of `entries`. As long as the tree leaves several
    outcomes open, none of them is built.
    """
    order = {name: number for number, name in enumerate(questions(tree, problems))}
    way, ranking = walk(tree, answers), rank(tree, entries, answers)
    suggestions = suggest(problems, answers, adopted)
    outcome = _outcome(way, ranking, choose)
    chosen = next(iter(outcome), None)
    build = build_order(entries, _wanted(outcome, suggestions, adopted))
    return Decision(
        tree=tree.id,
        answers=tuple((name, answers[name]) for name in sorted(answers, key=order.__getitem__)),
        overruled=tuple(sorted(overruled, key=lambda each: (order[each.question], _place(each)))),
        steps=way.steps,
        outcomes=way.outcomes,
        settled_by=settled_by(tree, answers),
        ranking=ranking,
        why_not=why_not(ranking, chosen),
        difference=difference(ranking, way.outcomes),
        tree_flips=tree_flips(tree, answers, conclusions),
        ranking_flips=ranking_flips(tree, entries, answers, conclusions),
        suggestions=suggestions,
        build=build,
        conflicts=conflicts(entries, (step.pattern for step in build)),
        chosen=chosen,
    )


def questions(tree: Tree, problems: Problems) -> dict[str, Asked]:
    """All questions in the order to ask: along the tree, the criteria's own, the problems."""
    return {
        **{name: tree.questions[name] for name in Paths(tree).order},
        **tree.asked,
        **problems.problems,
    }


def suggest(
    problems: Problems, answers: Answers, adopted: Container[str] = ()
) -> tuple[Suggestion, ...]:
    """The patterns that the answers about problems call for, in the order of the problems."""
    found: list[Suggestion] = []
    for name, problem in problems.problems.items():
        choice = answers[name].choice if name in answers else None
        if choice is not None:
            remedies = problem.choices[choice].suggests.items()
            found += [
                Suggestion(pattern, name, choice, how, pattern in adopted)
                for pattern, how in remedies
            ]
    return tuple(found)


def merge(
    sources: Sequence[Mapping[str, Answer]], conclusions: Conclusions = NOTHING
) -> tuple[Answers, tuple[Overruled, ...]]:
    """One answer to each question, and the answers it overrules because they differ.

    Flags win over what was asked, that over the file of answers, that over the manifest, and that
    over findings, whatever is stated over what is concluded; of the same origin the earlier source
    wins. "Don't know" is an answer. An answer that overrules a fact of the manifest changes what
    is concluded from this fact.
    """
    winners, _ = _merged(sources)
    stated = [conclusions.without(source) for source in sources]
    drawn = {name: answer for name, answer in conclusions.follow(winners).items() if answer}
    return _merged([*stated, drawn])


def _merged(
    sources: Sequence[Mapping[str, Answer]],
) -> tuple[Answers, tuple[Overruled, ...]]:
    merged: dict[str, Answer] = {}
    overruled: list[Overruled] = []
    for question in sorted({name for source in sources for name in source}):
        given = [source[question] for source in sources if question in source]
        winner, *others = sorted(given, key=_strength)
        merged[question] = winner
        overruled += [
            Overruled(question, winner, each) for each in others if each.choice != winner.choice
        ]
    return merged, tuple(overruled)


def _strength(answer: Answer) -> tuple[bool, int]:
    """The smaller, the stronger."""
    return answer.inferred, _ORIGINS.index(answer.origin)


def _outcome(way: Way, ranking: Sequence[Ranked], choose: Choosing) -> dict[str, str]:
    if choose == "ranking":
        return {ranking[0].id: "the first of the ranking"} if ranking else {}
    return {way.outcomes[0]: "the outcome of the tree"} if len(way.outcomes) == 1 else {}


def _wanted(
    outcome: Mapping[str, str], suggestions: Sequence[Suggestion], adopted: Iterable[str]
) -> dict[str, str]:
    """Why each pattern is in the set: adopted, suggested, or the outcome, adopted or not."""
    there = dict.fromkeys(adopted, _ADOPTED)
    called = {each.pattern: f"{each.problem}: {each.how}" for each in reversed(suggestions)}
    chosen = {name: f"{why}, {_ADOPTED}" if name in there else why for name, why in outcome.items()}
    return {**called, **there, **chosen}


def _place(overruled: Overruled) -> tuple[int, str]:
    return _ORIGINS.index(overruled.loser.origin), overruled.loser.place
