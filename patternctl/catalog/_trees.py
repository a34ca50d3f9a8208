"""Decision trees: every question is reached, every way ends, and its end knows the way."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from patternctl import faults
from patternctl.catalog import _reading, _units
from patternctl.catalog._reading import File, Found
from patternctl.catalog._relations import Units, cycles
from patternctl.catalog._sketch import Data, Sketch, sketch, tables
from patternctl.catalog._units import Unit
from patternctl.errors import Problem
from patternctl.model.decision import Problems, Tree
from patternctl.yamlio import Document, ElementPath

_WAYS = 10_000
"""Ways through one tree that are followed."""
_LOOKED_UP = 20
"""Unknown names of one tree for which the question is looked up that is most like them."""
Way = tuple[tuple[str, str], ...]
"""(question, choice) in the order they are asked."""
_CALLED = "a decision tree"
_LEADS = {"ask": "leaf", "leaf": "ask"}
"""Where a choice leads: a tree that says one of them says the other no longer."""


def read(found: Found, others: Mapping[str, Found]) -> File[Tree]:
    """One file of a decision tree; `others` are the files that it may extend, by id."""
    file = _reading.read(found, Tree, _CALLED)
    document = file.document
    if document is None or not isinstance(file.data.get("extends"), str):
        return file
    layers, problem = _layers(file.data, document, found, others)
    if problem:
        return file._replace(data={}, model=None, problems=(problem,))
    problems = [*document.with_repeats()[1], *_reading.misnamed(file.data, document, found.path)]
    data: Data = layers.pop()
    unmet: list[ElementPath] = []
    for layer in reversed(layers):
        unmet.clear()  # those of the trees below are told where these are read
        data = _over({**data, "id": found.path.stem}, layer, (), unmet)
    problems += [_unmet(path, document) for path in unmet]
    data = _without_lost(data, file)
    model, invalid = _reading.validated(data, document, Tree, _CALLED)
    problems += invalid
    return file._replace(data=data, model=None if problems else model, problems=tuple(problems))


def _layers(
    own: Data, document: Document, found: Found, others: Mapping[str, Found]
) -> tuple[list[Data], Problem | None]:
    """A tree and those below it, the lowest last; or why they cannot be had."""
    layers, names, seen = [own], [found.path.stem], {os.path.realpath(found.path)}
    where = document.locate_value(("extends",))
    while isinstance(base := layers[-1].get("extends"), str):
        below = others.get(base)
        if below and os.path.realpath(below.path) == os.path.realpath(found.path):
            below = below.over  # a tree may extend the one of its name that it replaces
        if below is None:
            hint = faults.suggest(base, others) or f"there are: {', '.join(others)}"
            return [], Problem(f'there is no decision tree "{base}" to extend', where, hint)
        names.append(base)
        if os.path.realpath(below.path) in seen:
            message = f"trees extend each other in a circle: {' → '.join(names)}"
            return [], Problem(message, where, "let one of them extend none")
        seen.add(os.path.realpath(below.path))
        found = below
        layers.append(_reading.contents(below.path))
    return layers, None


def _over(base: Data, own: Data, path: ElementPath, unmet: list[ElementPath]) -> Data:
    """What `own` says, and what it leaves to `base`, key by key; null takes away.

    `unmet` gathers the names to be taken away that `base` does not have.
    """
    data = dict(base)
    if path[:1] == ("questions",) and len(path) == 4:  # a choice
        for key in own.keys() & _LEADS.keys():
            if own[key] is not None:
                data.pop(_LEADS[key], None)
    named = base and all(isinstance(each, dict) for each in base.values())
    for key, value in own.items():
        below = base.get(key)
        if value is None and (key in base or named):
            data.pop(key, None)
            if key not in base:
                unmet.append((*path, key))
        elif isinstance(value, dict) and isinstance(below, dict):
            data[key] = _over(below, value, (*path, key), unmet)
        else:
            data[key] = value
    return data


def _unmet(path: ElementPath, document: Document) -> Problem:
    message = f'there is no "{path[-1]}" to take away in the tree that this one extends'
    return Problem(message, document.locate(path), "remove it, or correct the name")


def _without_lost(data: Data, file: File[Tree]) -> Data:
    """Inherited questions that nothing leads to any more are kept for the ranking only."""
    tree = sketch(_units.of_file(file._replace(data=data)))
    lost = {*_lost(tree)} - {*tables(file.data.get("questions"))}
    if not lost:
        return data
    asked = {name: {"question": _for_ranking(tree.questions[name])} for name in lost}
    kept = {name: told for name, told in data["questions"].items() if name not in lost}
    ranked = {name: {**asked[name], **tree.criteria[name]} for name in lost & {*tree.criteria}}
    criteria = {**data["criteria"], **ranked} if ranked else data.get("criteria", {})
    return {**data, "questions": kept, "criteria": criteria}


def _for_ranking(question: Data) -> Data:
    """The question without where its choices lead."""
    choices = {
        name: {key: told for key, told in choice.items() if key not in _LEADS}
        for name, choice in tables(question.get("choices")).items()
    }
    return {**question, "choices": choices}


def files(folders: Sequence[Path]) -> dict[str, Found]:
    """The decision trees that there are, by id, users' ones over shipped ones."""
    return _reading.find("decisions", folders)


def read_all(folders: Sequence[Path]) -> list[File[Tree]]:
    """Every decision tree, users' ones over shipped ones."""
    found = files(folders)
    return [read(each, found) for each in found.values()]


