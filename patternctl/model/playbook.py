"""Playbooks: how a team gets from where it is to a pattern."""

from __future__ import annotations

from patternctl.model.base import CatalogModel, Id, Items, Some, Text, Texts
from patternctl.model.figure import Dispute, Figure, Figures, SomeLines


class Phase(CatalogModel):
    """One phase."""

    name: Text
    """What is achieved, in a few words."""
    duration: Figure
    """How long the source document gives it, judged."""
    steps: Texts
    """What to do, in order."""
    done_when: Texts
    """What must be true before the next phase begins."""
    lines: SomeLines
    """Where the source document tells of it."""


class Playbook(CatalogModel):
    """`playbooks/<id>.yaml`."""

    id: Id
    """Name in kebab-case, equal to the file's stem."""
    title: Text
    """Where it leads."""
    to: Id | None = None
    """The pattern it introduces; none where it prepares for several."""
    summary: Text
    """One sentence: the way it goes."""
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
