"""What a file says refers to itself rightly: references, contradictions, lines, relations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from patternctl import faults
from patternctl.catalog._types import Place
from patternctl.catalog._units import Unit, mappings
from patternctl.errors import Problem
from patternctl.yamlio import ElementPath

DISPUTES = 64
"""Contradictions of the source document: the shipped catalog holds each of them once."""
_AGAINST = ("requires", "required_by", "composes_with")
"""Relations to what cannot be in conflict too."""


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


def check_disputes(files: Sequence[Unit]) -> Iterator[Problem]:
    """Numbers of contradictions are used once, and figures name those of their own file."""
    owners: dict[int, str] = {}
    for unit in files:
        own: set[int] = set()
        for path, number in held(unit.data):
            owner = owners.setdefault(number, unit.place.file)
            if number in own or owner != unit.place.file:
                where = unit.place.locate_value(path)
                message = f"contradiction {number} is told in {owner} too"
                yield Problem(message, where, "keep one of them, or give this one a number")
            own.add(number)
        for path, mapping in mappings(unit.data):
            for key, number in _disputed(mapping):
                if number not in own:
                    where = unit.place.locate_value((*path, *key))
                    hint = "only the file's own contradictions can be named"
                    yield Problem(f"this file tells no contradiction {number}", where, hint)


def check_all_disputes(
    files: Sequence[Unit], place: Place, elsewhere: Collection[int]
) -> Iterator[Problem]:
    """The shipped files tell every contradiction but those `elsewhere`; told at `place`."""
    told = {number for unit in files for _, number in held(unit.data)}
    where = place.locate(("disputes",))
    for number in sorted(set(range(1, DISPUTES + 1)) - told - {*elsewhere}):
        hint = "tell it in the file that it is about, or here"
        yield Problem(f"contradiction {number} is told nowhere", where, hint)
    for number in sorted(told):
        if number > DISPUTES:
            hint = "correct its number"
            yield Problem(f"contradiction {number} is beyond the last, {DISPUTES}", where, hint)


def held(data: dict[str, Any]) -> Iterator[tuple[ElementPath, int]]:
    """(path, number) of the contradictions that a file tells, in any of its entries."""
    for path, mapping in mappings(data):
        disputes = mapping.get("disputes")
        for index, dispute in enumerate(disputes if isinstance(disputes, list) else ()):
            if isinstance(dispute, dict) and isinstance(number := dispute.get("number"), int):
                yield (*path, "disputes", index, "number"), number


def _disputed(mapping: dict[str, Any]) -> Iterator[tuple[ElementPath, int]]:
    disputes = mapping.get("disputes")
    for index, number in enumerate(disputes if isinstance(disputes, list) else ()):
        if isinstance(number, int):
            yield ("disputes", index), number


def check_relations(unit: Unit) -> Iterator[Problem]:
    """Nothing goes with a pattern and against it, and no alternative is told twice."""
    related = {name: field for field in _AGAINST for _, name in unit.keys(field)}
    for path, name in unit.keys("conflicts_with"):
        if name in related:
            message = f'conflicts_with: "{name}" is in {related[name]} too'
            yield Problem(message, unit.place.locate(path), "keep one of them")
    seen: set[str] = set()
    for path, name in unit.words("alternatives", "pattern"):
        if name in seen:
            where = unit.place.locate_value(path)
            yield Problem(f'alternatives: "{name}" is told twice', where, "keep one of them")
        seen.add(name)


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
                    hint = "correct it; what another document says has a `source` instead"
                    yield Problem(message, unit.place.locate_value(where), hint)


def _largest(value: Any) -> int:
    """Largest number in `63`, `47-58` or a list of such."""
    items = value if isinstance(value, list) else [value]
    words = [str(item) for item in items if isinstance(item, int | str)]
    spans = [word for word in words if re.fullmatch("[0-9]{1,7}(-[0-9]{1,7})?", word)]
    return max((int(number) for span in spans for number in span.split("-")), default=0)


def check_names(
    unit: Unit, field: str, known: Collection[str], what: tuple[str, str]
) -> Iterator[Problem]:
    """The word in `field` names something known; `what` is its kind and the command listing it."""
    name = unit.text(field)
    if name and name not in known:
        hint = faults.suggest(name, known) or f"`patternctl {what[1]}` lists them"
        where = unit.place.locate_value((field,))
        yield Problem(f'{field}: there is no {what[0]} "{name}"', where, hint)


def check_cures(unit: Unit, rules: Collection[str]) -> Iterator[Problem]:
    """The anti-patterns that the phases of a playbook cure, or help with, are known."""
    for number, phase in unit.items("phases"):
        for key in ("cures", "helps"):
            named = phase.get(key)
            for name in named if isinstance(named, dict) else ():
                if isinstance(name, str) and name not in rules:
                    hint = faults.suggest(name, rules) or "`patternctl rules` lists them"
                    where = unit.place.locate(("phases", number, key, name))
                    yield Problem(f'{key}: there is no anti-pattern "{name}"', where, hint)
