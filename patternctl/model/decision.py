"""Decision trees: questions, choices, and the architectures they lead to."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from patternctl.model.base import CatalogModel, Id, Text, refusal
from patternctl.model.figure import Lines


class Choice(CatalogModel):
    """One answer to a question; it leads to another question or to an architecture."""

    label: Text
    """The answer in a few words."""
    means: Text
    """What is true of the system when this is the answer."""
    ask: Id | None = None
    """The question that follows."""
    leaf: Id | None = None
    """The pattern or baseline it ends at."""

    @model_validator(mode="after")
    def _one_way_on(self) -> Self:
        if bool(self.ask) == bool(self.leaf):
            remedy = "remove one of them" if self.ask else "add one of them"
            raise refusal("a choice leads on by either `ask` or `leaf`", remedy)
        return self


class Question(CatalogModel):
    """One question."""

    ask: Text
    """The words to ask."""
    why: Text
    """Why it matters."""
    choices: dict[Id, Choice]
    """Answers by id."""
    lines: Lines = ()
    """Where the source document asks it."""


class Tree(CatalogModel):
    """`catalog/decisions/<id>.yaml`."""

    id: Id
    """Name in kebab-case, equal to the file's stem."""
    title: Text
    """What is decided."""
    start: Id
    """The first question."""
    questions: dict[Id, Question]
    """Questions by id."""
    lines: Lines = ()
    """Where the source document draws it."""
