"""Questions, criteria and problems: what they name exists, and every candidate is told in full."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from patternctl import faults
from patternctl.catalog._types import Place
from patternctl.errors import Problem
from patternctl.model.decision import Asked, Problems, Tree
from patternctl.yamlio import ElementPath


class Known(NamedTuple):
    """What questions may name."""

    entries: Collection[str]
    """Ids of patterns, mechanisms told in full and baselines."""
    candidates: Collection[str]
    """Ids of what may be ranked: patterns and baselines."""
    rules: Collection[str]
    """Ids of anti-patterns."""


def check_tree(tree: Tree, place: Place, known: Known) -> Iterator[Problem]:
    """What is wrong with the criteria, candidates and readings of a tree."""
    for name, criterion in tree.criteria.items():
        if (name in tree.questions) == (criterion.question is not None):
            has = "has the question already" if name in tree.questions else "has no such question"
            message = f'criterion "{name}": the tree {has}'
            remedy = "remove `question`" if name in tree.questions else "add `question`"
            yield Problem(message, place.locate(("criteria", name)), remedy)
    for name, question in tree.asked.items():
        path = ("questions", name) if name in tree.questions else ("criteria", name, "question")
        yield from _readings(question, place, path, known)
    choices = {name: each for name, each in tree.asked.items() if name in tree.criteria}
    for candidate in tree.candidates:
        if candidate not in known.candidates:
            hint = faults.suggest(candidate, known.candidates) or "`patternctl patterns` lists them"
            where = place.locate(("candidates", candidate))
            yield Problem(f'there is no pattern or baseline "{candidate}"', where, hint)
        yield from _fit(tree, candidate, choices, place)


def check_problems(
    problems: Problems, place: Place, known: Known, trees: Collection[Tree]
) -> Iterator[Problem]:
    """What is wrong with the names and readings of problems, and with what they suggest."""
    questions = {name for tree in trees for name in tree.asked}
    for name, concern in problems.problems.items():
        path: ElementPath = ("problems", name)
        if name in questions:
            message = f'"{name}" is a question of a decision tree too'
            yield Problem(message, place.locate(path), "give it another name")
        yield from _readings(concern, place, path, known)
        for answer, remedy in concern.choices.items():
            for pattern in remedy.suggests:
                if pattern not in known.entries:
                    where = place.locate((*path, "choices", answer, "suggests", pattern))
                    hint = faults.suggest(pattern, known.entries) or _LISTED
                    yield Problem(f'suggests: there is no pattern "{pattern}"', where, hint)


_LISTED = "`patternctl patterns` lists them"


def _readings(question: Asked, place: Place, path: ElementPath, known: Known) -> Iterator[Problem]:
    options = question.choices
    for number, reading in enumerate(question.read):
        where: ElementPath = (*path, "read", number)
        named = [*reading.words.values(), *(band.choice for band in reading.bands)]
        for choice in [*named, *([reading.choice] if reading.choice else [])]:
            if choice not in options:
                hint = faults.suggest(choice, options) or f"choices: {', '.join(options)}"
                yield Problem(f'there is no choice "{choice}"', place.locate(where), hint)
        if reading.finding and reading.finding not in known.rules:
            hint = faults.suggest(reading.finding, known.rules) or "`patternctl rules` lists them"
            message = f'there is no rule "{reading.finding}"'
            yield Problem(message, place.locate_value((*where, "finding")), hint)


def _fit(
    tree: Tree, candidate: str, questions: Mapping[str, Asked], place: Place
) -> Iterator[Problem]:
    """A candidate tells every choice of every criterion, and no other."""
    told = tree.candidates[candidate]
    path: ElementPath = ("candidates", candidate)
    for name in [*told, *(name for name in tree.criteria if name not in told)]:
        if name not in tree.criteria:
            hint = faults.suggest(name, tree.criteria) or f"criteria: {', '.join(tree.criteria)}"
            yield Problem(f'there is no criterion "{name}"', place.locate((*path, name)), hint)
        elif name in questions:
            options = questions[name].choices
            given = told.get(name, {})
            for choice in dict.fromkeys((*given, *options)):
                if choice in given and choice in options:
                    continue
                unknown = choice in given
                what = "is no choice" if unknown else "is not judged"
                hint = f"choices: {', '.join(options)}" if unknown else "add score and why"
                where = place.locate((*path, name, choice))
                yield Problem(f'{candidate}, {name}: "{choice}" {what}', where, hint)
