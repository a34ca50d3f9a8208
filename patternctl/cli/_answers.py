"""Answers as people give them: in files and flags, read with every fault, and written again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from patternctl import faults, yamlio
from patternctl.cli._console import STDOUT, display_name, write
from patternctl.cli._inputs import standard_input
from patternctl.errors import InputError, Location, PatternctlError, Problem, UsageError
from patternctl.model.base import CatalogModel, Id
from patternctl.model.choosing import Answer
from patternctl.model.decision import Asked, Tree

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

    tree: Tree
    asked: Mapping[str, Asked]
    """Questions, criteria and problems by id."""
    base: Callable[[], Mapping[str, Asked]]
    """The same of the tree that this one extends; nothing where it extends none."""


class Given(NamedTuple):
    """Answers of people."""

    flags: Mapping[str, Answer]
    file: Mapping[str, Answer]
    notes: tuple[str, ...]
    """What became of answers to an earlier tree."""


def given(file: str | None, flags: Sequence[str], questions: Questions) -> Given:
    """Answers of the flags, and those of the file (`-`: stdin).

    Raises `InputError` with all that is wrong with both.
    """
    notes: list[str] = []
    read: list[dict[str, Answer]] = []
    problems: list[Problem] = []
    sources = (partial(_from_flags, flags), partial(_from_file, file, notes))
    for source in sources:
        try:
            read.append(source(questions))
        except PatternctlError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return Given(read[0], read[1], tuple(notes))


def _from_flags(flags: Iterable[str], questions: Questions) -> dict[str, Answer]:
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


def _from_file(source: str | None, notes: list[str], questions: Questions) -> dict[str, Answer]:
    """Answers of a file; none without one. Raises `InputError` with all that is wrong with it.

    Answers to the tree that the one asked extends count too; `notes` tells which of them are gone.
    """
    if source is None:
        return {}
    document = _document(source)
    data, problems = _valid(document)
    tree, told = data.get("tree"), data.get("answers")
    own, base = questions.tree.id, questions.tree.extends
    moved = isinstance(tree, str) and tree != own and tree == base
    if isinstance(tree, str) and tree != own and not moved:
        message = f'these are answers to the tree "{tree}", not to "{own}"'
        hint = "name the tree with --tree, or correct `tree` here"
        problems.append(Problem(message, document.locate_value(("tree",)), hint))
    answers: dict[str, Answer] = {}
    for name, word in told.items() if isinstance(told, dict) else ():
        fault = _fault(name, word, questions.asked)
        if fault is None:
            where = str(document.locate_value(("answers", name)))
            answers[name] = Answer(_choice(str(word), questions.asked[name]), "file", where)
        elif moved and _fault(name, word, questions.base()) is None:
            where = str(document.locate(("answers", name)))
            notes.append(f"{where}: {fault[0]} in the tree {own}, which extends {base}: left out")
        else:
            at = document.locate_value if name in questions.asked else document.locate
            problems.append(Problem(fault[0], at(("answers", name)), fault[1]))
    if problems:
        raise InputError(*problems)
    return answers


def _document(source: str) -> yamlio.Document:
    name = "<stdin>" if source == STDOUT else display_name(Path(source))
    text = standard_input(name) if source == STDOUT else yamlio.read_text(Path(source), name=name)
    if all(line.lstrip()[:1] in ("", "#") for line in text.splitlines()):
        raise InputError(Problem("holds no answers: it is empty", Location(name), _START))
    return yamlio.parse(text, name)


def save(target: str, tree: str, answers: Mapping[str, Answer], order: Iterable[str]) -> None:
    """Write answers in a fixed order. Raises `InputError` where the file cannot be written."""
    lines = [
        f"  {yamlio.quoted(name)}: {yamlio.quoted(word)}\n"
        for name, word in spoken_in_order(answers, order)
    ]
    body = "".join(["answers:\n", *lines]) if lines else "answers: {}\n"
    write(target, f"{_HEAD}tree: {yamlio.quoted(tree)}\n{body}")


def irreplaceable(target: Path) -> Iterator[Problem]:
    """What speaks against saving there: a file that holds no answers would be replaced."""
    if not target.is_file() or not target.stat().st_size:
        return
    try:
        data = yamlio.read(target).plain()
    except InputError:
        data = None
    if not isinstance(data, dict) or not data.keys() <= AnswersFile.model_fields.keys():
        where = Location(display_name(target))
        hint = "name another file after --save-answers"
        yield Problem("is there already, and holds no answers", where, hint)


def free(target: Path, tree: str, answers: Mapping[str, Answer]) -> Path:
    """Where answers can be saved so that no others are lost: `target`, or a name beside it."""
    names = (target.with_stem(f"{target.stem}-{number}") for number in count(2))
    return next(path for path in chain((target,), names) if _keeps(path, tree, answers))


def _keeps(path: Path, tree: str, answers: Mapping[str, Answer]) -> bool:
    """Whether writing `answers` there loses nothing that the file says."""
    if not path.is_file() or not path.stat().st_size:
        return True
    try:
        data = yamlio.read(path).plain()
    except InputError:
        return False
    held = data.get("answers") if isinstance(data, dict) and data.get("tree") == tree else None
    new = {name: spoken(answer) for name, answer in answers.items()}
    return isinstance(held, dict) and all(new.get(name) == word for name, word in held.items())


def spoken(answer: Answer) -> str:
    """An answer in the word that files and flags take."""
    return UNKNOWN if answer.choice is None else answer.choice


def words(question: Asked) -> list[str]:
    """Every word that a question takes for an answer."""
    return [*dict.fromkeys((*question.choices, UNKNOWN))]


def _valid(document: yamlio.Document) -> tuple[dict[str, Any], list[Problem]]:
    """What the file says, and what is wrong with its shape."""
    data, repeated = document.with_repeats()
    problems = [*repeated]
    if not isinstance(data, dict):
        where = Location(document.name, 1)
        empty = Problem("holds no answers: the top must be a mapping", where, _START)
        raise InputError(*problems, empty)
    if stray := _stray(data):
        names = ", ".join(map(faults.shown, stray[:_NAMED])) + ", …" * (len(stray) > _NAMED)
        where = document.locate(stray[:1])
        problems.append(Problem(f"answers at the top: {names}", where, _UNDER))
        rest = {key: value for key, value in data.items() if key not in stray}
        data = {**rest, "answers": {}}
    try:
        AnswersFile.model_validate(data)
    except ValidationError as error:
        form = faults.Form(AnswersFile, "the file of answers", _MISSING)
        details = error.errors(include_url=False)
        problems += faults.problems(details, data, document, form).values()
    return data, problems


def _stray(data: Mapping[str, Any]) -> list[str]:
    """Answers that stand at the top, in a file that has no `answers`."""
    if "answers" in data:
        return []
    keys = [key for key in data if key not in AnswersFile.model_fields]
    return [key for key in keys if not isinstance(data[key], dict | list)]


_NAMED = 5
"""Names that one message repeats."""
_UNDER = "put these under `answers:`"
_MISSING = {"answers": "write `answers:`, and one `question: choice` a line below"}
_START = "start it with `answers:`, and one `question: choice` a line below"


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


def spoken_in_order(
    answers: Mapping[str, Answer], order: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """(question, word) of every answer, in a fixed order."""
    return ((name, spoken(answers[name])) for name in order if name in answers)
