"""Patterns side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from patternctl.model.pattern import Pattern

_UNKNOWN = "not stated"


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
        Row("costs grow with", tuple(_drivers(pattern) for pattern in patterns)),
        Row("choose it when", tuple(_first(pattern.when) for pattern in patterns)),
        Row("not when", tuple(_first(pattern.when_not) for pattern in patterns)),
        Row("needs", tuple(", ".join(pattern.requires) or "nothing else" for pattern in patterns)),
        Row("between them", tuple(_between(pattern, patterns) for pattern in patterns)),
    ]


def _promises(pattern: Pattern) -> str:
    return ", ".join(dict.fromkeys(promise.property for promise in pattern.guarantees))


def _drivers(pattern: Pattern) -> str:
    return "; ".join(driver.grows_with for driver in pattern.costs.drivers) or _UNKNOWN


def _first(texts: Sequence[str]) -> str:
    return texts[0] if texts else _UNKNOWN


def _between(pattern: Pattern, others: Sequence[Pattern]) -> str:
    """How the pattern stands to the others that it is compared with."""
    kinds = {
        "needs": pattern.requires,
        "is needed by": pattern.required_by,
        "goes well with": pattern.composes_with,
        "works against": pattern.conflicts_with,
        "is an alternative to": [other.pattern for other in pattern.alternatives],
    }
    told = [
        f"{kind} {other.id}" for other in others for kind, ids in kinds.items() if other.id in ids
    ]
    return "; ".join(told) or "not stated"
