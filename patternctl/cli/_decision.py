"""A decision as `patternctl decide --format json` prints it, read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

from patternctl.cli._console import STDOUT, display_name
from patternctl.errors import InputError, Location, Problem

if TYPE_CHECKING:
    from patternctl.model.choosing import Decision

_HINT = "`patternctl decide --format json` writes such a file"
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def read(name: str) -> Decision:
    """The decision in a file, or in stdin for `-`. Raises `InputError` with all faults found."""
    from pathlib import Path

    from patternctl import yamlio
    from patternctl.cli._inputs import standard_input
    from patternctl.model.choosing import Decision

    shown = "stdin" if name == STDOUT else display_name(Path(name))
    text = standard_input(shown) if name == STDOUT else yamlio.read_text(Path(name), name=shown)
    try:
        value = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        where = Location(shown, error.lineno, error.colno)
        raise InputError(Problem(f"is not JSON: {error.msg}", where, _HINT)) from None
    except (ValueError, RecursionError):
        raise InputError(Problem("is not JSON that can be read", Location(shown), _HINT)) from None
    reader = _Reader()
    decision: Decision = reader.value(value, Decision, "")
    if reader.faults:
        where = Location(shown)
        raise InputError(*(Problem(fault, where, _HINT) for fault in reader.faults))
    return decision


def _refuse(word: str) -> None:
    raise ValueError(word)


class _Reader:
    """Turns plain values into named tuples and gathers every fault on the way."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def value(self, value: object, kind: Any, at: str) -> Any:
        """`value` as `kind`, a type of `model.choosing`."""
        origin = get_origin(kind)
        if origin in (Union, UnionType):
            inner = next(part for part in get_args(kind) if part is not NoneType)
            return None if value is None else self.value(value, inner, at)
        if origin is Literal:
            return self._word(value, get_args(kind), at)
        if origin is tuple:
            return tuple(self._items(value, get_args(kind), at))
        if hasattr(kind, "_fields"):
            return self._record(value, kind, at)
        right = isinstance(value, int | float if kind is float else kind)
        if not right or (isinstance(value, bool) and kind is not bool):
            self._fault(at, f"is not {_WORDS[kind]}")
        return value

    def _word(self, value: object, words: tuple[str, ...], at: str) -> object:
        if value not in words:
            self._fault(at, f"is none of {', '.join(words)}")
        return value

    def _items(self, value: object, kinds: tuple[Any, ...], at: str) -> Iterator[Any]:
        many = kinds[-1] is Ellipsis
        if isinstance(value, dict) and many and get_origin(kinds[0]) is tuple:
            value = [[key, item] for key, item in value.items()]
        if not isinstance(value, list):
            self._fault(at, "is not a list")
            return
        if not many and len(value) != len(kinds):
            self._fault(at, f"has {len(value)} items, not {len(kinds)}")
            return
        for index, item in enumerate(value):
            yield self.value(item, kinds[0] if many else kinds[index], f"{at}[{index}]")

    def _record(self, value: object, kind: Any, at: str) -> Any:
        if not isinstance(value, dict):
            self._fault(at, "is not an object")
            return None
        found = {}
        for name, inner in _hints(kind).items():
            path = f"{at}.{name}" if at else name
            if name in value:
                found[name] = self.value(value[name], inner, path)
            elif name not in kind._field_defaults:
                self._fault(path, "is missing")
        return kind(**found) if not self.faults else None

    def _fault(self, at: str, message: str) -> None:
        self.faults.append(f"`{at}` {message}" if at else f"the decision {message}")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
