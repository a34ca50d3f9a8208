"""Questions, criteria and problems: what they name exists, and every candidate is told in full."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from patternctl import faults
from patternctl.catalog._sketch import Data, Sketch, name, rows, sketch, tables
from patternctl.catalog._types import Place
from patternctl.catalog._units import Unit
from patternctl.errors import Problem
from patternctl.yamlio import ElementPath


class Known(NamedTuple):
    """What questions may name."""

    entries: Collection[str]
    """Ids of patterns, mechanisms told in full and baselines."""
    candidates: Collection[str]
    """Ids of what may be ranked: patterns and baselines."""
    rules: Collection[str]
    """Ids of anti-patterns."""


def check_tree(unit: Unit, known: Known) -> Iterator[Problem]:
    """What is wrong with the criteria, candidates and readings of a tree, valid or not."""
    tree, asked = sketch(unit), sketch(unit).asked()
    yield from _criteria(tree)
    for key, question in asked.items():
        path = ("questions", key) if key in tree.questions else ("criteria", key, "question")
        yield from _readings(question, tree.place, path, known)
    choices = {key: tables(each.get("choices")) for key, each in asked.items()}
    for candidate in tree.candidates:
        if name(candidate) and candidate not in known.candidates:
            hint = faults.suggest(candidate, known.candidates) or _LISTED
            where = tree.place.locate(("candidates", candidate))
            yield Problem(f'there is no pattern or baseline "{candidate}"', where, hint)
        yield from _fit(tree, candidate, choices)


def _criteria(tree: Sketch) -> Iterator[Problem]:
    for key, criterion in tree.criteria.items():
        if (key in tree.questions) == (criterion.get("question") is not None):
            has = "has the question already" if key in tree.questions else "has no such question"
            message = f'criterion "{key}": the tree {has}'
            remedy = "remove `question`" if key in tree.questions else "add `question`"
            yield Problem(message, tree.place.locate(("criteria", key)), remedy)


def check_problems(unit: Unit, known: Known, trees: Iterable[Unit]) -> Iterator[Problem]:
    """What is wrong with the names and readings of problems, and with what they suggest."""
    questions = {key for tree in trees for key in sketch(tree).asked()}
    for key, concern in tables(unit.data.get("problems")).items():
        path: ElementPath = ("problems", key)
        if key in questions:
            message = f'"{key}" is a question of a decision tree too'
            yield Problem(message, unit.place.locate(path), "give it another name")
        yield from _readings(concern, unit.place, path, known)
        for answer, remedy in tables(concern.get("choices")).items():
            for pattern in tables(remedy.get("suggests")):
                if name(pattern) and pattern not in known.entries:
                    where = unit.place.locate((*path, "choices", answer, "suggests", pattern))
                    hint = faults.suggest(pattern, known.entries) or _LISTED
                    yield Problem(f'suggests: there is no pattern "{pattern}"', where, hint)


_LISTED = "`patternctl patterns` lists them"


def _readings(question: Data, place: Place, path: ElementPath, known: Known) -> Iterator[Problem]:
    options = tables(question.get("choices"))
    for number, reading in rows(question.get("read")):
        where: ElementPath = (*path, "read", number)
        words = reading.get("words")
        bands = (band.get("choice") for _, band in rows(reading.get("bands")))
        told = [*(words.values() if isinstance(words, dict) else ()), *bands, reading.get("choice")]
        for choice in filter(None, map(name, told)):
            if options and choice not in options:
                hint = faults.suggest(choice, options) or f"choices: {', '.join(options)}"
                yield Problem(f'there is no choice "{choice}"', place.locate(where), hint)
        finding = name(reading.get("finding"))
        if finding and finding not in known.rules:
            hint = faults.suggest(finding, known.rules) or "`patternctl rules` lists them"
            message = f'there is no rule "{finding}"'
            yield Problem(message, place.locate_value((*where, "finding")), hint)


def _fit(tree: Sketch, candidate: str, choices: dict[str, dict[str, Data]]) -> Iterator[Problem]:
    """A candidate tells every choice of every criterion, and no other."""
    told, place = tables(tree.candidates[candidate]), tree.place
    path: ElementPath = ("candidates", candidate)
    for key in [*told, *(key for key in tree.criteria if key not in told)]:
        options, given = choices.get(key), told.get(key, {})
        if key not in tree.criteria:
            hint = faults.suggest(key, tree.criteria) or f"criteria: {', '.join(tree.criteria)}"
            yield Problem(f'there is no criterion "{key}"', place.locate((*path, key)), hint)
        elif options:  # else the question is told to be incomplete
            for choice in dict.fromkeys((*given, *options)):
                if choice in given and choice in options:
                    continue
                unknown = choice in given
                what = "is no choice" if unknown else "is not judged"
                hint = f"choices: {', '.join(options)}" if unknown else "add score and why"
                where = place.locate((*path, key, choice))
                yield Problem(f'{candidate}, {key}: "{choice}" {what}', where, hint)
