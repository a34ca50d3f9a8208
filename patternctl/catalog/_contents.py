"""What a file says refers to itself rightly: references, contradictions, lines, names, codes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from patternctl import faults
from patternctl.catalog._units import Unit, mappings
from patternctl.errors import Problem
from patternctl.yamlio import ElementPath

DISPUTES = 64
"""Contradictions of the source document: the shipped catalog holds each of them once."""
_CODES = {"micro": "MP", "system": "SP", "baseline": "BL", "mechanism": "P"}
_FOLDERS = {"patterns": ("micro", "system"), "baselines": ("baseline",), "in_full": ("mechanism",)}


class Told(NamedTuple):
    """An entry and what depends on where it stands."""

    unit: Unit
    folder: str
    """`patterns`, `baselines` or `in_full`."""
    shipped: bool


def check_identity(entries: Iterable[Told]) -> Iterator[Problem]:
    """Names are used once, the type fits the folder and, in the shipped catalog, the code."""
    owners: dict[str, str] = {}
    for unit, folder, shipped in entries:
        for path, name in _names(unit):
            owner = owners.setdefault(name.casefold(), unit.id)
            if owner != unit.id:
                where = unit.place.locate_value(path)
                yield Problem(f'"{name}" also names {owner}', where, "give it another name")
        kind, code = unit.text("type"), unit.text("code")
        if kind in _CODES and kind not in _FOLDERS[folder]:
            message = f'type "{kind}" does not belong in {folder}'
            hint = f"types here: {', '.join(_FOLDERS[folder])}"
            yield Problem(message, unit.place.locate_value(("type",)), hint)
        elif shipped and kind in _CODES and code and code.rstrip("0123456789") != _CODES[kind]:
            message = f'code "{code}" does not fit type "{kind}"'
            hint = f"its code is {_CODES[kind]} and a number"
            yield Problem(message, unit.place.locate_value(("code",)), hint)


def _names(unit: Unit) -> Iterator[tuple[ElementPath, str]]:
    yield ("id",), unit.id
    for key in ("code", "name"):
        if name := unit.text(key):
            yield (key,), name
    if isinstance(unit.data.get("synonyms"), list):
        yield from unit.keys("synonyms")


def check_references(unit: Unit) -> Iterator[Problem]:
    """Every reference that a figure or guarantee names is in the file's own list."""
    listed = unit.data.get("references")
    known = listed if isinstance(listed, dict) else {}
    for path, mapping in mappings(unit.data):
        if path:
            for key, name in _named(mapping):
                if name not in known:
                    hint = faults.suggest(name, known) or "add it to this file's `references`"
                    where = unit.place.locate_value((*path, *key))
                    yield Problem(f'there is no reference "{name}" in this file', where, hint)


def _named(mapping: dict[str, Any]) -> Iterator[tuple[ElementPath, str]]:
    names = mapping.get("references")
    for number, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str):
            yield ("references", number), name
    if "verdict" in mapping and isinstance(mapping.get("source"), str):
        yield ("source",), mapping["source"]


def check_disputes(files: Sequence[Unit], *, all_of_them: Unit | None) -> Iterator[Problem]:
    """Numbers of contradictions are used once, and figures name those of their own file.

    Where the whole shipped catalog is at hand, none is missing: told in the file `all_of_them`.
    """
    owners: dict[int, str] = {}
    for unit in files:
        held: set[int] = set()
        for path, number in _held(unit):
            owner = owners.setdefault(number, unit.place.file)
            if number in held or owner != unit.place.file:
                where = unit.place.locate_value(path)
                yield Problem(f"contradiction {number} is told in {owner} too", where)
            held.add(number)
        for path, mapping in mappings(unit.data):
            for key, number in _disputed(mapping):
                if number not in held:
                    where = unit.place.locate_value((*path, *key))
                    hint = "only the file's own contradictions can be named"
                    yield Problem(f"this file tells no contradiction {number}", where, hint)
    if all_of_them is not None:
        yield from _missing_disputes(files, all_of_them)


def _missing_disputes(files: Sequence[Unit], where: Unit) -> Iterator[Problem]:
    own = {number for unit in files if unit.home == where.home for _, number in _held(unit)}
    place = where.place.locate(("disputes",))
    for number in sorted(set(range(1, DISPUTES + 1)) ^ own):
        beyond = f"is beyond the last, {DISPUTES}"
        what = beyond if number in own else "is told nowhere"
        yield Problem(f"contradiction {number} {what}", place)


def _held(unit: Unit) -> Iterator[tuple[ElementPath, int]]:
    """(path, number) of the contradictions that a file tells, in any of its entries."""
    for path, mapping in mappings(unit.data):
        disputes = mapping.get("disputes")
        for index, dispute in enumerate(disputes if isinstance(disputes, list) else ()):
            if isinstance(dispute, dict) and isinstance(number := dispute.get("number"), int):
                yield (*path, "disputes", index, "number"), number


def _disputed(mapping: dict[str, Any]) -> Iterator[tuple[ElementPath, int]]:
    disputes = mapping.get("disputes")
    for index, number in enumerate(disputes if isinstance(disputes, list) else ()):
        if isinstance(number, int):
            yield ("disputes", index), number


def check_field_paths(unit: Unit) -> Iterator[Problem]:
    """The keys of `lines`, where it is a mapping, are paths of the file."""
    listed = unit.data.get("lines")
    for path in listed if isinstance(listed, dict) else ():
        if not _exists(unit.data, path.split(".")):
            where = unit.place.locate(("lines", path))
            hint = faults.suggest(path, unit.data) or "write keys and numbers, as in `forces.0`"
            yield Problem(f'lines: there is no "{path}" in this file', where, hint)


def _exists(data: Any, path: list[str]) -> bool:
    for key in path:
        if isinstance(data, list) and re.fullmatch("[0-9]{1,9}", key) and int(key) < len(data):
            data = data[int(key)]
        elif isinstance(data, dict) and key in data:
            data = data[key]
        else:
            return False
    return True


def check_lines(unit: Unit, last: int) -> Iterator[Problem]:
    """Lines told are lines of the source document, which has `last`."""
    for path, mapping in mappings(unit.data):
        for key in ("lines", "as_named"):
            told = mapping.get(key)
            if told is None:
                continue
            for name, value in told.items() if isinstance(told, dict) else [(None, told)]:
                if _largest(value) > last:
                    where = (*path, key) if name is None else (*path, key, name)
                    message = f"the source document has {last:,} lines"
                    yield Problem(message, unit.place.locate_value(where))


def _largest(value: Any) -> int:
    """Largest number in `63`, `47-58` or a list of such."""
    items = value if isinstance(value, list) else [value]
    words = [str(item) for item in items if isinstance(item, int | str)]
    return max((int(n) for word in words for n in re.findall("[0-9]{1,9}", word)), default=0)


def check_names(
    unit: Unit, field: str, known: Collection[str], what: tuple[str, str]
) -> Iterator[Problem]:
    """The word in `field` names something known; `what` is its kind and the command listing it."""
    name = unit.text(field)
    if name and name not in known:
        hint = faults.suggest(name, known) or f"`patternctl {what[1]}` lists them"
        where = unit.place.locate_value((field,))
        yield Problem(f'{field}: there is no {what[0]} "{name}"', where, hint)
