"""Patterns side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from patternctl.model.pattern import Pattern

_UNKNOWN = "not stated"
_DRIVERS = 3
"""Drivers of cost that a comparison names, the largest first."""


class Row(NamedTuple):
    """One quality, and what each pattern makes of it, in the order of the patterns."""

    quality: str
    values: tuple[str, ...]


def compare(patterns: Sequence[Pattern]) -> list[Row]:
    """Rows of a table with one column for each pattern."""
    rows = [
        Row("code", tuple(pattern.code for pattern in patterns)),
        Row("type", tuple(pattern.type for pattern in patterns)),
        Row("complexity", tuple(pattern.complexity for pattern in patterns)),
        Row("does", tuple(pattern.summary for pattern in patterns)),
        Row("promises", tuple(_promises(pattern) for pattern in patterns)),
    ]
    qualities = dict.fromkeys(name for p in patterns for name, _ in p.tradeoffs or ())
    for quality in qualities:
        told = (getattr(pattern.tradeoffs, quality, _UNKNOWN) for pattern in patterns)
        rows.append(Row(quality, tuple(told)))
    return [
        *rows,
        Row("is paid for", tuple(_drivers(pattern) for pattern in patterns)),
        Row("choose it when", tuple(_first(pattern.when) for pattern in patterns)),
        Row("not when", tuple(_first(pattern.when_not) for pattern in patterns)),
        Row("needs", tuple(", ".join(pattern.requires) or "nothing else" for pattern in patterns)),
        Row("between them", tuple(_between(pattern, patterns) for pattern in patterns)),
    ]


def _promises(pattern: Pattern) -> str:
    given = dict.fromkeys(p.property for p in pattern.guarantees if not p.denied)
    denied = dict.fromkeys(f"not {p.property}" for p in pattern.guarantees if p.denied)
    return ", ".join((*given, *denied))


def _drivers(pattern: Pattern) -> str:
    return "; ".join(driver.driver for driver in pattern.costs.drivers[:_DRIVERS]) or _UNKNOWN


def _first(texts: Sequence[str]) -> str:
    return texts[0] if texts else _UNKNOWN


def _between(pattern: Pattern, others: Sequence[Pattern]) -> str:
    """How the pattern stands to the others that it is compared with."""
    told = [
        f"{kind} {other.id}"
        for other in others
        if other.id != pattern.id
        for kind in _relations(pattern, other)
    ]
    return "; ".join(told) or _UNKNOWN


def _relations(one: Pattern, other: Pattern) -> list[str]:
    """How `one` stands to `other`; a pattern of a user's own is the only one to know of it."""
    kinds = {
        "needs": (one.requires, other.required_by),
        "is needed by": (one.required_by, other.requires),
        "goes well with": (one.composes_with, other.composes_with),
        "works against": (one.conflicts_with, other.conflicts_with),
        "is an alternative to": (
            [each.pattern for each in one.alternatives],
            [each.pattern for each in other.alternatives],
        ),
    }
    return [kind for kind, (own, theirs) in kinds.items() if other.id in own or one.id in theirs]
