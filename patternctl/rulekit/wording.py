"""Lists in messages: short enough to read, whatever the size of the system."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = 6
"""Names a message spells out before it counts the rest."""


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`; long lists end in `and 12 more`."""
    items = shortened(names)
    return " and ".join([", ".join(items[:-1]), *items[-1:]] if len(items) > 1 else items)


def shortened(parts: Iterable[str]) -> list[str]:
    """The parts, those beyond the first few replaced by how many they are: `12 more`."""
    items = list(parts)
    hidden = len(items) - SHOWN
    return [*items[:SHOWN], f"{hidden} more"] if hidden > 1 else items
