"""From answers to a decision: tree, ranking, what would change them, and what to build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from patternctl.engine.building import build_order, conflicts
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

_ORIGINS: tuple[Origin, ...] = get_args(Origin)


def decide(
    tree: Tree,
    problems: Problems,
    entries: Entries,
    answers: Answers,
    *,
    overruled: Sequence[Overruled] = (),
    adopted: Sequence[str] = (),
    choose: Choosing = "tree",
) -> Decision:
    """All that follows from the answers, the same whatever order they come in.

    Answers are to `questions(tree, problems)` and name choices of theirs; `adopted` are ids of
    `entries`. As long as the tree leaves several outcomes open, none of them is built.
    """
    order = {name: number for number, name in enumerate(questions(tree, problems))}
    way, ranking = walk(tree, answers), rank(tree, entries, answers)
    suggestions = suggest(problems, answers)
    outcome = _outcome(way, ranking, choose)
    chosen = next(iter(outcome), None)
    wanted = {
        **dict.fromkeys(adopted, "adopted already"),
        **{each.pattern: f"{each.problem}: {each.how}" for each in reversed(suggestions)},
        **outcome,
    }
    build = build_order(entries, wanted)
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
        tree_flips=tree_flips(tree, answers),
        ranking_flips=ranking_flips(tree, entries, answers),
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


def suggest(problems: Problems, answers: Answers) -> tuple[Suggestion, ...]:
    """The patterns that the answers about problems call for, in the order of the problems."""
    found: list[Suggestion] = []
    for name, problem in problems.problems.items():
        choice = answers[name].choice if name in answers else None
        if choice is not None:
            remedies = problem.choices[choice].suggests.items()
            found += [Suggestion(pattern, name, choice, how) for pattern, how in remedies]
    return tuple(found)


def merge(sources: Sequence[Mapping[str, Answer]]) -> tuple[Answers, tuple[Overruled, ...]]:
    """One answer to each question, and the answers it overrules because they differ.

    Flags win over what was asked, that over the file of answers, that over the manifest, and that
    over findings; of the same origin the earlier source wins. "Don't know" is an answer.
    """
    merged: dict[str, Answer] = {}
    overruled: list[Overruled] = []
    for question in sorted({name for source in sources for name in source}):
        given = [source[question] for source in sources if question in source]
        winner, *others = sorted(given, key=lambda answer: _ORIGINS.index(answer.origin))
        merged[question] = winner
        overruled += [
            Overruled(question, winner, each) for each in others if each.choice != winner.choice
        ]
    return merged, tuple(overruled)


def _outcome(way: Way, ranking: Sequence[Ranked], choose: Choosing) -> dict[str, str]:
    if choose == "ranking":
        return {ranking[0].id: "the first of the ranking"} if ranking else {}
    return {way.outcomes[0]: "the outcome of the tree"} if len(way.outcomes) == 1 else {}


def _place(overruled: Overruled) -> tuple[int, str]:
    return _ORIGINS.index(overruled.loser.origin), overruled.loser.place
