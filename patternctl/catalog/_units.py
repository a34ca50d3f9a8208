"""Files as the cross-checks see them: what they say, whether or not all of it is valid.

Relations are looked for in the file as it is, so that one fault hides no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from patternctl.catalog._reading import File
from patternctl.catalog._types import Place
from patternctl.yamlio import ElementPath


class Unit(NamedTuple):
    """A part of the catalog that others refer to by its id: a file, or an entry in one."""

    id: str
    home: Path
    """The catalog's folder it belongs to."""
    place: Place
    data: dict[str, Any]

    def keys(self, field: str) -> Iterator[tuple[ElementPath, str]]:
        """(path, key) of a mapping's entries, or of the words of a list."""
        value = self.data.get(field)
        if isinstance(value, dict):
            yield from (((field, key), key) for key in value)
        elif isinstance(value, list):
            words = ((number, word) for number, word in enumerate(value))
            yield from (((field, number), word) for number, word in words if isinstance(word, str))

    def words(self, field: str, key: str) -> Iterator[tuple[ElementPath, str]]:
        """(path, word) of the entry `key` of every mapping in a list."""
        for number, item in self.items(field):
            if isinstance(word := item.get(key), str):
                yield (field, number, key), word

    def items(self, field: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The mappings in a list, numbered."""
        value = self.data.get(field)
        for number, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, dict):
                yield number, item

    def text(self, field: str) -> str:
        """A word; empty where there is none."""
        value = self.data.get(field)
        return value if isinstance(value, str) else ""


def of_file(file: File[Any]) -> Unit:
    """A file that is YAML, under the id it gives itself."""
    assert file.document is not None  # noqa: S101 - callers leave out what is no YAML
    name = file.data.get("id")
    name = name if isinstance(name, str) else file.stem
    return Unit(name, file.home, Place(file.document), file.data)


def mappings(value: Any, path: ElementPath = ()) -> Iterator[tuple[ElementPath, dict[str, Any]]]:
    """Every mapping in `value` with its path, outer ones first."""
    pending = [(path, value)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            yield path, value
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        below = [((*path, key), each) for key, each in inner if isinstance(each, dict | list)]
        pending += below[::-1]
