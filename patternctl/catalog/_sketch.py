"""A decision tree as its file has it, valid or not, so that one fault hides no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

from patternctl.catalog._types import Place
from patternctl.catalog._units import Unit
from patternctl.model.base import Id
from patternctl.yamlio import ElementPath

Data = dict[str, Any]
_NAME = re.compile(get_args(Id)[1].pattern)


def tables(value: object) -> dict[str, Data]:
    """Mappings by key, from a mapping; what is of another type counts as an empty one."""
    entries = value if isinstance(value, dict) else {}
    return {key: each if isinstance(each, dict) else {} for key, each in entries.items()}


def rows(value: object) -> Iterator[tuple[int, Data]]:
    """The mappings in a list, numbered."""
    for number, each in enumerate(value if isinstance(value, list) else ()):
        if isinstance(each, dict):
            yield number, each


def name(value: object) -> str:
    """An id; empty where it is none, which is told when the file is validated."""
    return value if isinstance(value, str) and _NAME.match(value) else ""


class Branch(NamedTuple):
    """One choice of one question of the tree, and where it leads."""

    question: str
    choice: str
    ask: str
    """Id of the next question; empty where there is none."""
    leaf: str
    """Id of the end; empty where there is none."""
    ways: int
    """How many of both are written, ids or not."""

    @property
    def path(self) -> ElementPath:
        return ("questions", self.question, "choices", self.choice)


class Sketch(NamedTuple):
    """What a tree says of its questions, criteria and candidates."""

    unit: Unit
    start: str
    questions: dict[str, Data]
    criteria: dict[str, Data]
    candidates: dict[str, Data]
    branches: dict[str, list[Branch]]
    """The choices of every question of the walk."""

    @property
    def place(self) -> Place:
        return self.unit.place

    def all(self) -> Iterator[Branch]:
        """The choices of all questions of the walk."""
        return (branch for several in self.branches.values() for branch in several)

    def asked(self) -> dict[str, Data]:
        """Every question by id: those of the walk, then those of criteria."""
        own = {key: each.get("question") for key, each in self.criteria.items()}
        told = {key: each for key, each in own.items() if isinstance(each, dict)}
        return {**self.questions, **told}


def sketch(unit: Unit) -> Sketch:
    """The tree that a file tells, as far as it does."""
    questions, criteria, candidates = (
        tables(unit.data.get(part)) for part in ("questions", "criteria", "candidates")
    )
    branches = {question: [*_branches(question, each)] for question, each in questions.items()}
    return Sketch(unit, name(unit.data.get("start")), questions, criteria, candidates, branches)


def _branches(question: str, told: Data) -> Iterator[Branch]:
    choices = told.get("choices")
    for choice, each in choices.items() if isinstance(choices, dict) else ():
        if isinstance(each, dict):
            written = [each[key] for key in ("ask", "leaf") if each.get(key) is not None]
            yield Branch(
                question, choice, name(each.get("ask")), name(each.get("leaf")), len(written)
            )
