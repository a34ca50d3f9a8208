"""One pattern by any of its names: one file is parsed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from patternctl import faults
from patternctl.catalog import _names, _reading
from patternctl.catalog._reading import Found
from patternctl.errors import CatalogError, Problem, UsageError

if TYPE_CHECKING:
    from patternctl.model.pattern import Pattern

_FOLDERS = ("patterns", "baselines")


class _Named(NamedTuple):
    """A file, or one of the mechanisms in the file of all of them."""

    found: Found
    part: str = ""


def pattern(name: str, folders: Sequence[Path]) -> Pattern:
    """See `patternctl.catalog.pattern`."""
    named = _by_id(name, folders) or _by_name(name, folders)
    from patternctl.catalog import _patterns

    if named.part:
        mechanisms = _patterns.read_mechanisms(named.found.home)
        if mechanisms.model is None:
            raise CatalogError(*mechanisms.problems)
        return mechanisms.model.in_full[named.part]
    file = _patterns.read_pattern(named.found)
    if file.model is None:
        raise CatalogError(*file.problems)
    return file.model


def _by_id(name: str, folders: Sequence[Path]) -> _Named | None:
    """The file of this id, among those that are there: no path is made of what somebody types."""
    for folder in _FOLDERS:
        if found := _reading.find(folder, folders).get(name):
            return _Named(found)
    return None


def _by_name(name: str, folders: Sequence[Path]) -> _Named:
    known: dict[str, _Named] = {}
    told: list[str] = []
    for named, words in _heads(folders):
        told += words
        for word in words:
            known.setdefault(_names.folded(word), named)
    wanted = _names.folded(name)
    if wanted not in known:
        near = faults.suggest(name, told) or faults.suggest(wanted, told)
        hint = near or "`patternctl patterns` lists them"
        raise UsageError(Problem(f'there is no pattern "{name}"', hint=hint))
    return known[wanted]


def _heads(folders: Sequence[Path]) -> Iterator[tuple[_Named, list[str]]]:
    for folder in _FOLDERS:
        for stem, found in _reading.find(folder, folders).items():
            yield _Named(found), [stem, *_names.of_file(found.path)]
    home = _reading.shipped()
    file = Found(home, home / "mechanisms.yaml")
    for name, words in _names.in_full(file.path).items():
        yield _Named(file, name), words


class Entries(Mapping[str, "Pattern"]):
    """Patterns, baselines and mechanisms told in full by id, each read when it is asked for."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._read: dict[str, Pattern] = {}

    @cached_property
    def _ids(self) -> dict[str, None]:
        files = (name for folder in _FOLDERS for name in _reading.find(folder, self._folders))
        in_full = _names.in_full(_reading.shipped() / "mechanisms.yaml")
        return dict.fromkeys((*files, *in_full))

    def __getitem__(self, name: str) -> Pattern:
        if name not in self._ids:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = pattern(name, self._folders)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)
