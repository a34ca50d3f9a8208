"""An architecture together with where each of its facts comes from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple, Protocol

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


class System(NamedTuple):
    """What a judgement is made of: the architecture and its sources."""

    architecture: Architecture
    sources: Sources
    name: str
    """The input as the user named it."""
    notes: tuple[str, ...] = ()
    """What a reader of the result must know about the input: what it cannot show."""
    folder: Path | None = None
    """Where paths in the manifest start; None where it lies in no folder."""


_LIST_KEYS = {
    "calls": "to",
    "uses": "store",
    "publishes": "event",
    "consumes": "event",
    "steps": "service",
    "patterns": "pattern",
    "decisions": "tree",
}


class ElementNames:
    """Names of elements as people write them, stable when lines or list positions move.

    List items are named by what they point to: `services.orders.calls.payments`; the second of
    two equal ones gets `#2`. Names with dots are quoted. Each name is worked out once.
    """

    def __init__(self, architecture: Architecture) -> None:
        self._known: dict[ElementPath, tuple[str, object]] = {(): ("", architecture)}
        self._items: dict[ElementPath, list[str]] = {}

    def __call__(self, path: ElementPath) -> str:
        """Name of the element at `path`, whether the architecture holds it or not."""
        return self._resolve(path)[0]

    def _resolve(self, path: ElementPath) -> tuple[str, object]:
        known = self._known.get(path)
        if known is not None:
            return known
        key, block = path[-1], path[:-1]
        prefix, parent = self._resolve(block)
        node: object
        if isinstance(key, int) and isinstance(parent, tuple):
            if block not in self._items:
                self._items[block] = _item_names(str(block[-1]), parent)
            name, node = self._items[block][key], parent[key]
        else:
            name = _quoted(str(key))
            node = parent.get(key) if isinstance(parent, dict) else getattr(parent, str(key), None)
        known = self._known[path] = (f"{prefix}.{name}" if prefix else name, node)
        return known


def _item_names(block: str, items: tuple[object, ...]) -> list[str]:
    field = _LIST_KEYS.get(block)
    if field is None:
        return [str(index) for index in range(len(items))]
    seen: Counter[str] = Counter()
    names: list[str] = []
    for item in items:
        own = getattr(item, "name", None) if block == "patterns" else None
        label = _quoted(str(own or getattr(item, field)))
        seen[label] += 1
        names.append(f"{label}#{seen[label]}" if seen[label] > 1 else label)
    return names


def _quoted(name: str) -> str:
    return f'"{name}"' if "." in name else name
