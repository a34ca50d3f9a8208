"""Playbooks: how a team gets from where it is to a pattern."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from patternctl.model.base import CatalogModel, Id, Items, Some, Text, Texts, refusal
from patternctl.model.figure import Dispute, Figure, Figures, Lines

Part = Literal["system", "first", "others", "all"]
Side = Literal["caller", "callee", "both"]
Test = Literal[
    "reads-and-writes-database",
    "writes-database",
    "only-writer",
    "publishes-beside-commit",
    "started-by-event",
    "not-at-the-edge",
    "tied-to-others",
    "writes-several-databases",
]
"""What can be asked of a service, or of the services of a transaction; caches, read models, search
indexes, buckets, files and metrics are no databases."""
_Weeks = Annotated[float, Field(gt=0, le=1000)]


OF_TRANSACTIONS: frozenset[Test] = frozenset({"writes-several-databases"})
"""Tests of all services of a transaction together; the others are of one service."""


class Amount(CatalogModel):
    """A range to plan with, and what it rests on."""

    value: Annotated[tuple[_Weeks, _Weeks], Strict(strict=False)]
    """Lowest and highest, in weeks or engineer-weeks."""
    because: Text
    """Where it comes from; what has no source says that it is a rule of thumb."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.value[0] > self.value[1]:
            raise refusal("the lowest comes first", "write `value: [lowest, highest]`")
        return self


class Risk(CatalogModel):
    """What may go wrong, and what to do about it beforehand."""

    risk: Text
    """What may happen, and whom it would hurt."""
    answer: Text
    """What keeps it from happening, or keeps it small."""


class Condition(CatalogModel):
    """Something that a service or a transaction must be for a playbook to begin there."""

    test: Test
    """How a manifest shows it."""
    says: Text
    """The same in words, as a clause about it: `it publishes an event without an outbox`."""


class Start(CatalogModel):
    """Where a playbook may begin."""

    at: Literal["service", "transaction"] = "service"
    """A `service`, or a `transaction`: a flow, or a service with those that it waits for."""
    needs: Items[Condition] = ()
    """What must be so there."""
    prefers: Items[Condition] = ()
    """What puts one before others."""
    side: Side = "both"
    """Whom it changes where a finding is about a call."""

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        for each in (*self.needs, *self.prefers):
            if (each.test in OF_TRANSACTIONS) != (self.at == "transaction"):
                raise refusal(f"{each.test} cannot be asked of a {self.at}", "choose another test")
        return self


class Phase(CatalogModel):
    """One phase."""

    name: Text
    """What is achieved, in a few words."""
    duration: Figure | None = None
    """How long the source document gives it, judged; left out where that is silent."""
    plan: Amount | None = None
    """Weeks to plan with; required where `duration` has no number of days, weeks or months."""
    effort: Amount
    """Work in engineer-weeks."""
    owner: Text
    """Role that answers for it."""
    about: Part = "first"
    """What of the system it changes: `system` nothing by itself, the `first` of the elements that
    the playbook is for, the `others`, or `all`."""
    each: bool = False
    """Whether weeks and effort are for each of these, one after the other."""
    both_run: bool = False
    """Whether the old way and the new one are run beside each other."""
    gate: Texts
    """What must be true before it begins, besides what ended the phase before."""
    steps: Texts
    """What to do, in order."""
    variants: dict[Id, Texts] = {}
    """Further steps that depend on the style chosen, by style."""
    done_when: Texts
    """What must be true before the next phase begins, each something that can be checked."""
    rollback: Text
    """How to go back, and until when that is possible."""
    risks: Some[Risk]
    """What may go wrong, with what to do about it."""
    observe: Texts
    """What to watch while it goes on."""
    cures: dict[Id, Annotated[int, Field(ge=1)]] = {}
    """Anti-patterns that are gone from what it changes, each with the number of the step that
    removes them."""
    helps: dict[Id, Annotated[int, Field(ge=1)]] = {}
    """Anti-patterns that it lessens, and need not remove, likewise."""
    lines: Lines = ()
    """Where the source document tells of it; left out where it does not."""

    @model_validator(mode="after")
    def _can_be_planned(self) -> Self:
        if self.plan is None and _weeks_of(self.duration) is None:
            raise refusal("no number of weeks to plan with", "add `plan: {value, because}`")
        return self

    @model_validator(mode="after")
    def _cures_by_a_step(self) -> Self:
        for rule, step in (*self.cures.items(), *self.helps.items()):
            if step > len(self.steps):
                raise refusal(f"{rule} is cured by step {step} of {len(self.steps)}", "count again")
        for rule in sorted(self.cures.keys() & self.helps.keys()):
            raise refusal(f"{rule} is in both cures and helps", "keep one of the two")
        return self

    @property
    def weeks(self) -> tuple[float, float]:
        """Lowest and highest number of weeks to plan with."""
        planned = self.plan.value if self.plan else _weeks_of(self.duration)
        assert planned is not None  # noqa: S101 -- a validator asks for it
        return planned


class Playbook(CatalogModel):
    """`playbooks/<id>.yaml`."""

    id: Id
    """Name in kebab-case, equal to the file's stem."""
    title: Text
    """Where it leads."""
    to: Id | None = None
    """The pattern it introduces; none where it prepares for several."""
    changes: Literal["services", "system"]
    """Whether single services are changed, those first whose findings it cures, or all of them."""
    summary: Text
    """One sentence: the way it goes."""
    start: Start = Start()
    """What of a system it may begin at; anything of it where left out."""
    before: Texts
    """What must be true before it begins."""
    phases: Some[Phase]
    """Phases, in order."""
    figures: Figures = {}
    """Other figures about it, by id."""
    disputes: Items[Dispute] = ()
    """Where the source document contradicts itself about it."""
    references: dict[Id, Text] = {}
    """What it is based on, by id."""


_WEEKS = {"days": 1 / 7, "weeks": 1.0, "months": 365 / 12 / 7}


def _weeks_of(duration: Figure | None) -> tuple[float, float] | None:
    """Lowest and highest number of weeks; None where it is told in words, or not at all."""
    if duration is None or duration.unit not in _WEEKS or isinstance(duration.value, str):
        return None
    value, factor = duration.value, _WEEKS[duration.unit]
    low, high = value if isinstance(value, tuple) else (value, value)
    return (low * factor, high * factor) if low > 0 else None
