"""Answers as people give them: in files and flags, read with every fault, and written again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from patternctl import faults, yamlio
from patternctl.cli._console import display_name, write
from patternctl.errors import InputError, Location, PatternctlError, Problem, UsageError
from patternctl.model.base import CatalogModel, Id
from patternctl.model.choosing import Answer
from patternctl.model.decision import Asked

UNKNOWN = "unknown"
"""The word for "don't know" that files and commands are written with."""
_UNKNOWN = frozenset({UNKNOWN, "don't know", "dont-know", "don't-know"})
FLAG = "--set"
_HEAD = "# Answers for `patternctl decide --answers`. `unknown` is an answer too: don't know.\n"


class AnswersFile(CatalogModel):
    """A file of answers."""

    tree: Id | None = None
    """Id of the tree that they answer."""
    answers: dict[str, Any]
    """Choice by question, criterion or problem."""


class Questions(NamedTuple):
    """All that may be answered."""

    tree: str
    """Id of the tree."""
    asked: Mapping[str, Asked]
    """Questions, criteria and problems by id."""


def given(file: Path | None, flags: Sequence[str], questions: Questions) -> list[dict[str, Answer]]:
    """Answers of the flags, and those of the file.

    Raises `InputError` with all that is wrong with both.
    """
    read: list[dict[str, Answer]] = []
    problems: list[Problem] = []
    sources = (partial(from_flags, flags), partial(from_file, file))
    for source in sources:
        try:
            read.append(source(questions))
        except PatternctlError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return read


def from_flags(flags: Iterable[str], questions: Questions) -> dict[str, Answer]:
    """Answers of `--set key=value`. Raises `UsageError` with all that is wrong with them."""
    answers: dict[str, Answer] = {}
    problems: list[Problem] = []
    for flag in flags:
        name, equals, word = (part.strip() for part in flag.partition("="))
        if not equals or not name:
            hint = "write the question's id and the choice, as in `--set consistency=strong`"
            problems.append(Problem(f"{FLAG} {faults.shown(flag)} is no `key=value`", hint=hint))
            continue
        if fault := _fault(name, word, questions.asked):
            problems.append(Problem(f"{FLAG}: {fault[0]}", hint=fault[1]))
            continue
        answer = Answer(_choice(word, questions.asked[name]), "flag", FLAG)
        if answers.setdefault(name, answer) != answer:
            both = f"{spoken(answers[name])} and {spoken(answer)}"
            problems.append(Problem(f"{FLAG}: {name} is both {both}", hint="keep one of them"))
    if problems:
        raise UsageError(*problems)
    return answers


def from_file(path: Path | None, questions: Questions) -> dict[str, Answer]:
    """Answers of a file; none without one. Raises `InputError` with all that is wrong with it."""
    if path is None:
        return {}
    document = yamlio.read(path, name=display_name(path))
    data, problems = _valid(document)
    tree, told = data.get("tree"), data.get("answers")
    if isinstance(tree, str) and tree != questions.tree:
        message = f'these are answers to the tree "{tree}", not to "{questions.tree}"'
        hint = "name the tree with --tree, or correct `tree` here"
        problems.append(Problem(message, document.locate_value(("tree",)), hint))
    answers: dict[str, Answer] = {}
    for name, word in told.items() if isinstance(told, dict) else ():
        if fault := _fault(name, word, questions.asked):
            known = name in questions.asked
            at = document.locate_value if known else document.locate
            problems.append(Problem(fault[0], at(("answers", name)), fault[1]))
        else:
            where = str(document.locate_value(("answers", name)))
            answers[name] = Answer(_choice(str(word), questions.asked[name]), "file", where)
    if problems:
        raise InputError(*problems)
    return answers


def save(target: str, tree: str, answers: Mapping[str, Answer], order: Iterable[str]) -> None:
    """Write answers in a fixed order. Raises `InputError` where the file cannot be written."""
    lines = [
        f"  {yamlio.quoted(name)}: {yamlio.quoted(spoken(answers[name]))}\n"
        for name in order
        if name in answers
    ]
    body = "".join(["answers:\n", *lines]) if lines else "answers: {}\n"
    write(target, f"{_HEAD}tree: {yamlio.quoted(tree)}\n{body}")


def refuse_to_replace(target: Path) -> None:
    """Raise `UsageError` where saving would replace a file that holds no answers."""
    if not target.is_file() or not target.stat().st_size:
        return
    try:
        data = yamlio.read(target).plain()
    except InputError:
        data = None
    if not isinstance(data, dict) or not data.keys() <= AnswersFile.model_fields.keys():
        where = Location(display_name(target))
        hint = "name another file after --save-answers"
        raise UsageError(Problem("is there already, and holds no answers", where, hint))


def spoken(answer: Answer) -> str:
    """An answer in the word that files and flags take."""
    return UNKNOWN if answer.choice is None else answer.choice


def words(question: Asked) -> list[str]:
    """Every word that a question takes for an answer."""
    return [*dict.fromkeys((*question.choices, UNKNOWN))]


def _valid(document: yamlio.Document) -> tuple[dict[str, Any], list[Problem]]:
    """What the file says, and what is wrong with its shape."""
    data = document.plain()
    if not isinstance(data, dict):
        hint = "start it with `answers:`, and one `question: choice` a line below"
        where = Location(document.name, 1)
        raise InputError(Problem("holds no answers: the top must be a mapping", where, hint))
    try:
        AnswersFile.model_validate(data)
    except ValidationError as error:
        form = faults.Form(AnswersFile, "the file of answers", _MISSING)
        details = error.errors(include_url=False)
        return data, list(faults.problems(details, data, document, form).values())
    return data, []


_MISSING = {"answers": "write `answers:`, and one `question: choice` a line below"}


def _fault(name: str, word: object, asked: Mapping[str, Asked]) -> tuple[str, str] | None:
    """(message, hint) where `word` is no answer to `name`."""
    if name not in asked:
        hint = faults.suggest(name, asked) or f"known: {', '.join(asked)}"
        return f"there is no question {faults.shown(name)}", hint
    known = words(asked[name])
    if isinstance(word, str) and (word in known or word.lower() in _UNKNOWN):
        return None
    said = faults.shown(word)
    near = faults.suggest(str(word), known) if said else ""
    hint = near or f"choices: {', '.join(known)}"
    return f"{name}: {f'{said} is no choice' if said else 'should be one choice'}", hint


def _choice(word: str, question: Asked) -> str | None:
    """Id of a choice; None for don't know, unless a choice is called so."""
    return word if word in question.choices else None


def told(name: str, winner: Answer, loser: Answer) -> str:
    """Which of two answers counts: `consistency: strong (--set) over eventual (shop.yaml:7:3)`."""
    one, other = (f"{spoken(each)} ({each.place or each.origin})" for each in (winner, loser))
    return f"{name}: {one} over {other}"


def flags(answers: Mapping[str, Answer], order: Iterable[str]) -> Iterator[str]:
    """`--set` with its value for every answer, in a fixed order."""
    for name in order:
        if name in answers:
            yield from (FLAG, f"{name}={spoken(answers[name])}")
