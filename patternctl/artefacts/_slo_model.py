"""What an objective is, whoever states it, and how it is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from patternctl.artefacts._names import slugs
from patternctl.artefacts._slo_promql import Indicator
from patternctl.engine import slo
from patternctl.errors import Problem
from patternctl.model.system import ElementPath, System

_LONGEST = 40
"""Characters of an id: names that OpenSLO makes from it hold 63 at most."""


class Objective(NamedTuple):
    """One objective, ready to be written in any format."""

    id: str
    """Lower-case letters, digits and dashes, once `named`."""
    group: str
    """Objectives with the same one are written to the same files."""
    title: str
    services: tuple[str, ...]
    """Whose events are measured; none where that is not stated."""
    team: str
    """Who owns it; empty where that is not stated."""
    target: Decimal
    severities: tuple[slo.Severity, ...]
    indicator: Indicator
    good: str
    """Which events are good, in words."""
    total: str
    """Which events count, in words."""
    measured: str
    """From where to where, in words."""
    origin: str
    """Who states it, and where: `manifest, line 12`."""
    proposed: bool = False
    """Whether the catalog proposes it, so that nobody has promised it yet."""
    rate: float | None = None
    """Events a second; None where that is not stated."""
    ceiling: slo.Ceiling | None = None
    """What its dependencies allow, where it is an objective that they bound."""

    @property
    def service(self) -> str:
        """Its services in one word for labels."""
        return ", ".join(self.services)

    @property
    def page(self) -> bool:
        """Whether somebody is woken for it."""
        return "page" in self.severities

    def alarms(self, period: int) -> list[slo.Alarm]:
        """Those that can fire for it, over `period` seconds."""
        return [
            alarm
            for alarm in slo.alarms(self.target, period)
            if alarm.possible and alarm.pair.severity in self.severities
        ]

    def budget(self, period: int) -> Decimal:
        """Seconds of a total outage that spend the error budget of `period` seconds."""
        return (1 - self.target) * period


class Omitted(NamedTuple):
    """An objective that is stated or proposed, and not written."""

    what: str
    why: str


class Found(NamedTuple):
    """What an order asks for."""

    objectives: tuple[Objective, ...]
    omitted: tuple[Omitted, ...]
    problems: tuple[Problem, ...]
    """Promises that nothing can keep or watch."""


def stated_at(system: System, path: ElementPath) -> str:
    """Where the manifest says it: `manifest, line 12`."""
    line = system.sources.locate(path).line
    return f"manifest, line {line}" if line else "manifest"


def distinct(names: Iterable[str]) -> list[str]:
    """The names in their order, those that come again numbered."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return found


def identifiers(names: Sequence[str]) -> list[str]:
    """An id for each name, short and safe in every format, no two alike."""
    unique = distinct(names)
    known = slugs(unique)
    return [_short(known[name]) for name in unique]


def named(found: Sequence[Objective]) -> tuple[Objective, ...]:
    """The objectives with ids and groups as every format takes them."""
    groups = slugs(dict.fromkeys(one.group for one in found))
    ids = identifiers([one.id for one in found])
    return tuple(
        one._replace(id=id_, group=_short(groups[one.group]))
        for one, id_ in zip(found, ids, strict=True)
    )


def _short(slug: str) -> str:
    if len(slug) <= _LONGEST:
        return slug
    return f"{slug[: _LONGEST - 9].rstrip('-')}-{sha256(slug.encode()).hexdigest()[:8]}"
