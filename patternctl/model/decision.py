"""Decisions as data: questions, trees that they make, criteria to rank by, problems to solve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from patternctl.model.base import CatalogModel, Id, Items, Text, refusal
from patternctl.model.figure import Lines

Weight = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
_SOME = Field(min_length=1)


class Band(CatalogModel):
    """A range of numbers that gives an answer."""

    up_to: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """Largest number of the range, itself included; none for the last range."""
    choice: Id | None = None
    """The answer; none where the range lets nothing be concluded."""


class Reading(CatalogModel):
    """One way to read the answer from a manifest; of those that say something the first counts."""

    fact: Text | None = None
    """A fact of the manifest, such as `requirements.consistency` or `teams.count`."""
    words: dict[Text, Id] = {}
    """Answer by what the fact says; `true` and `false` for what is either."""
    bands: Items[Band] = ()
    """Answers by ranges of a number, ascending. Shares are fractions of 1, times seconds, rates
    per second, money USD a month."""
    finding: Id | None = None
    """A rule whose finding gives the answer; without one the answer stays open."""
    choice: Id | None = None
    """The answer that a finding gives."""
    inferred: bool = False
    """True where the fact is about something else and the answer is concluded from it; what is
    stated counts before what is concluded."""

    @model_validator(mode="after")
    def _fact_or_finding(self) -> Self:
        if bool(self.fact) == bool(self.finding):
            raise refusal("a reading has either `fact` or `finding`", "keep one of them")
        if self.fact and bool(self.words) == bool(self.bands):
            raise refusal("a fact is read by either `words` or `bands`", "keep one of them")
        if self.finding and not self.choice:
            raise refusal("a finding needs the `choice` that it gives", "add `choice`")
        if self.bands and not any(band.choice for band in self.bands):
            raise refusal("no band gives an answer", "add `choice` to one of them")
        limits = [band.up_to for band in self.bands]
        known = [limit for limit in limits if limit is not None]
        if self.bands and (limits[-1] is not None or len(known) < len(limits) - 1):
            raise refusal("only the last band is without `up_to`", "give the others their limit")
        if known != sorted(set(known)):
            raise refusal("bands ascend", "order them by `up_to`")
        return self


class Option(CatalogModel):
    """One answer."""

    label: Text
    """The answer in a few words."""
    means: Text
    """What is true of the system when this is the answer."""


class Choice(Option):
    """One answer in a tree; it leads to another question or to an architecture."""

    ask: Id | None = None
    """The question that follows."""
    leaf: Id | None = None
    """The pattern or baseline it ends at."""


class Asked(CatalogModel):
    """A question; those of other kinds have answers that lead somewhere."""

    ask: Text
    """The words to ask."""
    why: Text
    """Why it matters."""
    find_out: Text
    """How somebody who does not know finds out."""
    read: Items[Reading] = ()
    """How a manifest answers it."""
    lines: Lines = ()
    """Where the source document asks it."""
    choices: Annotated[Mapping[Id, Option], _SOME]
    """Answers by id."""


class Question(Asked):
    """A question of a tree."""

    choices: Annotated[dict[Id, Choice], _SOME]
    """Answers by id."""


class Criterion(CatalogModel):
    """Something that architectures are ranked by: a question of the tree, or one of its own."""

    weight: Weight
    """How much it counts against the others."""
    because: Text
    """Why it counts that much."""
    question: Asked | None = None
    """The question, where it is none of the tree's."""


class Fit(CatalogModel):
    """What one answer to a criterion of a decision does to an architecture."""

    score: Annotated[int, Field(ge=-2, le=2)]
    """From -2 (a reason by itself not to choose it) to 2 (it is made for this)."""
    why: Text
    """The reason, in one sentence."""


class Tree(CatalogModel):
    """`catalog/decisions/<id>.yaml`."""

    id: Id
    """Name in kebab-case, equal to the file's stem."""
    title: Text
    """What is decided."""
    extends: Id | None = None
    """Another tree that this one is laid over: what is not told here is as it is there, down to
    the single choice or score; `id`, too, may be left out. Lists are replaced as a whole, a choice
    that leads elsewhere needs nothing but its new `ask` or `leaf`, and `null` takes away what the
    other tree has under that name."""
    start: Id
    """The first question."""
    questions: dict[Id, Question]
    """Questions by id."""
    criteria: dict[Id, Criterion] = {}
    """What architectures are ranked by, by id: the id of a question of the tree, or a new one."""
    candidates: dict[Id, dict[Id, dict[Id, Fit]]] = {}
    """Architectures that are ranked, by id: how each fits each answer to each criterion."""
    lines: Lines = ()
    """Where the source document draws it."""

    @property
    def asked(self) -> dict[str, Asked]:
        """Every question by id: those of the walk, then those of criteria."""
        own = {name: each.question for name, each in self.criteria.items() if each.question}
        return {**self.questions, **own}


class Remedy(Option):
    """One answer about a problem, and the patterns that it calls for."""

    suggests: dict[Id, Text] = {}
    """Patterns by id, each with how it helps here."""


class Concern(Asked):
    """A question about a problem that single patterns solve."""

    title: Text
    """The problem in a few words."""
    choices: Annotated[dict[Id, Remedy], _SOME]
    """Answers by id."""


class Problems(CatalogModel):
    """`catalog/problems.yaml`: which micro-patterns the problems at hand call for."""

    problems: dict[Id, Concern]
    """Problems by id."""
