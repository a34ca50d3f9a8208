"""Decisions that a manifest records, and which of them are in force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from patternctl.model.architecture import Decided
from patternctl.model.system import ElementPath
from patternctl.rulekit.facts import Facts


class Recorded(NamedTuple):
    """One decision and its place."""

    decision: Decided
    path: ElementPath


def in_force(facts: Facts) -> Iterator[Recorded]:
    """The last decision of each tree, in file order."""
    last = {each.tree: index for index, each in enumerate(facts.architecture.decisions)}
    for index in sorted(last.values()):
        yield Recorded(facts.architecture.decisions[index], ("decisions", index))
