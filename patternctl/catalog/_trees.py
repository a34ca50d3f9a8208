"""Decision trees: every question is reached, every way ends, and its end knows the way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from patternctl import faults
from patternctl.catalog import _reading
from patternctl.catalog._reading import File, Found
from patternctl.catalog._relations import Units, cycles
from patternctl.catalog._types import Place
from patternctl.catalog._units import Unit
from patternctl.errors import Problem
from patternctl.model.decision import Problems, Tree
from patternctl.yamlio import ElementPath

_WAYS = 10_000
"""Ways through one tree that are followed."""
Way = tuple[tuple[str, str], ...]
"""(question, choice) in the order they are asked."""


_CALLED = "a decision tree"
_PARTS = ("questions", "criteria", "candidates")


def read(found: Found, below: Mapping[str, Path]) -> File[Tree]:
    """One file of a decision tree; `below` are the files that it may extend, by id."""
    file = _reading.read(found, Tree, _CALLED)
    base = file.data.get("extends")
    if file.document is None or not isinstance(base, str):
        return file
    if base not in below or below[base] == found.path:
        hint = faults.suggest(base, below) or f"there are: {', '.join(below)}"
        where = file.document.locate_value(("extends",))
        problem = Problem(f'there is no decision tree "{base}" to extend', where, hint)
        return file._replace(model=None, problems=(problem,))
    data = _laid_over(file.data, _reading.contents(below[base]))
    model, problems = _reading.validated(data, file.document, Tree, _CALLED)
    return file._replace(data=data, model=None if problems else model, problems=tuple(problems))


def _laid_over(own: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """What `own` says, and what it leaves to `base`, question by question."""
    data = {**base, **own}
    for part in _PARTS:
        one, other = base.get(part), own.get(part)
        if isinstance(one, dict) and isinstance(other, dict):
            data[part] = {**one, **other}
    return data


def read_all(folders: Sequence[Path]) -> list[File[Tree]]:
    """Every decision tree, users' ones over shipped ones."""
    found = _reading.find("decisions", folders)
    shipped = {stem: each.path for stem, each in _reading.find("decisions", ()).items()}
    below = {**{stem: each.path for stem, each in found.items()}, **shipped}
    return [read(each, below) for each in found.values()]


def read_problems(home: Path) -> File[Problems]:
    """The one file of problems."""
    return _reading.read(Found(home, home / "problems.yaml"), Problems, "a list of problems")


class Planted(NamedTuple):
    """A tree that is valid by itself."""

    tree: Tree
    unit: Unit


def check(tree: Planted, entries: Units, leaves: Collection[str]) -> Iterator[Problem]:
    """What is wrong with a tree, and with entries that do not list the ways to them.

    `leaves` are the ids that a way may end at.
    """
    model, unit = tree
    broken = [*_dangling(model, unit.place), *_rounds(model, unit.place)]
    yield from broken
    yield from _unknown_leaves(model, unit.place, leaves)
    if not broken:
        yield from _unreached(model, unit.place)
        yield from _unlisted(tree, entries)


def _dangling(tree: Tree, place: Place) -> Iterator[Problem]:
    if tree.start not in tree.questions:
        hint = faults.suggest(tree.start, tree.questions)
        where = place.locate_value(("start",))
        yield Problem(f'there is no question "{tree.start}"', where, hint)
    for question, answer, choice in _choices(tree):
        if choice.ask and choice.ask not in tree.questions:
            hint = faults.suggest(choice.ask, tree.questions)
            where = place.locate_value((*_path(question, answer), "ask"))
            yield Problem(f'there is no question "{choice.ask}"', where, hint)


def _rounds(tree: Tree, place: Place) -> Iterator[Problem]:
    targets = {
        name: [choice.ask for choice in question.choices.values() if choice.ask]
        for name, question in tree.questions.items()
    }
    for cycle in cycles(targets):
        message = f"the questions go round in a circle: {' → '.join(cycle)}"
        yield Problem(message, place.locate(("questions", cycle[0])), "let one of them end")


def _unknown_leaves(tree: Tree, place: Place, leaves: Collection[str]) -> Iterator[Problem]:
    for question, answer, choice in _choices(tree):
        if choice.leaf and choice.leaf not in leaves:
            hint = faults.suggest(choice.leaf, leaves) or "`patternctl patterns` lists them"
            where = place.locate_value((*_path(question, answer), "leaf"))
            yield Problem(f'there is no pattern or baseline "{choice.leaf}"', where, hint)


