"""Lists in messages: short enough to read, whatever the size of the system."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = 6
"""Names a message spells out before it counts the rest."""


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`; long lists end in `and 12 more`."""
    return _joined(names, " and ")


def shortened(parts: Iterable[str]) -> list[str]:
    """The parts, those beyond the first few replaced by how many they are: `12 more`."""
    items = list(parts)
    hidden = len(items) - SHOWN
    return [*items[:SHOWN], f"{hidden} more"] if hidden > 1 else items


def either(names: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return _joined(names, " or ")


def clause(text: str) -> str:
    """The first sentence of a text, to stand after a colon: no capital, no full stop."""
    sentence = text.split(". ", 1)[0].rstrip(".")
    word = sentence.split(" ", 1)[0]
    ordinary = word == "A" or word[1:].islower()
    return sentence[:1].lower() + sentence[1:] if ordinary else sentence


def _joined(names: Iterable[str], word: str) -> str:
    items = shortened(names)
    return word.join([", ".join(items[:-1]), *items[-1:]] if len(items) > 1 else items)
