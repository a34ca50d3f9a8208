"""How docker compose lays one definition over another: later files, extending services.

Mappings merge key by key, scalars and commands are replaced, lists grow, nothing leaves what is
there; `!reset` takes an attribute away and `!override` replaces it whole.
https://docs.docker.com/reference/compose-file/merge/
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from patternctl.yamlio import Cell

RESET, OVERRIDE = "!reset", "!override"
TAGS = frozenset({RESET, OVERRIDE})

_Path = tuple[str, ...]
_REPLACED: frozenset[_Path] = frozenset({("command",), ("entrypoint",), ("healthcheck", "test")})
_PAIRS: frozenset[_Path] = frozenset(
    {
        ("environment",),
        ("labels",),
        ("annotations",),
        ("sysctls",),
        ("build", "args"),
        ("build", "labels"),
        ("deploy", "labels"),
    }
)
"""Mappings whose entries may have no value, and may be lists of `key=value`."""


def merge_service(base: Cell, over: Cell) -> Cell:
    """`over` laid over `base`; values of other types than expected are replaced as they are."""
    return _merge(base, over, ())


def merge_section(base: dict[str, Cell], over: dict[str, Cell]) -> dict[str, Cell]:
    """Top-level mappings such as `volumes`, merged key by key."""
    merged = dict(base)
    for name, cell in over.items():
        merged[name] = _merge(merged[name], cell, ("",)) if name in merged else cell
    return merged


def without_resets(cell: Cell) -> Cell:
    """The value with everything tagged `!reset` left out."""
    if isinstance(cell.value, dict):
        kept = {k: without_resets(v) for k, v in cell.value.items() if v.tag != RESET}
        return Cell(kept, cell.location, cell.tag)
    if isinstance(cell.value, list):
        items = [without_resets(item) for item in cell.value if item.tag != RESET]
        return Cell(items, cell.location, cell.tag)
    return cell


def pairs(cell: Cell, separators: str = "=") -> Cell:
    """A list of `key=value` as the mapping it stands for; anything else as it is."""
    if not isinstance(cell.value, list):
        return cell
    mapping: dict[str, Cell] = {}
    for item in cell.value:
        if isinstance(item.value, dict | list) or item.value is None:
            return cell
        key, *value = re.split(f"[{separators}]", str(item.value), maxsplit=1)
        mapping[key.strip()] = Cell(value[0] if value else None, item.location)
    return Cell(mapping, cell.location, cell.tag)


def hosts(cell: Cell) -> Cell:
    """A list of `host:address` or `host=address` as the mapping it stands for."""
    return pairs(cell, ":=")


def _listed(cell: Cell) -> Cell:
    """A single item as a list of one."""
    alone = cell.value is not None and not isinstance(cell.value, list)
    return Cell([cell], cell.location, cell.tag) if alone else cell


def _build(cell: Cell) -> Cell:
    """A folder as the mapping it stands for."""
    alone = isinstance(cell.value, str)
    return Cell({"context": cell}, cell.location, cell.tag) if alone else cell


def _merge(base: Cell, over: Cell, path: _Path) -> Cell:
    if over.tag in TAGS or base.tag == RESET:
        return over
    if path in _REPLACED or path[:-1] in _PAIRS:
        return over
    if over.value is None:
        return base
    if path in _FORMS:
        base, over = _FORMS[path](base), _FORMS[path](over)
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        merged: dict[str, Cell] = dict(base.value)
        for key, cell in over.value.items():
            merged[key] = _merge(merged[key], cell, (*path, key)) if key in merged else cell
        return Cell(merged, over.location)
    if isinstance(base.value, list) and isinstance(over.value, list):
        return Cell(_extended(base.value, over.value, path), over.location)
    return over


def _extended(base: list[Cell], over: list[Cell], path: _Path) -> list[Cell]:
    """Both lists; of two items with the same key the later one stays, at the earlier place."""
    identity = _IDENTITIES.get(path[-1] if path else "", _plain)
    items: dict[object, Cell] = {}
    for item in (*base, *over):
        items[identity(item)] = item
    return list(items.values())


def _plain(cell: Cell) -> object:
    """The value without places, in a form that can be compared and hashed."""
    if isinstance(cell.value, dict):
        return tuple(sorted((key, _plain(value)) for key, value in cell.value.items()))
    if isinstance(cell.value, list):
        return tuple(_plain(item) for item in cell.value)
    return str(cell.value)


def _target(cell: Cell) -> object:
    """Where a volume, config or secret is mounted."""
    value: Any = cell.value
    if isinstance(value, dict):
        return str((value.get("target") or value.get("source") or cell).value)
    parts = str(value).split(":")
    return parts[1] if len(parts) > 1 else parts[0]


def _file(cell: Cell) -> object:
    """Path of an `env_file`."""
    return _plain(cell.value.get("path", cell) if isinstance(cell.value, dict) else cell)


_FORMS: dict[_Path, Callable[[Cell], Cell]] = {
    **dict.fromkeys((*_PAIRS, ("depends_on",), ("networks",)), pairs),
    **dict.fromkeys((("env_file",), ("tmpfs",), ("dns",), ("dns_search",)), _listed),
    ("extra_hosts",): hosts,
    ("build",): _build,
}
"""Attributes with several syntaxes: the one they are merged in."""
_IDENTITIES: dict[str, Callable[[Cell], object]] = {
    "volumes": _target,
    "configs": _target,
    "secrets": _target,
    "env_file": _file,
}
