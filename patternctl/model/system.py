"""An architecture together with where each of its facts comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from patternctl.errors import Location
from patternctl.model.architecture import Architecture

Key = str | int
ElementPath = tuple[Key, ...]
"""Keys from the top of the manifest to an element: `("services", "orders", "calls", 0)`."""


class Sources(Protocol):
    """Finds the place in the user's files that states a fact."""

    def locate(self, path: ElementPath) -> Location:
        """Place of the element, or of its nearest ancestor that has one."""
        ...

    @property
    def texts(self) -> dict[str, str]:
        """Every file read, by the name it has in locations."""
        ...


@dataclass(frozen=True, slots=True)
class System:
    """What a judgement is made of: the architecture and its sources."""

    architecture: Architecture
    sources: Sources
    name: str
    """The input as the user named it."""
    notes: tuple[str, ...] = ()
    """What a reader of the result must know about the input: what it cannot show."""


_LIST_KEYS = {
    "calls": "to",
    "uses": "store",
    "publishes": "event",
    "consumes": "event",
    "steps": "service",
    "patterns": "pattern",
}


def element_name(architecture: Architecture, path: ElementPath) -> str:
    """A path as people write it, stable when lines or list positions move.

    List items are named by what they point to: `services.orders.calls.payments`; the second of
    two equal ones gets `#2`. Names with dots are quoted.
    """
    parts: list[str] = []
    node: object = architecture
    for key in path:
        if isinstance(key, int) and isinstance(node, tuple):
            parts.append(_item_name(parts[-1], node, key))
            node = node[key]
        else:
            text = str(key)
            parts.append(f'"{text}"' if "." in text else text)
            node = node.get(text) if isinstance(node, dict) else getattr(node, text, None)
    return ".".join(parts)


def _item_name(block: str, items: tuple[object, ...], index: int) -> str:
    field = _LIST_KEYS.get(block)
    if field is None:
        return str(index)

    def name(item: object) -> str:
        own = getattr(item, "name", None) if block == "patterns" else None
        return str(own or getattr(item, field))

    label = name(items[index])
    earlier = sum(name(item) == label for item in items[:index])
    quoted = f'"{label}"' if "." in label else label
    return f"{quoted}#{earlier + 1}" if earlier else quoted