def _unreached(tree: Tree, place: Place) -> Iterator[Problem]:
    reached, open_ = {tree.start}, [tree.start]
    while open_:
        for choice in tree.questions[open_.pop()].choices.values():
            if choice.ask and choice.ask not in reached:
                reached.add(choice.ask)
                open_.append(choice.ask)
    for name in tree.questions:
        if name not in reached:
            where = place.locate(("questions", name))
            yield Problem(f'no way leads to the question "{name}"', where, "remove it")


def _unlisted(tree: Planted, entries: Units) -> Iterator[Problem]:
    for number, (leaf, way) in enumerate(_ways(tree.tree)):
        if number == _WAYS:
            break
        entry = entries.get(leaf)
        if entry is None or entry.home != tree.unit.home:
            continue
        if way not in _listed(entry, tree.tree.id):
            told = ", ".join(f"{question}: {answer}" for question, answer in way)
            where = tree.unit.place.locate((*_path(*way[-1]), "leaf"))
            hint = f"add it to `decision` in {entry.place.file}"
            yield Problem(f'"{leaf}" does not list the way to it: {{{told}}}', where, hint)


def _ways(tree: Tree) -> Iterator[tuple[str, Way]]:
    """(leaf, way) of every way through a tree without circles."""
    open_: list[tuple[str, Way]] = [(tree.start, ())]
    while open_:
        question, way = open_.pop()
        for answer, choice in tree.questions[question].choices.items():
            further = (*way, (question, answer))
            if choice.ask:
                open_.append((choice.ask, further))
            elif choice.leaf:
                yield choice.leaf, further


def _listed(entry: Unit, tree: str) -> list[Way]:
    found = [item for _, item in entry.items("decision") if item.get("tree") == tree]
    answers = [item["answers"] for item in found if isinstance(item.get("answers"), dict)]
    return [tuple(each.items()) for each in answers]


def check_paths(
    entry: Unit, trees: Mapping[str, Planted], known: Collection[str]
) -> Iterator[Problem]:
    """The ways that an entry lists lead to it; `known` are ids of trees, faulty ones too."""
    for number, item in entry.items("decision"):
        name, answers = item.get("tree"), item.get("answers")
        path: ElementPath = ("decision", number)
        if not isinstance(name, str):
            continue
        if name not in known:
            hint = faults.suggest(name, known) or "catalog/decisions/ holds them"
            where = entry.place.locate_value((*path, "tree"))
            yield Problem(f'there is no decision tree "{name}"', where, hint)
        elif name in trees and isinstance(answers, dict):
            yield from _followed(entry, trees[name].tree, answers, (*path, "answers"))


def _followed(
    entry: Unit, tree: Tree, answers: dict[str, Any], path: ElementPath
) -> Iterator[Problem]:
    """What is wrong with the first answer that is, where one is."""
    asked: str | None = tree.start
    leaf: str | None = None
    for question, answer in answers.items():
        where = (*path, question)
        if asked is None:
            message = f'the way has ended at "{leaf}" before "{question}"'
            yield Problem(message, entry.place.locate(where), "remove it")
            return
        if question != asked:
            message = f'the tree asks "{asked}" here, not "{question}"'
            yield Problem(message, entry.place.locate(where), "give the answers in their order")
            return
        if asked not in tree.questions:
            return  # told at the tree
        choices = tree.questions[asked].choices
        if not isinstance(answer, str) or answer not in choices:
            hint = f"choices: {', '.join(choices)}"
            message = f"{question}: {faults.shown(answer)} is no choice"
            yield Problem(message, entry.place.locate_value(where), hint)
            return
        asked, leaf = choices[answer].ask, choices[answer].leaf
    if asked is not None:
        message = f'the tree goes on with the question "{asked}"'
        yield Problem(message, entry.place.locate(path), "answer it")
    elif leaf != entry.id:
        yield Problem(f'these answers lead to "{leaf}"', entry.place.locate(path), "correct them")


def _choices(tree: Tree) -> Iterator[tuple[str, str, Any]]:
    for name, question in tree.questions.items():
        for answer, choice in question.choices.items():
            yield name, answer, choice


def _path(question: str, answer: str) -> ElementPath:
    return ("questions", question, "choices", answer)
