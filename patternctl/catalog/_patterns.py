"""Patterns, baselines and mechanisms told in full, each file by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from patternctl.catalog import _reading
from patternctl.catalog._reading import File, Found
from patternctl.errors import Problem
from patternctl.model.pattern import Mechanisms, Pattern

_FAMILIES = ("MP", "SP")
"""Prefixes of shipped codes in the order that patterns are listed."""


def entries(folders: Sequence[Path]) -> tuple[dict[str, Pattern], list[Problem]]:
    """Patterns, mechanisms told in full and baselines by id, and the faults of their files."""
    several = {name: read_all(name, folders) for name in ("patterns", "baselines")}
    mechanisms = read_mechanisms(_reading.shipped())
    problems = [p for file in chain(*several.values()) for p in file.problems]
    problems += [*mechanisms.problems, *_reading.strays(folders)]
    found = {
        **in_order(several["patterns"]),
        **in_full(mechanisms),
        **in_order(several["baselines"]),
    }
    return found, problems


def read_all(name: str, folders: Sequence[Path]) -> list[File[Pattern]]:
    """Every file of the catalog's folder `name`, users' ones over shipped ones."""
    return [read_pattern(found) for found in _reading.find(name, folders).values()]


def read_mechanisms(home: Path) -> File[Mechanisms]:
    """The one file of mechanisms."""
    return _reading.read(Found(home, home / "mechanisms.yaml"), Mechanisms, "a list of mechanisms")


def read_pattern(found: Found) -> File[Pattern]:
    """One file of a pattern or a baseline."""
    return _reading.read(found, Pattern, "a pattern")


def in_full(file: File[Mechanisms]) -> dict[str, Pattern]:
    """Mechanisms told in full by id; none where their file is faulty."""
    return file.model.in_full if file.model is not None else {}


def in_order(files: Iterable[File[Pattern]]) -> dict[str, Pattern]:
    """Those that are valid: `MP` and `SP` codes by their numbers first, then other families."""
    found = [file.model for file in files if file.model is not None]
    return {pattern.id: pattern for pattern in sorted(found, key=_rank)}


def _rank(pattern: Pattern) -> tuple[int, str, int]:
    family = pattern.code.rstrip("0123456789")
    first = _FAMILIES.index(family) if family in _FAMILIES else len(_FAMILIES)
    return first, family, int(pattern.code.removeprefix(family))