def read_problems(home: Path) -> File[Problems]:
    """The one file of problems."""
    return _reading.read(Found(home, home / "problems.yaml"), Problems, "a list of problems")


def check(unit: Unit, entries: Units, leaves: Collection[str]) -> Iterator[Problem]:
    """What is wrong with a tree, and with entries that do not list the ways to them.

    `leaves` are the ids that a way may end at. The tree may be invalid in other ways.
    """
    tree = sketch(unit)
    circles = [*_rounds(tree)]
    yield from _dangling(tree)
    yield from circles
    yield from _ways_on(tree)
    yield from _unknown_leaves(tree, leaves)
    yield from _unreached(tree)
    if not circles and _ends(tree):
        yield from _unlisted(tree, entries)


def _dangling(tree: Sketch) -> Iterator[Problem]:
    names: list[tuple[str, ElementPath]] = [(tree.start, ("start",))]
    names += [(branch.ask, (*branch.path, "ask")) for branch in tree.all()]
    near = _near(tree)
    for name, path in names:
        if name and name not in tree.questions:
            hint = faults.suggest(name, [near[name]]) if near.get(name) else ""
            where = tree.place.locate_value(path)
            yield Problem(f'there is no question "{name}"', where, hint)


def _near(tree: Sketch) -> dict[str, str]:
    """The question most like each name that is none; of the first such names, for it takes long."""
    names = dict.fromkeys((tree.start, *(branch.ask for branch in tree.all())))
    unknown = [name for name in names if name and name not in tree.questions]
    return {name: faults.nearest(name, tree.questions) for name in unknown[:_LOOKED_UP]}


def _rounds(tree: Sketch) -> Iterator[Problem]:
    targets = {name: [b.ask for b in several if b.ask] for name, several in tree.branches.items()}
    for cycle in cycles(targets):
        message = f"the questions go round in a circle: {' → '.join(cycle)}"
        yield Problem(message, tree.place.locate(("questions", cycle[0])), "let one of them end")


def _ways_on(tree: Sketch) -> Iterator[Problem]:
    for branch in tree.all():
        if branch.ways != 1:
            message = f"{branch.choice}: a choice leads on by either `ask` or `leaf`"
            hint = "remove one of them" if branch.ways else "add one of them"
            yield Problem(message, tree.place.locate(branch.path), hint)


def _unknown_leaves(tree: Sketch, leaves: Collection[str]) -> Iterator[Problem]:
    for branch in tree.all():
        if branch.leaf and branch.leaf not in leaves:
            hint = faults.suggest(branch.leaf, leaves) or "`patternctl patterns` lists them"
            where = tree.place.locate_value((*branch.path, "leaf"))
            yield Problem(f'there is no pattern or baseline "{branch.leaf}"', where, hint)


def _unreached(tree: Sketch) -> Iterator[Problem]:
    for name in _lost(tree):
        where = tree.place.locate(("questions", name))
        hint = "let a choice ask it, or remove it"
        yield Problem(f'no way leads to the question "{name}"', where, hint)


def _lost(tree: Sketch) -> list[str]:
    """Questions that no way leads to; a name that is not there leads to the one most like it."""
    near = _near(tree)

    def meant(name: str) -> str:
        return name if name in tree.questions else near.get(name, "")

    reached, open_ = {start := meant(tree.start)}, [start]
    while open_:
        for branch in tree.branches.get(open_.pop(), ()):
            target = meant(branch.ask) if branch.ask else ""
            if target and target not in reached:
                reached.add(target)
                open_.append(target)
    return [name for name in tree.questions if name not in reached] if start else []


def _ends(tree: Sketch) -> bool:
    """Whether every way ends at a leaf, so that all of them can be followed."""
    return tree.start in tree.questions and all(
        several and all(bool(b.leaf) != (b.ask in tree.questions) for b in several)
        for several in tree.branches.values()
    )


def _unlisted(tree: Sketch, entries: Units) -> Iterator[Problem]:
    for number, (leaf, way) in enumerate(_ways(tree)):
        if number == _WAYS:
            break
        entry = entries.get(leaf)
        if entry is None or entry.home != tree.unit.home:
            continue
        if way not in _listed(entry, tree.unit.id):
            told = ", ".join(f"{question}: {answer}" for question, answer in way)
            where = tree.place.locate(("questions", way[-1][0], "choices", way[-1][1], "leaf"))
            hint = f"add it to `decision` in {entry.place.file}"
            yield Problem(f'"{leaf}" does not list the way to it: {{{told}}}', where, hint)


def _ways(tree: Sketch) -> Iterator[tuple[str, Way]]:
    """(leaf, way) of every way through a tree without circles, all of whose ways end."""
    open_: list[tuple[str, Way]] = [(tree.start, ())]
    while open_:
        question, way = open_.pop()
        for branch in tree.branches[question]:
            further = (*way, (question, branch.choice))
            if branch.ask:
                open_.append((branch.ask, further))
            else:
                yield branch.leaf, further


def _listed(entry: Unit, tree: str) -> list[Way]:
    found = [item for _, item in entry.items("decision") if item.get("tree") == tree]
    answers = [item["answers"] for item in found if isinstance(item.get("answers"), dict)]
    return [tuple(each.items()) for each in answers]


def check_paths(
    entry: Unit, trees: Mapping[str, Tree], known: Collection[str]
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
            yield from _followed(entry, trees[name], answers, (*path, "answers"))


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
    elif leaf not in (None, entry.id):  # a choice that leads nowhere is told at the tree
        yield Problem(f'these answers lead to "{leaf}"', entry.place.locate(path), "correct them")
